/** Bytes of a file -> raw lines or raw CSV records, before any decoding (no byte of GB18030 looks like a quote, a comma or a line end). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

type Decode = (bytes: Buffer) => string;

export interface OpenedFile {
  /** Content without a byte order mark, unpacked. */
  readonly bytes: Buffer;
  readonly decode: Decode;
}

/** Reads a file (also .gz) and finds out whether it is UTF-8 or GB18030. */
export function openFile(path: string): OpenedFile {
  const stored = readFileSync(path);
  const unpacked = path.endsWith('.gz') ? gunzipSync(stored) : stored;
  const marked = unpacked.length >= 3 && unpacked[0] === 0xef && unpacked[1] === 0xbb && unpacked[2] === 0xbf;
  const bytes = marked ? unpacked.subarray(3) : unpacked;
  const gb18030 = new TextDecoder('gb18030');
  const decode: Decode = marked || isUtf8(bytes) ? (part) => part.toString('utf8') : (part) => gb18030.decode(part);
  return { bytes, decode };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function withoutCarriageReturn(bytes: Buffer): Buffer {
  return bytes.length > 0 && bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}

/** Lines without their line ends. */
export function* splitLines(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found;
    yield withoutCarriageReturn(bytes.subarray(start, end));
    start = end + 1;
  }
}

export interface CsvRecord {
  readonly raw: Buffer;
  /** Undefined when the quoting is broken. */
  readonly cells: Buffer[] | undefined;
}

interface Cell {
  readonly content: Buffer;
  readonly end: number;
  readonly sound: boolean;
}

function readQuotedCell(bytes: Buffer, start: number): Cell {
  const pieces: Buffer[] = [];
  let from = start + 1;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote < 0) return { content: Buffer.concat(pieces), end: bytes.length, sound: false };
    if (bytes[quote + 1] === QUOTE) {
      pieces.push(bytes.subarray(from, quote + 1));
      from = quote + 2;
      continue;
    }
    pieces.push(bytes.subarray(from, quote));
    let end = quote + 1;
    while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== LF) end++;
    const rest = withoutCarriageReturn(bytes.subarray(quote + 1, end));
    return { content: Buffer.concat(pieces), end, sound: rest.length === 0 };
  }
}

function readPlainCell(bytes: Buffer, start: number): Cell {
  let end = start;
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== LF) end++;
  const isLast = end >= bytes.length || bytes[end] === LF;
  const content = bytes.subarray(start, end);
  return { content: isLast ? withoutCarriageReturn(content) : content, end, sound: true };
}

/** CSV records (RFC 4180: a quoted cell may hold commas, line ends and doubled quotes). */
export function* splitCsv(bytes: Buffer): Generator<CsvRecord> {
  let position = 0;
  while (position < bytes.length) {
    const start = position;
    const cells: Buffer[] = [];
    let sound = true;
    for (;;) {
      const cell = bytes[position] === QUOTE ? readQuotedCell(bytes, position) : readPlainCell(bytes, position);
      cells.push(cell.content);
      sound &&= cell.sound;
      position = cell.end + 1;
      if (cell.end >= bytes.length || bytes[cell.end] === LF) break;
    }
    yield { raw: withoutCarriageReturn(bytes.subarray(start, position - 1)), cells: sound ? cells : undefined };
  }
}
