/**
 * Rows by one kind of key: compressed rows (CSR) over hash buckets, 4 bytes a row and 4 a bucket. What was added since the last build
 * lies in a map beside it until `compact`. Keys that share a bucket are told apart by the score, not here.
 */
export interface BlockIndex {
  /** Remembers a new row under a key; 0 is no key. */
  add(key: number, row: number): void;
  /** Builds anew from all rows; `keysOf` writes a row's keys and returns how many there are. */
  build(rows: number, keysOf: (row: number, out: Uint32Array) => number): void;
  /** How many rows a key's block has. */
  sizeOf(key: number): number;
  /** Calls `visit` with every row of a key's block. */
  visit(key: number, visit: (row: number) => void): void;
  /** Rows added since the last build. */
  readonly loose: number;
}

const KEYS_OF_A_ROW = 2;

export const createBlockIndex = (): BlockIndex => {
  let mask = 0;
  let starts = new Uint32Array(2);
  let rows = new Uint32Array(0);
  let added = new Map<number, number[]>();
  let loose = 0;
  // Keys are hashes already, but of numbers that follow each other (phones): they are mixed once more.
  const bucketOf = (key: number): number => {
    const mixed = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) & mask;
  };
  return {
    add(key, row) {
      if (key === 0) return;
      const bucket = bucketOf(key);
      const list = added.get(bucket);
      if (list === undefined) added.set(bucket, [row]);
      else list.push(row);
      loose += 1;
    },
    build(size, keysOf) {
      let buckets = 1024;
      while (buckets < size) buckets *= 2;
      mask = buckets - 1;
      added = new Map();
      loose = 0;
      const keys = new Uint32Array(KEYS_OF_A_ROW);
      starts = new Uint32Array(buckets + 1);
      for (let row = 0; row < size; row += 1) {
        const n = keysOf(row, keys);
        for (let i = 0; i < n; i += 1) {
          const key = keys[i] as number;
          if (key !== 0) starts[bucketOf(key) + 1] = (starts[bucketOf(key) + 1] as number) + 1;
        }
      }
      for (let i = 1; i <= buckets; i += 1) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
      rows = new Uint32Array(starts[buckets] as number);
      // Filled from the back, `starts` moves from the ends of its blocks to their beginnings, and rows come out in order.
      const next = starts;
      for (let row = size - 1; row >= 0; row -= 1) {
        const n = keysOf(row, keys);
        for (let i = 0; i < n; i += 1) {
          const key = keys[i] as number;
          if (key === 0) continue;
          const at = bucketOf(key) + 1;
          next[at] = (next[at] as number) - 1;
          rows[next[at] as number] = row;
        }
      }
      // Each end has become its own beginning, one place further on: shift back.
      for (let i = 0; i < buckets; i += 1) starts[i] = starts[i + 1] as number;
      starts[buckets] = rows.length;
    },
    sizeOf(key) {
      if (key === 0) return 0;
      const bucket = bucketOf(key);
      return (
        ((starts[bucket + 1] ?? 0) as number) - ((starts[bucket] ?? 0) as number) + (added.get(bucket)?.length ?? 0)
      );
    },
    visit(key, visit) {
      if (key === 0) return;
      const bucket = bucketOf(key);
      const end = starts[bucket + 1] as number;
      for (let i = starts[bucket] as number; i < end; i += 1) visit(rows[i] as number);
      const list = added.size === 0 ? undefined : added.get(bucket);
      if (list !== undefined) for (const row of list) visit(row);
    },
    get loose() {
      return loose;
    },
  };
};
