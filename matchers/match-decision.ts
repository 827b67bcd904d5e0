import type { MatchOutcome } from './contract.ts';
import type { Explanation } from './person/explanation.ts';

/** A decision with its reasons as stable codes. `personNo` is 0 where nobody is linked. */
export interface MatchDecision {
  readonly outcome: MatchOutcome;
  readonly personNo: number;
  readonly reasons: readonly string[];
  /** The trusted id number that the record states, itself or in its certificate; '' without one. */
  readonly idNumber: string;
  /** Of a decision for review: whom the record may be about, the likeliest first. Else empty. */
  readonly candidates: readonly number[];
  /** What evidence said, where it was asked; of plain exact decisions tier and reasons say everything. */
  readonly explained?: Explained;
}

/** What the matcher found, as it is kept with the decision: no value of a record or a person, only how they agree. */
export interface Explained {
  readonly explanation: Explanation;
  /** Whom it compared the record with, the one that the explanation is about first, and the bits of each. */
  readonly persons: readonly number[];
  readonly bits: readonly number[];
}
