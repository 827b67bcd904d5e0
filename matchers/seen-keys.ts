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
