import type { Column } from './column.ts';

/** A field that is missing on either side says nothing: no level, 0 bits. */
export const MISSING = -1;

/**
 * How one piece of evidence is compared. Fields that depend on each other are one comparison with nested levels, because
 * counted apart they would say the same thing twice.
 */
export interface Comparison {
  readonly name: string;
  /** Levels from the strongest agreement to plain disagreement. */
  readonly levels: readonly string[];
  /** Index of the first level that holds of two rows, or MISSING. */
  readonly compare: (a: number, b: number) => number;
  /**
   * How rare just that is what two rows agree on, in bits: -log2 of the share of rows that have it. 0: the level's own u holds.
   */
  readonly rarity?: (a: number, b: number, level: number) => number;
}

const CACHE_BITS = 16;

/**
 * Judges two texts of a column, remembering the last answers: blocks bring the same pairs of texts together again and
 * again. Equal texts are level 0 without asking. The judge also gets the numbers of the texts, for what it prepared of each.
 */
export const compareTexts = (
  column: Column,
  judge: (a: string, b: string, idA: number, idB: number) => number,
): ((a: number, b: number) => number) => {
  const { ids, texts } = column;
  const size = 1 << CACHE_BITS;
  const keyA = new Int32Array(size).fill(-1);
  const keyB = new Int32Array(size).fill(-1);
  const answers = new Int8Array(size);
  return (a, b) => {
    const x = ids[a] as number;
    const y = ids[b] as number;
    if (x < 0 || y < 0) return MISSING;
    if (x === y) return 0;
    const slot = (Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b)) >>> (32 - CACHE_BITS);
    if (keyA[slot] === x && keyB[slot] === y) return answers[slot] as number;
    const answer = judge(texts[x] as string, texts[y] as string, x, y);
    keyA[slot] = x;
    keyB[slot] = y;
    answers[slot] = answer;
    return answer;
  };
};

/** A very rare value is no stronger evidence than this share of rows: a typing error is rare, too. */
const LEAST_SHARE = 1e-7;

/** Rarity of the text that two rows agree on exactly (level 0). */
export const exactRarity = (column: Column): ((a: number, b: number, level: number) => number) => {
  const { ids, counts, present } = column;
  const bits = Float64Array.from(counts, (count) => -Math.log2(Math.max(count / present, LEAST_SHARE)));
  return (a, _, level) => (level === 0 ? (bits[ids[a] as number] as number) : 0);
};
