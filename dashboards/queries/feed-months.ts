import { deliveryState } from '../../ingest/index.ts';
import { formatDay, formatMonth } from '../../platform/calendar.ts';
import type { Rule } from '../../rules/contract.ts';
import type { Catalogue, createWatermarks, Watermark } from '../../rules/index.ts';
import type { FeedsState } from './contract.ts';

/** How far feeds are complete, and which rules wait for them. Pure. */

type WatermarksOf = ReturnType<typeof createWatermarks>;

/** Regions that nothing lies below: a banner is complete when all of its own are. */
export const leavesBelow = (codes: readonly string[], prefix: string): string[] => {
  const below = codes.filter((code) => code.startsWith(prefix)).sort();
  return below.filter((code, i) => !(below[i + 1] ?? '').startsWith(code));
};

/** The last month that is complete in every one of the regions, null when some have none. */
export const lastCompleteMonth = (
  watermarksOf: WatermarksOf,
  leaves: readonly string[],
  feed: string,
): number | null => {
  let last = Number.POSITIVE_INFINITY;
  for (const leaf of leaves) {
    const { watermark } = watermarksOf(leaf, feed);
    if (watermark === null) return null;
    last = Math.min(last, watermark.last);
  }
  return Number.isFinite(last) ? last : null;
};

interface Delivered {
  readonly region_code: string;
  readonly name: string | null;
  /** Day of the month on which it is expected. */
  readonly day: number;
  readonly last: number | null;
}

/** What each banner waits for of a feed. One that never sent anything is not late: nobody knows whether it ever will. */
export const deliveriesOf = (
  banners: readonly Delivered[],
  { today, sends }: { today: number; sends: boolean },
): Pick<FeedsState['feeds'][number], 'watermarks' | 'overdue'> => {
  const watermarks = banners.map(({ region_code, name, day, last }) => {
    const { month, dueOn, overdueDays, monthsOverdue } = deliveryState(last, day, today);
    return {
      ...{ region_code, name, month: last === null ? null : formatMonth(last) },
      ...{ awaited: formatMonth(month), due_on: formatDay(dueOn) },
      ...{ overdue_days: sends ? overdueDays : 0, months_overdue: sends ? monthsOverdue : 0 },
    };
  });
  const late = watermarks.filter((one) => one.overdue_days > 0).sort((a, b) => b.overdue_days - a.overdue_days);
  const [worst] = late;
  return {
    watermarks,
    overdue:
      worst === undefined
        ? null
        : { banners: late.length, days: worst.overdue_days, awaited: worst.awaited, due_on: worst.due_on },
  };
};

const YEAR = 12;
const isShort = (watermark: Watermark | null): boolean =>
  watermark === null || watermark.last - watermark.first + 1 < YEAR;

/**
 * Feeds that income waits for in one of the regions: it is known over twelve complete months of tax and, where
 * human-resources has declared any, of both (rules.md section 1). No other indicator waits: without records it is 0.
 */
export const feedsWaitedFor = (watermarksOf: WatermarksOf, leaves: readonly string[]): Set<string> => {
  const waited = new Set<string>();
  for (const leaf of leaves) {
    const pensions = watermarksOf(leaf, 'human-resources');
    if (isShort(watermarksOf(leaf, 'tax').watermark)) waited.add('tax');
    if (pensions.declared && isShort(pensions.watermark)) waited.add('human-resources');
  }
  return waited;
};

/** Rules whose expressions name an indicator that rests on income. */
export const rulesOfIncome = (catalogue: Catalogue): FeedsState['feeds'][number]['rules_waiting'] => {
  const income = Object.entries(catalogue.indicators.indicators)
    .filter(([, indicator]) => indicator.evidence.includes('income'))
    .map(([name]) => name);
  const names = (rule: Rule): boolean => {
    const text = [rule.when, ...rule.escalate.map((step) => step.when)].join(' ');
    const words = new Set(text.match(/[a-z][\w.]*/g) ?? []);
    return income.some((name) => words.has(name));
  };
  return catalogue.rules
    .filter((rule) => rule.enabled && names(rule))
    .map(({ id, title, title_en }) => ({ rule_id: id, title, title_en }));
};
