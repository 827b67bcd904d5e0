/** What would be taken of a feed file, column by column, without taking it. Pure but for the bytes that it is given. */
import {
  type Column,
  columnIndex,
  csvFields,
  decodeRecord,
  type FeedFile,
  firstRecord,
  normaliseText,
  type ReceiptLimits,
  readColumns,
  readCsvHeader,
  readFeed,
  readRecords,
  recordForms,
  type TakenRow,
} from '../ingest/index.ts';
import { type IdNumberDefect, idNumberDefect } from '../matchers/index.ts';
import { maskCell } from './mask.ts';

const BATCH_ROWS = 5_000;
/** Lines that are named of each kind, and objects of JSON that are looked through for their keys. */
const LINES_NAMED = 5;
const OBJECTS_LOOKED_AT = 1_000;

export interface Occurrences {
  count: number;
  readonly first_lines: number[];
  /** The first of them, masked; null where there is nothing to show. */
  example: string | null;
}

export interface CheckedColumn {
  readonly column: string;
  readonly zh: string;
  /** Headers of the file that are read as this column; none where the file lacks it. */
  readonly headers: readonly string[];
  readonly required: boolean;
  readonly filled: number;
  readonly example: string | null;
}

export interface CheckedFile {
  readonly rows: number;
  readonly records: number;
  readonly withdrawals: number;
  readonly declarations: number;
  readonly rejected: number;
  readonly columns: readonly CheckedColumn[];
  readonly refusals: readonly ({ readonly reason: string; readonly field: string | null } & Occurrences)[];
  readonly unknown_columns: Readonly<Record<string, number>>;
  readonly id_numbers: {
    readonly stated: number;
    readonly right: number;
    readonly defects: Partial<Record<IdNumberDefect, Occurrences>>;
  };
  /** Columns in which a spreadsheet made numbers of texts and lost their last digits. */
  readonly lost_digits: Readonly<Record<string, Occurrences>>;
}

const note = (seen: Occurrences, line: number): void => {
  seen.count += 1;
  if (seen.first_lines.length < LINES_NAMED) seen.first_lines.push(line);
};

const none = (): Occurrences => ({ count: 0, first_lines: [], example: null });

/** Headers of a CSV file or a sheet by the column that they are read as. */
const headersOfTable = async (
  file: FeedFile,
  columns: readonly Column[],
): Promise<{ headers: Map<number, string[]>; width: number } | null> => {
  const first = await firstRecord(file.open, recordForms[file.form]);
  const mapping = file.declarations ? null : (file.mapping ?? null);
  const read = first === null ? null : readCsvHeader(first.bytes, file.encoding, columns, mapping);
  if (read === null) return null;
  const headers = new Map<number, string[]>();
  read.columnOf.forEach((place, i) => {
    if (place >= 0) headers.set(place, [...(headers.get(place) ?? []), read.names[i] as string]);
  });
  return { headers, width: read.width };
};

/** Why a row of a table is malformed, as far as its sender can see it. */
const malformation = (raw: Buffer, file: FeedFile, width: number): string | null => {
  if (file.form === 'jsonl') return 'not one JSON object';
  const text = decodeRecord(raw, file.encoding);
  if (text === null) return `not ${file.encoding}`;
  const fields = csvFields(text);
  if (fields === null) return 'quotes that do not fit';
  return fields.length === width ? null : `${fields.length} fields, ${width} headers`;
};

const scientific = /^\d(?:\.\d+)?E\+\d+$/;

const isFilled = (cell: unknown): boolean => cell !== null && cell !== undefined && normaliseText(String(cell)) !== '';

/** Keys of a JSON object by the column that they are read as. */
const createKeys = (file: FeedFile, columns: readonly Column[], headers: Map<number, string[]>) => {
  const index = columnIndex(columns, file.declarations ? null : (file.mapping ?? null));
  const seen = new Set<string>();
  return (bytes: Buffer): void => {
    let object: unknown;
    try {
      object = JSON.parse(bytes.toString('utf8'));
    } catch {
      return;
    }
    for (const key of Object.keys(typeof object === 'object' && object !== null ? object : {})) {
      if (seen.has(key) || seen.size > OBJECTS_LOOKED_AT) continue;
      seen.add(key);
      const place = index.get(key) ?? index.get(normaliseText(key));
      if (place !== undefined) headers.set(place, [...(headers.get(place) ?? []), key]);
    }
  };
};

/** Checks a file to its end. Memory holds one batch. Throws what opening and reading throw. */
export const checkFeedFile = async (
  file: FeedFile,
  limits: ReceiptLimits,
  heard: (rows: number) => void,
): Promise<CheckedFile> => {
  const columns = readColumns(file);
  const table = file.form === 'jsonl' ? null : await headersOfTable(file, columns);
  const headers = table?.headers ?? new Map<number, string[]>();
  const filled = columns.map(() => 0);
  const examples: (string | null)[] = columns.map(() => null);
  const refusals = new Map<string, { reason: string; field: string | null } & Occurrences>();
  const defects: Partial<Record<IdNumberDefect, Occurrences>> = {};
  const lost = new Map<string, Occurrences>();
  const unknown = new Map<string, number>();
  const counts = { rows: 0, records: 0, withdrawals: 0, declarations: 0, rejected: 0 };
  const idNumbers = { stated: 0, right: 0 };
  const ID = columns.findIndex(({ name }) => name === 'id_number');

  const lookAtIdNumber = (text: string, line: number): void => {
    idNumbers.stated += 1;
    const defect = idNumberDefect(normaliseText(text));
    if (defect === null) {
      idNumbers.right += 1;
      return;
    }
    const seen = defects[defect] ?? none();
    defects[defect] = seen;
    seen.example ??= maskCell(columns[ID] as Column, text);
    note(seen, line);
  };

  const lookAtCells = (cells: readonly unknown[], line: number): void => {
    for (let i = 0; i < columns.length; i += 1) {
      const cell = cells[i];
      if (!isFilled(cell)) continue;
      const column = columns[i] as Column;
      filled[i] = (filled[i] as number) + 1;
      examples[i] ??= maskCell(column, cell);
      if (i === ID) lookAtIdNumber(String(cell), line);
      else if (column.type === 'text' && typeof cell === 'string' && scientific.test(cell)) {
        const seen = lost.get(column.name) ?? none();
        lost.set(column.name, seen);
        seen.example ??= maskCell(column, cell);
        note(seen, line);
      }
    }
  };

  const lookAtRefusal = (cells: readonly unknown[] | null, row: Extract<TakenRow, { kind: 'rejected' }>): void => {
    const { reason, field } = row.rejection;
    const key = `${reason} ${field}`;
    const seen = refusals.get(key) ?? { reason, field, ...none() };
    refusals.set(key, seen);
    note(seen, row.at.line);
    if (reason === 'malformed') seen.example ??= malformation(row.raw, file, table?.width ?? 0);
    const place = columns.findIndex(({ name }) => name === field);
    const cell = cells?.[place];
    if (place >= 0 && isFilled(cell)) seen.example ??= maskCell(columns[place] as Column, cell);
  };

  const look = (cells: readonly unknown[] | null, row: TakenRow): void => {
    counts.rows += 1;
    if (cells !== null) lookAtCells(cells, row.at.line);
    if (row.kind === 'rejected') {
      counts.rejected += 1;
      lookAtRefusal(cells, row);
    } else if (row.kind === 'completion') counts.declarations += 1;
    else if (row.record.op === 'delete') counts.withdrawals += 1;
    else counts.records += 1;
  };
  if (file.form === 'jsonl') await lookAtKeys(file, createKeys(file, columns, headers));
  const options = { from: { line: 1, offset: 0 }, limits, batchRows: BATCH_ROWS, unknown, look };
  for await (const batch of readFeed(file, options)) heard(batch.rows.length);
  return {
    ...counts,
    columns: columns.map((column, i) => ({
      column: column.name,
      zh: column.zh,
      headers: headers.get(i) ?? [],
      required: column.required === true,
      filled: filled[i] as number,
      example: examples[i] as string | null,
    })),
    refusals: [...refusals.values()].sort((a, b) => b.count - a.count),
    unknown_columns: Object.fromEntries(unknown),
    id_numbers: { ...idNumbers, defects },
    lost_digits: Object.fromEntries(lost),
  };
};

/** Looks at the keys of the first objects of a JSONL file. */
const lookAtKeys = async (file: FeedFile, see: (bytes: Buffer) => void): Promise<void> => {
  let left = OBJECTS_LOOKED_AT;
  for await (const records of readRecords('lines', file.open, { line: 1, offset: 0 })) {
    for (const record of records) {
      if (record.fault === null) see(record.bytes);
      left -= 1;
      if (left === 0) return;
    }
  }
};
