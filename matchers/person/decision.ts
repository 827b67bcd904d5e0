import type { MatchDecision } from '../match-decision.ts';
import type { Evidence } from './evidence.ts';
import type { Veto } from './vetoes.ts';

/** Which step decided: exact number, repaired number, certificate, probable, household. 0: none of them found anybody. */
export type Tier = 0 | 1 | 2 | 3 | 4 | 5;

/** Somebody whom a record may be about. */
export interface Candidate {
  readonly personNo: number;
  readonly householdNo: number;
  readonly bits: number;
  readonly evidence: Evidence;
  readonly vetoes: readonly Veto[];
  /** Block families that brought the two together; told of the best only. */
  readonly families: readonly string[];
}

/** A decision with all that it rests on. */
export interface PersonDecision extends Omit<MatchDecision, 'candidates' | 'explained'> {
  readonly tier: Tier;
  /** The best first, three at most: what a reviewer is shown. */
  readonly candidates: readonly Candidate[];
  /** Bits between the best and the second; null with fewer than two. */
  readonly margin: number | null;
  readonly vetoes: readonly Veto[];
  /** Rows that were not looked at because their blocks are too large. */
  readonly cut: number;
}
