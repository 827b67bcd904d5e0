import { BIRTH_LEVELS, birthLevel } from '../identity/birth-level.ts';
import { birthOfHint, ENDS_FAMILY, HOUSE_FAMILY, PHONE_FAMILY } from './block-families.ts';
import { type Claim, NO_DAY } from './claim.ts';
import type { Candidate } from './decision.ts';
import { createBitsTable, type Evidence, priorBits, type Shares, shareOf, sharesOf, type Weights } from './evidence.ts';
import { createGatherer } from './gather.ts';
import { MOST_BITS } from './household-context.ts';
import { createNameLevels } from './name-levels.ts';
import {
  BEYOND_EQUAL_ENDS,
  BEYOND_HOUSE,
  BEYOND_SHARED_PHONE,
  BIRTH,
  birthLevelOf,
  compareOthers,
  compareToPerson,
  FIELDS,
  firstLevel,
  MASKED_ID,
  NAME,
  PHONE,
  PLACE,
  TYPED_ID,
} from './person-levels.ts';
import type { PersonModel } from './person-model.ts';
import type { PersonRegister } from './person-register.ts';
import { isConceivable, vetoesOf } from './vetoes.ts';

export interface Found {
  /** The best first, as many as a reviewer is shown. */
  readonly best: readonly Candidate[];
  /** Rows that were not looked at because their blocks are too large. */
  readonly cut: number;
}

export interface Asked {
  readonly claim: Claim;
  readonly department: string;
  readonly occurredOn: number | null;
  /** Rows to be looked at whatever the blocks say. */
  readonly also: readonly number[];
}

const SHOWN = 3;
/** Sums in another order differ in their last places. */
const ROUNDING = 1e-6;

/** Looks for candidates in the blocks of every family and scores them. One for a register: it keeps scratch arrays. */
export const createCandidateSearch = (
  register: PersonRegister,
  weights: Weights,
  { blockCap, thresholds }: Pick<PersonModel, 'blockCap' | 'thresholds'>,
): ((asked: Asked) => Found) => {
  const { people, names } = register;
  const gathered = createGatherer(register, blockCap);
  const levels = new Int8Array(FIELDS.length);
  const table = createBitsTable(weights);
  const nameLevels = createNameLevels(names);
  const wantedBirth = new Uint8Array(BIRTH_LEVELS.length);
  const bestRows = new Uint32Array(SHOWN);
  const bestBits = new Float64Array(SHOWN);
  // Below this somebody is no candidate any more: whom neither a household (T5) nor the margin brings into play decides nothing.
  const floor = thresholds.review - Math.max(MOST_BITS, thresholds.margin);

  const candidateOf = (asked: Asked, row: number, shares: Shares, bits: number, isFirst: boolean): Candidate => {
    compareToPerson(asked.claim, people, names, row, levels);
    const died = people.diedOn(row);
    const said: number[] = [];
    const shared: number[] = [];
    for (let field = 0; field < levels.length; field += 1) {
      const level = levels[field] as number;
      said.push(level);
      shared.push(shareOf(shares, weights, field, level));
    }
    const evidence: Evidence = {
      levels: said,
      shares: shared,
      department: asked.department,
      persons: shares.persons,
      householdBits: 0,
    };
    return {
      personNo: people.personNo(row),
      householdNo: people.householdNo(row),
      bits,
      evidence,
      vetoes: vetoesOf(levels, asked.occurredOn, died === NO_DAY ? null : died),
      families: isFirst ? gathered.familiesOf(row) : [],
    };
  };

  /** The most that a field can add for a record and somebody who does not come before a level. */
  const mostOf = (claim: Claim, field: number, from: number): number =>
    table.most(field, Math.max(from, firstLevel(claim, field)));

  /**
   * Adds the namesakes of the county. Whoever shares name and county alone is, in number, most of all candidates: those whose day
   * of birth leaves them below review whatever else agrees are not read. Who shares house, phone or number has been found by them.
   */
  const addNamesakes = (claim: Claim, prior: number): void => {
    const most =
      table.most(NAME) +
      mostOf(claim, MASKED_ID, gathered.isCut(ENDS_FAMILY) ? 0 : BEYOND_EQUAL_ENDS) +
      mostOf(claim, TYPED_ID, 0) +
      mostOf(claim, PLACE, gathered.isCut(HOUSE_FAMILY) ? 0 : BEYOND_HOUSE) +
      mostOf(claim, PHONE, gathered.isCut(PHONE_FAMILY) ? 0 : BEYOND_SHARED_PHONE) +
      ROUNDING;
    let unwanted = 0;
    for (let level = 0; level < BIRTH_LEVELS.length; level += 1) {
      const wanted = prior + most + table.bits(BIRTH, level) >= thresholds.review;
      wantedBirth[level] = wanted ? 1 : 0;
      if (!wanted) unwanted += 1;
    }
    const isWanted = (hint: number): boolean => {
      const birth = birthOfHint(hint);
      return birth === NO_DAY || wantedBirth[birthLevel(claim.birth, birth)] === 1;
    };
    gathered.addNamesakes(claim.birth === NO_DAY || unwanted === 0 ? undefined : isWanted);
  };

  return (asked) => {
    const { claim, also } = asked;
    gathered.begin(claim, also);
    const shares = sharesOf(claim, gathered.sharing, register);
    const prior = priorBits(weights, shares.persons);
    table.fill(asked.department, shares);
    addNamesakes(claim, prior);
    let most = ROUNDING;
    for (let field = BIRTH + 1; field < levels.length; field += 1) most += mostOf(claim, field, 0);
    nameLevels.begin(claim.name);
    let found = 0;
    for (let i = 0; i < gathered.size; i += 1) {
      const row = gathered.row(i);
      const personNo = gathered.personNo(i);
      if (personNo === 0) continue;
      const named = also.includes(row);
      const birth = birthLevelOf(claim.birth, gathered.birth(i));
      const name = gathered.name(i);
      // Of another day only a name that agrees keeps somebody; most do not, and that is soon seen.
      if (birth !== 0 && !named && !nameLevels.mayAgree(name)) continue;
      levels[BIRTH] = birth;
      levels[NAME] = nameLevels.of(name);
      if (!named && !isConceivable(levels)) continue;
      // Field by field in one order, as `totalBits` sums them.
      let bits = prior + table.bits(NAME, levels[NAME] as number) + table.bits(BIRTH, birth);
      // Whom even agreement in everything else would not bring before the third is not looked at further.
      const least = named ? Number.NEGATIVE_INFINITY : floor;
      if (bits + most < (found === SHOWN ? Math.max(least, bestBits[SHOWN - 1] as number) : least)) continue;
      compareOthers(claim, people, row, levels);
      for (let field = BIRTH + 1; field < levels.length; field += 1) bits += table.bits(field, levels[field] as number);
      if (bits < least) continue;
      // Of equal bits the lower number goes first, so that the order of blocks decides nothing.
      let at = found;
      while (at > 0) {
        const than = bestBits[at - 1] as number;
        if (bits < than || (bits === than && personNo > people.personNo(bestRows[at - 1] as number))) break;
        at -= 1;
      }
      if (at >= SHOWN) continue;
      if (found < SHOWN) found += 1;
      for (let move = found - 1; move > at; move -= 1) {
        bestRows[move] = bestRows[move - 1] as number;
        bestBits[move] = bestBits[move - 1] as number;
      }
      bestRows[at] = row;
      bestBits[at] = bits;
    }
    // Most rows never come this far: only these become objects.
    const best: Candidate[] = [];
    for (let at = 0; at < found; at += 1) {
      best.push(candidateOf(asked, bestRows[at] as number, shares, bestBits[at] as number, at === 0));
    }
    return { best, cut: gathered.cut };
  };
};
