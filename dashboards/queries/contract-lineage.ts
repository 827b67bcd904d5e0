import { z } from 'zod';

const day = z.iso.date();

/** What another household is to this one: this one was split off it (分户), or it was merged into this one (并户), and the reverse. */
export const lineageRelation = z.enum(['split_from', 'split_into', 'merged_from', 'merged_into']);

export const lineageStep = z.object({
  relation: lineageRelation,
  day,
  /** How many members went from the one to the other. */
  members: z.int(),
  /** The other household; null where the reader may not see it. */
  household_id: z.string().nullable(),
  /** Its newest case, if it has one and the reader may see it. */
  case_id: z.string().nullable(),
});
export type ShownLineage = z.infer<typeof lineageStep>;

export const lineageQuery = z.object({
  /** Splits and merges up to this day; today where it is left out. */
  as_of: day.optional(),
  /** As the registry was known at this moment; as it is where it is left out. */
  known_at: z.iso.datetime({ offset: true }).optional(),
});
export type LineageQuery = z.infer<typeof lineageQuery>;

export const householdLineage = z.object({
  household_id: z.string(),
  as_of: day,
  known_at: z.string().nullable(),
  /** The oldest first. */
  steps: z.array(lineageStep),
});
export type HouseholdLineage = z.infer<typeof householdLineage>;
