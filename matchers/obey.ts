import type { ClaimedIdentity } from '../ingest/index.ts';
import { claimedKey } from './claimed-key.ts';
import { isLinked } from './contract.ts';
import type { MatchDecision } from './match-decision.ts';

/** What reviewers found out about a claimed identity. */
export interface Judgement {
  /** Whose its records are; 0 where that is not known. */
  readonly must: number;
  /** Whose they are not. */
  readonly cannot: ReadonlySet<number>;
}

/** Every judgement in force, by `claimedKey`. */
export type Judgements = ReadonlyMap<string, Judgement>;

/** Ends the reasons of a decision that a verdict made. */
export const VERDICT_SAME = 'verdict_same';
export const VERDICT_DIFFERENT = 'verdict_different';

export const isByVerdict = ({ reasons }: Pick<MatchDecision, 'reasons'>): boolean =>
  reasons.includes(VERDICT_SAME) || reasons.includes(VERDICT_DIFFERENT);

const applied = (decision: MatchDecision, { must, cannot }: Judgement): MatchDecision => {
  const { reasons } = decision;
  if (must !== 0) {
    if (decision.personNo === must) return decision;
    return { ...decision, outcome: 'probable', personNo: must, reasons: [...reasons, VERDICT_SAME], candidates: [] };
  }
  const nobody: MatchDecision = {
    ...decision,
    ...{ outcome: 'unregistered', personNo: 0, reasons: [...reasons, VERDICT_DIFFERENT], candidates: [] },
  };
  if (isLinked(decision.outcome)) return cannot.has(decision.personNo) ? nobody : decision;
  if (decision.outcome !== 'review') return decision;
  const left = decision.candidates.filter((personNo) => !cannot.has(personNo));
  return left.length === 0 ? nobody : { ...decision, candidates: left };
};

/**
 * The matcher's decision as verdicts leave it. A verdict goes before any comparison: it links, it forbids a link however
 * well the fields agree, and it takes persons out of those who are asked about. Without verdicts nothing changes. Pure.
 */
export const obey = (judgements: Judgements, identity: ClaimedIdentity, decision: MatchDecision): MatchDecision => {
  if (judgements.size === 0) return decision;
  const judgement = judgements.get(claimedKey(identity));
  return judgement === undefined ? decision : applied(decision, judgement);
};
