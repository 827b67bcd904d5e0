import type { Patterns } from './patterns.ts';

const ROUNDS = 100;
const SETTLED = 1e-4;
/** No level is impossible among matches: the next record may be the first. */
const LEAST = 1e-5;

export interface Session {
  /** How many pairs of the session show each combination of levels. */
  readonly counts: Float64Array;
  /** Which comparisons the session's key leaves open. */
  readonly open: readonly boolean[];
}

export interface Learned {
  /** m by comparison and level; null where the session could not learn it. */
  readonly m: readonly (readonly number[] | null)[];
  /** Expected matches among the session's pairs. */
  readonly matches: number;
}

/** Where learning begins: most matches agree, and the weaker a level, the rarer. */
export const startingM = (levels: number): number[] => {
  const raw = Array.from({ length: levels }, (_, i) => 0.75 * 0.4 ** i);
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((share) => share / sum);
};

/** Combinations of a session: only the levels of open comparisons, each combination once, side by side in memory. */
const fold = (
  patterns: Patterns,
  { counts, open }: Session,
): { levels: Int8Array; weights: Float64Array; columns: number[] } => {
  const width = open.length;
  const columns = open.flatMap((isOpen, c) => (isOpen ? [c] : []));
  const known = new Map<string, number>();
  const levels: number[] = [];
  const weights: number[] = [];
  for (let p = 0; p < patterns.size; p += 1) {
    const count = counts[p] as number;
    if (count === 0) continue;
    const own = columns.map((c) => patterns.levels[p * width + c] as number);
    const key = own.join();
    const at = known.get(key);
    if (at === undefined) {
      known.set(key, weights.length);
      weights.push(count);
      levels.push(...own);
    } else weights[at] = (weights[at] as number) + count;
  }
  return { levels: Int8Array.from(levels), weights: Float64Array.from(weights), columns };
};

/**
 * Learns m from pairs of one blocking rule by expectation and maximisation over (combination, count), with u given. The
 * comparisons that the rule fixes say nothing here and are left out. `from` is where learning begins.
 */
export const learnM = (
  patterns: Patterns,
  session: Session,
  u: readonly (readonly number[])[],
  from: readonly (readonly number[])[],
): Learned => {
  const { levels, weights, columns } = fold(patterns, session);
  const width = columns.length;
  // One row of a table for each open comparison: m / u by level, and 1 at the end for what is missing.
  const stride = Math.max(...u.map((of) => of.length)) + 1;
  const ratios = new Float64Array(width * stride);
  const sums = new Float64Array(width * stride);
  const m = columns.map((c) => Float64Array.from(from[c] as readonly number[]));
  const all = weights.reduce((a, b) => a + b, 0);
  let share = 0.3;
  let matches = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    m.forEach((of, i) => {
      const ofU = u[columns[i] as number] as readonly number[];
      of.forEach((value, level) => {
        ratios[i * stride + level + 1] = value / (ofU[level] as number);
      });
      ratios[i * stride] = 1;
    });
    sums.fill(0);
    matches = 0;
    for (let p = 0; p < weights.length; p += 1) {
      let odds = share / (1 - share);
      for (let i = 0; i < width; i += 1) {
        odds *= ratios[i * stride + (levels[p * width + i] as number) + 1] as number;
      }
      const expected = (weights[p] as number) * (odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds));
      matches += expected;
      for (let i = 0; i < width; i += 1) {
        const at = i * stride + (levels[p * width + i] as number) + 1;
        sums[at] = (sums[at] as number) + expected;
      }
    }
    let moved = 0;
    m.forEach((of, i) => {
      let total = 0;
      for (let level = 0; level < of.length; level += 1) total += sums[i * stride + level + 1] as number;
      if (total === 0) return;
      for (let level = 0; level < of.length; level += 1) {
        const value = Math.max(LEAST, (sums[i * stride + level + 1] as number) / total);
        moved = Math.max(moved, Math.abs(value - (of[level] as number)));
        of[level] = value;
      }
    });
    share = Math.min(0.9999, Math.max(1e-9, matches / Math.max(1, all)));
    if (moved < SETTLED) break;
  }
  const at = new Map(columns.map((c, i) => [c, i]));
  return {
    m: session.open.map((isOpen, c) => (isOpen ? Array.from(m[at.get(c) as number] as Float64Array) : null)),
    matches,
  };
};
