import type { ClaimedIdentity } from '../../ingest/index.ts';
import { matchRecord } from '../match.ts';
import type { MatchDecision } from '../match-decision.ts';
import { NAME_AGREES, nameLevel } from '../names/name-level.ts';
import { createCandidateSearch } from './candidates.ts';
import { type Claim, readClaim } from './claim.ts';
import type { Candidate, PersonDecision, Tier } from './decision.ts';
import { weightsOf } from './evidence.ts';
import type { PersonModel } from './person-model.ts';
import type { PersonRegister } from './person-register.ts';
import { findRepaired } from './repaired.ts';
import type { Veto } from './vetoes.ts';

/** What else is known about a record. */
export interface Occasion {
  /** The feed, for what its department gets right and wrong. */
  readonly feed?: string;
  /** Day that the record is about. */
  readonly occurredOn?: number | null;
}

export interface Matcher {
  /** Whose record it is. Pure as long as the register stands still: the same record gives the same decision. */
  decide(identity: ClaimedIdentity, occasion?: Occasion): PersonDecision;
  /** The candidates alone, whatever a stated number says: for questions about the model. */
  search(claim: Claim, occasion?: Occasion): { best: readonly Candidate[]; cut: number };
}

const NOBODY: readonly Candidate[] = [];
const NOTHING: readonly Veto[] = [];
const ENOUGH: readonly string[] = ['evidence_enough'];
const NOT_ENOUGH: readonly string[] = ['evidence_not_enough'];

/** A decision of the exact or the certificate tier, as it always was. */
const byNumber = (decision: MatchDecision): PersonDecision => {
  const tier: Tier = decision.outcome === 'exact' ? 1 : decision.outcome === 'certificate' ? 3 : 0;
  const { outcome, personNo, reasons, idNumber } = decision;
  return { outcome, personNo, reasons, idNumber, tier, candidates: NOBODY, margin: null, vetoes: NOTHING, cut: 0 };
};

/**
 * Matches by tiers, and stops at the first that decides: the number as sent (T1) or in the certificate (T3), the number with
 * one slip put right (T2), the evidence of everything else (T4). T5 (household-context.ts) looks at what is left together.
 */
export const createMatcher = (register: PersonRegister, model: PersonModel): Matcher => {
  const weights = weightsOf(model);
  const { auto, review, margin: wantedMargin } = model.thresholds;
  const search = createCandidateSearch(register, weights, model);

  const marginOf = (best: readonly Candidate[]): number | null =>
    best.length < 2 ? null : (best[0] as Candidate).bits - (best[1] as Candidate).bits;

  const repaired = (
    claim: Claim,
    statedBirth: number | null,
  ): { number: string; row: number; rows: readonly number[] } => {
    const { certain, number, rows } = findRepaired(register, claim, statedBirth);
    return { row: certain, number, rows };
  };

  /** Decides by bits, margin and vetoes. */
  const weigh = (best: readonly Candidate[], cut: number, reasons: readonly string[]): PersonDecision => {
    const first = best[0];
    const margin = marginOf(best);
    const told = { candidates: best, margin, cut };
    if (first === undefined || first.bits < review) {
      const vetoes = first?.vetoes ?? NOTHING;
      return { outcome: 'unregistered', personNo: 0, idNumber: '', tier: 0, reasons, vetoes, ...told };
    }
    const isClose = margin !== null && margin < wantedMargin;
    const vetoes: readonly Veto[] = isClose ? [...first.vetoes, 'no_margin'] : first.vetoes;
    if (first.bits >= auto && vetoes.length === 0) {
      const { personNo } = first;
      return { outcome: 'probable', personNo, idNumber: '', tier: 4, reasons: ENOUGH, vetoes, ...told };
    }
    const doubts = vetoes.length > 0 ? vetoes : NOT_ENOUGH;
    return { outcome: 'review', personNo: 0, idNumber: '', tier: 4, reasons: doubts, vetoes, ...told };
  };

  /** Candidates of a link that a number made: whom it is about goes first, whatever the bits say. */
  const linkedTo = (personNo: number, best: readonly Candidate[]): Pick<PersonDecision, 'candidates' | 'margin'> => {
    const own = best.find((candidate) => candidate.personNo === personNo);
    const candidates = own === undefined ? NOBODY : [own, ...best.filter((candidate) => candidate !== own)];
    return { candidates, margin: marginOf(candidates) };
  };

  /** Candidates of a number: where the evidence speaks for nobody, whoever has the number goes first, for they are asked about. */
  const speakingFor = (
    holders: readonly number[],
    best: readonly Candidate[],
  ): Pick<PersonDecision, 'candidates' | 'margin'> => {
    const holder = best.find(({ personNo }) => holders.includes(personNo));
    if (holder === undefined || (best[0] as Candidate).bits >= review)
      return { candidates: best, margin: marginOf(best) };
    return linkedTo(holder.personNo, best);
  };

  /**
   * A right number with no name that is equal, or with several: whoever is registered under it (where nobody is, the one who
   * was) and is called by a name that sounds the same, if there is only one; else who they are, for the reviewer.
   */
  const byNumberAndSound = (
    decision: MatchDecision,
    identity: ClaimedIdentity,
    department: string,
    occurredOn: number | null,
  ): PersonDecision => {
    const present: number[] = [];
    register.byNumber.find(decision.idNumber, '', (personNo) => present.push(register.rowOf(personNo)));
    // Whoever had the number before is compared as well, so that the reviewer is shown how far they agree.
    const before = decision.candidates.map((personNo) => register.rowOf(personNo)).filter((row) => row >= 0);
    const also = [...new Set([...present, ...before])];
    const claim = readClaim(identity);
    const { best, cut } = search({ claim, department, occurredOn, also });
    const { people, names } = register;
    const told = { ...byNumber(decision), ...speakingFor(also.map(people.personNo), best), cut };
    const [source, doubt] = decision.reasons as [string, string];
    if (doubt !== 'name_differs') return told;
    const sounding = (present.length > 0 ? present : before).filter((row) => {
      const level = nameLevel(claim.name, names.form(people.name(row)));
      return level >= 0 && level <= NAME_AGREES;
    });
    const [row] = sounding;
    if (row === undefined) return told;
    if (sounding.length > 1) return { ...told, reasons: [source, 'several_registered'] };
    const personNo = people.personNo(row);
    const isOwn = source === 'id_number_equal' || source === 'former_id_number';
    return {
      ...{ ...told, outcome: isOwn ? 'exact' : 'certificate', tier: isOwn ? 1 : 3, personNo },
      ...{ reasons: [source, 'name_sounds_same'], ...linkedTo(personNo, best) },
    };
  };

  return {
    decide(identity, { feed = '', occurredOn = null } = {}) {
      const decision = matchRecord(register.byNumber, identity, register.former);
      if (decision.outcome === 'review') return byNumberAndSound(decision, identity, feed, occurredOn);
      if (decision.outcome !== 'unregistered' || decision.idNumber !== '') return byNumber(decision);
      const claim = readClaim(identity);
      const slip = repaired(claim, identity.birthDate);
      const { best, cut } = search({ claim, department: feed, occurredOn, also: slip.rows });
      if (slip.row < 0) return weigh(best, cut, decision.reasons);
      const personNo = register.people.personNo(slip.row);
      const own = best.find((candidate) => candidate.personNo === personNo);
      const vetoes = own?.vetoes.filter((veto) => veto === 'died_before' || veto === 'born_on_another_day') ?? [];
      // The number as it should be is as good as one that was right, unless what else is said contradicts it.
      if (vetoes.length > 0) return weigh(best, cut, decision.reasons);
      return {
        ...{ outcome: 'repaired', personNo, idNumber: slip.number, tier: 2 },
        ...{ reasons: ['id_number_repaired', 'name_equal'], vetoes: [], cut, ...linkedTo(personNo, best) },
      };
    },
    search: (claim, { feed = '', occurredOn = null } = {}) => search({ claim, department: feed, occurredOn, also: [] }),
  };
};
