/**
 * Calendar arithmetic on plain numbers. A day is the number of days since 1970-01-01, a month is year * 12 + (month - 1).
 * Both are proleptic Gregorian and have no time zone; the business time zone Asia/Shanghai has had no daylight saving
 * since 1991, so "today" is UTC + 8 hours.
 */

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days in a month; `month` is 1 to 12. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (LENGTHS[month - 1] ?? 0);

/** The day number of a calendar date, or null when the calendar has no such day (31 February never rolls over). */
export const dayNumber = (year: number, month: number, day: number): number | null => {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  // Days from civil, March-based years: exact for every Gregorian date and free of Date objects on the hot path.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** Calendar parts of a day number. */
export const civil = (day: number): { year: number; month: number; day: number } => {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
};

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DD` of a day number. */
export const formatDay = (day: number): string => {
  const { year, month, day: d } = civil(day);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(d)}`;
};

/** Day number of an ISO date `YYYY-MM-DD`, or null when it is not one. */
export const parseIsoDay = (text: string): number | null => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? null : dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
};

/** `YYYY-MM` of a month number. */
export const formatMonth = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${two((month % 12) + 1)}`;

/** Month number that a day lies in. */
export const monthOfDay = (day: number): number => {
  const { year, month } = civil(day);
  return year * 12 + month - 1;
};

/** Last day of a month number. */
export const lastDayOfMonth = (month: number): number => {
  const year = Math.floor(month / 12);
  const inYear = (month % 12) + 1;
  return dayNumber(year, inYear, daysInMonth(year, inYear)) as number;
};

/** Adds months keeping the day; a day that the month lacks becomes its last day (rules.md section 1). */
export const addMonths = (day: number, months: number): number => {
  const parts = civil(day);
  const month = parts.year * 12 + parts.month - 1 + months;
  const year = Math.floor(month / 12);
  const inYear = month - year * 12 + 1;
  return dayNumber(year, inYear, Math.min(parts.day, daysInMonth(year, inYear))) as number;
};

/** The last month that ends on or before a day. */
export const lastEndedMonth = (day: number): number => {
  const month = monthOfDay(day);
  return lastDayOfMonth(month) === day ? month : month - 1;
};

/** Today's day number in Asia/Shanghai. */
export const shanghaiDay = (now: Date): number => Math.floor((now.getTime() + SHANGHAI_OFFSET_MS) / DAY_MS);

/** Midnight in Asia/Shanghai at which a day begins. */
export const startOfShanghaiDay = (day: number): Date => new Date(day * DAY_MS - SHANGHAI_OFFSET_MS);

/** ISO 8601 with the offset of the business time zone, to the second: `2026-09-30T08:00:00+08:00`. */
export const formatShanghai = (at: Date): string =>
  `${new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
