import { describe, expect, it } from 'vitest';
import { hideSmall, hideSmallParts } from './small-counts.ts';

describe('hideSmall', () => {
  it.each([
    [0, null],
    [4, null],
    [5, 5],
  ])('shows %i as %s', (count, shown) => {
    expect(hideSmall(count)).toBe(shown);
  });
});

describe('hideSmallParts', () => {
  it.each([
    [
      [9, 7, 12],
      [9, 7, 12],
    ],
    [
      [9, 3, 12],
      [null, null, 12],
    ],
    [
      [9, 3, 2],
      [9, null, null],
    ],
    [[3], [null]],
    [[], []],
  ])('shows %j as %j', (counts, shown) => {
    expect(hideSmallParts(counts)).toEqual(shown);
  });
});
