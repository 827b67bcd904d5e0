import { lastEndedMonth } from '../platform/calendar.ts';

/** A declaration that a feed is complete for a month below a region prefix. `effective`: its count, if any, is reached. */
export interface Declaration {
  readonly feed: string;
  readonly regionPrefix: string;
  readonly month: number;
  readonly effective: boolean;
}

/** Complete months of one feed for one region: the first, and the last month without a gap after it. */
export interface Watermark {
  readonly first: number;
  readonly last: number;
}

export interface StandardRow {
  readonly regionCode: string;
  readonly kind: string;
  readonly area: string;
  /** Day number. */
  readonly effectiveFrom: number;
  /** Fen. */
  readonly amount: number;
}

const prefixesOf = (regionCode: string): string[] =>
  Array.from({ length: Math.max(0, regionCode.length - 1) }, (_, i) => regionCode.slice(0, i + 2));

/** Watermarks of all feeds for a region (feeds.md section 4). `declared` also names feeds that are never complete there. */
export const createWatermarks = (declarations: readonly Declaration[]) => {
  const byPrefix = new Map<string, Declaration[]>();
  for (const declaration of declarations) {
    const there = byPrefix.get(declaration.regionPrefix);
    if (there === undefined) byPrefix.set(declaration.regionPrefix, [declaration]);
    else there.push(declaration);
  }
  return (regionCode: string, feed: string): { declared: boolean; watermark: Watermark | null } => {
    const there = prefixesOf(regionCode)
      .flatMap((prefix) => byPrefix.get(prefix) ?? [])
      .filter((declaration) => declaration.feed === feed);
    const months = new Set(there.filter((d) => d.effective).map((d) => d.month));
    if (months.size === 0) return { declared: there.length > 0, watermark: null };
    const first = Math.min(...months);
    let last = first;
    while (months.has(last + 1)) last += 1;
    return { declared: true, watermark: { first, last } };
  };
};

/**
 * Complete months of income for a region on a day: those of tax and, where human-resources has declared any period
 * there, of both; only months that end on or before the day (rules.md section 1).
 */
export const incomeMonths = (
  watermarksOf: ReturnType<typeof createWatermarks>,
  regionCode: string,
  asOf: number,
): Watermark | null => {
  const tax = watermarksOf(regionCode, 'tax').watermark;
  if (tax === null) return null;
  const pensions = watermarksOf(regionCode, 'human-resources');
  if (pensions.declared && pensions.watermark === null) return null;
  const first = Math.max(tax.first, pensions.watermark?.first ?? tax.first);
  const last = Math.min(tax.last, pensions.watermark?.last ?? tax.last, lastEndedMonth(asOf));
  return last < first ? null : { first, last };
};

/**
 * The standard of every kind for a region and area on a day: the longest prefix, then the household's own area before
 * `any`, then the latest in force (rules.md section 2).
 */
export const standardsFor = (
  rows: readonly StandardRow[],
  regionCode: string,
  area: string,
  asOf: number,
): Map<string, number> => {
  const best = new Map<string, StandardRow>();
  for (const row of rows) {
    if (row.effectiveFrom > asOf || !regionCode.startsWith(row.regionCode)) continue;
    if (row.area !== area && row.area !== 'any') continue;
    const held = best.get(row.kind);
    if (held === undefined || outranks(row, held)) best.set(row.kind, row);
  }
  return new Map([...best].map(([kind, row]) => [kind, row.amount]));
};

const outranks = (a: StandardRow, b: StandardRow): boolean => {
  if (a.regionCode.length !== b.regionCode.length) return a.regionCode.length > b.regionCode.length;
  if (a.area !== b.area) return b.area === 'any';
  return a.effectiveFrom > b.effectiveFrom;
};
