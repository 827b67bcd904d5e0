import { createRequire } from 'node:module';
import { civil, parseIsoDay } from './calendar.ts';

/** What the State Council published: days off, and weekend days worked in their place (调休). Day numbers. */
export interface PublishedHolidays {
  readonly daysOff: ReadonlySet<number>;
  readonly workedWeekends: ReadonlySet<number>;
  /** Years whose arrangement is published. Of any other only the weekends are known. */
  readonly years: ReadonlySet<number>;
}

/** A day, or a number of days, and whether it rests on a year whose holidays are not published: compute it again then. */
export interface WorkingDaysResult {
  readonly value: number;
  readonly provisional: boolean;
}

export interface WorkingDays {
  readonly isWorkingDay: (day: number) => boolean;
  /** The day that is `count` working days after a day (before it for a negative count). 0 is the day itself. */
  readonly add: (day: number, count: number) => WorkingDaysResult;
  /** Working days after `from` up to and with `to`; negative when `to` lies before `from`. */
  readonly between: (from: number, to: number) => WorkingDaysResult;
}

/** 1970-01-01 was a Thursday. */
const isWeekend = (day: number): boolean => [2, 3].includes(((day % 7) + 7) % 7);

/** Working-day arithmetic on published holidays. Pure. */
export const createWorkingDays = ({ daysOff, workedWeekends, years }: PublishedHolidays): WorkingDays => {
  const isWorkingDay = (day: number): boolean => workedWeekends.has(day) || !(isWeekend(day) || daysOff.has(day));
  const isPublished = (day: number): boolean => years.has(civil(day).year);
  // A span that touches an unpublished year touches it at one of its ends, or spans a whole gap between years.
  const isProvisional = (from: number, to: number): boolean => {
    const [first, last] = [civil(Math.min(from, to)).year, civil(Math.max(from, to)).year];
    for (let year = first; year <= last; year += 1) if (!years.has(year)) return true;
    return false;
  };
  return {
    isWorkingDay,
    add: (day, count) => {
      const step = Math.sign(count);
      let at = day;
      for (let left = Math.abs(count); left > 0; ) {
        at += step;
        if (isWorkingDay(at)) left -= 1;
      }
      return { value: at, provisional: count === 0 ? !isPublished(day) : isProvisional(day + step, at) };
    },
    between: (from, to) => {
      if (from === to) return { value: 0, provisional: false };
      const [low, high] = from < to ? [from, to] : [to, from];
      let value = 0;
      for (let day = low + 1; day <= high; day += 1) if (isWorkingDay(day)) value += 1;
      return { value: from < to ? value : -value, provisional: isProvisional(low + 1, high) };
    },
  };
};

/** As `chinese-days` packs it: dates with the names of their holidays. */
interface Packed {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
}

/**
 * The holidays that `chinese-days` holds. Its data, not its functions: those take an unpublished year's holidays for
 * working days without a word, and move by a day in time zones west of Greenwich. A year is published when its National
 * Day is in the data.
 */
export const readPublishedHolidays = ({ holidays, workdays }: Packed): PublishedHolidays => {
  const days = (dates: Readonly<Record<string, string>>): Set<number> =>
    new Set(Object.keys(dates).map((date) => parseIsoDay(date) as number));
  const years = Object.keys(holidays).flatMap((date) => (date.endsWith('-10-01') ? [Number(date.slice(0, 4))] : []));
  return { daysOff: days(holidays), workedWeekends: days(workdays), years: new Set(years) };
};

const packed = createRequire(import.meta.url)('chinese-days/dist/chinese-days.json') as Packed;

/** Working days by the State Council's arrangements, as far as they are published. */
export const publishedWorkingDays = createWorkingDays(readPublishedHolidays(packed));
