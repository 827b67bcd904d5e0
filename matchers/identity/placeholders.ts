import { dayNumber } from '../../platform/calendar.ts';

/** Values that systems write where nothing is known. They are missing, and two of them agree on nothing. */

const REPEATED = /^(.)\1*$/;
const COUNTED_UP = '01234567890123456789';

/** Whether an id number, certificate or phone was only filled in: `111...`, `123456...`, `无`. */
export const isPlaceholderNumber = (text: string): boolean => {
  if (text === '' || /^[^\dXx*＊×]*$/.test(text)) return true;
  const body = text.length > 6 ? text.slice(0, -1) : text;
  return REPEATED.test(body) || COUNTED_UP.includes(text.slice(0, 17));
};

const DEFAULT_DAYS = new Set(
  [
    [1900, 1, 1],
    [1800, 1, 1],
    [1970, 1, 1],
    [1111, 11, 11],
    [2000, 1, 1],
    [9999, 12, 31],
    [1899, 12, 30],
    [1899, 12, 31],
  ].flatMap(([year, month, day]) => dayNumber(year as number, month as number, day as number) ?? []),
);
/** These are birth days of people too: only the others are never one. */
const ALSO_REAL = new Set([dayNumber(1970, 1, 1), dayNumber(2000, 1, 1)]);
const OLDEST = dayNumber(1900, 1, 2) as number;

/** Whether a birth date says nothing: a default of some system, or before anybody who lives. */
export const isPlaceholderBirth = (day: number): boolean =>
  day < OLDEST || (DEFAULT_DAYS.has(day) && !ALSO_REAL.has(day));
