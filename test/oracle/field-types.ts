/** The types that a column of a feed or of the registry can have, and how a cell becomes a value of it. */
import { OTHER_JSON, type RawCell } from './read-rows.ts';
import { normaliseName, normaliseText, readAmount, readDay, readMonth, readTime } from './text.ts';

export type Reason =
  | 'too_large'
  | 'malformed'
  | 'missing_field'
  | 'bad_type'
  | 'bad_date'
  | 'future_date'
  | 'bad_amount'
  | 'bad_value'
  | 'no_identity';

/** Where several reasons apply, the first of these counts. */
export const REASONS: readonly Reason[] = [
  'too_large',
  'malformed',
  'missing_field',
  'bad_type',
  'bad_date',
  'future_date',
  'bad_amount',
  'bad_value',
  'no_identity',
];

/** Text, a day, a moment, a listed value (string), a month, an integer (number), fen (bigint), yes or no (boolean). */
export type Value = string | number | bigint | boolean;

export type FieldType =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'name' }
  | { readonly kind: 'day' }
  | { readonly kind: 'month' }
  | { readonly kind: 'time' }
  | { readonly kind: 'amount' }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly from: number; readonly to: number }
  | { readonly kind: 'digits'; readonly lengths: readonly number[] }
  | { readonly kind: 'listed'; readonly words: ReadonlyMap<string, string> };

export type ReadCell = { readonly value: Value } | { readonly reason: Reason };

const MAX_TEXT = 200;
const YES_NO = new Map([
  ['true', true],
  ['false', false],
  ['是', true],
  ['否', false],
]);

export const text = (max = MAX_TEXT): FieldType => ({ kind: 'text', max });
export const integer = (from: number, to: number): FieldType => ({ kind: 'integer', from, to });
export const digits = (...lengths: number[]): FieldType => ({ kind: 'digits', lengths });

/** listed({ inpatient: '住院' }): the English word and, where there is one, the Chinese word beside it. */
export function listed(words: Record<string, string>): FieldType {
  const map = new Map<string, string>();
  for (const [english, chinese] of Object.entries(words)) {
    map.set(english, english);
    if (chinese !== '') map.set(chinese, english);
  }
  return { kind: 'listed', words: map };
}

export function readCell(raw: RawCell, type: FieldType): ReadCell {
  if (raw === OTHER_JSON) return { reason: type.kind === 'amount' ? 'bad_amount' : 'bad_type' };
  if (typeof raw === 'boolean') return readBooleanCell(raw, type);
  const cell = typeof raw === 'string' ? normaliseText(raw) : raw.literal;
  switch (type.kind) {
    case 'text':
      return withinLength(cell, type.max);
    case 'name':
      return withinLength(normaliseName(cell), MAX_TEXT);
    case 'day':
      return found(readDay(cell), 'bad_date');
    case 'month':
      return found(readMonth(cell), 'bad_date');
    case 'time':
      return found(readTime(cell), 'bad_type');
    case 'amount':
      return found(readAmount(typeof raw === 'string' ? cell : plainDecimal(cell)), 'bad_amount');
    case 'number':
      return readNumber(cell);
    case 'boolean':
      return found(YES_NO.get(cell), 'bad_value');
    case 'integer':
      return readInteger(cell, type.from, type.to);
    case 'digits':
      return /^\d+$/.test(cell) && type.lengths.includes(cell.length) ? { value: cell } : { reason: 'bad_value' };
    case 'listed':
      return found(type.words.get(cell), 'bad_value');
  }
}

function readBooleanCell(raw: boolean, type: FieldType): ReadCell {
  if (type.kind === 'boolean') return { value: raw };
  return { reason: type.kind === 'amount' ? 'bad_amount' : 'bad_type' };
}

function found(value: Value | undefined, reason: Reason): ReadCell {
  return value === undefined ? { reason } : { value };
}

function withinLength(value: string, max: number): ReadCell {
  return [...value].length > max ? { reason: 'bad_value' } : { value };
}

/** An integer is digits with at most a sign: 1.0 is of another type, -1 out of range. */
function readInteger(cell: string, from: number, to: number): ReadCell {
  if (!/^[+-]?\d+$/.test(cell)) return { reason: 'bad_type' };
  const value = Number(cell);
  return value < from || value > to ? { reason: 'bad_value' } : { value };
}

function readNumber(cell: string): ReadCell {
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell) ? cell.replaceAll(',', '') : cell;
  if (!/^[+-]?\d+(\.\d+)?$/.test(plain)) return { reason: 'bad_type' };
  if (plain.startsWith('-') && /[1-9]/.test(plain)) return { reason: 'bad_value' };
  const [before, after = ''] = plain.replace(/^[+-]/, '').split('.');
  const fraction = after.replace(/0+$/, '');
  const front = before!.replace(/^0+(?=\d)/, '');
  return { value: fraction === '' ? front : `${front}.${fraction}` };
}

/** A JSON number is judged by its value: 12.340 has two decimals, 1e3 is 1000. */
function plainDecimal(literal: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(literal);
  if (!match) return literal;
  const fraction = match[3] ?? '';
  const exponent = Number(match[4] ?? '0');
  const shift = exponent - fraction.length;
  const all = `${match[2]}${fraction}`;
  const padded = shift >= 0 ? all + '0'.repeat(shift) : all.padStart(1 - shift, '0');
  const cut = shift >= 0 ? padded.length : padded.length + shift;
  const decimals = padded.slice(cut).replace(/0+$/, '');
  const sign = match[1] === '-' && /[1-9]/.test(all) ? '-' : '';
  return `${sign}${padded.slice(0, cut).replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`;
}
