import { BIRTH_LEVELS, birthLevel } from '../identity/birth-level.ts';
import { MISSING } from '../linkage/comparison.ts';
import { NAME_LEVELS, nameLevel } from '../names/name-level.ts';
import { type Claim, NO_DAY } from './claim.ts';
import { NO_ENDING, nearlySameEnding } from './id-ending.ts';
import type { NamePool } from './name-pool.ts';
import type { PersonRows } from './person-rows.ts';

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

/** The first levels of those who share neither house, nor phone, nor region and end of the number. */
export const BEYOND_HOUSE = 1;
export const BEYOND_SHARED_PHONE = 2;
export const BEYOND_EQUAL_ENDS = 1;
/** No level at all: what a record does not say agrees with nobody. */
const NEVER = 9;

/** The strongest level of a field that anybody can reach with what a record says. */
export const firstLevel = ({ reading, idEnding, place, phone }: Claim, field: number): number => {
  if (field === MASKED_ID) return reading.kind === 'masked' ? 0 : NEVER;
  if (field === TYPED_ID) return reading.kind === 'broken' && idEnding !== NO_ENDING ? 0 : NEVER;
  if (field === PHONE) return phone === 0 ? NEVER : 0;
  if (field !== PLACE || place.house !== 0) return 0;
  if (place.village !== 0 || place.villageName !== 0) return 1;
  return place.township !== 0 ? 2 : place.county !== 0 ? 4 : NEVER;
};

const maskedLevel = (claim: Claim, rows: PersonRows, row: number): number => {
  const ending = rows.idEnding(row);
  if (claim.reading.kind !== 'masked' || ending === NO_ENDING) return MISSING;
  const region = claim.idRegion !== 0 && claim.idRegion === rows.idRegion(row);
  if (claim.idEnding === NO_ENDING) return claim.idRegion === 0 ? MISSING : region ? 2 : 3;
  return claim.idEnding !== ending ? 3 : region ? 0 : 1;
};

const typedLevel = (claim: Claim, rows: PersonRows, row: number): number => {
  const ending = rows.idEnding(row);
  if (claim.reading.kind !== 'broken' || claim.idEnding === NO_ENDING || ending === NO_ENDING) return MISSING;
  return claim.idEnding === ending ? 0 : nearlySameEnding(claim.idEnding, ending) ? 1 : 2;
};

/** Whether both are known and equal; null where one is not known. */
const equal = (a: number, b: number): boolean | null => (a === 0 || b === 0 ? null : a === b);

const placeLevel = ({ place }: Claim, rows: PersonRows, row: number): number => {
  const county = equal(place.county, rows.county(row));
  if (county === false) return 6;
  const house = equal(place.house, rows.house(row));
  if (house === true) return 0;
  const village = equal(place.village, rows.village(row));
  const named = equal(place.villageName, rows.villageName(row));
  if (village === true || (village === null && named === true)) return 1;
  const township = equal(place.township, rows.township(row));
  if (township === true) return village === false ? 3 : 2;
  if (township === false) return 5;
  return county === true ? 4 : MISSING;
};

/** Whether two phones differ in one digit. Most differ in many: their difference is no digit before noughts, and that is soon seen. */
const differsInOneDigit = (a: number, b: number): boolean => {
  let apart = Math.abs(a - b);
  while (apart > 9) {
    const tenth = apart / 10;
    if (!Number.isInteger(tenth)) return false;
    apart = tenth;
  }
  let different = 0;
  for (let [x, y] = [a, b]; x > 0 || y > 0; x = Math.floor(x / 10), y = Math.floor(y / 10)) {
    if (x % 10 !== y % 10) different += 1;
  }
  return different <= 1;
};

const phoneLevel = ({ phone }: Claim, rows: PersonRows, row: number): number => {
  const own = rows.phone(row);
  const shared = rows.householdPhone(row);
  if (phone === 0 || (own === 0 && shared === 0)) return MISSING;
  // For somebody who has none of their own, the household's is what the registry would give as theirs.
  if (phone === own || (own === 0 && phone === shared)) return 0;
  if (phone === shared) return 1;
  return differsInOneDigit(phone, own) || differsInOneDigit(phone, shared) ? 2 : 3;
};

/** Level of two days of birth; MISSING where one is not known. */
export const birthLevelOf = (claimed: number, registered: number): number =>
  claimed === NO_DAY || registered === NO_DAY ? MISSING : birthLevel(claimed, registered);

/** Writes the levels of the other fields. */
export const compareOthers = (claim: Claim, rows: PersonRows, row: number, out: Int8Array): void => {
  out[MASKED_ID] = maskedLevel(claim, rows, row);
  out[TYPED_ID] = typedLevel(claim, rows, row);
  out[PLACE] = placeLevel(claim, rows, row);
  out[PHONE] = phoneLevel(claim, rows, row);
};

/** Writes the level of each field of a record and a registered person to `out`; MISSING where a side says nothing. */
export const compareToPerson = (claim: Claim, rows: PersonRows, names: NamePool, row: number, out: Int8Array): void => {
  out[NAME] = nameLevel(claim.name, names.form(rows.name(row)));
  out[BIRTH] = birthLevelOf(claim.birth, rows.birth(row));
  compareOthers(claim, rows, row, out);
};
