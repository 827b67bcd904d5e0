import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeenKeys, everyKey, repeatedKeys } from './seen-keys.ts';

const key = fc.integer({ min: 0, max: 2 ** 52 - 1 });

describe('seen keys', () => {
  it('never denies a key that was added', () => {
    const seen = createSeenKeys();
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
        for (const k of keys) seen.add(k);
        expect(keys.every((k) => seen.mayHold(k))).toBe(true);
      }),
    );
  });

  it('denies nearly all others', () => {
    const seen = createSeenKeys();
    const spread = (i: number): number => (Math.imul(i, 0x9e3779b1) >>> 0) + (i % 1_048_576) * 2 ** 32;
    for (let i = 0; i < 1_000_000; i += 1) seen.add(spread(i));
    let wrong = 0;
    for (let i = 1_000_000; i < 1_100_000; i += 1) if (seen.mayHold(spread(i))) wrong += 1;
    expect(wrong / 100_000).toBeLessThan(0.001);
  });

  it('denies nothing of a feed that was taken from before', () => {
    expect(everyKey.mayHold(1)).toBe(true);
  });
});

it('names the keys that come more than once, and no other', () => {
  const keys = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), key), { maxLength: 200 });
  // Keys that fall on one place of the table, whatever its size.
  const crowded = fc.array(fc.constantFrom(0, 2 ** 40, 2 ** 41, 2 ** 41, 2 ** 42, 1, 2 ** 40 + 1), { maxLength: 12 });
  fc.assert(
    fc.property(fc.oneof(keys, crowded), (found) => {
      const twice = found.filter((one, at) => found.indexOf(one) !== at);
      expect(repeatedKeys(found, found.length)).toEqual(new Set(twice));
    }),
  );
});
