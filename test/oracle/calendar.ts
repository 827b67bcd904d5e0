/** Dates are 'YYYY-MM-DD' text (they compare as text), months are counted as year * 12 + month - 1. */

export type Day = string;
export type Month = number;

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The day, or undefined when there is no such day. */
export function dayOf(year: number, month: number, day: number): Day | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function parts(day: Day): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

/** Adding months keeps the day; a day that the month lacks becomes its last day. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = parts(day);
  const target = year * 12 + month - 1 + months;
  const targetYear = Math.floor(target / 12);
  const targetMonth = (target % 12) + 1;
  return dayOf(targetYear, targetMonth, Math.min(date, daysInMonth(targetYear, targetMonth)))!;
}

export function addDays(day: Day, days: number): Day {
  const [year, month, date] = parts(day);
  const moved = new Date(0);
  moved.setUTCFullYear(year, month - 1, date + days);
  return dayOf(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate())!;
}

export function monthOf(day: Day): Month {
  const [year, month] = parts(day);
  return year * 12 + month - 1;
}

export function yearOfMonth(month: Month): number {
  return Math.floor(month / 12);
}

export function lastDayOf(month: Month): Day {
  const year = yearOfMonth(month);
  const number = (month % 12) + 1;
  return dayOf(year, number, daysInMonth(year, number))!;
}

export function showMonth(month: Month): string {
  return lastDayOf(month).slice(0, 7);
}

/** The last month that has ended on or before a day. */
export function lastMonthEndedOn(day: Day): Month {
  const month = monthOf(day);
  return lastDayOf(month) === day ? month : month - 1;
}

/** The n-th birthday; someone born on 29 February has it on 1 March in years without that day. */
export function birthday(birthDate: Day, years: number): Day {
  const [year, month, date] = parts(birthDate);
  return dayOf(year + years, month, date) ?? dayOf(year + years, 3, 1)!;
}

/** Full years on a day, the birthday counting. */
export function ageOn(birthDate: Day, day: Day): number {
  const years = parts(day)[0] - parts(birthDate)[0];
  return birthday(birthDate, years) <= day ? years : years - 1;
}

/** (D - N days, D]. */
export function inTrailingDays(occurredOn: Day, day: Day, days: number): boolean {
  return occurredOn > addDays(day, -days) && occurredOn <= day;
}

/** (D - N months, D]. */
export function inTrailingMonths(occurredOn: Day, day: Day, months: number): boolean {
  return occurredOn > addMonths(day, -months) && occurredOn <= day;
}
