import {
  ENDS_FAMILY,
  FAMILIES,
  factsOfClaim,
  factsOfPerson,
  HOUSE_FAMILY,
  NAMESAKES_FAMILY,
  noFacts,
  PHONE_FAMILY,
} from './block-families.ts';
import type { Claim } from './claim.ts';
import type { Sharing } from './evidence.ts';
import type { PersonRegister } from './person-register.ts';
import { createRowSet } from './row-set.ts';

/**
 * The rows that share a key with a record. Of millions of rows none is in the processor's cache: reads stand together in short
 * loops, so that it can wait for many of them at once.
 */
export interface Gatherer {
  /** Collects the rows of every family but the namesakes', and `also`; forgets those of the record before. */
  begin(claim: Claim, also: readonly number[]): void;
  /** Collects the namesakes of the county: all, or those whose day of birth (as a hint) is wanted. */
  addNamesakes(keep: ((hint: number) => boolean) | undefined): void;
  /** How many rows there are, and of each its number and what tells most of them apart. */
  readonly size: number;
  row(index: number): number;
  /** 0 for one that was taken off. */
  personNo(index: number): number;
  name(index: number): number;
  birth(index: number): number;
  /** Who share the record's house, phone and ends of the number. */
  readonly sharing: Sharing;
  /** Rows that were not looked at because their blocks are too large. */
  readonly cut: number;
  /** Whether the record's block of a family was too large to be searched. */
  isCut(family: number): boolean;
  /** Families that bring the record and a row together. */
  familiesOf(row: number): string[];
}

/** One for a register: it keeps scratch arrays. */
export const createGatherer = (register: PersonRegister, blockCap: number): Gatherer => {
  const { people, names, blocks } = register;
  const facts = noFacts();
  const keys = new Uint32Array(2);
  /** Keys of the record whose blocks are searched, one for each family; 0 for none. */
  const searched = new Uint32Array(FAMILIES.length);
  const sizes = new Uint32Array(FAMILIES.length);
  /** Where the rows of each family's block end in `gathered`. */
  const ends = new Uint32Array(FAMILIES.length);
  let gathered = new Uint32Array(1024);
  const rows = createRowSet();
  let personNos = new Uint32Array(1024);
  let nameIds = new Uint32Array(1024);
  let births = new Int32Array(1024);
  const sharing: Sharing = { house: 0, phone: 0, ends: 0 };
  let cut = 0;

  /** Reads the rows from one on. */
  const look = (from: number): void => {
    if (rows.size > personNos.length) {
      const wider = <T extends Uint32Array | Int32Array>(old: T): T => {
        const to = new (old.constructor as new (length: number) => T)(2 * rows.size);
        to.set(old);
        return to;
      };
      personNos = wider(personNos);
      nameIds = wider(nameIds);
      births = wider(births);
    }
    for (let i = from; i < rows.size; i += 1) {
      const row = rows.at(i);
      personNos[i] = people.personNo(row);
      nameIds[i] = people.name(row);
      births[i] = people.birth(row);
    }
  };

  const makeRoom = (size: number): void => {
    if (size <= gathered.length) return;
    const wider = new Uint32Array(2 * size);
    wider.set(gathered);
    gathered = wider;
  };

  /** Counts who really share house, phone and number. A block that is too large is taken as it is. */
  const countShared = (family: number, isShared: (row: number) => boolean): number => {
    if (searched[family] === 0) return sizes[family] as number;
    let shared = 0;
    for (let i = ends[family - 1] as number; i < (ends[family] as number); i += 1) {
      const row = gathered[i] as number;
      if (people.personNo(row) !== 0 && isShared(row)) shared += 1;
    }
    return shared;
  };

  return {
    begin(claim, also) {
      factsOfClaim(claim, facts);
      for (let f = 0; f < FAMILIES.length; f += 1) {
        (FAMILIES[f] as (typeof FAMILIES)[number]).keys(facts, keys);
        searched[f] = keys[0] as number;
      }
      let total = 0;
      for (let f = 0; f < FAMILIES.length; f += 1) {
        const size = (blocks[f] as (typeof blocks)[number]).sizeOf(searched[f] as number);
        sizes[f] = size;
        total += size;
      }
      cut = 0;
      for (let f = 0; f < FAMILIES.length; f += 1) {
        const size = sizes[f] as number;
        if (size <= blockCap) continue;
        searched[f] = 0;
        cut += size;
      }
      makeRoom(total - cut);
      let at = 0;
      for (let f = 0; f < FAMILIES.length; f += 1) {
        if (f !== NAMESAKES_FAMILY)
          at = (blocks[f] as (typeof blocks)[number]).copy(searched[f] as number, gathered, at);
        ends[f] = at;
      }
      rows.clear();
      for (let i = 0; i < at; i += 1) rows.add(gathered[i] as number);
      for (const row of also) rows.add(row);
      look(0);
      const { place, phone, idRegion, idEnding } = claim;
      sharing.house = countShared(
        HOUSE_FAMILY,
        (row) => people.house(row) === place.house && people.county(row) === place.county,
      );
      sharing.phone = countShared(
        PHONE_FAMILY,
        (row) => people.phone(row) === phone || people.householdPhone(row) === phone,
      );
      sharing.ends = countShared(
        ENDS_FAMILY,
        (row) => people.idEnding(row) === idEnding && people.idRegion(row) === idRegion,
      );
    },
    addNamesakes(keep) {
      const key = searched[NAMESAKES_FAMILY] as number;
      if (key === 0) return;
      const from = rows.size;
      const at = ends[FAMILIES.length - 1] as number;
      const end = (blocks[NAMESAKES_FAMILY] as (typeof blocks)[number]).copy(key, gathered, at, keep);
      for (let i = at; i < end; i += 1) rows.add(gathered[i] as number);
      look(from);
    },
    get size() {
      return rows.size;
    },
    row: rows.at,
    personNo: (index) => personNos[index] as number,
    name: (index) => nameIds[index] as number,
    birth: (index) => births[index] as number,
    sharing,
    get cut() {
      return cut;
    },
    isCut: (family) => searched[family] === 0 && (sizes[family] as number) > 0,
    familiesOf(row) {
      factsOfPerson(people, names, row, facts);
      const found: string[] = [];
      for (let f = 0; f < FAMILIES.length; f += 1) {
        const key = searched[f] as number;
        if (key === 0) continue;
        const { name, keys: keysOf } = FAMILIES[f] as (typeof FAMILIES)[number];
        const n = keysOf(facts, keys);
        if (keys[0] === key || (n > 1 && keys[1] === key)) found.push(name);
      }
      return found;
    },
  };
};
