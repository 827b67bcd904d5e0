import type { CandidatePairs } from './blocking.ts';
import { type Comparison, MISSING } from './comparison.ts';
import { bitsOfProbability, type LinkageModel, levelBits } from './linkage-model.ts';
import type { Patterns } from './patterns.ts';

/** What agreeing on just this value says beyond agreeing on any: its rarity less that of the level, log2(u / share). */
const rarityBits = (
  comparisons: readonly Comparison[],
  model: LinkageModel,
): ((a: number, b: number, c: number, level: number) => number) => {
  const logU = model.comparisons.map(({ levels }) => levels.map(({ u }) => Math.log2(u)));
  return (a, b, c, level) => {
    const rarity = comparisons[c]?.rarity?.(a, b, level) ?? 0;
    return rarity === 0 ? 0 : rarity + ((logU[c] as number[])[level] as number);
  };
};

/** Scores any two rows in bits, prior included: 0 bits are even odds. */
export const createScorer = (
  comparisons: readonly Comparison[],
  model: LinkageModel,
): ((a: number, b: number) => number) => {
  const bits = levelBits(model);
  const prior = bitsOfProbability(model.prior);
  const rarity = rarityBits(comparisons, model);
  return (a, b) => {
    let total = prior;
    comparisons.forEach(({ compare }, c) => {
      const level = compare(a, b);
      if (level !== MISSING) total += ((bits[c] as number[])[level] as number) + rarity(a, b, c, level);
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
  const rarity = rarityBits(comparisons, model);
  const counted = comparisons.flatMap((comparison, c) => (comparison.rarity === undefined ? [] : [c]));
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
      total += rarity(pairs.left[i] as number, pairs.right[i] as number, c, level);
    }
    scores[i] = total;
  }
  return scores;
};
