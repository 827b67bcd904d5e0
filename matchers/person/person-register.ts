import { createFormerNumbers, type FormerNumbers } from '../former-numbers.ts';
import { createPersonIndex, type PersonLookup } from '../person-index.ts';
import { FAMILIES, factsOfPerson, hintOfBirth, noFacts } from './block-families.ts';
import { type BlockIndex, createBlockIndex } from './block-index.ts';
import { createNamePool, type NamePool } from './name-pool.ts';
import { createPersonRows, type PersonRows } from './person-rows.ts';
import { createPopulation, type Population } from './population.ts';
import type { RegisteredPerson } from './registered-person.ts';

/** All registered persons, found by id number and by the keys of the block families; kept up as the registry changes. */
export interface PersonRegister {
  /** Adds a person, or puts a new state of one in the place of the old. */
  put(person: RegisteredPerson): void;
  /** Takes a person off. */
  remove(personNo: number): void;
  /** Builds the block indexes from everything added; to be called after a first load, then it happens by itself. */
  compact(): void;
  readonly byNumber: PersonLookup;
  /** Numbers that persons had before: of a right number only, a slip is never put right to one of them. */
  readonly former: FormerNumbers;
  readonly names: NamePool;
  readonly population: Population;
  readonly blocks: readonly BlockIndex[];
  readonly people: PersonRows;
  /** Runs `work` as if a person were not on the register: who else is like them? */
  without<T>(personNo: number, work: () => T): T;
  /** Row of a person, -1 for nobody. */
  rowOf(personNo: number): number;
  /** Rows, those taken off included. */
  readonly rows: number;
  /** Persons who are on it. */
  readonly size: number;
}

/** The loose part is searched slower: beyond this share of the rows it is built in. */
const LOOSE_SHARE = 0.1;
const LEAST_LOOSE = 10_000;

export const createPersonRegister = (
  expected: number,
  former: FormerNumbers = createFormerNumbers(),
): PersonRegister => {
  /** By row + 1, so that a number that was replaced goes with its row. */
  const numbers = createPersonIndex(expected);
  const names = createNamePool();
  const population = createPopulation();
  const people = createPersonRows(expected, names);
  const blocks = FAMILIES.map(({ hinted }) => createBlockIndex(hinted));
  const scratch = new Uint32Array(2);
  const facts = noFacts();
  let rowOfPerson = new Int32Array(Math.max(1024, expected + 1)).fill(-1);
  const byNumber: PersonLookup = {
    find(idNumber, name, visit) {
      numbers.find(idNumber, name, (entry, sameName) => {
        const personNo = people.personNo(entry - 1);
        if (personNo !== 0) visit(personNo, sameName);
      });
    },
    get size() {
      return numbers.size;
    },
  };
  let alive = 0;
  /** Rows before this are in the built indexes. */
  let built = 0;

  const compact = (): void => {
    blocks.forEach((block, f) => {
      const { keys } = FAMILIES[f] as (typeof FAMILIES)[number];
      const keysOf = (row: number, out: Uint32Array): number => {
        if (people.personNo(row) === 0) return 0;
        factsOfPerson(people, names, row, facts);
        return keys(facts, out);
      };
      block.build(people.size, keysOf, (row) => hintOfBirth(people.birth(row)));
    });
    built = people.size;
  };
  const remember = (personNo: number, row: number): void => {
    if (personNo >= rowOfPerson.length) {
      const wider = new Int32Array(Math.ceil(personNo * 1.5) + 1).fill(-1);
      wider.set(rowOfPerson);
      rowOfPerson = wider;
    }
    rowOfPerson[personNo] = row;
  };
  const rowOf = (personNo: number): number => rowOfPerson[personNo] ?? -1;
  const remove = (personNo: number): void => {
    const row = rowOf(personNo);
    if (row < 0) return;
    people.takeOff(row);
    names.drop(people.name(row));
    population.count(people, row, -1);
    rowOfPerson[personNo] = -1;
    alive -= 1;
  };

  return {
    put(person) {
      remove(person.personNo);
      const row = people.add(person);
      remember(person.personNo, row);
      population.count(people, row, 1);
      alive += 1;
      if (person.idNumber !== '') numbers.add(row + 1, person.idNumber, person.name);
      // Before the first build nothing is searched: a province is not put through the maps one by one.
      if (built === 0) return;
      factsOfPerson(people, names, row, facts);
      blocks.forEach((block, f) => {
        const n = (FAMILIES[f] as (typeof FAMILIES)[number]).keys(facts, scratch);
        for (let i = 0; i < n; i += 1) block.add(scratch[i] as number, row, hintOfBirth(people.birth(row)));
      });
      if (people.size - built > Math.max(LEAST_LOOSE, people.size * LOOSE_SHARE)) compact();
    },
    remove,
    without(personNo, work) {
      const row = rowOf(personNo);
      if (row < 0) return work();
      people.takeOff(row);
      try {
        return work();
      } finally {
        people.putBack(row, personNo);
      }
    },
    compact,
    byNumber,
    former,
    names,
    population,
    blocks,
    people,
    rowOf,
    get rows() {
      return people.size;
    },
    get size() {
      return alive;
    },
  };
};
