import { createPersonIndex, type PersonIndex } from '../person-index.ts';
import { FAMILIES } from './block-families.ts';
import { type BlockIndex, createBlockIndex } from './block-index.ts';
import { createNamePool, type NamePool } from './name-pool.ts';
import { type Columns, createPersonColumns } from './person-columns.ts';
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
  readonly byNumber: PersonIndex;
  readonly names: NamePool;
  readonly population: Population;
  readonly blocks: readonly BlockIndex[];
  readonly columns: Columns;
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

export const createPersonRegister = (expected: number): PersonRegister => {
  /** By row + 1, so that a number that was replaced goes with its row. */
  const numbers = createPersonIndex(expected);
  const names = createNamePool();
  const population = createPopulation();
  const people = createPersonColumns(expected, names);
  const blocks = FAMILIES.map(createBlockIndex);
  const scratch = new Uint32Array(2);
  let rowOfPerson = new Int32Array(Math.max(1024, expected + 1)).fill(-1);
  const byNumber: PersonIndex = {
    add: numbers.add,
    find(idNumber, name, visit) {
      const { alive: onRegister, personNo } = people.columns;
      numbers.find(idNumber, name, (entry, sameName) => {
        if (onRegister[entry - 1] === 1) visit(personNo[entry - 1] as number, sameName);
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
    const { columns } = people;
    blocks.forEach((block, f) => {
      const { ofPerson } = FAMILIES[f] as (typeof FAMILIES)[number];
      block.build(people.size, (row, out) => (columns.alive[row] === 0 ? 0 : ofPerson(columns, names, row, out)));
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
    people.columns.alive[row] = 0;
    names.drop(people.columns.name[row] as number);
    population.count(people.columns, row, -1);
    rowOfPerson[personNo] = -1;
    alive -= 1;
  };

  return {
    put(person) {
      remove(person.personNo);
      const row = people.add(person);
      remember(person.personNo, row);
      population.count(people.columns, row, 1);
      alive += 1;
      for (const number of [person.idNumber, ...(person.formerIdNumbers ?? [])]) {
        if (number !== '') numbers.add(row + 1, number, person.name);
      }
      // Before the first build nothing is searched: a province is not put through the maps one by one.
      if (built === 0) return;
      blocks.forEach((block, f) => {
        const n = (FAMILIES[f] as (typeof FAMILIES)[number]).ofPerson(people.columns, names, row, scratch);
        for (let i = 0; i < n; i += 1) block.add(scratch[i] as number, row);
      });
      if (people.size - built > Math.max(LEAST_LOOSE, people.size * LOOSE_SHARE)) compact();
    },
    remove,
    without(personNo, work) {
      const row = rowOf(personNo);
      if (row < 0) return work();
      const { alive: onRegister } = people.columns;
      onRegister[row] = 0;
      try {
        return work();
      } finally {
        onRegister[row] = 1;
      }
    },
    compact,
    byNumber,
    names,
    population,
    blocks,
    get columns() {
      return people.columns;
    },
    rowOf,
    get rows() {
      return people.size;
    },
    get size() {
      return alive;
    },
  };
};
