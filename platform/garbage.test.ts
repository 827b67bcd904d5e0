import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { collectGarbage } from './garbage.ts';

it('collects where much garbage lies, and leaves alone what lives', () => {
  const kept = Array.from({ length: 1_000 }, (_, i) => ({ i }));
  let gone: object[] = Array.from({ length: 3_000_000 }, (_, i) => ({ i, text: `${i}` }));
  expect(gone.length).toBe(3_000_000);
  const before = getHeapStatistics().used_heap_size;
  gone = [];
  collectGarbage();
  expect(getHeapStatistics().used_heap_size).toBeLessThan(before - 100_000_000);
  expect(kept[999]).toEqual({ i: 999 });
});
