import type { BlockingRule, CandidatePairs } from './blocking.ts';
import { type Comparison, MISSING } from './comparison.ts';
import { learnM, type Session, startingM } from './em.ts';
import type { LinkageModel } from './linkage-model.ts';
import { comparePairs, type Patterns } from './patterns.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface TrainingData {
  readonly rows: number;
  /** Where the second of two data sets without duplicates begins; null for one data set. */
  readonly boundary: number | null;
  readonly comparisons: readonly Comparison[];
  readonly rules: readonly BlockingRule[];
}

export interface TrainingOptions {
  readonly seed: number;
  /** Random pairs that u is estimated from. */
  readonly randomPairs: number;
}

const VERSION = 1;
/** u and m depend on each other through the few matches among random pairs; three turns settle both. */
const TURNS = 3;

/** Random pairs of rows; drawn with replacement, never a row with itself. */
const drawPairs = ({ rows, boundary }: TrainingData, { seed, randomPairs }: TrainingOptions) => {
  const random = createSeededRandom(seed);
  const left = new Int32Array(randomPairs);
  const right = new Int32Array(randomPairs);
  for (let i = 0; i < randomPairs; i += 1) {
    const a = random.below(boundary ?? rows);
    let b = boundary === null ? random.below(rows - 1) : boundary + random.below(rows - boundary);
    if (boundary === null && b >= a) b += 1;
    left[i] = a;
    right[i] = b;
  }
  return { left, right };
};

/** How often random pairs reach each level, with half a pair of doubt for every level. */
const levelShares = (comparisons: readonly Comparison[], patterns: Patterns): number[][] => {
  const width = comparisons.length;
  const counts = comparisons.map(({ levels }) => new Float64Array(levels.length).fill(0.5));
  for (const p of patterns.ofPair) {
    for (let c = 0; c < width; c += 1) {
      const level = patterns.levels[p * width + c] as number;
      if (level !== MISSING) (counts[c] as Float64Array)[level] = ((counts[c] as Float64Array)[level] as number) + 1;
    }
  }
  return counts.map((of) => {
    const sum = of.reduce((a, b) => a + b, 0);
    return Array.from(of, (count) => count / sum);
  });
};

/** What random pairs show is a mixture: `prior` of them are matches. What is left is u, kept a tenth at least. */
const withoutMatches = (shares: readonly (readonly number[])[], m: readonly (readonly number[])[], prior: number) =>
  shares.map((levels, c) => {
    const rest = levels.map((share, l) =>
      Math.max(share * 0.1, (share - prior * ((m[c] as readonly number[])[l] as number)) / (1 - prior)),
    );
    const sum = rest.reduce((a, b) => a + b, 0);
    return rest.map((share) => share / sum);
  });

/** One session for every rule that leaves something open: all candidate pairs that share its key. */
const sessionsOf = ({ comparisons, rules }: TrainingData, pairs: CandidatePairs, patterns: Patterns): Session[] =>
  rules.map(({ keys, fixes }) => {
    const counts = new Float64Array(patterns.size);
    for (let i = 0; i < pairs.left.length; i += 1) {
      const key = keys[pairs.left[i] as number] as number;
      if (key < 0 || key !== keys[pairs.right[i] as number]) continue;
      const p = patterns.ofPair[i] as number;
      counts[p] = (counts[p] as number) + 1;
    }
    return { counts, open: comparisons.map(({ name }) => !fixes.includes(name)) };
  });

/** m over all sessions, each weighing as many matches as it holds. */
const combine = (comparisons: readonly Comparison[], learned: readonly ReturnType<typeof learnM>[]): number[][] =>
  comparisons.map(({ levels }, c) => {
    const sum = new Float64Array(levels.length);
    let weight = 0;
    for (const { m, matches } of learned) {
      const own = m[c];
      if (own === null || own === undefined) continue;
      weight += matches;
      own.forEach((value, l) => {
        sum[l] = (sum[l] as number) + value * matches;
      });
    }
    return weight === 0 ? startingM(levels.length) : Array.from(sum, (value) => value / weight);
  });

/** Share of matches among all pairs, from how many the candidates are expected to hold. */
const learnPrior = (
  patterns: Patterns,
  m: readonly (readonly number[])[],
  u: readonly (readonly number[])[],
  allPairs: number,
): number => {
  const width = m.length;
  const counts = new Float64Array(patterns.size);
  for (const p of patterns.ofPair) counts[p] = (counts[p] as number) + 1;
  const ratios = Float64Array.from({ length: patterns.size }, (_, p) => {
    let ratio = 1;
    for (let c = 0; c < width; c += 1) {
      const level = patterns.levels[p * width + c] as number;
      if (level === MISSING) continue;
      ratio *= ((m[c] as readonly number[])[level] as number) / ((u[c] as readonly number[])[level] as number);
    }
    return ratio;
  });
  let prior = 1 / Math.sqrt(allPairs);
  for (let round = 0; round < 50; round += 1) {
    let matches = 0;
    for (let p = 0; p < patterns.size; p += 1) {
      const odds = ((ratios[p] as number) * prior) / (1 - prior);
      matches += ((counts[p] as number) * odds) / (1 + odds);
    }
    const next = Math.min(0.5, Math.max(matches, 1) / allPairs);
    if (Math.abs(next - prior) < prior * 1e-4) return next;
    prior = next;
  }
  return prior;
};

/** Learns a model of a data set from nothing but itself. Same data, rules and seed: same model, to the bit. */
export const trainModel = (
  data: TrainingData,
  pairs: CandidatePairs,
  patterns: Patterns,
  options: TrainingOptions,
): LinkageModel => {
  const { comparisons, rows, boundary } = data;
  const random = drawPairs(data, options);
  const shares = levelShares(comparisons, comparePairs(comparisons, random.left, random.right));
  const allPairs = boundary === null ? (rows * (rows - 1)) / 2 : boundary * (rows - boundary);
  const sessions = sessionsOf(data, pairs, patterns);
  let u: readonly (readonly number[])[] = shares;
  let m = comparisons.map(({ levels }) => startingM(levels.length));
  let prior = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const of = u;
    const from = m;
    m = combine(
      comparisons,
      sessions.map((session) => learnM(patterns, session, of, from)),
    );
    prior = learnPrior(patterns, m, u, allPairs);
    u = withoutMatches(shares, m, prior);
  }
  return {
    version: VERSION,
    prior,
    comparisons: comparisons.map(({ name, levels }, c) => ({
      name,
      levels: levels.map((level, l) => ({
        name: level,
        m: (m[c] as number[])[l] as number,
        u: (u[c] as readonly number[])[l] as number,
      })),
    })),
  };
};
