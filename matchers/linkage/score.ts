import type { CandidatePairs } from './blocking.ts';
import { type Comparison, MISSING } from './comparison.ts';
import { bitsOfProbability, type LinkageModel, levelBits } from './linkage-model.ts';
import type { Patterns } from './patterns.ts';

/** A very rare value is no stronger evidence than this share of rows: a typing error is rare, too. */
const LEAST_FREQUENCY = 1e-7;

/** What agreeing on just this value says beyond agreeing on any: log2(u / frequency). */
const frequencyBits = (
  comparisons: readonly Comparison[],
  model: LinkageModel,
): ((a: number, b: number, c: number, level: number) => number) => {
  const us = model.comparisons.map(({ levels }) => levels.map(({ u }) => u));
  return (a, b, c, level) => {
    const share = comparisons[c]?.frequency?.(a, b, level) ?? 0;
    return share === 0 ? 0 : Math.log2(((us[c] as number[])[level] as number) / Math.max(share, LEAST_FREQUENCY));
  };
};

/** Scores any two rows in bits, prior included: 0 bits are even odds. */
export const createScorer = (
  comparisons: readonly Comparison[],
  model: LinkageModel,
): ((a: number, b: number) => number) => {
  const bits = levelBits(model);
  const prior = bitsOfProbability(model.prior);
  const frequency = frequencyBits(comparisons, model);
  return (a, b) => {
    let total = prior;
    comparisons.forEach(({ compare }, c) => {
      const level = compare(a, b);
      if (level !== MISSING) total += ((bits[c] as number[])[level] as number) + frequency(a, b, c, level);
    });
    return total;
  };
};

/** Scores of candidate pairs, by combination of levels where no value's frequency counts. */
export const scorePairs = (
  comparisons: readonly Comparison[],
  model: LinkageModel,
  pairs: CandidatePairs,
  patterns: Patterns,
): Float64Array => {
  const width = comparisons.length;
  const bits = levelBits(model);
  const prior = bitsOfProbability(model.prior);
  const frequency = frequencyBits(comparisons, model);
  const counted = comparisons.flatMap((comparison, c) => (comparison.frequency === undefined ? [] : [c]));
  const base = Float64Array.from({ length: patterns.size }, (_, p) => {
    let total = prior;
    for (let c = 0; c < width; c += 1) {
      const level = patterns.levels[p * width + c] as number;
      if (level !== MISSING) total += (bits[c] as number[])[level] as number;
    }
    return total;
  });
  const scores = new Float64Array(patterns.ofPair.length);
  for (let i = 0; i < scores.length; i += 1) {
    const p = patterns.ofPair[i] as number;
    let total = base[p] as number;
    for (const c of counted) {
      const level = patterns.levels[p * width + c] as number;
      if (level === MISSING) continue;
      total += frequency(pairs.left[i] as number, pairs.right[i] as number, c, level);
    }
    scores[i] = total;
  }
  return scores;
};
