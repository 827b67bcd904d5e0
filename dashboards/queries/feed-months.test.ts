import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../../platform/calendar.ts';
import { createWatermarks, loadCatalogue } from '../../rules/index.ts';
import { deliveriesOf, feedsWaitedFor, lastCompleteMonth, leavesBelow, rulesOfIncome } from './feed-months.ts';

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
    expect(lastCompleteMonth(watermarksOf, ['159901101', '159901102'], 'tax')).toBe(JANUARY + 1);
    expect(lastCompleteMonth(watermarksOf, ['159901101', '159901102'], 'health')).toBe(JANUARY + 4);
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

describe('deliveriesOf', () => {
  const banner = (region_code: string, last: number | null) => ({ region_code, name: null, day: 30, last });
  const today = parseIsoDay('2026-05-01') as number;

  it('names the month that each waits for, and the banner that is most overdue', () => {
    const { watermarks, overdue } = deliveriesOf([banner('159901', JANUARY + 2), banner('159902', JANUARY)], {
      ...{ today, sends: true },
    });
    expect(watermarks.map((one) => [one.month, one.awaited, one.due_on, one.overdue_days, one.months_overdue])).toEqual(
      [
        ['2026-03', '2026-04', '2026-05-30', 0, 0],
        ['2026-01', '2026-02', '2026-03-30', 32, 2],
      ],
    );
    expect(overdue).toEqual({ banners: 1, days: 32, awaited: '2026-02', due_on: '2026-03-30' });
  });

  it('calls nobody late who never sent anything', () => {
    expect(deliveriesOf([banner('159901', null)], { today, sends: false }).overdue).toBeNull();
  });
});
