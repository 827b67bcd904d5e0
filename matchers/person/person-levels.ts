import { BIRTH_LEVELS, birthLevel } from '../identity/birth-level.ts';
import { MISSING } from '../linkage/comparison.ts';
import { NAME_LEVELS, nameLevel } from '../names/name-level.ts';
import { type Claim, NO_DAY } from './claim.ts';
import { NO_ENDING, nearlySameEnding } from './id-ending.ts';
import type { NamePool } from './name-pool.ts';
import type { Columns } from './person-columns.ts';

/** What is compared between a record and a registered person, with its levels. The order is that of the model. */
export const FIELDS = [
  { name: 'name', levels: NAME_LEVELS },
  { name: 'birth', levels: BIRTH_LEVELS },
  // A masked and a mistyped number say different things and never stand in one record: each is a field of its own.
  { name: 'masked id', levels: ['region and end equal', 'end equal', 'region equal, end hidden', 'different'] },
  { name: 'typed id', levels: ['end equal', 'end nearly equal', 'different'] },
  {
    name: 'place',
    levels: [
      'same house',
      'same village',
      'same township',
      'same township, other village',
      'same banner',
      'same banner, other township',
      'other banner',
    ],
  },
  { name: 'phone', levels: ['registered phone', "household's phone", 'one digit different', 'different'] },
] as const;

export const NAME = 0;
export const BIRTH = 1;
export const MASKED_ID = 2;
export const TYPED_ID = 3;
export const PLACE = 4;
export const PHONE = 5;

const maskedLevel = (claim: Claim, c: Columns, row: number): number => {
  const ending = c.idEnding[row] as number;
  if (claim.reading.kind !== 'masked' || ending === NO_ENDING) return MISSING;
  const region = claim.idRegion !== 0 && claim.idRegion === (c.idRegion[row] as number);
  if (claim.idEnding === NO_ENDING) return claim.idRegion === 0 ? MISSING : region ? 2 : 3;
  return claim.idEnding !== ending ? 3 : region ? 0 : 1;
};

const typedLevel = (claim: Claim, c: Columns, row: number): number => {
  const ending = c.idEnding[row] as number;
  if (claim.reading.kind !== 'broken' || claim.idEnding === NO_ENDING || ending === NO_ENDING) return MISSING;
  return claim.idEnding === ending ? 0 : nearlySameEnding(claim.idEnding, ending) ? 1 : 2;
};

/** Whether both are known and equal; null where one is not known. */
const equal = (a: number, b: number): boolean | null => (a === 0 || b === 0 ? null : a === b);

const placeLevel = ({ place }: Claim, c: Columns, row: number): number => {
  const county = equal(place.county, c.county[row] as number);
  if (county === false) return 6;
  const house = equal(place.house, c.house[row] as number);
  if (house === true) return 0;
  const village = equal(place.village, c.village[row] as number);
  const named = equal(place.villageName, c.villageName[row] as number);
  if (village === true || (village === null && named === true)) return 1;
  const township = equal(place.township, c.township[row] as number);
  if (township === true) return village === false ? 3 : 2;
  if (township === false) return 5;
  return county === true ? 4 : MISSING;
};

const differsInOneDigit = (a: number, b: number): boolean => {
  let different = 0;
  let [x, y] = [a, b];
  while (x > 0 || y > 0) {
    if (x % 10 !== y % 10) different += 1;
    if (different > 1) return false;
    x = Math.floor(x / 10);
    y = Math.floor(y / 10);
  }
  return true;
};

const phoneLevel = ({ phone }: Claim, c: Columns, row: number): number => {
  const own = c.phone[row] as number;
  const shared = c.householdPhone[row] as number;
  if (phone === 0 || (own === 0 && shared === 0)) return MISSING;
  // For somebody who has none of their own, the household's is what the registry would give as theirs.
  if (phone === own || (own === 0 && phone === shared)) return 0;
  if (phone === shared) return 1;
  return differsInOneDigit(phone, own) || differsInOneDigit(phone, shared) ? 2 : 3;
};

/** Writes the levels of name and birth: they alone tell most persons apart. */
export const compareNameAndBirth = (claim: Claim, c: Columns, names: NamePool, row: number, out: Int8Array): void => {
  out[NAME] = nameLevel(claim.name, names.form(c.name[row] as number));
  const birth = c.birth[row] as number;
  out[BIRTH] = claim.birth === NO_DAY || birth === NO_DAY ? MISSING : birthLevel(claim.birth, birth);
};

/** Writes the levels of the other fields. */
export const compareOthers = (claim: Claim, c: Columns, row: number, out: Int8Array): void => {
  out[MASKED_ID] = maskedLevel(claim, c, row);
  out[TYPED_ID] = typedLevel(claim, c, row);
  out[PLACE] = placeLevel(claim, c, row);
  out[PHONE] = phoneLevel(claim, c, row);
};

/** Writes the level of each field of a record and a registered person to `out`; MISSING where a side says nothing. */
export const compareToPerson = (claim: Claim, c: Columns, names: NamePool, row: number, out: Int8Array): void => {
  compareNameAndBirth(claim, c, names, row, out);
  compareOthers(claim, c, row, out);
};
