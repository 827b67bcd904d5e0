import { z } from 'zod';

/** The chart of a case, and a masked field in full; a part of `contract.ts`, by which it is entered. */

const day = z.string();
const money = z.string();

/** Spending and income of a household, month by month, with limits and events: 24 months up to `as_of`. */
export const caseChart = z.object({
  as_of: day,
  months: z.array(
    z.object({
      month: z.string(),
      medical: money,
      education: money,
      rehabilitation: money,
      accident: money,
      /** Tax, pension and benefit income; null where it is not known. */
      income: money.nullable(),
      /** Rigid spending of the 12 months up to this one. */
      rigid_12m: money,
    }),
  ),
  limits: z.array(z.object({ name: z.string(), title: z.string(), amount: money, per: z.enum(['month', 'year']) })),
  events: z.array(
    z.object({
      on: day,
      title: z.string(),
      /** Where the event has an English name: that of a warning's rule. */
      title_en: z.string().nullable(),
      kind: z.enum(['warning', 'case', 'registry', 'record']),
    }),
  ),
});
export type CaseChart = z.infer<typeof caseChart>;

/** Showing a masked field in full: needs a reason, is logged. */
export const revealRequest = z.strictObject({
  person_id: z.string().nullable(),
  field: z.enum(['name', 'id_number', 'phone']),
  reason: z.string().trim().min(4).max(500),
});
export const revealed = z.object({ value: z.string().nullable() });
