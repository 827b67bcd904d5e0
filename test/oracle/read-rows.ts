/** A feed or registry file -> rows of named cells, or the reason why a row can't be read as one. */
import { type OpenedFile, openFile, splitCsv, splitLines } from './split-bytes.ts';
import { normaliseText } from './text.ts';

const MAX_RAW_BYTES = 65_536;

/** A number as it stood in JSON, digit for digit. */
interface JsonNumber {
  readonly literal: string;
}

/** What a cell holds: text of a CSV cell or of JSON, a JSON number, or JSON of another kind. */
export const OTHER_JSON = Symbol('object or array');
export type RawCell = string | boolean | JsonNumber | typeof OTHER_JSON;

/** Only cells that hold something: empty text and JSON null are left out. */
export type Cells = ReadonlyMap<string, RawCell>;

export type Row = { readonly cells: Cells } | { readonly refused: 'too_large' | 'malformed' };

/** English name of a header (English or Chinese), or the header itself where it is unknown. */
export type HeaderNames = ReadonlyMap<string, string>;

export function readRows(path: string, headers: HeaderNames): Generator<Row> {
  const file = openFile(path);
  return /\.jsonl(\.gz)?$/.test(path) ? readJsonLines(file, headers) : readCsv(file, headers);
}

function* readCsv(file: OpenedFile, names: HeaderNames): Generator<Row> {
  let columns: string[] | undefined;
  for (const record of splitCsv(file.bytes)) {
    if (isBlank(file.decode(record.raw))) continue;
    if (!columns) {
      columns = (record.cells ?? []).map((cell) => canonicalName(file.decode(cell), names));
      continue;
    }
    if (record.raw.length > MAX_RAW_BYTES) yield { refused: 'too_large' };
    else if (!record.cells || record.cells.length !== columns.length) yield { refused: 'malformed' };
    else yield { cells: namedCells(columns, record.cells.map(file.decode)) };
  }
}

function namedCells(columns: string[], texts: string[]): Cells {
  const cells = new Map<string, RawCell>();
  columns.forEach((column, i) => {
    if (normaliseText(texts[i]!) !== '' && !cells.has(column)) cells.set(column, texts[i]!);
  });
  return cells;
}

function* readJsonLines(file: OpenedFile, names: HeaderNames): Generator<Row> {
  for (const line of splitLines(file.bytes)) {
    if (line.length > MAX_RAW_BYTES) {
      yield { refused: 'too_large' };
      continue;
    }
    const text = file.decode(line);
    if (isBlank(text)) continue;
    const cells = readJsonObject(text, names);
    yield cells ? { cells } : { refused: 'malformed' };
  }
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function canonicalName(header: string, names: HeaderNames): string {
  const name = normaliseText(header);
  return names.get(name) ?? name;
}

/** The cells of one JSON object, or undefined when the text is not one. */
function readJsonObject(text: string, names: HeaderNames): Cells | undefined {
  let parsed: unknown;
  try {
    JSON.parse(text);
    parsed = JSON.parse(keepNumberLiterals(text));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const cells = new Map<string, RawCell>();
  for (const [key, value] of Object.entries(parsed)) {
    const cell = jsonCell(value);
    const name = canonicalName(key, names);
    if (cell !== undefined && !cells.has(name)) cells.set(name, cell);
  }
  return cells;
}

const NUMBER_KEY = '\u0000number';

/** JSON.parse turns 1.0 into 1; so every number outside a string becomes {"\0number": "1.0"} first. */
function keepNumberLiterals(json: string): string {
  return json.replace(/"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify({ [NUMBER_KEY]: token }),
  );
}

function jsonCell(value: unknown): RawCell | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return normaliseText(value) === '' ? undefined : value;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object') return OTHER_JSON;
  const literal = (value as Record<string, unknown>)[NUMBER_KEY];
  return typeof literal === 'string' ? { literal } : OTHER_JSON;
}
