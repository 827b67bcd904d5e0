/**
 * How often each number was counted: open addressing in typed arrays, 12 bytes a slot, where a map of the same numbers would
 * take four times as much and a walk through memory for each question.
 */
export interface Tally {
  /** Counts a positive integer below 2^53 `by` times more (or, negative, less). */
  add(key: number, by: number): void;
  /** How often a number was counted; 0 for one that never was. */
  of(key: number): number;
}

export const createTally = (): Tally => {
  let capacity = 1024;
  let keys = new Float64Array(capacity);
  let counts = new Int32Array(capacity);
  let size = 0;
  const slotOf = (key: number): number => {
    const low = key >>> 0;
    const high = (key / 4_294_967_296) >>> 0;
    const mixed = Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ Math.imul(high, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 13)) & (capacity - 1);
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
    return slot;
  };
  const grow = (): void => {
    const [oldKeys, oldCounts] = [keys, counts];
    capacity *= 2;
    keys = new Float64Array(capacity);
    counts = new Int32Array(capacity);
    for (let i = 0; i < oldKeys.length; i += 1) {
      const key = oldKeys[i] as number;
      if (key === 0) continue;
      const slot = slotOf(key);
      keys[slot] = key;
      counts[slot] = oldCounts[i] as number;
    }
  };
  return {
    add(key, by) {
      let slot = slotOf(key);
      if (keys[slot] === 0) {
        if (size * 10 >= capacity * 7) {
          grow();
          slot = slotOf(key);
        }
        keys[slot] = key;
        size += 1;
      }
      counts[slot] = (counts[slot] as number) + by;
    },
    of: (key) => counts[slotOf(key)] as number,
  };
};
