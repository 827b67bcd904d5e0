import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hash52, hash52Of } from './hash.ts';

// Hashes are stored with every version of a record: another function would make every redelivery a conflict.
it('stays the function that it is', () => {
  expect(hash52('')).toBe(hash52Of([], '', 0));
  expect(hash52('YB000000001')).toBe(3_735_046_411_953_054);
  expect(hash52('模拟医院', 7)).toBe(2_231_335_800_607_248);
});

it('makes 52 bits', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, seed) => {
      const hash = hash52(text, seed);
      expect(Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 52).toBe(true);
    }),
  );
});

it('of parts is the hash of their text', () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(part), fc.nat(), (parts, seed) => {
      const text = parts.map((said) => `${said ?? ''}\u0001`).join('');
      expect(hash52Of(parts, '\u0001', seed)).toBe(hash52(text, seed));
    }),
  );
});
