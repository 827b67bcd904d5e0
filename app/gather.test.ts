import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

/** Groups as they were taken; a group that holds a bad item fails. */
const trial = (most: number, bad: readonly string[] = []) => {
  const groups: string[][] = [];
  let release: () => void = () => undefined;
  let held: Promise<void> = Promise.resolve();
  const hand = gather<string>({
    keyOf: (item) => item.charAt(0),
    sizeOf: () => 1,
    most,
    take: async (items) => {
      groups.push([...items]);
      await held;
      if (items.some((item) => bad.includes(item))) throw new Error(`bad: ${items.join()}`);
    },
  });
  const hold = (): void => {
    held = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { groups, hand, hold, release: () => release() };
};

describe('gather', () => {
  it('takes together what comes at the same time, apart by key and in order', async () => {
    const { groups, hand } = trial(10);
    await Promise.all(['a1', 'b1', 'a2', 'a3', 'b2'].map(hand));
    expect(groups).toEqual([
      ['a1', 'a2', 'a3'],
      ['b1', 'b2'],
    ]);
  });

  it('takes one group at a time, whatever its key', async () => {
    const { groups, hand, hold, release } = trial(10);
    hold();
    const all = ['a1', 'b1'].map(hand);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(groups).toEqual([['a1']]);
    release();
    await Promise.all(all);
    expect(groups).toEqual([['a1'], ['b1']]);
  });

  it('takes one group after the other, no more than fits, and what came meanwhile together', async () => {
    const { groups, hand, hold, release } = trial(2);
    hold();
    const first = ['a1', 'a2', 'a3'].map(hand);
    await new Promise((resolve) => setImmediate(resolve));
    const later = ['a4', 'a5'].map(hand);
    expect(groups).toEqual([['a1', 'a2']]);
    release();
    await Promise.all([...first, ...later]);
    expect(groups).toEqual([['a1', 'a2'], ['a3', 'a4'], ['a5']]);
  });

  it('takes an item that is larger than a group alone', async () => {
    const { groups, hand } = trial(0);
    await Promise.all(['a1', 'a2'].map(hand));
    expect(groups).toEqual([['a1'], ['a2']]);
  });

  it('fails nobody but the item that fails alone', async () => {
    const { groups, hand } = trial(10, ['a2']);
    const ended = await Promise.allSettled(['a1', 'a2', 'a3'].map(hand));
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([['a1', 'a2', 'a3'], ['a1'], ['a2'], ['a3']]);
    await hand('a4');
    expect(groups.at(-1)).toEqual(['a4']);
  });
});
