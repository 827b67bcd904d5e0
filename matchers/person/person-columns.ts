import { statedByIdNumber } from '../identity/id-number.ts';
import { plainPhone } from '../identity/phone.ts';
import { isPlaceholderBirth } from '../identity/placeholders.ts';
import { NO_DAY, placeOf } from './claim.ts';
import { endingOf, NO_ENDING } from './id-ending.ts';
import type { NamePool } from './name-pool.ts';
import type { RegisteredPerson } from './registered-person.ts';

/** Registered persons as columns of numbers, about 65 bytes a person: three million take 200 MB. */
export interface PersonColumns {
  /** Adds a person and returns the row. */
  add(person: RegisteredPerson): number;
  readonly size: number;
  readonly columns: Columns;
}

export interface Columns {
  personNo: Uint32Array;
  householdNo: Uint32Array;
  name: Uint32Array;
  birth: Int32Array;
  county: Uint32Array;
  township: Uint32Array;
  /** Up to 12 digits: more than 32 bits hold. */
  village: Float64Array;
  house: Uint32Array;
  villageName: Uint32Array;
  phone: Float64Array;
  householdPhone: Float64Array;
  idRegion: Uint32Array;
  idEnding: Uint16Array;
  /** Day of death, NO_DAY for the living. */
  diedOn: Int32Array;
  /** 0 where the row was taken off. */
  alive: Uint8Array;
}

const make = (capacity: number): Columns => ({
  personNo: new Uint32Array(capacity),
  householdNo: new Uint32Array(capacity),
  name: new Uint32Array(capacity),
  birth: new Int32Array(capacity),
  county: new Uint32Array(capacity),
  township: new Uint32Array(capacity),
  village: new Float64Array(capacity),
  house: new Uint32Array(capacity),
  villageName: new Uint32Array(capacity),
  phone: new Float64Array(capacity),
  householdPhone: new Float64Array(capacity),
  idRegion: new Uint32Array(capacity),
  idEnding: new Uint16Array(capacity),
  diedOn: new Int32Array(capacity),
  alive: new Uint8Array(capacity),
});

const widen = (columns: Columns, capacity: number): Columns => {
  const wider = make(capacity);
  for (const name of Object.keys(columns) as (keyof Columns)[]) wider[name].set(columns[name] as never);
  return wider;
};

export const createPersonColumns = (expected: number, names: NamePool): PersonColumns => {
  let capacity = Math.max(1024, expected);
  const held = { columns: make(capacity) };
  let size = 0;
  return {
    add(person) {
      if (size === capacity) {
        capacity = Math.ceil(capacity * 1.5);
        held.columns = widen(held.columns, capacity);
      }
      const row = size;
      const c = held.columns;
      const place = placeOf(person.regionCode, person.address);
      const birth = person.birthDay ?? statedByIdNumber(person.idNumber).birthDay ?? NO_DAY;
      c.personNo[row] = person.personNo;
      c.householdNo[row] = person.householdNo;
      c.name[row] = names.add(person.name);
      c.birth[row] = birth === NO_DAY || isPlaceholderBirth(birth) ? NO_DAY : birth;
      c.county[row] = place.county;
      c.township[row] = place.township;
      c.village[row] = place.village;
      c.house[row] = place.house;
      c.villageName[row] = place.villageName;
      c.phone[row] = Number(plainPhone(person.phone));
      c.householdPhone[row] = Number(plainPhone(person.householdPhone));
      c.idRegion[row] = person.idNumber === '' ? 0 : Number(person.idNumber.slice(0, 6));
      c.idEnding[row] = person.idNumber === '' ? NO_ENDING : endingOf(person.idNumber.slice(14));
      c.diedOn[row] = person.diedOn ?? NO_DAY;
      c.alive[row] = 1;
      size += 1;
      return row;
    },
    get size() {
      return size;
    },
    get columns() {
      return held.columns;
    },
  };
};
