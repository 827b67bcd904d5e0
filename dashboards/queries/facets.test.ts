import { describe, expect, it } from 'vitest';
import { queueQuery } from './contract.ts';
import { type Cell, facetsOf } from './facets.ts';

const cell = (more: Partial<Cell>): Cell => ({
  ...{
    level: 'red',
    rule_id: 'a',
    region: '159901101',
    clock: 'none',
    case_state: 'opened',
    baseline: false,
    count: 1,
  },
  ...more,
});
const title = {
  rule: (id: string) => ({ title: `规则${id}`, title_en: `Rule ${id}` }),
  region: (code: string) => `地区${code}`,
};
const counts = (facet: { value: string; count: number }[]) => facet.map(({ value, count }) => [value, count]);

describe('facetsOf', () => {
  const cells = [
    cell({ count: 3 }),
    cell({ level: 'yellow', rule_id: 'b', clock: 'overdue', count: 5 }),
    cell({ level: 'yellow', region: '159902102', case_state: 'closed', baseline: true, count: 7 }),
  ];

  it('counts each facet under all filters but its own', () => {
    const facets = facetsOf(cells, queueQuery.parse({ level: 'red' }), ['1599'], title);
    expect(counts(facets.level)).toEqual([
      ['red', 3],
      ['yellow', 12],
    ]);
    expect(counts(facets.rule)).toEqual([['a', 3]]);
    expect(counts(facets.baseline)).toEqual([['false', 3]]);
  });

  it('orders by urgency and by the steps of a case, rules by how many there are', () => {
    const facets = facetsOf(cells, queueQuery.parse({}), ['1599'], title);
    expect(counts(facets.clock)).toEqual([
      ['overdue', 5],
      ['none', 10],
    ]);
    expect(counts(facets.case_state)).toEqual([
      ['opened', 8],
      ['closed', 7],
    ]);
    expect(facets.rule[0]).toEqual({ value: 'a', title: '规则a', title_en: 'Rule a', count: 10 });
  });

  it('lists regions below what the reader may see, and below the one that is chosen', () => {
    expect(counts(facetsOf(cells, queueQuery.parse({}), ['1599'], title).region)).toEqual([
      ['159901', 8],
      ['159902', 7],
    ]);
    expect(counts(facetsOf(cells, queueQuery.parse({ region: '159901' }), ['1599'], title).region)).toEqual([
      ['159901', 8],
      ['159901101', 8],
      ['159902', 7],
    ]);
    expect(counts(facetsOf(cells, queueQuery.parse({}), ['159901'], title).region)).toEqual([['159901101', 8]]);
  });
});
