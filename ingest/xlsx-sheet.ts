/**
 * A sheet as CSV records: one for each row, blank ones for rows that are left out, so that the record with number n is
 * Excel's row n. What a record holds is UTF-8 as bytes (latin1) until it is written.
 */

import { BOOLEAN, DATE, digitsEnd, NUMBER, readCellTag, SHARED, TEXT } from './xlsx-cell-tag.ts';
import type { NumberStyle } from './xlsx-parts.ts';
import { damaged, tooMuch, XlsxProblem } from './xlsx-problem.ts';
import { LONGEST_RAW, type SharedStrings } from './xlsx-strings.ts';
import { cellText, isoText, numberText, quoted, type SerialKind } from './xlsx-values.ts';
import { attributeOf, createXmlScanner } from './xml-scan.ts';

/** Rows and columns that a sheet can have (the last cell is XFD1048576). */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
/** What is kept of a row that is larger than what is read (feeds.md section 2); enough to say so. */
const LONGEST_ROW = 65_536;
const CHUNK = 262_144;

export interface SheetReading {
  readonly strings: SharedStrings;
  readonly styles: readonly NumberStyle[];
  readonly from1904: boolean;
  /** What numbers mean in each column, by the header row (its CSV record). */
  readonly kindsOf: (header: Buffer) => readonly SerialKind[];
}

/** Index of a cell's column by its reference (`C12` is 2), or -1. */
const columnOf = (reference: string): number => {
  let column = 0;
  let i = 0;
  for (; i < reference.length && i < 4; i += 1) {
    const letter = reference.charCodeAt(i) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return i < 4 ? column - 1 : MOST_COLUMNS;
};

/** Records in large buffers. */
const createOut = () => {
  let buffer = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  const full: Buffer[] = [];
  return {
    /** Bytes written so far. */
    written: 0,
    add(line: string): void {
      if (filled + line.length > buffer.length) {
        if (filled > 0) full.push(buffer.subarray(0, filled));
        buffer = Buffer.allocUnsafe(Math.max(CHUNK, line.length));
        filled = 0;
      }
      buffer.write(line, filled, 'latin1');
      filled += line.length;
      this.written += line.length;
    },
    /** What is there; with `all` also the buffer that is not full. */
    take(all: boolean): Buffer[] {
      if (all && filled > 0) {
        full.push(buffer.subarray(0, filled));
        buffer = Buffer.alloc(0);
        filled = 0;
      }
      return full.splice(0);
    },
  };
};

const SMALL_C = 99;

const typeOf = (type: string | null): number => {
  if (type === null || type === 'n') return NUMBER;
  if (type === 's') return SHARED;
  if (type === 'b') return BOOLEAN;
  // Cached texts of formulas, inline texts and errors (#N/A) are what they show.
  return type === 'd' ? DATE : TEXT;
};

/** A reader of one sheet, fed chunk by chunk. Throws XlsxProblem, with the row, where the sheet can't be read on. */
export const createSheetReader = ({ strings, styles, from1904, kindsOf }: SheetReading) => {
  const out = createOut();
  let kinds: readonly SerialKind[] | null = null;
  /** Columns of the header row; a row has as many fields, or more where it holds something beyond them. */
  let width = 0;
  let row = 0;
  /** Fields of the record, quoted where they have to be. */
  const cells: string[] = [];
  /** Columns up to the last cell that says something, and the bytes of all of them. */
  let used = 0;
  let bytes = 0;
  let inData = false;
  let inRow = false;
  let column = -1;
  let type = NUMBER;
  let style = 0;
  let text = '';
  let inText = false;
  const tag = { column: -1, type: NUMBER, style: 0, empty: false };
  let pronounced = 0;

  const beginRow = (attributes: string): void => {
    const number = Number(attributeOf(attributes, 'r') ?? row + 1);
    // Rows ascend; what does not is counted on.
    const next = Number.isInteger(number) && number > row && number <= MOST_ROWS ? number : row + 1;
    if (next > MOST_ROWS) throw tooMuch(`the sheet has more than ${MOST_ROWS} rows`);
    if (next > row + 1) out.add('\n'.repeat(next - row - 1));
    row = next;
    inRow = true;
    column = -1;
    used = 0;
    bytes = 0;
  };

  const record = (): string => {
    cells.length = used;
    const line = used < width ? cells.join(',') + ','.repeat(width - used) : cells.join(',');
    // A header is read however long it is.
    return kinds !== null && line.length > LONGEST_ROW
      ? line.slice(0, LONGEST_ROW + 64).replace(/["\n\r]/g, ' ')
      : line;
  };

  const endRow = (): void => {
    inRow = false;
    if (used === 0) out.add('\n');
    else {
      const line = record();
      out.add(`${line}\n`);
      if (kinds === null) {
        if (used > MOST_COLUMNS) throw tooMuch(`the sheet has more than ${MOST_COLUMNS} columns`);
        kinds = kindsOf(Buffer.from(line, 'latin1'));
        width = used;
      }
      cells.length = 0;
    }
  };

  const beginCell = (attributes: string): void => {
    const reference = attributeOf(attributes, 'r');
    const at = reference === null ? column + 1 : columnOf(reference);
    // Beyond the last column that a sheet can have, one more is enough to say so.
    column = Math.min(at < 0 ? column + 1 : at, MOST_COLUMNS);
    type = typeOf(attributeOf(attributes, 't'));
    style = type === NUMBER ? Number(attributeOf(attributes, 's') ?? 0) : 0;
    text = '';
  };

  const shown = (): string => {
    if (text === '') return '';
    if (type === SHARED) {
      const shared = strings.at(Number(text));
      if (shared === null) throw damaged(`a cell names the shared text ${text.slice(0, 20)}, and there is none`);
      return shared;
    }
    if (type === NUMBER) {
      return quoted(numberText(text, styles[style], kinds?.[column] ?? '', from1904));
    }
    if (type === BOOLEAN) return text === '1' ? 'true' : text === '0' ? 'false' : text;
    return quoted(type === DATE ? isoText(text, kinds?.[column] ?? '') : cellText(text));
  };

  const put = (value: string): void => {
    if (value === '') return;
    bytes += value.length;
    // Of a row that is too large already, only that a cell is there still matters.
    cells[column] = bytes > 4 * LONGEST_ROW ? '.' : value;
    if (column < used) return;
    for (let i = used; i < column; i += 1) cells[i] = '';
    used = column + 1;
  };

  const endCell = (): void => put(shown());

  /** A cell at once: `<c r="B2" s="1" t="s"><v>7</v></c>`, or without a value. */
  const whole = (xml: string, at: number): number => {
    if (!inRow || xml.charCodeAt(at + 1) !== SMALL_C) return -1;
    const end = readCellTag(xml, at + 2, tag);
    if (end < 0) return -1;
    const here = tag.column < 0 ? Math.min(column + 1, MOST_COLUMNS) : tag.column;
    if (tag.empty) {
      column = here;
      return end;
    }
    const stop = tag.type === SHARED ? digitsEnd(xml, end + 3) : xml.indexOf('<', end + 3);
    if (stop < 0 || !xml.startsWith('</v></c>', stop)) return -1;
    text = xml.slice(end + 3, stop);
    if (tag.type === NUMBER && (text.length > LONGEST_RAW || text.includes('&'))) return -1;
    column = here;
    type = tag.type;
    style = tag.style;
    put(shown());
    return stop + 8;
  };

  const scanner = createXmlScanner({
    whole,
    open(name, attributes) {
      if (!inData) {
        if (name === 'sheetData') inData = true;
      } else if (name === 'c') {
        if (inRow) beginCell(attributes);
      } else if (name === 'v') inText = true;
      else if (name === 't') inText = pronounced === 0;
      else if (name === 'row') beginRow(attributes);
      else if (name === 'rPh') pronounced += 1;
    },
    close(name) {
      if (!inData) return;
      if (name === 'c') {
        if (inRow) endCell();
      } else if (name === 'v' || name === 't') inText = false;
      else if (name === 'row') endRow();
      else if (name === 'rPh') pronounced -= 1;
      else if (name === 'sheetData') inData = false;
    },
    text(piece) {
      if (inText && text.length < LONGEST_RAW) text += piece;
    },
  });

  /** What goes wrong inside a row is told with its number. */
  const located = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof XlsxProblem)) throw error;
      throw new XlsxProblem(error.message, Math.max(1, row));
    }
  };

  return {
    push: (chunk: Buffer): Buffer[] => {
      located(() => scanner.push(chunk.toString('latin1')));
      return out.take(false);
    },
    end: (): Buffer[] => {
      located(scanner.end);
      return out.take(true);
    },
    written: (): number => out.written,
  };
};
