import { z } from 'zod';

/** What the matcher decided about a record (commands.md). */
export const matchOutcomes = ['exact', 'repaired', 'certificate', 'probable', 'review', 'unregistered'] as const;
export const matchOutcome = z.enum(matchOutcomes);
export type MatchOutcome = z.infer<typeof matchOutcome>;

/** Outcomes that link a record to a person without a reviewer. */
export const isLinked = (outcome: MatchOutcome): boolean => outcome !== 'review' && outcome !== 'unregistered';

/** A decision with its reasons as stable codes. `personNo` is 0 where nobody is linked. */
export interface MatchDecision {
  readonly outcome: MatchOutcome;
  readonly personNo: number;
  readonly reasons: readonly string[];
  /** The trusted id number that the record states, itself or in its certificate; '' without one. */
  readonly idNumber: string;
}
