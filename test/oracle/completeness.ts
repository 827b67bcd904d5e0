/** Up to when a feed is complete for a household. */
import type { Month } from './calendar.ts';
import type { Declaration } from './check-record.ts';
import type { FeedStore } from './record-store.ts';

/** From the first complete month to the last one before a gap. */
export interface CompleteMonths {
  readonly first: Month;
  readonly watermark: Month;
}

function takesEffect(declaration: Declaration, store: FeedStore): boolean {
  const { records, month } = declaration;
  return records === undefined || (store.rowsOfMonth.get(month) ?? 0) >= records;
}

/** Whether anything was ever declared for the region, also what never took effect. */
export function isDeclared(store: FeedStore, regionCode: string): boolean {
  return store.declarations.some(({ prefix }) => regionCode.startsWith(prefix));
}

/** Undefined where no month is complete for the region. */
export function completeMonths(store: FeedStore, regionCode: string): CompleteMonths | undefined {
  const months = new Set<Month>();
  for (const declaration of store.declarations) {
    if (regionCode.startsWith(declaration.prefix) && takesEffect(declaration, store)) months.add(declaration.month);
  }
  if (months.size === 0) return undefined;
  const first = Math.min(...months);
  let watermark = first;
  while (months.has(watermark + 1)) watermark++;
  return { first, watermark };
}
