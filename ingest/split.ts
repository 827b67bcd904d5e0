/** Bytes -> raw records, without holding more than one record and one chunk: memory does not grow with the input. */

/** Largest line or CSV record that is read (feeds.md section 2). */
const LARGEST_RECORD = 65_536;
/** What is kept of a larger one as its original bytes; the archive holds the rest. */
const KEPT_OF_TOO_LARGE = 1_048_576;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

export interface RawRecord {
  /** Physical line that the record begins on, from 1. */
  readonly line: number;
  /** First byte of the record, and the first byte after it and its line end. */
  readonly offset: number;
  readonly end: number;
  /** Line that follows the record. */
  readonly nextLine: number;
  /** The record without its line end; of one that is too large only the beginning. */
  readonly bytes: Buffer;
  readonly fault: 'too_large' | 'lost_quote' | null;
}

/** Lines; CSV records; or CSV records of which each counts one line, as the rows of a sheet do. */
export type RecordForm = 'lines' | 'csv' | 'rows';

/** Whether a record is larger than what is read; of one with a lost quote its first line counts. */
export const isTooLarge = ({ fault, bytes }: RawRecord): boolean =>
  fault === 'too_large' || bytes.length > LARGEST_RECORD;

// States of the CSV automaton: RFC 4180, and a quote inside an unquoted field is a letter.
const FIELD_START = 0;
const UNQUOTED = 1;
const QUOTED = 2;
const QUOTE_SEEN = 3;

interface Scan {
  state: number;
  newlines: number;
  firstNewline: number;
}

/** The record goes on behind what was scanned; or its quotes can't be meant so. */
const GOES_ON = -1;
const LOST_QUOTE = -2;

/**
 * Runs the automaton from `at`; returns the index of the line feed that ends the record. Text behind the closing quote
 * of a field with line ends in it says that an earlier quote was lost: this one was to open a field.
 */
const scanCsv = (buffer: Buffer, at: number, base: number, scan: Scan): number => {
  let { state } = scan;
  for (let i = at; i < buffer.length; i += 1) {
    const byte = buffer[i] as number;
    if (state === QUOTED) {
      if (byte === QUOTE) state = QUOTE_SEEN;
      else if (byte === LF) {
        scan.newlines += 1;
        if (scan.firstNewline < 0) scan.firstNewline = base + i;
      }
      continue;
    }
    if (byte === LF) {
      scan.state = FIELD_START;
      return i;
    }
    if (byte === QUOTE && (state === FIELD_START || state === QUOTE_SEEN)) state = QUOTED;
    else if (state === QUOTE_SEEN && byte !== COMMA && byte !== CR && scan.newlines > 0) return LOST_QUOTE;
    else state = byte === COMMA ? FIELD_START : UNQUOTED;
  }
  scan.state = state;
  return GOES_ON;
};

/** A record's bytes without its carriage return, as far as they are kept. */
const keptBytes = (bytes: Buffer, length: number): Buffer => {
  const whole = bytes.length === length && bytes[length - 1] === CR ? length - 1 : length;
  return bytes.subarray(0, Math.min(whole, KEPT_OF_TOO_LARGE));
};

const freshScan = (): Scan => ({ state: FIELD_START, newlines: 0, firstNewline: -1 });

/**
 * A splitter that is fed chunk by chunk. `push` returns the records that the chunk completes, `finish` the last one.
 * A CSV record whose quote was lost (the file ends inside it, or text follows where it closes) comes back as `lost_quote`
 * with its first physical line only, and nothing after it: the caller begins again at its `end` (readRecords), so that a
 * lost quote costs one line and not the rows behind it.
 */
export const createSplitter = (form: RecordForm, from: { offset: number; line: number }) => {
  let carry: Buffer = Buffer.alloc(0);
  let base = from.offset;
  let line = from.line;
  let scan = freshScan();
  /** While a record is too large: the beginning that is kept, and how far it has been scanned. */
  let oversize: { offset: number; kept: Buffer } | null = null;
  let lost = false;

  const record = (buffer: Buffer, start: number, stop: number, newlines: number): RawRecord => {
    const bytes = keptBytes(buffer.subarray(start, stop), stop - start);
    const found: RawRecord = {
      line,
      offset: base + start,
      end: base + stop + 1,
      nextLine: line + 1 + (form === 'rows' ? 0 : newlines),
      bytes,
      fault: bytes.length > LARGEST_RECORD ? 'too_large' : null,
    };
    line = found.nextLine;
    return found;
  };

  const endOf = (buffer: Buffer, at: number): number =>
    form === 'lines' ? buffer.indexOf(LF, at) : scanCsv(buffer, at, base, scan);

  const closeOversize = (buffer: Buffer, stop: number): RawRecord => {
    const { offset, kept } = oversize as { offset: number; kept: Buffer };
    const rest = buffer.subarray(0, Math.max(0, Math.min(stop, KEPT_OF_TOO_LARGE + 1 - kept.length)));
    const found: RawRecord = {
      line,
      offset,
      end: base + stop + 1,
      nextLine: line + 1 + (form === 'rows' ? 0 : scan.newlines),
      bytes: keptBytes(Buffer.concat([kept, rest]), base + stop - offset),
      fault: 'too_large',
    };
    line = found.nextLine;
    oversize = null;
    scan = freshScan();
    return found;
  };

  /** The first physical line of a record that was scanned: what a lost quote costs. */
  const firstLine = (bytes: Buffer, offset: number, length: number): RawRecord => {
    lost = true;
    const stop = scan.firstNewline < 0 ? length : scan.firstNewline - offset;
    return {
      ...{ line, offset, end: offset + stop + 1, nextLine: line + 1 },
      bytes: keptBytes(bytes.subarray(0, stop), stop),
      fault: 'lost_quote',
    };
  };

  const push = (chunk: Buffer): RawRecord[] => {
    if (lost) return [];
    const found: RawRecord[] = [];
    let buffer = chunk;
    let start = 0;
    if (oversize !== null) {
      const stop = endOf(buffer, 0);
      if (stop === LOST_QUOTE || stop === GOES_ON) {
        const room = KEPT_OF_TOO_LARGE + 1 - oversize.kept.length;
        if (room > 0) oversize.kept = Buffer.concat([oversize.kept, buffer.subarray(0, room)]);
        if (stop === LOST_QUOTE) return [firstLine(oversize.kept, oversize.offset, oversize.kept.length)];
        base += buffer.length;
        return found;
      }
      found.push(closeOversize(buffer, stop));
      start = stop + 1;
    } else if (carry.length > 0) {
      buffer = Buffer.concat([carry, chunk]);
    }
    let quote = form === 'lines' ? -1 : buffer.indexOf(QUOTE, start);
    for (;;) {
      let stop = buffer.indexOf(LF, start);
      if (stop < 0) break;
      if (quote >= 0 && quote < start) quote = buffer.indexOf(QUOTE, start);
      let newlines = 0;
      if (quote >= 0 && quote < stop) {
        scan = freshScan();
        stop = scanCsv(buffer, start, base, scan);
        newlines = scan.newlines;
        if (stop === LOST_QUOTE) {
          found.push(firstLine(buffer.subarray(start), base + start, buffer.length - start));
          return found;
        }
        if (stop === GOES_ON) break;
      }
      found.push(record(buffer, start, stop, newlines));
      start = stop + 1;
    }
    carry = Buffer.from(buffer.subarray(start));
    base += start;
    scan = freshScan();
    if (carry.length > LARGEST_RECORD + 2) {
      // One byte more than is kept, so that a carriage return at the end is known as one.
      oversize = { offset: base, kept: carry.subarray(0, KEPT_OF_TOO_LARGE + 1) };
      if (form !== 'lines') scanCsv(carry, 0, base, scan);
      base += carry.length;
      carry = Buffer.alloc(0);
    }
    return found;
  };

  const finish = (): RawRecord[] => {
    if (lost) return [];
    if (oversize !== null) {
      const { offset, kept } = oversize;
      if (scan.state === QUOTED && scan.firstNewline >= 0) return [firstLine(kept, offset, kept.length)];
      return [closeOversize(Buffer.alloc(0), 0)];
    }
    if (carry.length === 0) return [];
    scan = freshScan();
    const stop = form === 'lines' ? GOES_ON : scanCsv(carry, 0, base, scan);
    if (stop === LOST_QUOTE || scan.state === QUOTED) return [firstLine(carry, base, carry.length)];
    return [record(carry, 0, carry.length, scan.newlines)];
  };

  return { push, finish };
};
