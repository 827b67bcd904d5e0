import { formatMonth } from '../../platform/calendar.ts';
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
): string | null => {
  let last = Number.POSITIVE_INFINITY;
  for (const leaf of leaves) {
    const { watermark } = watermarksOf(leaf, feed);
    if (watermark === null) return null;
    last = Math.min(last, watermark.last);
  }
  return Number.isFinite(last) ? formatMonth(last) : null;
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
