import { it } from 'vitest';

/**
 * How many rounds a test makes that repeats itself: all of them, or with CI=true, where everything has 25 minutes, a few. What
 * is left out is named as skipped. To be called while tests are collected.
 */
export const roundsOf = (what: string, all: number, few: number): number => {
  if (process.env['CI'] !== 'true') return all;
  it.skip(`${what}: ${all - few} of ${all} (without CI=true all are made)`, () => undefined);
  return few;
};
