import { describe, expect, it } from 'vitest';
import {
  type BlockingRule,
  type Column,
  candidatePairs,
  clusterEdges,
  comparePairs,
  compareTexts,
  contentHash,
  createScorer,
  createSeededRandom,
  exactRarity,
  internColumn,
  keyOf,
  pairOff,
  scorePairs,
  trainModel,
} from './index.ts';

describe('blocks', () => {
  const rule = (name: string, keys: number[]): BlockingRule => ({ name, keys: Int32Array.from(keys), fixes: [] });
  const pairsOf = (rules: BlockingRule[], boundary: number | null = null, cap = 1000) => {
    const { left, right, cut } = candidatePairs(rules, { boundary, cap });
    return { pairs: Array.from(left, (a, i) => `${a}-${right[i]}`).sort(), cut };
  };

  it('make every pair that shares a key once', () => {
    const { pairs } = pairsOf([rule('a', [0, 0, 1, 1, -1]), rule('b', [2, 2, 2, -1, -1])]);
    expect(pairs).toEqual(['0-1', '0-2', '1-2', '2-3']);
  });

  it('pass over a block above the cap, count it, and leave its pairs to the next rule', () => {
    const { pairs, cut } = pairsOf([rule('a', [0, 0, 0, 0]), rule('b', [1, 1, -1, -1])], null, 5);
    expect([pairs, cut]).toEqual([['0-1'], [6, 0]]);
  });

  it('go across two tables only', () => {
    expect(pairsOf([rule('a', [0, 0, 0, 0])], 2).pairs).toEqual(['0-2', '0-3', '1-2', '1-3']);
  });

  it('have a key where all columns do', () => {
    const [a, b] = [internColumn(['x', 'x', null, 'y']), internColumn(['1', '1', '1', ''])];
    expect([...keyOf(a, b)]).toEqual([0, 0, -1, -1]);
  });
});

const FIELDS = ['name', 'birth', 'town', 'job'] as const;

/** People with a few slips in their second record: the truth is known, the weights are not. */
const people = (n: number, seed: number) => {
  const random = createSeededRandom(seed);
  const pick = (most: number): string => String(random.below(most));
  const rows: { name: string; birth: string; town: string; job: string; entity: number }[] = [];
  for (let entity = 0; entity < n; entity += 1) {
    const one = { name: `n${pick(400)}`, birth: `b${pick(5_000)}`, town: `t${pick(20)}`, job: `j${pick(200)}`, entity };
    rows.push(one);
    if (random.unit() > 0.5) continue;
    const slip = (value: string): string => (random.unit() < 0.1 ? `${value[0]}${pick(999_999)}` : value);
    rows.push({ name: slip(one.name), birth: slip(one.birth), town: slip(one.town), job: slip(one.job), entity });
  }
  return rows;
};

const link = (rows: ReturnType<typeof people>, seed = 1) => {
  const columns = FIELDS.map((name) => internColumn(rows.map((row) => row[name])));
  const [name, birth, town] = columns as [Column, Column, Column];
  const comparisons = columns.map((column, i) => ({
    name: FIELDS[i] as string,
    levels: ['equal', 'different'],
    compare: compareTexts(column, () => 1),
    rarity: exactRarity(column),
  }));
  const rules = [
    { name: 'birth', keys: birth.ids, fixes: ['birth'] },
    { name: 'name and town', keys: keyOf(name, town), fixes: ['name', 'town'] },
  ];
  const data = { rows: rows.length, boundary: null, comparisons, rules };
  const pairs = candidatePairs(rules, { boundary: null, cap: 100_000 });
  const patterns = comparePairs(comparisons, pairs.left, pairs.right);
  const model = trainModel(data, pairs, patterns, { seed, randomPairs: 50_000 });
  return { comparisons, model, pairs, patterns, scores: scorePairs(comparisons, model, pairs, patterns) };
};

describe('learning', () => {
  const rows = people(4_000, 3);
  const { comparisons, model, pairs, scores } = link(rows);

  it('finds out without labels how often people slip', () => {
    for (const { levels } of model.comparisons) expect(Math.abs((levels[0]?.m ?? 0) - 0.9)).toBeLessThan(0.03);
    expect(model.comparisons[0]?.levels[0]?.u).toBeCloseTo(1 / 400, 3);
    expect(model.prior * ((rows.length * (rows.length - 1)) / 2)).toBeGreaterThan(1_500);
  });

  it('is the same model each time, to the bit', () => {
    expect(contentHash(link(people(4_000, 3)).model)).toBe(contentHash(model));
    expect(contentHash(link(people(4_000, 3), 2).model)).not.toBe(contentHash(model));
  });

  it('scores a pair alone as it does among all', () => {
    const score = createScorer(comparisons, model);
    for (let i = 0; i < 500; i += 1) {
      expect(score(pairs.left[i] as number, pairs.right[i] as number)).toBeCloseTo(scores[i] as number, 9);
    }
  });

  it('tells who is who', () => {
    const edges = Array.from(scores, (bits, i) => ({
      a: pairs.left[i] as number,
      b: pairs.right[i] as number,
      bits,
    })).filter(({ bits }) => bits >= 0);
    const right = edges.filter(({ a, b }) => rows[a]?.entity === rows[b]?.entity).length;
    expect(right / edges.length).toBeGreaterThan(0.95);
    expect(right / (rows.length - 4_000)).toBeGreaterThan(0.93);
  });
});

describe('groups', () => {
  it('do not grow over one mistaken edge', () => {
    // Two triangles that agree within and, but for one pair, not between.
    const inside = (a: number, b: number): boolean => a < 3 === b < 3;
    const score = (a: number, b: number): number => (inside(a, b) || (a === 2 && b === 3) ? 8 : -6);
    const edges = [];
    for (let a = 0; a < 6; a += 1)
      for (let b = a + 1; b < 6; b += 1) if (score(a, b) > 0) edges.push({ a, b, bits: score(a, b) });
    const groups = clusterEdges(6, edges, score);
    expect(new Set(groups.slice(0, 3)).size).toBe(1);
    expect(new Set(groups.slice(3)).size).toBe(1);
    expect(groups[0]).not.toBe(groups[3]);
  });

  it('give each row one partner at most across two tables', () => {
    const edges = [
      { a: 0, b: 10, bits: 3 },
      { a: 0, b: 11, bits: 5 },
      { a: 1, b: 11, bits: 4 },
      { a: 1, b: 10, bits: 1 },
    ];
    expect(pairOff(edges).map(({ a, b }) => `${a}-${b}`)).toEqual(['0-11', '1-10']);
  });
});
