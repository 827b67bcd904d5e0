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
const NEW_YEARS_DAY = 101;
const YEAR_DAYS = 365.2425;
const TWO_YEARS = 731;
/** By how many days a day of the year may stray from whole years of mean length, leap years and centuries counted. */
const LEAP_DAYS = 3;

/** Days whose dates are worked out once: of the years 1850 to 2150. */
const FIRST_DAY = -43_829;
const DAYS = 109_572;
const dates = new Int32Array(DAYS);

/** Year, month and day as one number: 19650319. */
const dateOf = (day: number): number => {
  const at = day - FIRST_DAY;
  const known = dates[at];
  if (known !== undefined && known !== 0) return known;
  const { year, month, day: d } = civil(day);
  const date = year * 10_000 + month * 100 + d;
  if (at >= 0 && at < DAYS) dates[at] = date;
  return date;
};

const digitsDifferent = (a: number, b: number): number => {
  let different = 0;
  for (let x = a, y = b; x > 0 || y > 0; x = (x / 10) | 0, y = (y / 10) | 0) if (x % 10 !== y % 10) different += 1;
  return different;
};

/** The level that two days of birth reach (index into BIRTH_LEVELS). */
export const birthLevel = (a: number, b: number): number => {
  if (a === b) return EQUAL;
  const apart = Math.abs(a - b);
  // Years apart, only one digit of the year can be all that differs: then it is about the same day of the year.
  if (apart > TWO_YEARS && Math.abs(apart - Math.round(apart / YEAR_DAYS) * YEAR_DAYS) > LEAP_DAYS) return DIFFERENT;
  const x = dateOf(a);
  const y = dateOf(b);
  const [yearX, yearY] = [(x / 10_000) | 0, (y / 10_000) | 0];
  const [inYearX, inYearY] = [x % 10_000, y % 10_000];
  const [monthX, monthY] = [(inYearX / 100) | 0, (inYearY / 100) | 0];
  const sameYear = yearX === yearY;
  if (sameYear && monthX === inYearY % 100 && inYearX % 100 === monthY) return SWAPPED;
  if (sameYear && (inYearX === NEW_YEARS_DAY || inYearY === NEW_YEARS_DAY)) return NEW_YEAR;
  if (digitsDifferent(x, y) === 1) return DIGIT;
  if (apart >= LUNAR_LEAST && apart <= LUNAR_MOST) return LUNAR;
  if (sameYear) return monthX === monthY ? MONTH : YEAR;
  return Math.abs(yearX - yearY) === 1 ? YEAR_APART : DIFFERENT;
};
