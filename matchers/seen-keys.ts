/**
 * Which record keys may have been stored before: a Bloom filter of fixed size (16 MiB; about one key in two hundred is
 * named wrongly at ten million). It may say "perhaps" of a key that is new, never "no" of one that was added, so a
 * look-up is saved only where there is nothing to find.
 */
export interface SeenKeys {
  add(key: number): void;
  mayHold(key: number): boolean;
}

const WORDS = 2 ** 22;
const BITS = WORDS * 32;
const PROBES = 4;
const HALF = 2 ** 32;

export const createSeenKeys = (): SeenKeys => {
  const words = new Uint32Array(WORDS);
  // Two independent parts of the 52-bit key give all probes; an odd step visits every bit.
  const bitOf = (key: number, probe: number): number =>
    ((key % HALF) + probe * (Math.floor(key / HALF) * 2_654_435_761 + 1)) % BITS;
  return {
    add(key) {
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitOf(key, probe);
        words[bit >>> 5] = (words[bit >>> 5] as number) | (1 << (bit & 31));
      }
    },
    mayHold(key) {
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitOf(key, probe);
        if (((words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    },
  };
};

/** Everything may have been stored before: for a feed that has been taken from already. */
export const everyKey: SeenKeys = { add: () => undefined, mayHold: () => true };

/** Keys that occur more than once among `count` keys: only their records can be versions of one another. */
export const repeatedKeys = (keys: Iterable<number>, count: number): ReadonlySet<number> => {
  let slots = 1024;
  while (slots < 2 * count) slots *= 2;
  // One more than the key, so that zero is an empty slot.
  const table = new Float64Array(slots);
  const repeated = new Set<number>();
  for (const key of keys) {
    let at = key % slots;
    while (table[at] !== 0 && table[at] !== key + 1) at = (at + 1) % slots;
    if (table[at] !== 0) repeated.add(key);
    table[at] = key + 1;
  }
  return repeated;
};
