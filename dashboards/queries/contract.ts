import { z } from 'zod';

/** A warning as the queue lists it: pseudonymous outer ids, no name, id number, phone or address. */
export const warningListItem = z.object({
  warning_id: z.string(),
  rule_id: z.string(),
  subject: z.object({ household_id: z.string().nullable(), person_id: z.string().nullable() }),
  region_code: z.string(),
  level: z.enum(['red', 'orange', 'yellow', 'blue']),
  direction: z.string(),
  status: z.string(),
  baseline: z.boolean(),
  as_of: z.string(),
  opened_at: z.string(),
  case_id: z.string().nullable(),
});

export const warningListQuery = z.object({
  status: z.enum(['open', 'snoozed', 'cleared', 'closed']).default('open'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** Where the page before ended: its `next`. */
  after: z.string().max(200).optional(),
});

export const warningList = z.object({
  warnings: z.array(warningListItem),
  /** Warnings of this status in the regions of the reader. */
  total: z.number().int(),
  next: z.string().nullable(),
  /** True in a store of fictional data. */
  synthetic: z.boolean(),
});
export type WarningList = z.infer<typeof warningList>;
export type WarningListQuery = z.infer<typeof warningListQuery>;
