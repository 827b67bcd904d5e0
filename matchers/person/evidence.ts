import { MISSING } from '../linkage/comparison.ts';
import { bitsOfProbability } from '../linkage/linkage-model.ts';
import type { Claim } from './claim.ts';
import { BIRTH, FIELDS, MASKED_ID, NAME, PHONE, PLACE } from './person-levels.ts';
import type { PersonModel } from './person-model.ts';
import type { PersonRegister } from './person-register.ts';

/**
 * What was found when a record and a person were compared: all that the bits of a decision depend on beside the model. From
 * it and the model named by its hash the same bits come out again.
 */
export interface Evidence {
  /** Level of each field, MISSING (-1) where a side says nothing. */
  readonly levels: readonly number[];
  /** Share of registered persons who have what both agree on, 0 where the level's own u counts. */
  readonly shares: readonly number[];
  /** Feed whose m counts; '' for that of all. */
  readonly department: string;
  /** How many persons were registered. */
  readonly persons: number;
  /** Bits that members of the same household added. */
  readonly householdBits: number;
}

/** log2(m) of each level of each field, by department; made once for a model. */
export interface Weights {
  readonly m: (department: string) => readonly (readonly number[])[];
  readonly u: readonly (readonly number[])[];
  readonly registeredShare: number;
}

export const weightsOf = (model: PersonModel): Weights => {
  const { comparisons } = model.linkage;
  const all = comparisons.map(({ levels }) => levels.map(({ m }) => Math.log2(m)));
  const departments = new Map(
    Object.entries(model.departments).map(([feed, fields]) => [
      feed,
      comparisons.map(({ name }, c) => fields[name]?.map(Math.log2) ?? (all[c] as number[])),
    ]),
  );
  return {
    m: (department) => departments.get(department) ?? all,
    u: comparisons.map(({ levels }) => levels.map(({ u }) => Math.log2(u))),
    registeredShare: model.registeredShare,
  };
};

/**
 * Bits before anything is compared. A record is about one registered person at most, so the odds are those of this one
 * person against nobody: others who come near are judged by the margin.
 */
export const priorBits = ({ registeredShare }: Weights, persons: number): number =>
  bitsOfProbability(registeredShare) - Math.log2(Math.max(2, persons));

/** Bits of one field: how much likelier its level is of one person than of two. */
export const fieldBits = (
  weights: Weights,
  department: string,
  field: number,
  level: number,
  share: number,
): number => {
  if (level === MISSING) return 0;
  const m = (weights.m(department)[field] as readonly number[])[level] as number;
  const u = share > 0 ? Math.log2(share) : ((weights.u[field] as readonly number[])[level] as number);
  return m - u;
};

/** All bits of a piece of evidence, always summed in one order: the same to the last binary place. */
export const totalBits = (weights: Weights, evidence: Evidence): number => {
  let total = priorBits(weights, evidence.persons);
  for (let field = 0; field < FIELDS.length; field += 1) {
    const level = evidence.levels[field] as number;
    total += fieldBits(weights, evidence.department, field, level, evidence.shares[field] as number);
  }
  return total + evidence.householdBits;
};

/** Numbers of registered persons who share what a record says: made once for a record, whoever it is compared with. */
export interface Shares {
  readonly persons: number;
  readonly name: readonly [equal: number, syllables: number, skeleton: number];
  readonly birth: number;
  readonly place: readonly number[];
  readonly phone: number;
  /** Who have the region and the end of a masked number. */
  readonly masked: number;
}

/** How many registered persons share the house, the phone, and the region and end of the number that a record gives. */
export interface Sharing {
  house: number;
  phone: number;
  ends: number;
}

export const sharesOf = (claim: Claim, { house, phone, ends }: Sharing, register: PersonRegister): Shares => {
  const { names, population, size } = register;
  const county = population.inCounty(claim);
  const township = population.inTownship(claim);
  return {
    persons: size,
    name: [names.bearers(claim.name), names.sounding(claim.name), names.ofSkeleton(claim.name)],
    birth: population.bornOn(claim),
    // By the levels of the place: house, village, township, its other villages, banner, its other townships.
    place: [house, population.inVillage(claim), township, township, county, county],
    phone,
    masked: ends,
  };
};

const EQUAL_BIRTH = 0;
const EQUAL_ENDS = 0;
const SHARED_PHONE = 1;

/**
 * Share of registered persons who have just what a record and a person agree on; 0 where the level's own u holds. A birth day counts
 * only where it is commoner than others: how rare the rarest is, is chance.
 */
export const shareOf = (shares: Shares, weights: Weights, field: number, level: number): number => {
  const { persons } = shares;
  if (level < 0) return 0;
  if (field === NAME) return level < shares.name.length ? Math.max(1, shares.name[level] as number) / persons : 0;
  if (field === BIRTH && level === EQUAL_BIRTH) {
    const share = shares.birth / persons;
    return Math.log2(share) > ((weights.u[BIRTH] as readonly number[])[level] as number) ? share : 0;
  }
  // One more than there are: that nobody else has them may be chance.
  if (field === MASKED_ID && level === EQUAL_ENDS) return (shares.masked + 1) / persons;
  if (field === PLACE) {
    const sharing = shares.place[level] ?? 0;
    return sharing === 0 ? 0 : sharing / persons;
  }
  return field === PHONE && level <= SHARED_PHONE ? Math.max(1, shares.phone) / persons : 0;
};

/** Places of a field's bits in a table: one for a missing value, then one for each level. */
const STRIDE = 1 + Math.max(...FIELDS.map(({ levels }) => levels.length));

/** Bits and shares of every level of every field for one record, made once and looked up for each candidate. */
export interface BitsTable {
  /** Fills the table for a record's department and shares. */
  fill(department: string, shares: Shares): void;
  /** What `fieldBits` gives for a level. */
  bits(field: number, level: number): number;
  /** The most that a field can give from a level on, 0 or more: a missing value weighs nothing. */
  most(field: number, from?: number): number;
}

export const createBitsTable = (weights: Weights): BitsTable => {
  const table = new Float64Array(FIELDS.length * STRIDE);
  return {
    fill(department, shares) {
      for (let field = 0; field < FIELDS.length; field += 1) {
        const levels = (FIELDS[field] as (typeof FIELDS)[number]).levels.length;
        for (let level = 0; level < levels; level += 1) {
          const bits = fieldBits(weights, department, field, level, shareOf(shares, weights, field, level));
          table[field * STRIDE + 1 + level] = bits;
        }
      }
    },
    bits: (field, level) => table[field * STRIDE + 1 + level] as number,
    most(field, from = 0) {
      let most = 0;
      const end = (FIELDS[field] as (typeof FIELDS)[number]).levels.length;
      for (let level = from; level < end; level += 1) {
        most = Math.max(most, table[field * STRIDE + 1 + level] as number);
      }
      return most;
    },
  };
};
