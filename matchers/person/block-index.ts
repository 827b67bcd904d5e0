/**
 * Rows by one kind of key: compressed rows (CSR) over hash buckets, 4 bytes a row and 4 a bucket. The bits that a row's number
 * leaves free hold a part of its key, so that hardly a row of another key comes along: with 3 million rows one in a thousand of those
 * that share the bucket. What was added since the last build lies in a map beside it until the next.
 */
export interface BlockIndex {
  /** Remembers a new row under a key; 0 is no key. */
  add(key: number, row: number, hint: number): void;
  /** Builds anew from all rows; `keysOf` writes a row's keys and returns how many there are. */
  build(rows: number, keysOf: (row: number, out: Uint32Array) => number, hintOf: (row: number) => number): void;
  /** How many rows a key's block has, those included that only share its bucket. */
  sizeOf(key: number): number;
  /**
   * Writes the rows of a key's block to `out` from `at` on, which has room for `sizeOf` of them, and returns where they end. Where
   * rows have hints, only those whose hint `keep` wants.
   */
  copy(key: number, out: Uint32Array, at: number, keep?: (hint: number) => boolean): number;
  /** Rows added since the last build. */
  readonly loose: number;
}

const KEYS_OF_A_ROW = 2;
const WORD = 32;

interface Loose {
  readonly rows: number[];
  readonly hints: number[];
}

/** `hinted`: beside each row lie 16 bits that tell something of it before it is read from memory. */
export const createBlockIndex = (hinted = false): BlockIndex => {
  let mask = 0;
  let starts = new Uint32Array(2);
  /** Number of the row in the low bits, a part of the key above. */
  let rows = new Uint32Array(0);
  let hints = new Uint16Array(0);
  let rowBits = WORD - 1;
  let added = new Map<number, Loose>();
  let loose = 0;
  // Keys are hashes already, but of numbers that follow each other (phones): they are mixed once more.
  const mixed = (key: number): number => {
    const h = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d);
    return (h ^ (h >>> 13)) >>> 0;
  };
  /** The part of a key that is kept beside a row: of its own bits, which the bucket's do not give away. */
  const checkOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> rowBits;
  return {
    add(key, row, hint) {
      if (key === 0) return;
      const list = added.get(key);
      if (list === undefined) added.set(key, { rows: [row], hints: [hint] });
      else {
        list.rows.push(row);
        list.hints.push(hint);
      }
      loose += 1;
    },
    build(size, keysOf, hintOf) {
      let buckets = 1024;
      while (buckets < size) buckets *= 2;
      mask = buckets - 1;
      rowBits = Math.min(WORD - 1, Math.max(1, Math.ceil(Math.log2(size + 1))));
      added = new Map();
      loose = 0;
      const keys = new Uint32Array(KEYS_OF_A_ROW);
      starts = new Uint32Array(buckets + 1);
      for (let row = 0; row < size; row += 1) {
        const n = keysOf(row, keys);
        for (let i = 0; i < n; i += 1) {
          const key = keys[i] as number;
          if (key === 0) continue;
          const at = (mixed(key) & mask) + 1;
          starts[at] = (starts[at] as number) + 1;
        }
      }
      for (let i = 1; i <= buckets; i += 1) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
      rows = new Uint32Array(starts[buckets] as number);
      if (hinted) hints = new Uint16Array(rows.length);
      // Filled from the back, `starts` moves from the ends of its blocks to their beginnings, and rows come out in order.
      const next = starts;
      for (let row = size - 1; row >= 0; row -= 1) {
        const n = keysOf(row, keys);
        for (let i = 0; i < n; i += 1) {
          const key = keys[i] as number;
          if (key === 0) continue;
          const at = (mixed(key) & mask) + 1;
          const place = (next[at] as number) - 1;
          next[at] = place;
          rows[place] = ((checkOf(key) << rowBits) | row) >>> 0;
          if (hinted) hints[place] = hintOf(row);
        }
      }
      // Each end has become its own beginning, one place further on: shift back.
      for (let i = 0; i < buckets; i += 1) starts[i] = starts[i + 1] as number;
      starts[buckets] = rows.length;
    },
    sizeOf(key) {
      if (key === 0) return 0;
      const bucket = mixed(key) & mask;
      const size = ((starts[bucket + 1] ?? 0) as number) - ((starts[bucket] ?? 0) as number);
      return loose === 0 ? size : size + (added.get(key)?.rows.length ?? 0);
    },
    copy(key, out, at, keep) {
      if (key === 0) return at;
      const bucket = mixed(key) & mask;
      const end = starts[bucket + 1] as number;
      const check = checkOf(key);
      const rowMask = 2 ** rowBits - 1;
      let to = at;
      for (let i = starts[bucket] as number; i < end; i += 1) {
        const entry = rows[i] as number;
        if (entry >>> rowBits !== check || (keep !== undefined && !keep(hints[i] as number))) continue;
        out[to] = entry & rowMask;
        to += 1;
      }
      const list = loose === 0 ? undefined : added.get(key);
      for (let i = 0; list !== undefined && i < list.rows.length; i += 1) {
        if (keep !== undefined && !keep(list.hints[i] as number)) continue;
        out[to] = list.rows[i] as number;
        to += 1;
      }
      return to;
    },
    get loose() {
      return loose;
    },
  };
};
