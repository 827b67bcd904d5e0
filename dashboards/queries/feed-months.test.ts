import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWatermarks, loadCatalogue } from '../../rules/index.ts';
import { feedsWaitedFor, lastCompleteMonth, leavesBelow, rulesOfIncome } from './feed-months.ts';

const declare = (feed: string, regionPrefix: string, months: readonly number[]) =>
  months.map((month) => ({ feed, regionPrefix, month, effective: true }));
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
const JANUARY = 2026 * 12;

describe('leavesBelow', () => {
  it('are the regions that nothing lies below', () => {
    const codes = ['1599', '159901', '159901101', '159901101001', '159901102', '159902', '159901101002'];
    expect(leavesBelow(codes, '159901')).toEqual(['159901101001', '159901101002', '159901102']);
    expect(leavesBelow(codes, '159902')).toEqual(['159902']);
  });
});

describe('lastCompleteMonth', () => {
  const watermarksOf = createWatermarks([
    ...declare('tax', '159901101', from(JANUARY, 3)),
    ...declare('tax', '159901102', from(JANUARY, 2)),
    ...declare('health', '1599', from(JANUARY, 5)),
  ]);

  it('is that of the region that is furthest behind', () => {
    expect(lastCompleteMonth(watermarksOf, ['159901101', '159901102'], 'tax')).toBe('2026-02');
    expect(lastCompleteMonth(watermarksOf, ['159901101', '159901102'], 'health')).toBe('2026-05');
  });

  it('is null where one has none', () => {
    expect(lastCompleteMonth(watermarksOf, ['159901101', '159901103'], 'tax')).toBeNull();
    expect(lastCompleteMonth(watermarksOf, [], 'tax')).toBeNull();
  });
});

describe('feedsWaitedFor', () => {
  it('is tax until twelve months are complete everywhere, human-resources where it declared and is not', () => {
    const full = declare('tax', '1599', from(JANUARY, 12));
    expect([...feedsWaitedFor(createWatermarks(declare('tax', '1599', from(JANUARY, 11))), ['159901'])]).toEqual([
      'tax',
    ]);
    expect([...feedsWaitedFor(createWatermarks(full), ['159901'])]).toEqual([]);
    const behind = [...full, ...declare('human-resources', '159901', from(JANUARY, 2))];
    expect([...feedsWaitedFor(createWatermarks(behind), ['159901', '159902'])]).toEqual(['human-resources']);
  });
});

describe('rulesOfIncome', () => {
  it('are those that name income, and not those that name spending only', () => {
    const rules = rulesOfIncome(loadCatalogue(join(import.meta.dirname, '../../rules'))).map((rule) => rule.rule_id);
    expect(rules).toContain('income-lost');
    expect(rules).toContain('rigid-ratio');
    expect(rules).not.toContain('medical-burden');
  });
});
