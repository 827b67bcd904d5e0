import { describe, expect, it } from 'vitest';
import {
  addMonths,
  civil,
  dayNumber,
  daysInMonth,
  formatDay,
  formatMonth,
  formatShanghai,
  lastDayOfMonth,
  lastEndedMonth,
  monthOfDay,
  parseIsoDay,
  shanghaiDay,
  startOfShanghaiDay,
} from './calendar.ts';

const DAY_MS = 86_400_000;
const day = (text: string): number => {
  const found = parseIsoDay(text);
  if (found === null) throw new Error(`${text} is no day`);
  return found;
};

describe('days', () => {
  // JavaScript's own calendar is the other opinion; one expect at the end, for half a million days cost seconds.
  it('agree with Date.UTC from 1900 to 2300', () => {
    const wrong: string[] = [];
    const [first, last] = [Date.UTC(1900, 0, 1) / DAY_MS, Date.UTC(2300, 11, 31) / DAY_MS];
    for (let n = first; n <= last; n += 1) {
      const date = new Date(n * DAY_MS);
      const iso = date.toISOString().slice(0, 10);
      const parts = civil(n);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
      if (
        dayNumber(year, month, date.getUTCDate()) !== n ||
        parts.year !== year ||
        parts.month !== month ||
        parts.day !== date.getUTCDate() ||
        formatDay(n) !== iso ||
        parseIsoDay(iso) !== n ||
        monthOfDay(n) !== year * 12 + month - 1
      )
        wrong.push(iso);
    }
    expect(wrong).toEqual([]);
    expect(last - first).toBe(146_461);
  });

  it.each([
    [2026, 2, 29],
    [2026, 2, 31],
    [1900, 2, 29],
    [2026, 13, 1],
    [2026, 0, 1],
    [2026, 1, 0],
    [2026, 4, 31],
  ])('are none: %i-%i-%i', (year, month, dayOfMonth) => expect(dayNumber(year, month, dayOfMonth)).toBeNull());

  it.each(['2026-2-1', '20260201', '2026-02-30', ' 2026-02-01', '', '2026-02-01T00:00'])(
    'are written YYYY-MM-DD only: %j',
    (text) => expect(parseIsoDay(text)).toBeNull(),
  );

  it('know leap years by the rule of centuries', () => {
    expect([1900, 2000, 2024, 2026, 2100, 2400].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 29, 28, 28, 29]);
    expect(daysInMonth(2026, 13)).toBe(0);
  });
});

describe('months', () => {
  it('end on the day that Date.UTC says, from 1900 to 2300', () => {
    const wrong: string[] = [];
    for (let month = 1900 * 12; month < 2301 * 12; month += 1) {
      const end = Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0) / DAY_MS;
      const ends = lastEndedMonth(end) === month && lastEndedMonth(end - 1) === month - 1;
      if (lastDayOfMonth(month) !== end || monthOfDay(end) !== month || !ends) wrong.push(formatMonth(month));
    }
    expect(wrong).toEqual([]);
  });

  it('keep the day when they are added, or take the last one that there is', () => {
    const cases: [string, number, string][] = [
      ['2026-01-31', 1, '2026-02-28'],
      ['2024-01-31', 1, '2024-02-29'],
      ['2026-09-30', -12, '2025-09-30'],
      ['2024-02-29', 12, '2025-02-28'],
      ['2026-12-15', 1, '2027-01-15'],
      ['2026-01-15', -1, '2025-12-15'],
      ['2026-03-31', -1, '2026-02-28'],
      ['1970-01-01', -1, '1969-12-01'],
      ['2026-05-31', 0, '2026-05-31'],
    ];
    for (const [from, months, to] of cases) expect(formatDay(addMonths(day(from), months)), from).toBe(to);
  });

  it('are added as Date.UTC adds them', () => {
    const wrong: string[] = [];
    for (let n = day('1990-01-01'); n <= day('2030-12-31'); n += 1) {
      const date = new Date(n * DAY_MS);
      for (const months of [-25, -12, -1, 1, 3, 18, 24]) {
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
        const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        const expected = Date.UTC(year, month, Math.min(date.getUTCDate(), length)) / DAY_MS;
        if (addMonths(n, months) !== expected) wrong.push(`${formatDay(n)} + ${months}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are written YYYY-MM', () => {
    expect([2026 * 12, 2026 * 12 + 11, 999 * 12].map(formatMonth)).toEqual(['2026-01', '2026-12', '0999-01']);
  });
});

describe('Asia/Shanghai', () => {
  it('begins its day at 16:00 UTC of the day before', () => {
    expect(shanghaiDay(new Date('2026-09-29T15:59:59.999Z'))).toBe(day('2026-09-29'));
    expect(shanghaiDay(new Date('2026-09-29T16:00:00Z'))).toBe(day('2026-09-30'));
    expect(startOfShanghaiDay(day('2026-09-30')).toISOString()).toBe('2026-09-29T16:00:00.000Z');
    expect(shanghaiDay(startOfShanghaiDay(day('1960-02-29')))).toBe(day('1960-02-29'));
  });

  it('is written with its offset', () => {
    expect(formatShanghai(new Date('2026-09-29T16:00:00.999Z'))).toBe('2026-09-30T00:00:00+08:00');
  });
});
