import { z } from 'zod';

/** What a department's data did (回流), as pages are shown it; a part of `contract.ts`, by which it is entered. */

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
export const returnMonth = month;
/** A count, or null where it is under 5 and the reader sees counts only. */
const hiddenCount = z.int().nullable();

export const dataReturnQuery = z.object({
  /** Asked by who may see several; a department sees its own. */
  department: z.string().max(64).optional(),
  /** First and last month; twelve up to now where not said. */
  from: month.optional(),
  to: month.optional(),
});
export type DataReturnQuery = z.infer<typeof dataReturnQuery>;

export const dataReturn = z.object({
  as_of: z.string(),
  /** Departments that the reader may ask for. */
  departments: z.array(z.object({ department: z.string(), title: z.string() })),
  department: z.string(),
  title: z.string(),
  feeds: z.array(z.object({ feed: z.string(), title: z.string() })),
  /** Newest first. Rows by the month in which they came, warnings by that in which they were raised, families by that in which the case was closed. */
  months: z.array(
    z.object({
      month: z.string(),
      /** Rows that were taken, or changed nothing because they were known. */
      accepted: hiddenCount,
      duplicate: hiddenCount,
      /** Rows whose family has not authorised their use. */
      not_authorised: hiddenCount,
      rejected: hiddenCount,
      /** Of the refused rows, those that were corrected and taken. */
      corrected: hiddenCount,
      warnings: hiddenCount,
      helped: hiddenCount,
    }),
  ),
  /** Of all these months, most first. */
  defects: z.array(z.object({ reason: z.string(), says: z.string(), count: hiddenCount })),
  /** Small counts are hidden from this reader. */
  hides_small: z.boolean(),
  synthetic: z.boolean(),
});
export type DataReturn = z.infer<typeof dataReturn>;
