// Days are integers counted from 1970-01-01 and months are year * 12 + (month - 1): all of them calendar days and months of
// Asia/Shanghai, so no clock and no time zone is ever asked.

const FIRST = -33000; // 1879-08: nobody in a registry is older
const LAST = 50000; // 2106
const months = new Int32Array(LAST - FIRST).fill(-1);
const isoTexts: (string | undefined)[] = new Array(LAST - FIRST);

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/** The day number of a civil date (Asia/Shanghai); `month` from 1. A day beyond the month's end rolls over. */
export const dayOf = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / 86_400_000;

/** The parts of a day number: year, month from 1, day of the month. */
export const partsOf = (day: number): [year: number, month: number, day: number] => {
  const date = new Date(day * 86_400_000);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
};

/** The month number that a day lies in. */
export const monthOf = (day: number): number => {
  const known = months[day - FIRST]!;
  if (known !== -1) return known;
  const [year, month] = partsOf(day);
  const result = year * 12 + month - 1;
  months[day - FIRST] = result;
  return result;
};

/** First day of a month number. */
export const firstDayOf = (month: number): number => dayOf(Math.floor(month / 12), (month % 12) + 1, 1);

/** Last day of a month number. */
export const lastDayOf = (month: number): number => firstDayOf(month + 1) - 1;

/** Adds months and keeps the day; a day that the month lacks becomes its last day (rules.md, section 1). */
export const addMonths = (day: number, count: number): number => {
  const dayOfMonth = partsOf(day)[2];
  const target = monthOf(day) + count;
  return Math.min(firstDayOf(target) + dayOfMonth - 1, lastDayOf(target));
};

/** `2026-09-30` of a day number. */
export const isoDay = (day: number): string => {
  const known = isoTexts[day - FIRST];
  if (known !== undefined) return known;
  const [year, month, date] = partsOf(day);
  const text = `${year}-${two(month)}-${two(date)}`;
  if (day >= FIRST && day < LAST) isoTexts[day - FIRST] = text;
  return text;
};

/** `2026-09` of a month number. */
export const isoMonth = (month: number): string => `${Math.floor(month / 12)}-${two((month % 12) + 1)}`;

/** The day number of `2026-09-30`; throws on anything else, or on a day that does not exist. */
export const parseDay = (text: string): number => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = match === null ? Number.NaN : dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  if (Number.isNaN(day) || isoDay(day) !== text) throw new RangeError(`not a day: ${text}`);
  return day;
};

/** Years from one day to another, rounded down; may be a day off at a birthday. */
export const yearsBetween = (from: number, to: number): number => Math.floor((to - from) / 365.2425 + 1e-6);
