/** Which pairs are looked at at all: rows that share a key of some rule. */
export interface BlockingRule {
  readonly name: string;
  /** Key of each row, -1 for none. */
  readonly keys: Int32Array;
  /** Comparisons that the key decides: their m can't be learned from this rule's pairs. */
  readonly fixes: readonly string[];
}

export interface CandidatePairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Pairs that were not looked at because their block was larger than the cap, by rule. */
  readonly cut: readonly number[];
}

/** One key of several columns: equal exactly where all are equal, -1 where one is missing. */
export const keyOf = (...columns: readonly { readonly ids: Int32Array }[]): Int32Array => {
  const [first, ...more] = columns;
  let keys = Int32Array.from(first?.ids ?? []);
  for (const { ids } of more) {
    const known = new Map<number, number>();
    const joined = new Int32Array(keys.length).fill(-1);
    for (let row = 0; row < keys.length; row += 1) {
      const a = keys[row] as number;
      const b = ids[row] as number;
      if (a < 0 || b < 0) continue;
      const both = a * 4_194_304 + b;
      let key = known.get(both);
      if (key === undefined) {
        key = known.size;
        known.set(both, key);
      }
      joined[row] = key;
    }
    keys = joined;
  }
  return keys;
};

/** Rows in the order of their keys, with the beginning of each block: counting sort, so that the order never varies. */
const blocksOf = (keys: Int32Array): { starts: Uint32Array; rows: Uint32Array } => {
  let top = -1;
  for (const key of keys) if (key > top) top = key;
  const starts = new Uint32Array(top + 2);
  for (const key of keys) if (key >= 0) starts[key + 1] = (starts[key + 1] as number) + 1;
  for (let i = 1; i < starts.length; i += 1) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  const next = starts.slice();
  const rows = new Uint32Array(starts[top + 1] ?? 0);
  keys.forEach((key, row) => {
    if (key < 0) return;
    rows[next[key] as number] = row;
    next[key] = (next[key] as number) + 1;
  });
  return { starts, rows };
};

export interface BlockingOptions {
  /** Rows from here on are the second of two data sets that hold no duplicates: only pairs across are made. */
  readonly boundary: number | null;
  /** A block of more pairs than this is passed over and counted. */
  readonly cap: number;
}

/** Every pair of rows that share a key of some rule, each once. */
export const candidatePairs = (rules: readonly BlockingRule[], { boundary, cap }: BlockingOptions): CandidatePairs => {
  let left = new Int32Array(1 << 16);
  let right = new Int32Array(1 << 16);
  let size = 0;
  const cut = rules.map(() => 0);
  /** Keys of the rules so far, without blocks that were cut: a pair that one of them made is not made again. */
  const done: Int32Array[] = [];
  rules.forEach((rule, at) => {
    const keys = rule.keys.slice();
    const { starts, rows } = blocksOf(keys);
    for (let key = 0; key + 1 < starts.length; key += 1) {
      const from = starts[key] as number;
      const to = starts[key + 1] as number;
      let middle = to;
      if (boundary !== null) {
        // Rows stand in ascending order within a block.
        middle = from;
        while (middle < to && (rows[middle] as number) < boundary) middle += 1;
      }
      const pairs = boundary === null ? ((to - from) * (to - from - 1)) / 2 : (middle - from) * (to - middle);
      if (pairs > cap) {
        cut[at] = (cut[at] as number) + pairs;
        for (let i = from; i < to; i += 1) keys[rows[i] as number] = -1;
        continue;
      }
      for (let i = from; i < middle; i += 1) {
        const a = rows[i] as number;
        for (let j = boundary === null ? i + 1 : middle; j < to; j += 1) {
          const b = rows[j] as number;
          let fresh = true;
          for (let k = 0; k < done.length && fresh; k += 1) {
            const earlier = done[k] as Int32Array;
            const value = earlier[a] as number;
            fresh = value < 0 || value !== earlier[b];
          }
          if (!fresh) continue;
          if (size === left.length) {
            const wider = new Int32Array(size * 2);
            wider.set(left);
            left = wider;
            const other = new Int32Array(size * 2);
            other.set(right);
            right = other;
          }
          left[size] = a;
          right[size] = b;
          size += 1;
        }
      }
    }
    done.push(keys);
  });
  return { left: left.subarray(0, size), right: right.subarray(0, size), cut };
};
