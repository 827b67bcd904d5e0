import { isUtf8 } from 'node:buffer';
import type { Column } from './column.ts';
import { csvFields, plainCsvFields } from './csv-fields.ts';
import { columnIndex, createTranslation, type FeedMapping } from './mapping.ts';
import type { RawRecord } from './split.ts';
import { normaliseText } from './values.ts';

export type TextEncodingName = 'utf-8' | 'gb18030';

/** Cells of one row in the order of the columns asked for, or null when the record is malformed. */
export type CellReader = (bytes: Buffer) => readonly unknown[] | null;

/** Counts of what was seen in columns that the contract does not know, by header. Never an error. */
export type UnknownColumns = Map<string, number>;

/** Columns that a sender adds are few; a hostile file's are told apart only so far, so that memory stays bounded. */
const MOST_UNKNOWN = 100;
const LONGEST_UNKNOWN = 80;

/** Counts a column that the contract does not know. */
export const noteUnknown = (unknown: UnknownColumns, header: string): void => {
  const short = header.slice(0, LONGEST_UNKNOWN);
  const name = unknown.has(short) || unknown.size < MOST_UNKNOWN ? short : '…';
  unknown.set(name, (unknown.get(name) ?? 0) + 1);
};

const strictGb18030 = new TextDecoder('gb18030', { fatal: true });

/** Text of a record, or null when its bytes are not text in the file's encoding. */
export const decodeRecord = (bytes: Buffer, encoding: TextEncodingName): string | null => {
  if (encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : null;
  try {
    return strictGb18030.decode(bytes);
  } catch {
    return null;
  }
};

const SPACE = 32;

/** Whether a record is a blank line, which is not read: nothing but white space and control characters of lines. */
export const isBlank = ({ fault, bytes }: RawRecord): boolean => {
  if (fault !== null) return false;
  for (const byte of bytes) if (byte !== SPACE && (byte < 9 || byte > 13)) return false;
  return true;
};

/** The record without the byte order mark that a file may begin with. */
export const withoutMark = (record: RawRecord): RawRecord => {
  const { offset, bytes } = record;
  const marked = offset === 0 && bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf;
  return marked ? { ...record, bytes: bytes.subarray(3) } : record;
};

/** Whether a cell says something. */
export const holds = (cell: unknown): boolean => cell !== null && (typeof cell !== 'string' || cell.trim() !== '');

export interface CsvHeader {
  readonly width: number;
  /** For every field of a row, the index of its column, or -1 when the contract has no such column. */
  readonly columnOf: readonly number[];
  /** Whether a column stands there twice, as with its English and its Chinese name: the first that says something counts. */
  readonly repeats: boolean;
  readonly unknown: readonly string[];
  readonly names: readonly string[];
}

/** Reads a header row; `known` tells whether any header is a column of the contract. */
export const readCsvHeader = (
  bytes: Buffer,
  encoding: TextEncodingName,
  columns: readonly Column[],
  mapping: FeedMapping | null = null,
): (CsvHeader & { known: boolean }) | null => {
  const text = decodeRecord(bytes, encoding);
  if (text === null) return null;
  const index = columnIndex(columns, mapping);
  const fields = csvFields(text);
  if (fields === null) return null;
  const headers = fields.map(normaliseText);
  const columnOf = headers.map((header) => index.get(header) ?? -1);
  const found = columnOf.filter((at) => at >= 0);
  return {
    width: headers.length,
    columnOf,
    repeats: new Set(found).size < found.length,
    unknown: headers.filter((_, at) => columnOf[at] === -1),
    names: headers,
    known: found.length > 0,
  };
};

const fieldsOf = (bytes: Buffer, encoding: TextEncodingName): string[] | null => {
  if (bytes.includes(0)) return null;
  if (encoding === 'utf-8') {
    if (!isUtf8(bytes)) return null;
    const fields = plainCsvFields(bytes);
    if (fields !== null) return fields;
  }
  const text = decodeRecord(bytes, encoding);
  return text === null ? null : csvFields(text);
};

/** Cells of CSV records: one with more or fewer fields than headers, or with quotes that make no sense, is malformed. */
export const createCsvCells = (
  header: CsvHeader,
  encoding: TextEncodingName,
  columns: readonly Column[],
  mapping: FeedMapping | null = null,
): CellReader => {
  const translate = createTranslation(columns, mapping);
  return (bytes) => {
    const fields = fieldsOf(bytes, encoding);
    if (fields === null || fields.length !== header.width) return null;
    const cells: unknown[] = new Array(columns.length).fill(null);
    for (let i = 0; i < fields.length; i += 1) {
      const at = header.columnOf[i] as number;
      if (at >= 0 && !(header.repeats && holds(cells[at]))) cells[at] = fields[i];
    }
    translate?.(cells);
    return cells;
  };
};
