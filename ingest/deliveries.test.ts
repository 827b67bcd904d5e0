import { describe, expect, it } from 'vitest';
import { formatDay, formatMonth, parseIsoDay } from '../platform/calendar.ts';
import { deliveryDay, deliverySettings, deliveryState, dueOn, noDeliveries } from './deliveries.ts';

const month = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;
const day = (text: string): number => parseIsoDay(text) as number;

describe('the day on which a month is expected', () => {
  it.each([
    ['2026-09', 30, '2026-10-30'],
    ['2026-01', 30, '2026-02-28'],
    ['2028-01', 30, '2028-02-29'],
    ['2026-03', 31, '2026-04-30'],
    ['2026-12', 15, '2027-01-15'],
  ])('of %s by the %i is %s', (of, by, due) => {
    expect(formatDay(dueOn(month(of), by))).toBe(due);
  });

  it('is that of the longest region, then of the feed, then of all', () => {
    const settings = deliverySettings.parse({
      day: 25,
      feeds: { tax: { day: 15, regions: { '1599': 10, '159901': 20 } }, housing: {} },
    });
    expect(deliveryDay(settings, 'tax', '159901101')).toBe(20);
    expect(deliveryDay(settings, 'tax', '159902')).toBe(10);
    expect(deliveryDay(settings, 'tax', '1598')).toBe(15);
    expect(deliveryDay(settings, 'housing', '159901')).toBe(25);
    expect(deliveryDay(noDeliveries, 'tax', '159901')).toBe(30);
  });

  it.each([
    [{ day: 0 }],
    [{ day: 32 }],
    [{ feeds: { tax: { day: 1.5 } } }],
    [{ feeds: { tax: { regions: { x: 3 } } } }],
    [{ dya: 3 }],
  ])('is refused where it is none: %j', (given) => {
    expect(deliverySettings.safeParse(given).success).toBe(false);
  });
});

describe('what is overdue', () => {
  const at = (last: string | null, today: string, by = 30) => {
    const state = deliveryState(last === null ? null : month(last), by, day(today));
    return { ...state, month: formatMonth(state.month), dueOn: formatDay(state.dueOn) };
  };

  it('is nothing on the day itself, and one day the day after', () => {
    expect(at('2026-08', '2026-10-30')).toEqual({
      month: '2026-09',
      dueOn: '2026-10-30',
      overdueDays: 0,
      monthsOverdue: 0,
    });
    expect(at('2026-08', '2026-10-31')).toEqual({
      month: '2026-09',
      dueOn: '2026-10-30',
      overdueDays: 1,
      monthsOverdue: 1,
    });
  });

  it('is nothing of what is complete further than it need be', () => {
    expect(at('2026-10', '2026-10-31')).toMatchObject({ month: '2026-11', overdueDays: 0, monthsOverdue: 0 });
  });

  it('counts every month that is late', () => {
    expect(at('2026-05', '2026-10-31')).toMatchObject({ month: '2026-06', dueOn: '2026-07-30', monthsOverdue: 4 });
  });

  it('is the newest month that is due where none was ever declared', () => {
    expect(at(null, '2026-10-31')).toMatchObject({ month: '2026-09', overdueDays: 1, monthsOverdue: 1 });
    expect(at(null, '2026-10-30')).toMatchObject({ month: '2026-08', dueOn: '2026-09-30', overdueDays: 30 });
  });
});
