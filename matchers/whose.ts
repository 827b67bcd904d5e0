import type { ClaimedIdentity } from '../ingest/index.ts';
import type { FormerNumbers } from './former-numbers.ts';
import { matchRecord } from './match.ts';
import type { MatchDecision } from './match-decision.ts';
import { createExplainer } from './person/explanation.ts';
import { createMatcher } from './person/matcher.ts';
import type { PersonModel } from './person/person-model.ts';
import type { PersonRegister } from './person/person-register.ts';
import type { PersonLookup } from './person-index.ts';

/**
 * Whose record it is: the one question that everybody asks who decides about a record, so that the same record and registry
 * come to the same decision, whatever they came with. Answered at once by number and name, and by everything else once the
 * matcher was made; a promise stands for the first answer that has to wait for it.
 */
export type Whose = (
  identity: ClaimedIdentity,
  feed: string,
  /** Day that the record is about. */
  occurredOn: number | null,
) => MatchDecision | Promise<MatchDecision>;

/** What evidence decides with: who is registered, with all that is known of them, and the model. */
export interface Evidently {
  readonly register: PersonRegister;
  readonly model: PersonModel;
}

const MOST_ASKED_ABOUT = 3;

/** Whether number and name leave nothing to ask: linked, or the number of somebody in no registry, now or before. */
const isDecided = ({ outcome, idNumber }: MatchDecision): boolean =>
  outcome === 'unregistered' ? idNumber !== '' : outcome !== 'review';

/** Decides what number and name alone do not. */
const createByEvidence = ({ register, model }: Evidently) => {
  const matcher = createMatcher(register, model);
  const explain = createExplainer(model);
  return (plain: MatchDecision, identity: ClaimedIdentity, feed: string, occurredOn: number | null): MatchDecision => {
    const found = matcher.decide(identity, { feed, occurredOn });
    const { outcome, personNo, reasons, candidates } = found;
    if (outcome === 'unregistered') return plain;
    const explained = {
      explanation: explain(found),
      persons: candidates.map((candidate) => candidate.personNo),
      bits: candidates.map(({ bits }) => bits),
    };
    if (outcome !== 'review')
      return { outcome, personNo, reasons, idNumber: plain.idNumber, candidates: [], explained };
    // Whoever is or was registered under the number is asked about first: the number may be right and the name wrong.
    const likely = candidates.filter(({ bits }) => bits >= model.thresholds.review);
    const asked = [...new Set([...plain.candidates, ...likely.map((candidate) => candidate.personNo)])];
    const shown = asked.slice(0, Math.max(MOST_ASKED_ABOUT, plain.candidates.length));
    return { outcome, personNo, reasons, idNumber: plain.idNumber, candidates: shown, explained };
  };
};

/**
 * Asks the index first and the matcher for what is left. `evidently` is called when the first such record comes: a load in
 * which every number is right and every name equal pays nothing for the matcher.
 */
export const createWhose = (
  persons: PersonLookup,
  former: FormerNumbers,
  evidently: () => Promise<Evidently>,
): Whose => {
  let decide: ReturnType<typeof createByEvidence> | null = null;
  let making: Promise<void> | null = null;
  const make = (): Promise<void> => {
    making ??= evidently().then(
      (made) => {
        decide = createByEvidence(made);
      },
      (error: unknown) => {
        making = null;
        throw error;
      },
    );
    return making;
  };
  return (identity, feed, occurredOn) => {
    const plain = matchRecord(persons, identity, former);
    if (isDecided(plain)) return plain;
    if (decide !== null) return decide(plain, identity, feed, occurredOn);
    return make().then(() => (decide as NonNullable<typeof decide>)(plain, identity, feed, occurredOn));
  };
};

/**
 * How sure a link is, 0 to 1: the probability that its bits stand for where evidence made it, 1 where a number or a verdict
 * did; 0 where nobody is linked.
 */
export const scoreOf = ({ personNo, explained }: MatchDecision): number => {
  if (personNo === 0) return 0;
  // A verdict may say another person than the evidence does.
  const byEvidence = explained?.explanation.outcome === 'probable' && explained.persons[0] === personNo;
  return byEvidence ? (explained.explanation.probability ?? 1) : 1;
};
