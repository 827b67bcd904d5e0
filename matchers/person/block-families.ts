import { civil } from '../../platform/calendar.ts';
import type { NameForm } from '../names/name-form.ts';
import { type Claim, NO_DAY } from './claim.ts';
import { NO_ENDING } from './id-ending.ts';
import type { NamePool } from './name-pool.ts';
import type { Columns } from './person-columns.ts';

/**
 * The keys by which candidates are found. Each family survives other errors: whoever is lost to one by a wrong digit, a
 * spelling or a missing field is found by another.
 */
export interface BlockFamily {
  readonly name: string;
  /** Keys of a registered person, written to `out`; returns how many. */
  readonly ofPerson: (columns: Columns, names: NamePool, row: number, out: Uint32Array) => number;
  /** Key of what a record says, 0 for none. */
  readonly ofClaim: (claim: Claim) => number;
}

/** Mixes numbers into a key of 32 bits; 0 where one of them is missing, for two missing values are no agreement. */
const mix = (kind: number, ...parts: readonly number[]): number => {
  let h = Math.imul(kind + 1, 0x9e3779b1);
  for (const part of parts) {
    if (part === 0) return 0;
    h = Math.imul(h ^ (part >>> 0), 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h ^ Math.floor(part / 4_294_967_296), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0 || 1;
};

/** A day as a part of a key: never 0, 0 for none. */
const day = (birth: number): number => (birth === NO_DAY ? 0 : birth + 1_000_000);
const month = (birth: number): number => {
  if (birth === NO_DAY) return 0;
  const { year, month: m } = civil(birth);
  return year * 12 + m;
};
const ending = (value: number): number => (value === NO_ENDING ? 0 : value + 1);
const order = (value: number): number => (value === NO_ENDING ? 0 : Math.floor(value / 11) + 1);

const hashes = new Map<string, number>();
/** Skeletons are few; their hash is computed once. */
const skeleton = ({ skeleton: text }: NameForm): number => {
  if (text.length < 2) return 0;
  const known = hashes.get(text);
  if (known !== undefined) return known;
  let h = 17;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  const key = h >>> 0 || 1;
  if (hashes.size < 100_000) hashes.set(text, key);
  return key;
};

interface Facts {
  readonly name: NameForm;
  readonly birth: number;
  readonly county: number;
  readonly idRegion: number;
  readonly idEnding: number;
  readonly house: number;
}

/** A family whose key both sides compute alike. */
const family = (name: string, kind: number, key: (kind: number, facts: Facts) => number): BlockFamily => ({
  name,
  ofPerson: (c, names, row, out) => {
    out[0] = key(kind, {
      name: names.form(c.name[row] as number),
      birth: c.birth[row] as number,
      county: c.county[row] as number,
      idRegion: c.idRegion[row] as number,
      idEnding: c.idEnding[row] as number,
      house: c.house[row] as number,
    });
    return 1;
  },
  ofClaim: ({ name: claimed, birth, place, idRegion, idEnding }) =>
    key(kind, { name: claimed, birth, county: place.county, idRegion, idEnding, house: place.house }),
});

export const FAMILIES: readonly BlockFamily[] = [
  family('name and birth', 1, (kind, f) => mix(kind, f.name.sound, day(f.birth))),
  family('skeleton and birth', 2, (kind, f) => mix(kind, skeleton(f.name), day(f.birth))),
  family('county and birth', 3, (kind, f) => mix(kind, f.county, day(f.birth))),
  family('county, month and first syllable', 4, (kind, f) => mix(kind, f.county, month(f.birth), f.name.first)),
  family('birth and order', 5, (kind, f) => mix(kind, day(f.birth), order(f.idEnding))),
  family('county and name', 6, (kind, f) => mix(kind, f.county, f.name.sound)),
  family('ends of the id number', 7, (kind, f) => mix(kind, f.idRegion, ending(f.idEnding))),
  family('house', 8, (kind, f) => mix(kind, f.house)),
  {
    name: 'phone',
    ofPerson: (c, _, row, out) => {
      out[0] = mix(9, c.phone[row] as number);
      out[1] = mix(9, c.householdPhone[row] as number);
      return out[0] === out[1] ? 1 : 2;
    },
    ofClaim: ({ phone }) => mix(9, phone),
  },
];

/** The family whose blocks say how many have the same region and end of their number. */
export const ENDS_FAMILY = FAMILIES.length - 3;
/** The family whose blocks say how many live in a house. */
export const HOUSE_FAMILY = FAMILIES.length - 2;
/** The family whose blocks say how many share a phone. */
export const PHONE_FAMILY = FAMILIES.length - 1;
