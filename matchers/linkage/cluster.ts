/** A pair of rows with its score in bits. */
export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
}

/** Pairs asked of two clusters before they become one: enough to see a wrong bridge, and no cost without bound. */
const MOST_ASKED = 24;

/** Bits are told apart to this fraction when edges are ordered. */
const STEPS = 65_536;
/** Room for the numbers of edges beside their bits in one double. */
const EDGES = 2 ** 28;
const MOST_BITS = 500;

/**
 * Strongest first; equal ones in the order in which they came, so that the result never depends on how sorting works. Bits
 * and place are sorted as one number: comparing objects takes several times as long.
 */
export const strongestFirst = (edges: readonly Edge[]): Edge[] => {
  const keys = Float64Array.from(edges, ({ bits }, at) => {
    const below = Math.max(0, MOST_BITS - Math.min(MOST_BITS, Math.max(-MOST_BITS, bits)));
    return Math.round(below * STEPS) * EDGES + at;
  }).sort();
  return Array.from(keys, (key) => edges[key % EDGES] as Edge);
};

/**
 * Groups of rows that are one person. Edges are taken strongest first; two groups become one only if their rows agree on
 * the average (0 bits at least, also of pairs that no rule brought together): one mistaken edge can't chain two families.
 */
export const clusterEdges = (
  rows: number,
  edges: readonly Edge[],
  score: (a: number, b: number) => number,
): Int32Array => {
  const group = Int32Array.from({ length: rows }, (_, row) => row);
  const members = new Map<number, number[]>();
  const membersOf = (of: number): number[] => members.get(of) ?? [of];
  for (const { a, b } of strongestFirst(edges)) {
    const [from, to] = [group[a] as number, group[b] as number];
    if (from === to) continue;
    const [mine, theirs] = [membersOf(from), membersOf(to)];
    if (!agree(mine, theirs, score)) continue;
    const [kept, moved] = mine.length >= theirs.length ? [from, to] : [to, from];
    const [all, joining] = kept === from ? [mine, theirs] : [theirs, mine];
    for (const row of joining) {
      group[row] = kept;
      all.push(row);
    }
    members.delete(moved);
    members.set(kept, all);
  }
  return group;
};

const agree = (
  mine: readonly number[],
  theirs: readonly number[],
  score: (a: number, b: number) => number,
): boolean => {
  const pairs = mine.length * theirs.length;
  if (pairs === 1) return true;
  const asked = Math.min(pairs, MOST_ASKED);
  let sum = 0;
  for (let i = 0; i < asked; i += 1) {
    const at = Math.floor((i * pairs) / asked);
    sum += score(mine[Math.floor(at / theirs.length)] as number, theirs[at % theirs.length] as number);
  }
  return sum >= 0;
};

/** Links between two data sets without duplicates: every row has one partner at most, the strongest that is left. */
export const pairOff = (edges: readonly Edge[]): Edge[] => {
  const taken = new Set<number>();
  return strongestFirst(edges).filter(({ a, b }) => {
    if (taken.has(a) || taken.has(b)) return false;
    taken.add(a);
    taken.add(b);
    return true;
  });
};
