import { expect, it } from 'vitest';
import { oneAhead } from './one-ahead.ts';

const source = async function* (told: string[], last: 'end' | 'failure' = 'end'): AsyncGenerator<number, void> {
  try {
    for (let n = 1; n <= 3; n += 1) {
      told.push(`read ${n}`);
      yield n;
    }
    if (last === 'failure') throw new Error('no more');
  } finally {
    told.push('closed');
  }
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('reads the next item while one is worked on, and no further', async () => {
  const told: string[] = [];
  for await (const n of oneAhead(source(told))) {
    await settled();
    told.push(`worked on ${n}`);
  }
  expect(told).toEqual([...['read 1', 'read 2', 'worked on 1', 'read 3', 'worked on 2', 'closed', 'worked on 3']]);
});

it('tells a failure after the items before it', async () => {
  const taken: number[] = [];
  const all = async (): Promise<void> => {
    for await (const n of oneAhead(source([], 'failure'))) {
      await settled();
      taken.push(n);
    }
  };
  await expect(all()).rejects.toThrow('no more');
  expect(taken).toEqual([1, 2, 3]);
});

it('closes the source when nobody wants more', async () => {
  const told: string[] = [];
  for await (const n of oneAhead(source(told))) if (n === 1) break;
  expect(told).toEqual(['read 1', 'read 2', 'closed']);
});
