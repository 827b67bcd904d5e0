import { dayNumber, daysInMonth } from '../platform/calendar.ts';

/** Values as departments write them. Every parser takes normalised text and returns null when it is no such value. */

const wide = /[０-９Ａ-Ｚａ-ｚ]/g;

const SPACE = 0x20;
const TILDE = 0x7e;
const NAME_DOT = 0xb7;
const FIRST_HAN = 0x4e00;
const LAST_HAN = 0x9fff;

/** Whether a text is surely in its normal form: printable ASCII, the name dot and plain Chinese letters, no space at an end. */
export const isNormal = (text: string): boolean => {
  const last = text.length - 1;
  for (let i = 0; i <= last; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= FIRST_HAN && unit <= LAST_HAN) continue;
    if (unit < SPACE || (unit > TILDE && unit !== NAME_DOT)) return false;
    if (unit === SPACE && (i === 0 || i === last)) return false;
  }
  return true;
};

/** NFC, trimmed, full-width digits and letters made half-width (feeds.md section 1). */
export const normaliseText = (text: string): string => {
  if (isNormal(text)) return text;
  return text
    .normalize('NFC')
    .trim()
    .replace(wide, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
};

const nameDot = /[•．.]/;

/** The name dot in its four spellings becomes `·`. */
export const normaliseName = (text: string): string => (nameDot.test(text) ? text.replace(/[•．.]/g, '·') : text);

const dateForm = /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))$/;
const monthForm = /^(\d{4})(?:-(\d{1,2})|年(\d{1,2})月|(\d{2}))$/;

const HYPHEN = 45;
const digitAt = (text: string, at: number): number => {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
};
const twoDigits = (text: string, at: number): number => digitAt(text, at) * 10 + digitAt(text, at + 1);

/** Day number of `2026-09-30`, the form that nearly all dates have; null for any other text. */
const parsePlainDate = (text: string): number | null => {
  if (text.length !== 10 || text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return null;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return year > 0 && month > 0 && day > 0 ? dayNumber(year, month, day) : null;
};

/** Day number of `2026-09-30`, `2026/9/30`, `20260930` or `2026年9月30日`. */
export const parseDate = (text: string): number | null => parsePlainDate(text) ?? parseOtherDate(text);

const parseOtherDate = (text: string): number | null => {
  const m = dateForm.exec(text);
  // The calendar has no year 0, and PostgreSQL takes none.
  if (m === null || m[1] === '0000') return null;
  return dayNumber(Number(m[1]), Number(m[2] ?? m[4] ?? m[6] ?? m[8]), Number(m[3] ?? m[5] ?? m[7] ?? m[9]));
};

/** Month number of `2026-09`, `202609` or `2026年9月`. */
export const parseMonth = (text: string): number | null => {
  const m = monthForm.exec(text);
  if (m === null || m[1] === '0000') return null;
  const year = Number(m[1]);
  const month = Number(m[2] ?? m[3] ?? m[4]);
  return daysInMonth(year, month) === 0 ? null : year * 12 + month - 1;
};

const timeForm =
  /^(?:(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?|(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?:\d{2})?)?)$/;
const BUSINESS_OFFSET = '+08:00';

/** Minutes east of Greenwich of `Z`, `+08`, `+0800`, `+08:00`; null where no clock is that far off. */
const offsetMinutes = (text: string): number | null => {
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || '0')];
  if (hours > 23 || minutes > 59) return null;
  return (hours * 60 + minutes) * (text[0] === '-' ? -1 : 1);
};

/**
 * The moment, in milliseconds since 1970 UTC, of an ISO 8601 date and time of day (`2026-09-30T08:00:00+08:00`, also the
 * basic form, seconds and their fraction optional). Without an offset it is a time of Asia/Shanghai.
 */
export const parseTime = (text: string): number | null => {
  const m = timeForm.exec(text);
  if (m === null) return null;
  const [year, month, day, hour, minute, second, fraction, offset] = m[1] === undefined ? m.slice(9) : m.slice(1, 9);
  const date = year === '0000' ? null : dayNumber(Number(year), Number(month), Number(day));
  const east = offsetMinutes(offset ?? BUSINESS_OFFSET);
  const [h, min, s] = [Number(hour), Number(minute), Number(second ?? '0')];
  if (date === null || east === null || h > 23 || min > 59 || s > 59) return null;
  const ms = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  return (((date * 24 + h) * 60 + min - east) * 60 + s) * 1000 + ms;
};

// Ten trillion yuan: far above any household's figure, and far enough below 2^53 fen that sums stay exact.
const MAX_FEN = 1e15;
const amountForm = /^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$|^-?\.(\d+)$/;

/** Fen of an amount in yuan with at most 2 decimals; negative amounts are returned, the caller judges them. */
export const parseAmount = (text: string): number | null => {
  const m = amountForm.exec(text);
  if (m === null || (m[1] ?? m[2] ?? '').length > 2) return null;
  const fen = Math.round(Number(text.replaceAll(',', '')) * 100);
  return fen <= MAX_FEN && fen >= -MAX_FEN ? fen + 0 : null;
};

/** Fen of an amount that came as a number; what `parseAmount` says of its text, without the text. */
export const amountOfNumber = (yuan: number): number | null => {
  const fen = Math.round(yuan * 100);
  return fen / 100 === yuan && fen <= MAX_FEN && fen >= -MAX_FEN ? fen + 0 : parseAmount(String(yuan));
};

/** An integer: digits with at most a sign. `1.0` is none. */
export const parseInteger = (text: string): number | null => {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
};

const numberForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** A plain decimal number. */
export const parseNumber = (text: string): number | null => (numberForm.test(text) ? Number(text) : null);

const booleans = new Map([
  ['true', true],
  ['false', false],
  ['是', true],
  ['否', false],
]);

/** `true`, `false`, `是`, `否`. */
export const parseBoolean = (text: string): boolean | null => booleans.get(text) ?? null;

/** Code points in a text: `𠮷` counts one. */
export const textLength = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};
