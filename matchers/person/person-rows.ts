import { statedByIdNumber } from '../identity/id-number.ts';
import { plainPhone } from '../identity/phone.ts';
import { isPlaceholderBirth } from '../identity/placeholders.ts';
import { NO_DAY, placeOf } from './claim.ts';
import { endingOf, NO_ENDING } from './id-ending.ts';
import type { NamePool } from './name-pool.ts';
import type { RegisteredPerson } from './registered-person.ts';

/**
 * Registered persons as rows of 64 bytes, one line of a processor's cache: a candidate is looked at in every field, and of three
 * million people hardly one is in the cache. Three million take 192 MB.
 */
export interface PersonRows {
  /** Adds a person and returns the row. */
  add(person: RegisteredPerson): number;
  /** Takes a row off; its other values stay. */
  takeOff(row: number): void;
  /** Puts one that was taken off back. */
  putBack(row: number, personNo: number): void;
  readonly size: number;
  /** Number of the person, 0 where the row was taken off. */
  personNo(row: number): number;
  householdNo(row: number): number;
  /** Number of the name in the pool. */
  name(row: number): number;
  /** Day of birth, NO_DAY where not known. */
  birth(row: number): number;
  county(row: number): number;
  township(row: number): number;
  /** Up to 12 digits. */
  village(row: number): number;
  house(row: number): number;
  villageName(row: number): number;
  phone(row: number): number;
  householdPhone(row: number): number;
  idRegion(row: number): number;
  idEnding(row: number): number;
  /** Day of death, NO_DAY for the living; one before 1970 counts as its first day. */
  diedOn(row: number): number;
}

const BYTES = 64;
/** Three numbers of 64 bits, nine of 32, two of 16. */
const [VILLAGE, PHONE, HOUSEHOLD_PHONE] = [0, 1, 2];
const [PERSON, HOUSEHOLD, NAME, BIRTH, COUNTY, TOWNSHIP, HOUSE, VILLAGE_NAME, ID_REGION] = [
  6, 7, 8, 9, 10, 11, 12, 13, 14,
];
const [ID_ENDING, DIED_ON] = [30, 31];
const LATEST_DEATH = 65_534;

export const createPersonRows = (expected: number, names: NamePool): PersonRows => {
  let capacity = 0;
  let bytes = new ArrayBuffer(0);
  let doubles = new Float64Array(bytes);
  let ints = new Int32Array(bytes);
  let words = new Uint32Array(bytes);
  let shorts = new Uint16Array(bytes);
  let size = 0;
  const widen = (to: number): void => {
    const wider = new ArrayBuffer(to * BYTES);
    new Uint8Array(wider).set(new Uint8Array(bytes));
    bytes = wider;
    capacity = to;
    doubles = new Float64Array(bytes);
    ints = new Int32Array(bytes);
    words = new Uint32Array(bytes);
    shorts = new Uint16Array(bytes);
  };
  widen(Math.max(1024, expected));
  return {
    add(person) {
      if (size === capacity) widen(Math.ceil(capacity * 1.5));
      const row = size;
      const [d, w, s] = [row * 8, row * 16, row * 32];
      const place = placeOf(person.regionCode, person.address);
      const birth = person.birthDay ?? statedByIdNumber(person.idNumber).birthDay ?? NO_DAY;
      words[w + PERSON] = person.personNo;
      words[w + HOUSEHOLD] = person.householdNo;
      words[w + NAME] = names.add(person.name);
      ints[w + BIRTH] = birth === NO_DAY || isPlaceholderBirth(birth) ? NO_DAY : birth;
      words[w + COUNTY] = place.county;
      words[w + TOWNSHIP] = place.township;
      doubles[d + VILLAGE] = place.village;
      words[w + HOUSE] = place.house;
      words[w + VILLAGE_NAME] = place.villageName;
      doubles[d + PHONE] = Number(plainPhone(person.phone));
      doubles[d + HOUSEHOLD_PHONE] = Number(plainPhone(person.householdPhone));
      words[w + ID_REGION] = person.idNumber === '' ? 0 : Number(person.idNumber.slice(0, 6));
      shorts[s + ID_ENDING] = person.idNumber === '' ? NO_ENDING : endingOf(person.idNumber.slice(14));
      shorts[s + DIED_ON] = person.diedOn === null ? 0 : Math.min(LATEST_DEATH, Math.max(0, person.diedOn)) + 1;
      size += 1;
      return row;
    },
    takeOff(row) {
      words[row * 16 + PERSON] = 0;
    },
    putBack(row, personNo) {
      words[row * 16 + PERSON] = personNo;
    },
    get size() {
      return size;
    },
    personNo: (row) => words[row * 16 + PERSON] as number,
    householdNo: (row) => words[row * 16 + HOUSEHOLD] as number,
    name: (row) => words[row * 16 + NAME] as number,
    birth: (row) => ints[row * 16 + BIRTH] as number,
    county: (row) => words[row * 16 + COUNTY] as number,
    township: (row) => words[row * 16 + TOWNSHIP] as number,
    village: (row) => doubles[row * 8 + VILLAGE] as number,
    house: (row) => words[row * 16 + HOUSE] as number,
    villageName: (row) => words[row * 16 + VILLAGE_NAME] as number,
    phone: (row) => doubles[row * 8 + PHONE] as number,
    householdPhone: (row) => doubles[row * 8 + HOUSEHOLD_PHONE] as number,
    idRegion: (row) => words[row * 16 + ID_REGION] as number,
    idEnding: (row) => shorts[row * 32 + ID_ENDING] as number,
    diedOn(row) {
      const died = shorts[row * 32 + DIED_ON] as number;
      return died === 0 ? NO_DAY : died - 1;
    },
  };
};
