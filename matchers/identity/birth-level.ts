import { civil } from '../../platform/calendar.ts';

/** How two birth days agree, from the strongest agreement to none. */
export const BIRTH_LEVELS = [
  'equal',
  'month and day swapped',
  'one digit different',
  '1 January of the same year',
  'lunar and solar',
  'same year and month',
  'same year',
  'a year apart',
  'different',
] as const;

const level = (name: (typeof BIRTH_LEVELS)[number]): number => BIRTH_LEVELS.indexOf(name);
const EQUAL = level('equal');
const SWAPPED = level('month and day swapped');
const DIGIT = level('one digit different');
const NEW_YEAR = level('1 January of the same year');
const LUNAR = level('lunar and solar');
const MONTH = level('same year and month');
const YEAR = level('same year');
const YEAR_APART = level('a year apart');
const DIFFERENT = level('different');

/** The last level that one slip or custom can bring forth from the same day. */
export const SAME_BIRTH = LUNAR;
/** The date of the lunar calendar, written as a solar one, lies this many days before the true day. */
const LUNAR_LEAST = 18;
const LUNAR_MOST = 51;

const digitsDifferent = (a: number, b: number): number => {
  let different = 0;
  for (let x = a, y = b; x > 0 || y > 0; x = Math.floor(x / 10), y = Math.floor(y / 10)) {
    if (x % 10 !== y % 10) different += 1;
  }
  return different;
};

/** The level that two days of birth reach (index into BIRTH_LEVELS). */
export const birthLevel = (a: number, b: number): number => {
  if (a === b) return EQUAL;
  const x = civil(a);
  const y = civil(b);
  if (x.year === y.year && x.month === y.day && x.day === y.month) return SWAPPED;
  const sameYear = x.year === y.year;
  if (sameYear && ((x.month === 1 && x.day === 1) || (y.month === 1 && y.day === 1))) return NEW_YEAR;
  const number = (d: { year: number; month: number; day: number }): number => d.year * 10_000 + d.month * 100 + d.day;
  if (digitsDifferent(number(x), number(y)) === 1) return DIGIT;
  const apart = Math.abs(a - b);
  if (apart >= LUNAR_LEAST && apart <= LUNAR_MOST) return LUNAR;
  if (sameYear) return x.month === y.month ? MONTH : YEAR;
  return Math.abs(x.year - y.year) === 1 ? YEAR_APART : DIFFERENT;
};
