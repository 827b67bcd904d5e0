import { hash52 } from '../ingest/index.ts';

/**
 * Registered persons by id number: an open-addressing table in typed arrays, 20 bytes a slot, so that 3 million persons
 * take about 150 MB. The 17 digits before the check character are kept whole (two numbers below 2^32): no collision can
 * link a stranger. Names are kept as 52-bit hashes of their normalised text.
 */
export interface PersonIndex extends PersonLookup {
  /** Adds a person with a trusted 18-character id number. */
  add(personNo: number, idNumber: string, name: string): void;
  /** Takes all numbers of some persons off, in one walk through the table. */
  drop(personNos: ReadonlySet<number>): void;
}

/** Whom a number is registered for. */
export interface PersonLookup {
  /** Calls `visit` for every person registered under the number; `sameName` tells whether the names are equal. */
  find(idNumber: string, name: string, visit: (personNo: number, sameName: boolean) => void): void;
  /** How many numbers there are. */
  readonly size: number;
}

const NAME_SEED = 7;
/** Stands where a person was taken off: searches go on behind it. */
const GONE = 0xffff_ffff;

const high = (idNumber: string): number => Number(idNumber.slice(0, 8));
const low = (idNumber: string): number => Number(idNumber.slice(8, 17));

export const createPersonIndex = (expected: number): PersonIndex => {
  let capacity = 1024;
  while (capacity < expected * 2) capacity *= 2;
  let highs = new Uint32Array(capacity);
  let lows = new Uint32Array(capacity);
  let persons = new Uint32Array(capacity);
  let names = new Float64Array(capacity);
  /** Slots that are taken, and those of them that nobody stands in any more. */
  let size = 0;
  let gone = 0;

  const slotOf = (h: number, l: number): number =>
    ((Math.imul(h, 0x9e3779b1) ^ Math.imul(l, 0x85ebca6b)) >>> 0) & (capacity - 1);

  const put = (h: number, l: number, personNo: number, name: number): void => {
    let slot = slotOf(h, l);
    while (persons[slot] !== 0) slot = (slot + 1) & (capacity - 1);
    highs[slot] = h;
    lows[slot] = l;
    persons[slot] = personNo;
    names[slot] = name;
  };

  const grow = (): void => {
    const old = { highs, lows, persons, names };
    if (gone * 2 < size) capacity *= 2;
    size -= gone;
    gone = 0;
    highs = new Uint32Array(capacity);
    lows = new Uint32Array(capacity);
    persons = new Uint32Array(capacity);
    names = new Float64Array(capacity);
    old.persons.forEach((personNo, i) => {
      if (personNo !== 0 && personNo !== GONE)
        put(old.highs[i] as number, old.lows[i] as number, personNo, old.names[i] as number);
    });
  };

  return {
    add(personNo, idNumber, name) {
      if (size * 2 >= capacity) grow();
      put(high(idNumber), low(idNumber), personNo, hash52(name, NAME_SEED));
      size += 1;
    },
    drop(personNos) {
      for (let slot = 0; slot < capacity; slot += 1) {
        if (persons[slot] === 0 || !personNos.has(persons[slot] as number)) continue;
        persons[slot] = GONE;
        gone += 1;
      }
    },
    find(idNumber, name, visit) {
      const h = high(idNumber);
      const l = low(idNumber);
      let hashed = -1;
      for (let slot = slotOf(h, l); persons[slot] !== 0; slot = (slot + 1) & (capacity - 1)) {
        if (highs[slot] !== h || lows[slot] !== l || persons[slot] === GONE) continue;
        if (hashed < 0) hashed = hash52(name, NAME_SEED);
        visit(persons[slot] as number, names[slot] === hashed);
      }
    },
    get size() {
      return size - gone;
    },
  };
};
