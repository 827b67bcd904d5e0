import { z } from 'zod';
import { level } from '../../rules/contract.ts';

/** Feeds, coverage and regions as pages are shown them; a part of `contract.ts`, by which it is entered. */

const moment = z.string();
const day = z.string();

export const feedsState = z.object({
  as_of: day,
  feeds: z.array(
    z.object({
      feed: z.string(),
      title: z.string(),
      files: z.int(),
      last_received_at: moment.nullable(),
      records_last_month: z.int(),
      quarantined: z.int(),
      /** Last month that is complete, by banner, and the month that is waited for with the last day on which it may come. */
      watermarks: z.array(
        z.object({
          region_code: z.string(),
          name: z.string().nullable(),
          month: z.string().nullable(),
          awaited: z.string(),
          due_on: day,
          /** 0: not overdue, or never sent anything. */
          overdue_days: z.int(),
          months_overdue: z.int(),
        }),
      ),
      /** The banner that is most overdue; null where none is. */
      overdue: z.object({ banners: z.int(), days: z.int(), awaited: z.string(), due_on: day }).nullable(),
      department: z.string(),
      /** Rules that wait for this feed in some region. */
      rules_waiting: z.array(z.object({ rule_id: z.string(), title: z.string(), title_en: z.string() })),
    }),
  ),
  synthetic: z.boolean(),
});
export type FeedsState = z.infer<typeof feedsState>;

/** A count, or null where it is under 5 and the reader sees counts only. */
const hiddenCount = z.int().nullable();
export const coverageQuery = z.object({
  region: z
    .string()
    .regex(/^\d{2,12}$/)
    .optional(),
});
export const coverage = z.object({
  as_of: day,
  /** When it was counted: up to a minute ago. */
  counted_at: moment,
  region_code: z.string().nullable(),
  /** 覆盖漏斗: each stage with what it is a part of. Households unless the title says otherwise. */
  funnel: z.array(
    z.object({
      stage: z.enum(['registered', 'data_received', 'warned', 'verified', 'referred', 'helped', 'inspected']),
      title: z.string(),
      count: hiddenCount,
      of: z.string(),
      denominator: hiddenCount,
    }),
  ),
  regions: z.array(
    z.object({
      region_code: z.string(),
      name: z.string().nullable(),
      registered: hiddenCount,
      data_received: hiddenCount,
      open_warnings: hiddenCount,
      red: hiddenCount,
      overdue: hiddenCount,
      closed_cases: hiddenCount,
      open_referrals: hiddenCount,
    }),
  ),
  levels: z.array(z.object({ level, count: hiddenCount })),
  rules: z.array(
    z.object({
      rule_id: z.string(),
      title: z.string(),
      title_en: z.string(),
      open: hiddenCount,
      confirmed: hiddenCount,
      verified: hiddenCount,
    }),
  ),
  synthetic: z.boolean(),
});
export type Coverage = z.infer<typeof coverage>;

/** Regions that the reader may see, with what lies above them: for names and for filters. */
export const regionsTree = z.object({
  regions: z.array(
    z.object({
      region_code: z.string(),
      name: z.string(),
      parent_code: z.string().nullable(),
      level: z.enum(['league', 'banner', 'township', 'village']),
    }),
  ),
});
export type RegionsTree = z.infer<typeof regionsTree>;
