/** A stream of pseudo-random numbers that depends on nothing but the numbers it was made from. */
export type Random = {
  /** uniform in [0, 1) */
  unit: () => number;
  /** uniform integer in [0, limit) */
  below: (limit: number) => number;
  /** uniform integer in [low, high] */
  between: (low: number, high: number) => number;
  /** true with probability `p` */
  chance: (p: number) => boolean;
  /** one of a list that is not empty */
  pick: <T>(list: readonly T[]) => T;
};

const mix = (state: number, value: number): number => {
  let z = ((state ^ value) + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
};

/**
 * xoshiro128** seeded from `seed` and a path of integers. Every household, file and purpose has its own path, so adding a
 * draw in one place never shifts what another place draws.
 */
export const createRandom = (seed: number, ...path: readonly number[]): Random => {
  let key = mix(mix(0x1b873593, seed >>> 0), Math.floor(seed / 4294967296) >>> 0);
  for (const step of path) key = mix(key, step >>> 0);
  let a = mix(key, 1);
  let b = mix(key, 2);
  let c = mix(key, 3);
  let d = mix(key, 4) | 1;

  const unit = (): number => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result / 4294967296;
  };
  const below = (limit: number): number => Math.floor(unit() * limit);
  return {
    unit,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (p) => unit() < p,
    pick: (list) => list[below(list.length)]!,
  };
};
