/** What a cell of a sheet says, as the text that a CSV file of the same table would hold. */
import { dayNumber, daysInMonth, formatDay } from '../platform/calendar.ts';
import type { Column } from './column.ts';
import type { NumberStyle } from './xlsx-parts.ts';
import { bytesOfCodePoint } from './xml-scan.ts';

/** What a number means by its column: nothing but itself, or a day, a month or a moment counted from 1900 or 1904. */
export type SerialKind = '' | 'date' | 'month' | 'time';

export const serialKindOf = (column: Column | undefined): SerialKind => {
  const type: string | undefined = column?.type;
  return type === 'date' || type === 'month' || type === 'time' ? type : '';
};

/** Longest text of a cell in bytes; a row that holds one like it is too large. */
export const LONGEST_CELL = 70_000;

const escapedUnits = /(?:_x[\dA-Fa-f]{4}_)+/g;

/** Excel writes what XML can't hold as `_x000D_`, one UTF-16 unit each. */
const unitsOf = (escaped: string): string => {
  const units = escaped.match(/[\dA-Fa-f]{4}/g) as string[];
  const text = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
  let bytes = '';
  for (const letter of text) bytes += bytesOfCodePoint(letter.codePointAt(0) as number);
  return bytes;
};

/** Text of a cell, as bytes: line ends as XML reads them, escapes resolved, not longer than what is looked at. */
export const cellText = (raw: string): string => {
  let text = raw;
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  if (text.includes('_x')) text = text.replace(escapedUnits, unitsOf);
  return text.length > LONGEST_CELL ? text.slice(0, LONGEST_CELL) : text;
};

const special = /[",\n\r]/;

/** A text as a field of a CSV record. */
export const quoted = (cell: string): string => (special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** From here on a number has more digits than Excel keeps: the text it shows says that, and no digits it made up. */
const FIRST_NOT_KEPT = 1e15;

const decimal = /^-?(?:0|[1-9]\d{0,13})\.\d*[1-9]$/;
const LONGEST_EXACT = 15;
const ZERO = 48;
const NINE = 57;

const isShortWhole = (text: string): boolean => {
  if (text.length === 0 || text.length > LONGEST_EXACT || (text.length > 1 && text.charCodeAt(0) === ZERO))
    return false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text.charCodeAt(i);
    if (letter < ZERO || letter > NINE) return false;
  }
  return true;
};

/** A number as Excel shows it: 15 significant digits; one that needs more than those as `1.5E+17`. */
export const shownNumber = (raw: string): string => {
  if (isShortWhole(raw) || (raw.length <= LONGEST_EXACT && decimal.test(raw))) return raw;
  const value = raw.trim() === '' ? Number.NaN : Number(raw);
  if (!Number.isFinite(value)) return raw;
  const shown = Number(value.toPrecision(LONGEST_EXACT));
  const text = Math.abs(shown) >= FIRST_NOT_KEPT ? shown.toExponential() : String(shown + 0);
  return text.replace(/e([+-])(\d+)$/, (_, sign: string, digits: string) => `E${sign}${digits.padStart(2, '0')}`);
};

const FIRST_OF_1900 = dayNumber(1899, 12, 30) as number;
const FIRST_OF_1904 = dayNumber(1904, 1, 1) as number;
const LAST_DAY = dayNumber(9999, 12, 31) as number;
/** Excel's calendar has a 29 February 1900; no other has. */
const NO_SUCH_DAY = 60;

/** ISO day of a serial number, or null where it is none. */
const serialDay = (serial: number, from1904: boolean): string | null => {
  const whole = Math.floor(serial);
  if (!(whole >= (from1904 ? 0 : 1))) return null;
  if (!from1904 && whole === NO_SUCH_DAY) return '1900-02-29';
  const day = from1904 ? whole + FIRST_OF_1904 : whole + FIRST_OF_1900 + (whole < NO_SUCH_DAY ? 1 : 0);
  return day > LAST_DAY ? null : formatDay(day);
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Time of day of a serial number, to the second; rounding never reaches the next day. */
const serialTime = (serial: number): string => {
  const seconds = Math.min(86_399, Math.round((serial - Math.floor(serial)) * 86_400));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** `202609` in a column of months is that month, and not a day five centuries from now. */
const isPlainMonth = (raw: string): boolean =>
  /^(?:19|20|21)\d{4}$/.test(raw) && daysInMonth(Number(raw.slice(0, 4)), Number(raw.slice(4))) > 0;

const PLAIN: NumberStyle = { shows: '', digits: 0 };

/** Text of a number: a day, a month or a moment where its column or its style says so. */
export const numberText = (
  raw: string,
  style: NumberStyle | undefined,
  kind: SerialKind,
  from1904: boolean,
): string => {
  const { shows, digits } = style ?? PLAIN;
  if (kind === '' && shows === '') {
    const text = shownNumber(raw);
    return digits > text.length && isShortWhole(text) ? text.padStart(digits, '0') : text;
  }
  const serial = raw.trim() === '' ? Number.NaN : Number(raw);
  if (kind === 'month' && shows === '' && isPlainMonth(raw)) return raw;
  if (kind === '' && shows === 'time' && serial >= 0 && serial < 1) return serialTime(serial);
  const day = serialDay(serial, from1904);
  if (day === null) return shownNumber(raw);
  if (kind === 'date') return day;
  if (kind === 'time') return `${day}T${serialTime(serial)}+08:00`;
  if (kind === 'month' || shows === 'month') return day.slice(0, 7);
  return shows === 'date' || Number.isInteger(serial) ? day : `${day} ${serialTime(serial)}`;
};

/** Text of a cell that holds an ISO 8601 date itself (type `d`). */
export const isoText = (raw: string, kind: SerialKind): string => {
  const m = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)\S*)?$/.exec(raw.trim());
  if (m === null) return raw;
  const [, day = '', time = '00:00:00'] = m;
  if (kind === 'date') return day;
  if (kind === 'month') return day.slice(0, 7);
  if (kind === 'time') return raw.trim().length > 10 ? raw.trim() : `${day}T${time}+08:00`;
  return /^00:00(?::00)?$/.test(time) ? day : `${day} ${time}`;
};
