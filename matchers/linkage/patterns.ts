import { type Comparison, MISSING } from './comparison.ts';

/** The levels that pairs reached, each combination kept once: learning and scoring then cost by combination, not by pair. */
export interface Patterns {
  /** Number of the combination of each pair. */
  readonly ofPair: Uint32Array;
  /** Level of comparison c in combination p, at [p * comparisons + c]; MISSING for none. */
  readonly levels: Int8Array;
  readonly size: number;
}

/** Codes that a plain table may be laid out for. */
const MOST_CODES = 4_194_304;

/** Numbers codes in the order in which they come, and lists them. */
const numbering = (codes: number, listed: number[]): ((code: number) => number) => {
  if (codes <= MOST_CODES) {
    const table = new Uint32Array(codes);
    return (code) => {
      const known = table[code] as number;
      if (known !== 0) return known - 1;
      table[code] = listed.push(code);
      return listed.length - 1;
    };
  }
  const known = new Map<number, number>();
  return (code) => {
    const number = known.get(code);
    if (number !== undefined) return number;
    known.set(code, listed.length);
    return listed.push(code) - 1;
  };
};

/** Compares pairs of rows by every comparison. */
export const comparePairs = (comparisons: readonly Comparison[], left: Int32Array, right: Int32Array): Patterns => {
  const codes: number[] = [];
  const ofPair = new Uint32Array(left.length);
  const radix = comparisons.map(({ levels }) => levels.length + 1);
  const compares = comparisons.map(({ compare }) => compare);
  const patternOf = numbering(
    radix.reduce((a, b) => a * b, 1),
    codes,
  );
  for (let i = 0; i < left.length; i += 1) {
    const a = left[i] as number;
    const b = right[i] as number;
    let code = 0;
    for (let c = 0; c < compares.length; c += 1) {
      code = code * (radix[c] as number) + (compares[c] as Comparison['compare'])(a, b) + 1;
    }
    ofPair[i] = patternOf(code);
  }
  const width = comparisons.length;
  const levels = new Int8Array(codes.length * width);
  codes.forEach((code, p) => {
    let rest = code;
    for (let c = width - 1; c >= 0; c -= 1) {
      const base = radix[c] as number;
      levels[p * width + c] = (rest % base) + MISSING;
      rest = Math.floor(rest / base);
    }
  });
  return { ofPair, levels, size: codes.length };
};
