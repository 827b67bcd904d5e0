import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../../platform/calendar.ts';
import { clockStateOf, warningClock, whyHere } from './clock-state.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const DUE = '2026-10-20';

describe('clockStateOf', () => {
  it.each([
    ['2026-10-01', 'on_track'],
    ['2026-10-14', 'on_track'],
    ['2026-10-15', 'at_risk'],
    ['2026-10-20', 'at_risk'],
    ['2026-10-21', 'overdue'],
  ])('on %s is %s', (today, state) => {
    expect(clockStateOf(DUE, day(today))).toBe(state);
  });

  it('is none where no clock runs', () => {
    expect(clockStateOf(null, day('2026-10-21'))).toBe('none');
    expect(warningClock(null, day('2026-10-21'))).toBeNull();
  });

  it('says how many days are used', () => {
    expect(warningClock(DUE, day('2026-10-15'))).toMatchObject({ used_days: 15, allowed_days: 20, state: 'at_risk' });
    expect(warningClock(DUE, day('2026-10-23'))).toMatchObject({ used_days: 23, state: 'overdue' });
  });
});

describe('whyHere', () => {
  const open = { level: 'red', status: 'open', baseline: false, clockDue: DUE, reported: false } as const;
  it.each([
    [open, '2026-10-23', '红色预警，超期3天'],
    [open, '2026-10-20', '红色预警，今日到期'],
    [{ ...open, level: 'yellow' as const }, '2026-10-18', '黄色预警，还剩2天到期'],
    [{ ...open, baseline: true, clockDue: null }, '2026-10-18', '红色预警，首次研判存量，不计时限'],
    [{ ...open, clockDue: null, reported: true }, '2026-10-18', '红色预警，已填报'],
    [{ ...open, clockDue: null }, '2026-10-18', '红色预警，不计时限'],
    [{ ...open, status: 'cleared', clockDue: null }, '2026-10-18', '红色预警，情形已消除'],
    [{ ...open, status: 'closed', clockDue: null }, '2026-10-18', '红色预警，已办结'],
  ])('of %o on %s is %s', (warning, today, phrase) => {
    expect(whyHere(warning, day(today))).toBe(phrase);
  });
});
