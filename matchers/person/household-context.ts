import { SAME_BIRTH } from '../identity/birth-level.ts';
import { MISSING } from '../linkage/comparison.ts';
import { SAME_NAME } from '../names/name-level.ts';
import type { Candidate, PersonDecision } from './decision.ts';
import { BIRTH, NAME } from './person-levels.ts';
import type { PersonModel } from './person-model.ts';

/** What a linked member of the same household is worth, in bits, and what several are worth at most. */
const BITS_OF_A_MEMBER = 6;
export const MOST_BITS = 8;

const agreesItself = ({ evidence }: Candidate): boolean => {
  const name = evidence.levels[NAME] as number;
  const birth = evidence.levels[BIRTH] as number;
  return (name !== MISSING && name <= SAME_NAME) || (birth !== MISSING && birth <= SAME_BIRTH);
};

const isWaiting = ({ outcome, candidates }: PersonDecision): boolean =>
  (outcome === 'review' || outcome === 'unregistered') && candidates.length > 0;

/**
 * Looks at the records of one family together (T5): whoever among them is linked to a household lends bits to the others'
 * candidates in it. It never decides alone: a candidate must agree in name or birth itself, and every veto stands.
 * `householdOf` tells the household of a linked person.
 */
export const settleHousehold = (
  decisions: readonly PersonDecision[],
  { thresholds }: PersonModel,
  householdOf: (personNo: number) => number,
): PersonDecision[] => {
  const linked = new Map<number, Set<number>>();
  for (const { personNo } of decisions) {
    if (personNo === 0) continue;
    const household = householdOf(personNo);
    linked.set(household, (linked.get(household) ?? new Set()).add(personNo));
  }
  const taken = new Set(decisions.map(({ personNo }) => personNo));
  return decisions.map((decision) => {
    if (!isWaiting(decision) || linked.size === 0) return decision;
    const lifted = decision.candidates
      .map((candidate) => {
        const members = linked.get(candidate.householdNo)?.size ?? 0;
        // Somebody whom another record of the family is already about would be in the group twice.
        if (members === 0 || taken.has(candidate.personNo) || !agreesItself(candidate)) return candidate;
        const bits = Math.min(MOST_BITS, members * BITS_OF_A_MEMBER);
        return {
          ...candidate,
          bits: candidate.bits + bits,
          evidence: { ...candidate.evidence, householdBits: bits },
        };
      })
      .sort((a, b) => b.bits - a.bits || a.personNo - b.personNo);
    const [first, second] = lifted;
    if (first === undefined || first.evidence.householdBits === 0) return decision;
    const margin = second === undefined ? null : first.bits - second.bits;
    const enough = first.bits >= thresholds.auto && (margin === null || margin >= thresholds.margin);
    if (enough && first.vetoes.length === 0) {
      return {
        ...{ ...decision, outcome: 'probable', tier: 5, personNo: first.personNo, vetoes: [] },
        ...{ reasons: ['evidence_enough', 'household_linked'], candidates: lifted, margin },
      };
    }
    const outcome = first.bits >= thresholds.review ? 'review' : decision.outcome;
    return { ...decision, outcome, tier: outcome === 'review' ? 5 : decision.tier, candidates: lifted, margin };
  });
};
