import { firstDayOf, lastDayOf, monthOf, parseDay } from './calendar.ts';

/** What a caller asks for. Days are calendar days of Asia/Shanghai. */
export type SimulateOptions = {
  /** registered households, 1 to 5,000,000 */
  households: number;
  /** any safe non-negative integer; the same options give byte-identical files */
  seed: number;
  /** months of history that end with the month of asOf, 1 to 60; default 24 */
  months?: number;
  /** directory to write; created where missing, files of an earlier run in it are replaced */
  out: string;
  /** last day covered, `YYYY-MM-DD`; default 2026-09-30 */
  asOf?: string;
  /** called after about every 500 households */
  onProgress?: (done: number, total: number) => void;
};

/** The options, checked, with everything that follows from them. Day and month numbers as in calendar.ts. */
export type Settings = {
  households: number;
  seed: number;
  months: number;
  out: string;
  asOf: number;
  firstMonth: number;
  firstDay: number;
  lastMonth: number;
  /** the last month that ends on or before asOf */
  lastFullMonth: number;
  /** the month that tax leaves out in townships of the role `missed`: so early that twelve months never become known */
  missedMonth: number;
  banners: number;
  perBanner: number;
};

const integer = (name: string, value: number, low: number, high: number): number => {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be an integer from ${low} to ${high}, not ${value}`);
  }
  return value;
};

/** Checks the options; throws RangeError with the name of the one that is wrong. */
export const readSettings = (options: SimulateOptions): Settings => {
  const households = integer('households', options.households, 1, 5_000_000);
  const months = integer('months', options.months ?? 24, 1, 60);
  const seed = integer('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  const asOf = parseDay(options.asOf ?? '2026-09-30');
  const lastMonth = monthOf(asOf);
  const firstMonth = lastMonth - months + 1;
  // 99 banners are all that 1599xx has room for: beyond 198,000 households they grow instead
  const banners = Math.min(99, Math.max(1, Math.ceil(households / 2000)));
  return {
    households,
    seed,
    months,
    out: options.out,
    asOf,
    firstMonth,
    firstDay: firstDayOf(firstMonth),
    lastMonth,
    lastFullMonth: lastDayOf(lastMonth) === asOf ? lastMonth : lastMonth - 1,
    missedMonth: firstMonth + Math.min(5, months - 2),
    banners,
    perBanner: Math.ceil(households / banners),
  };
};
