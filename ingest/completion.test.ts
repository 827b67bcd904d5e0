import { describe, expect, it } from 'vitest';
import { dayNumber } from '../platform/calendar.ts';
import { completionColumns, readCompletion } from './completion.ts';

const today = dayNumber(2026, 9, 30) as number;
const limits = { latestDay: today, receiptDay: today };
const read = (region: unknown, period: unknown, records: unknown = null) =>
  readCompletion('tax', [region, period, records], limits);

describe('a declaration', () => {
  it('names region, period and the count in this order', () => {
    expect(completionColumns.map(({ name }) => name)).toEqual(['region_code', 'period', 'records']);
  });

  it.each([
    ['1599', '2026-09', null, { regionPrefix: '1599', month: 2026 * 12 + 8, records: null }],
    ['15', '202610', '0', { regionPrefix: '15', month: 2026 * 12 + 9, records: 0 }],
    ['159903101001', '2026年9月', 1234, { regionPrefix: '159903101001', month: 2026 * 12 + 8, records: 1234 }],
    ['1599031010011', '2026-09', null, { regionPrefix: '1599031010011', month: 2026 * 12 + 8, records: null }],
    [15990410, 202609, '', { regionPrefix: '15990410', month: 2026 * 12 + 8, records: null }],
  ])('is read from %j, %j, %j', (region, period, records, completion) => {
    expect(read(region, period, records)).toEqual({ ok: true, completion: { feed: 'tax', ...completion } });
  });

  it.each([
    ['', '2026-09', null, 'missing_field', 'region_code'],
    ['1599', ' ', null, 'missing_field', 'period'],
    ['1', '2026-09', null, 'bad_value', 'region_code'],
    ['15ab', '2026-09', null, 'bad_value', 'region_code'],
    ['1599', '2026-13', null, 'bad_date', 'period'],
    ['1599', '九月', null, 'bad_date', 'period'],
    ['1599', '2026-09', '1.0', 'bad_type', 'records'],
    ['1599', '2026-09', 'all', 'bad_type', 'records'],
    ['1599', '2026-09', '-1', 'bad_value', 'records'],
    // The reason that ranks first, whatever column it is in.
    ['', '2026-13', 'x', 'missing_field', 'region_code'],
    ['x', '2026-13', 'x', 'bad_type', 'records'],
    ['x', '2026-13', '-1', 'bad_date', 'period'],
    [{}, '2026-13', null, 'bad_type', 'region_code'],
  ])('of %j, %j, %j is refused: %s of %s', (region, period, records, reason, field) => {
    expect(read(region, period, records)).toEqual({ ok: false, rejection: { reason, field } });
  });
});
