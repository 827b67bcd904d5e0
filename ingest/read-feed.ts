import { type Column, compileColumn, type ReceiptLimits } from './column.ts';
import { completionColumns, readCompletion } from './completion.ts';
import type { Completion, DepartmentRecord, Rejection, RowPosition } from './contract.ts';
import { commonColumns, type Feed } from './feed.ts';
import { createJsonCells } from './json-cells.ts';
import type { FeedMapping } from './mapping.ts';
import { readRecords } from './read-records.ts';
import {
  type CellReader,
  createCsvCells,
  isBlank,
  noteUnknown,
  readCsvHeader,
  type TextEncodingName,
  type UnknownColumns,
  withoutMark,
} from './rows.ts';
import { isTooLarge, type RawRecord, type RecordForm } from './split.ts';
import { columnsOf, createValidator } from './validate.ts';
import { normaliseText } from './values.ts';

/** One row as it was judged. */
export type TakenRow =
  | { readonly kind: 'record'; readonly record: DepartmentRecord; readonly at: RowPosition }
  | { readonly kind: 'completion'; readonly completion: Completion; readonly at: RowPosition }
  | {
      readonly kind: 'rejected';
      readonly rejection: Rejection;
      readonly at: RowPosition;
      readonly raw: Buffer;
      /** A declaration that can't be read is kept in quarantine and counted nowhere. */
      readonly declaration: boolean;
      /** Where the row says that it belongs, if it can be read and says so. */
      readonly region?: string;
    };

/** Judged rows in file order. Those that another thread packed are made one by one as they are asked for. */
export interface JudgedRows extends Iterable<TakenRow> {
  readonly length: number;
  /** Keys of the records among them, where they are known without making the rows. */
  readonly recordKeys?: () => Iterable<number>;
  /** Declarations among them, likewise. */
  readonly completions?: () => Iterable<Completion>;
}

/** Rows in file order, and where reading goes on after them. */
export interface RowBatch {
  readonly rows: JudgedRows;
  readonly next: RowPosition;
}

/** Rows that were just read. */
export interface ReadRows extends RowBatch {
  readonly rows: readonly TakenRow[];
}

export interface FeedFile {
  readonly feed: Feed;
  /** Of a workbook the rows are read, which are CSV records (xlsx.ts). */
  readonly form: 'csv' | 'jsonl' | 'xlsx';
  /** `_complete.csv` holds declarations and nothing else. */
  readonly declarations: boolean;
  readonly encoding: TextEncodingName;
  /** What the sender calls differently; null where nothing. */
  readonly mapping?: FeedMapping | null;
  /** Region prefixes that its sender may speak about; null where that is not limited. */
  readonly regions?: readonly string[] | null;
  /** Bytes from an offset on, unpacked. */
  readonly open: (offset: number) => AsyncIterable<Buffer>;
}

/** Sees the cells of every row, in the order of `readColumns` and null where they can't be read, and how it was judged. */
export type Look = (cells: readonly unknown[] | null, row: TakenRow) => void;

const OP = commonColumns.findIndex((column) => column.name === 'op');
const REGION = /^(?:\d{6}|\d{9}|\d{12})$/;
const START: RowPosition = { line: 1, offset: 0 };
/** What a record is in each form of file. */
export const recordForms = { csv: 'csv', jsonl: 'lines', xlsx: 'rows' } as const;
/** Bytes of the file after which a batch ends however few its rows are: long lines must not fill the memory. */
const BATCH_BYTES = 33_554_432;

/** The first record of a CSV file or a sheet that is no blank line: its header. Null when it holds nothing else. */
export const firstRecord = async (open: FeedFile['open'], form: RecordForm = 'csv'): Promise<RawRecord | null> => {
  for await (const records of readRecords(form, open, START)) {
    const found = records.map(withoutMark).find((record) => !isBlank(record));
    if (found !== undefined) return found;
  }
  return null;
};

/** Columns that rows of a file are read with: a feed's own, and behind them those of a declaration. */
export const readColumns = (file: Pick<FeedFile, 'feed' | 'declarations'>): readonly Column[] => {
  if (file.declarations) return completionColumns;
  const own = columnsOf(file.feed);
  return [...own, ...completionColumns.filter((column) => !own.some((o) => o.name === column.name))];
};

type JudgedFile = Pick<FeedFile, 'feed' | 'declarations' | 'regions'>;

const createJudge = (file: JudgedFile, limits: ReceiptLimits, read: CellReader, look: Look | undefined) => {
  const validate = createValidator(file.feed);
  const columns = readColumns(file);
  const declared = completionColumns.map((column) => columns.findIndex((c) => c.name === column.name));
  const opOf = compileColumn(commonColumns[OP] as Column);
  const regions = file.regions ?? null;
  const isForeign = (region: string): boolean =>
    regions !== null && region !== '' && !regions.some((prefix) => region.startsWith(prefix));
  const foreign: Rejection = { reason: 'bad_value', field: 'region_code' };
  const declaration = (cells: readonly unknown[], at: RowPosition, raw: Buffer): TakenRow => {
    const result = readCompletion(
      file.feed.name,
      declared.map((i) => cells[i]),
      limits,
    );
    const refused = result.ok ? (isForeign(result.completion.regionPrefix) ? foreign : null) : result.rejection;
    if (result.ok && refused === null) return { kind: 'completion', completion: result.completion, at };
    return { kind: 'rejected', rejection: refused ?? foreign, at, raw: Buffer.from(raw), declaration: true };
  };
  const rejected = (rejection: Rejection, at: RowPosition, raw: Buffer): TakenRow => ({
    kind: 'rejected',
    rejection,
    at,
    raw: Buffer.from(raw),
    declaration: file.declarations,
  });
  const place = columns.findIndex((column) => column.name === 'region_code');
  const placed = (row: TakenRow, cells: readonly unknown[] | null): TakenRow => {
    if (row.kind !== 'rejected' || cells === null) return row;
    const region = normaliseText(String(cells[place] ?? ''));
    return REGION.test(region) ? { ...row, region } : row;
  };
  const judge = (record: RawRecord, cells: readonly unknown[] | null): TakenRow => {
    const at = { line: record.line, offset: record.offset };
    if (isTooLarge(record)) return rejected({ reason: 'too_large', field: null }, at, record.bytes);
    if (cells === null) return rejected({ reason: 'malformed', field: null }, at, record.bytes);
    if (file.declarations || opOf(cells[OP], limits) === 'complete') return declaration(cells, at, record.bytes);
    const result = validate(cells, limits);
    if (!result.ok) return rejected(result.rejection, at, record.bytes);
    if (isForeign(result.record.identity.regionCode)) return rejected(foreign, at, record.bytes);
    return { kind: 'record', record: result.record, at };
  };
  return (record: RawRecord): TakenRow => {
    const cells = record.fault === null && !isTooLarge(record) ? read(record.bytes) : null;
    const row = placed(judge(record, cells), cells);
    look?.(cells, row);
    return row;
  };
};

/** Judges records that come one by one, each as JSON. */
export const createRecordJudge = (file: JudgedFile, limits: ReceiptLimits, unknown: UnknownColumns) =>
  createJudge(file, limits, createJsonCells(readColumns(file), unknown), undefined);

const cellReader = async (
  file: FeedFile,
  unknown: UnknownColumns,
): Promise<{ read: CellReader; header: RawRecord | null }> => {
  const columns = readColumns(file);
  // Declarations are a form of ours, whatever the sender's own tables look like.
  const mapping = file.declarations ? null : (file.mapping ?? null);
  if (file.form === 'jsonl') return { read: createJsonCells(columns, unknown, mapping), header: null };
  const header = await firstRecord(file.open, recordForms[file.form]);
  // What a sheet is read as is UTF-8, whatever the bytes of the workbook looked like.
  const encoding = file.form === 'xlsx' ? 'utf-8' : file.encoding;
  const parsed = header === null ? null : readCsvHeader(header.bytes, encoding, columns, mapping);
  if (header === null || parsed === null) return { read: () => null, header };
  for (const name of parsed.unknown) noteUnknown(unknown, name);
  return { read: createCsvCells(parsed, encoding, columns, mapping), header };
};

/** How the rows of a file are read into cells in the order of `readColumns`, each by itself. */
export const openCells = async (file: FeedFile): Promise<CellReader> => (await cellReader(file, new Map())).read;

interface ReadOptions {
  readonly from: RowPosition;
  readonly limits: ReceiptLimits;
  readonly unknown: UnknownColumns;
  readonly look?: Look;
}

/**
 * Reads a feed file from a position on, chunk by chunk. A row is a record, a declaration or a rejection; no row ever
 * stops the file. Memory holds one chunk. Throws only what `open` throws.
 */
export async function* readChunks(file: FeedFile, options: ReadOptions): AsyncGenerator<ReadRows> {
  const { read, header } = await cellReader(file, options.unknown);
  const judge = createJudge(file, options.limits, read, options.look);
  const from =
    options.from.offset === 0 && header !== null ? { offset: header.end, line: header.nextLine } : options.from;
  for await (const records of readRecords(recordForms[file.form], file.open, from)) {
    const last = records.at(-1);
    if (last === undefined) continue;
    const rows: TakenRow[] = [];
    for (const record of records) {
      const unmarked = withoutMark(record);
      if (!isBlank(unmarked)) rows.push(judge(unmarked));
    }
    yield { rows, next: { offset: last.end, line: last.nextLine } };
  }
}

/** Whether a batch is as large as it should get: by its rows, and by the bytes of the file that they were read from. */
export const isFull = (rows: number, batchRows: number, bytes: number): boolean =>
  rows >= batchRows || (rows > 0 && bytes >= BATCH_BYTES);

/** `readChunks` in batches of about `batchRows` rows, fewer where they are long. Memory holds one batch. */
export async function* readFeed(
  file: FeedFile,
  options: ReadOptions & { readonly batchRows: number },
): AsyncGenerator<ReadRows> {
  let rows: TakenRow[] = [];
  let { from: next } = options;
  let begun = next.offset;
  for await (const chunk of readChunks(file, options)) {
    for (const row of chunk.rows) rows.push(row);
    next = chunk.next;
    if (isFull(rows.length, options.batchRows, next.offset - begun)) {
      yield { rows, next };
      rows = [];
      begun = next.offset;
    }
  }
  if (rows.length > 0) yield { rows, next };
}
