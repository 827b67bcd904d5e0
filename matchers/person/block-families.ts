import { civil } from '../../platform/calendar.ts';
import { type Claim, NO_DAY } from './claim.ts';
import { NO_ENDING } from './id-ending.ts';
import { keyOfSkeleton, type NamePool } from './name-pool.ts';
import type { PersonRows } from './person-rows.ts';

/** What keys are made of, of a record or of a registered person alike; 0 for what is not known. */
export interface KeyFacts {
  sound: number;
  first: number;
  skeleton: number;
  /** Day of birth as a part of a key, and its month. */
  birth: number;
  month: number;
  county: number;
  house: number;
  idRegion: number;
  /** End of the id number, and the order in which numbers of a day were given out. */
  ending: number;
  order: number;
  phone: number;
  householdPhone: number;
}

/**
 * The keys by which candidates are found. Each family survives other errors: whoever is lost to one by a wrong digit, a
 * spelling or a missing field is found by another.
 */
export interface BlockFamily {
  readonly name: string;
  /** Writes the keys to `out` and returns how many there are: two at most, 0 for one of something missing. */
  readonly keys: (facts: KeyFacts, out: Uint32Array) => number;
  /** Whether the days of birth lie beside the rows of a block: where many share a key and few were born on the day. */
  readonly hinted: boolean;
}

/** Hints count days from 1880-01-01; 0 for a day that is not known or lies beyond them. */
const FIRST_HINT = -32_873;
const LAST_HINT = 65_535;
export const hintOfBirth = (birth: number): number => {
  const hint = birth - FIRST_HINT;
  return hint > 0 && hint <= LAST_HINT ? hint : 0;
};
/** The day of birth that a hint stands for. */
export const birthOfHint = (hint: number): number => (hint === 0 ? NO_DAY : hint + FIRST_HINT);

export const noFacts = (): KeyFacts => ({
  ...{ sound: 0, first: 0, skeleton: 0, birth: 0, month: 0, county: 0, house: 0 },
  ...{ idRegion: 0, ending: 0, order: 0, phone: 0, householdPhone: 0 },
});

const writeBirth = (facts: KeyFacts, birth: number): void => {
  if (birth === NO_DAY) {
    facts.birth = 0;
    facts.month = 0;
    return;
  }
  const { year, month } = civil(birth);
  facts.birth = birth + 1_000_000;
  facts.month = year * 12 + month;
};

const writeEnding = (facts: KeyFacts, ending: number): void => {
  facts.ending = ending === NO_ENDING ? 0 : ending + 1;
  facts.order = ending === NO_ENDING ? 0 : Math.floor(ending / 11) + 1;
};

/** Writes what keys are made of for a registered person. */
export const factsOfPerson = (rows: PersonRows, names: NamePool, row: number, facts: KeyFacts): void => {
  const name = rows.name(row);
  facts.sound = names.sound(name);
  facts.first = names.first(name);
  facts.skeleton = names.skeletonKey(name);
  writeBirth(facts, rows.birth(row));
  facts.county = rows.county(row);
  facts.house = rows.house(row);
  facts.idRegion = rows.idRegion(row);
  writeEnding(facts, rows.idEnding(row));
  facts.phone = rows.phone(row);
  facts.householdPhone = rows.householdPhone(row);
};

/** Writes what keys are made of for a record. */
export const factsOfClaim = ({ name, birth, place, idRegion, idEnding, phone }: Claim, facts: KeyFacts): void => {
  facts.sound = name.sound;
  facts.first = name.first;
  facts.skeleton = keyOfSkeleton(name.skeleton);
  writeBirth(facts, birth);
  facts.county = place.county;
  facts.house = place.house;
  facts.idRegion = idRegion;
  writeEnding(facts, idEnding);
  facts.phone = phone;
  facts.householdPhone = phone;
};

const fold = (hash: number, part: number): number => {
  let h = Math.imul(hash ^ (part >>> 0), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h ^ Math.floor(part / 4_294_967_296), 0xc2b2ae35);
  return h ^ (h >>> 16);
};
/** Numbers mixed into a key of 32 bits; 0 where one of them is missing, for two missing values are no agreement. */
const mix = (kind: number, a: number, b = -1, c = -1): number => {
  if (a === 0 || b === 0 || c === 0) return 0;
  let h = fold(Math.imul(kind + 1, 0x9e3779b1), a);
  if (b !== -1) h = fold(h, b);
  if (c !== -1) h = fold(h, c);
  return h >>> 0 || 1;
};

/** A family with one key. */
const family = (name: string, key: (facts: KeyFacts) => number, hinted = false): BlockFamily => ({
  name,
  hinted,
  keys: (facts, out) => {
    out[0] = key(facts);
    return 1;
  },
});

export const FAMILIES: readonly BlockFamily[] = [
  family('name and birth', (f) => mix(1, f.sound, f.birth)),
  family('skeleton and birth', (f) => mix(2, f.skeleton, f.birth)),
  family('county and birth', (f) => mix(3, f.county, f.birth)),
  family('county, month and first syllable', (f) => mix(4, f.county, f.month, f.first)),
  family('birth and order', (f) => mix(5, f.birth, f.order)),
  family('county and name', (f) => mix(6, f.county, f.sound), true),
  family('ends of the id number', (f) => mix(7, f.idRegion, f.ending)),
  // Villages of one name are in many counties.
  family('house', (f) => mix(8, f.county, f.house)),
  {
    name: 'phone',
    hinted: false,
    keys: (facts, out) => {
      out[0] = mix(9, facts.phone);
      out[1] = mix(9, facts.householdPhone);
      return out[0] === out[1] ? 1 : 2;
    },
  },
];

/** The family of namesakes in a county, most of whom were born on another day. */
export const NAMESAKES_FAMILY = FAMILIES.length - 4;
/** The family whose blocks say how many have the same region and end of their number. */
export const ENDS_FAMILY = FAMILIES.length - 3;
/** The family whose blocks say how many live in a house. */
export const HOUSE_FAMILY = FAMILIES.length - 2;
/** The family whose blocks say how many share a phone. */
export const PHONE_FAMILY = FAMILIES.length - 1;
