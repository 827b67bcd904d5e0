import { maskName } from '../../dashboards/queries/index.ts';
import { type Column, decodeRecord, normaliseText, type TextEncodingName } from '../../ingest/index.ts';
import { maskCell } from '../mask.ts';

/** Refused rows as they are shown, and as they are sent again. Pure. */

/** Columns that say who somebody is: masked, and never written into several rows at once. */
export const personal: ReadonlySet<string> = new Set([
  'name',
  'id_number',
  'birth_date',
  'phone',
  'address',
  'disability_cert',
]);
/** Beside these the number of a record, which no two rows share. */
export const ofOneRow: ReadonlySet<string> = new Set([...personal, 'record_id']);

/** A cell as text; null where it says nothing. */
export const textOf = (cell: unknown): string | null => {
  if (cell === null || cell === undefined) return null;
  const text = typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return normaliseText(text) === '' ? null : text;
};

export const maskedCell = (column: Column, cell: unknown): string | null =>
  textOf(cell) === null ? null : column.name === 'name' ? maskName(String(cell)) : maskCell(column, cell);

const LONGEST_RAW = 600;
/** Of every word the first letter, of every number the first two digits, of a date the year; keys of JSON stay. */
const veil = (text: string): string =>
  text
    .replace(/(\d{4})([-/年])\d{1,2}([-/月])\d{1,2}/g, '$1$2**$3**')
    .replace(/[\p{L}\p{M}·•]{2,}(?![\p{L}_]*"\s*:)/gu, (word, at: number) =>
      text[at - 1] === '_' || /^(?:true|false|null)$/.test(word) ? word : `${[...word][0]}*`,
    )
    .replace(/\p{Nd}{5,}[Xx]?/gu, (digits) => `${digits.slice(0, 2)}***`);

/** An original line without anybody in it: lengths are not told. */
export const maskedRaw = (raw: Buffer, encoding: TextEncodingName): string => {
  const text = (decodeRecord(raw, encoding) ?? raw.toString('latin1')).replace(/\p{C}/gu, ' ');
  const letters = [...text.slice(0, LONGEST_RAW * 2)];
  const shown = letters.slice(0, LONGEST_RAW).join('');
  return shown.length < text.length ? `${veil(shown)}…` : veil(shown);
};

/** What is written into the columns of a row; null empties one. */
export type Edit = Readonly<Record<string, string | null>>;

/**
 * The row as one line of JSON with our names, edited. Columns that the contract does not know stay out, as they did when
 * the row first came.
 */
export const lineOf = (
  columns: readonly Column[],
  row: { readonly cells: readonly unknown[] | null; readonly declares: boolean },
  edit: Edit,
): string => {
  const out: Record<string, unknown> = row.declares ? { op: 'complete' } : {};
  columns.forEach(({ name }, i) => {
    const cell = row.cells?.[i] ?? null;
    if (textOf(cell) !== null) out[name] = cell;
  });
  for (const [name, value] of Object.entries(edit)) {
    if (value === null || normaliseText(value) === '') delete out[name];
    else out[name] = value;
  }
  return JSON.stringify(out);
};

/** Region prefixes that corrected rows may name: the corrector's, narrowed to what each sender may speak about. */
export const regionsOf = (
  own: readonly string[] | null,
  senders: readonly (readonly string[] | null)[],
): string[] | null => {
  let allowed = own === null ? null : [...own];
  for (const sender of senders) {
    if (sender === null) continue;
    const narrow = (prefix: string): string[] =>
      sender.flatMap((other) => (other.startsWith(prefix) ? [other] : prefix.startsWith(other) ? [prefix] : []));
    allowed = allowed === null ? [...sender] : [...new Set(allowed.flatMap(narrow))];
  }
  return allowed;
};
