import { MISSING } from './comparison.ts';
import type { Patterns } from './patterns.ts';

const ROUNDS = 100;
const SETTLED = 1e-5;
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

/**
 * Learns m from pairs of one blocking rule by expectation and maximisation over (combination, count), with u given. The
 * comparisons that the rule fixes say nothing here and are left out.
 */
export const learnM = (patterns: Patterns, session: Session, u: readonly (readonly number[])[]): Learned => {
  const width = u.length;
  let m = u.map((levels) => startingM(levels.length));
  let share = 0.3;
  let matches = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = u.map((levels) => new Float64Array(levels.length));
    const totals = new Float64Array(width);
    matches = 0;
    let all = 0;
    for (let p = 0; p < patterns.size; p += 1) {
      const count = session.counts[p] as number;
      if (count === 0) continue;
      let likeM = share;
      let likeU = 1 - share;
      for (let c = 0; c < width; c += 1) {
        const level = patterns.levels[p * width + c] as number;
        if (level === MISSING || !session.open[c]) continue;
        likeM *= (m[c] as number[])[level] as number;
        likeU *= (u[c] as readonly number[])[level] as number;
      }
      const expected = (count * likeM) / (likeM + likeU);
      all += count;
      matches += expected;
      for (let c = 0; c < width; c += 1) {
        const level = patterns.levels[p * width + c] as number;
        if (level === MISSING || !session.open[c]) continue;
        (sums[c] as Float64Array)[level] = ((sums[c] as Float64Array)[level] as number) + expected;
        totals[c] = (totals[c] as number) + expected;
      }
    }
    let moved = 0;
    const next = sums.map((levels, c) => {
      const total = totals[c] as number;
      if (total === 0) return m[c] as number[];
      return Array.from(levels, (sum, level) => {
        const value = Math.max(LEAST, sum / total);
        moved = Math.max(moved, Math.abs(value - ((m[c] as number[])[level] as number)));
        return value;
      });
    });
    m = next;
    share = Math.min(0.9999, Math.max(1e-9, matches / Math.max(1, all)));
    if (moved < SETTLED) break;
  }
  return { m: m.map((levels, c) => (session.open[c] ? levels : null)), matches };
};
