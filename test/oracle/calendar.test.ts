import { describe, expect, it } from 'vitest';
import { addDays, addMonths, ageOn, birthday, inTrailingDays, inTrailingMonths, lastMonthEndedOn } from './calendar.ts';
import { and, NOT_KNOWN, not, or, type Truth } from './known.ts';
import { above, add, decimal, divide, multiply, ratio, show, whole, yuan } from './rational.ts';
import { readAmount, readDay, readMonth } from './text.ts';

describe('months', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-08-31', -6, '2026-02-28'],
    ['2026-12-31', -12, '2025-12-31'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-10-30', -1, '2026-09-30'],
    ['2026-06-30', 3, '2026-09-30'],
    ['2026-11-30', 3, '2027-02-28'],
  ])('%s and %i months is %s', (day, months, expected) => {
    expect(addMonths(day, months)).toBe(expected);
  });

  it('are over on their last day', () => {
    expect(lastMonthEndedOn('2026-09-30')).toBe(2026 * 12 + 8);
    expect(lastMonthEndedOn('2026-09-29')).toBe(2026 * 12 + 7);
    expect(lastMonthEndedOn('2024-02-28')).toBe(2024 * 12 + 0);
  });
});

describe('trailing', () => {
  it('leaves the day before the first out and takes the last in', () => {
    expect(inTrailingDays('2026-08-31', '2026-09-30', 30)).toBe(false);
    expect(inTrailingDays('2026-09-01', '2026-09-30', 30)).toBe(true);
    expect(inTrailingDays('2026-09-30', '2026-09-30', 30)).toBe(true);
    expect(inTrailingDays('2026-10-01', '2026-09-30', 30)).toBe(false);
  });

  it('12 months from 29 February begin after 28 February', () => {
    expect(inTrailingMonths('2023-02-28', '2024-02-29', 12)).toBe(false);
    expect(inTrailingMonths('2023-03-01', '2024-02-29', 12)).toBe(true);
  });

  it('crosses a year', () => {
    expect(addDays('2026-01-15', -30)).toBe('2025-12-16');
  });
});

describe('age', () => {
  it('counts the birthday', () => {
    expect(ageOn('2008-09-30', '2026-09-29')).toBe(17);
    expect(ageOn('2008-09-30', '2026-09-30')).toBe(18);
  });

  it('of someone born on 29 February grows on 1 March where there is none', () => {
    expect(birthday('2008-02-29', 18)).toBe('2026-03-01');
    expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
    expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
    expect(ageOn('2004-02-29', '2024-02-29')).toBe(20);
  });
});

describe('three-valued truth', () => {
  const values: Truth[] = [true, false, NOT_KNOWN];

  it('is Kleene', () => {
    expect(and(NOT_KNOWN, false)).toBe(false);
    expect(and(NOT_KNOWN, true)).toBe(NOT_KNOWN);
    expect(or(NOT_KNOWN, true)).toBe(true);
    expect(or(NOT_KNOWN, false)).toBe(NOT_KNOWN);
    expect(not(NOT_KNOWN)).toBe(NOT_KNOWN);
    for (const a of values) for (const b of values) expect(not(and(a, b))).toBe(or(not(a), not(b)));
  });
});

describe('fractions', () => {
  it('are exact where floats are not', () => {
    expect(show(add(decimal('0.1'), decimal('0.2')))).toBe('0.30');
    expect(above(yuan(390_000n), multiply(decimal('0.3'), whole(13_000)))).toBe(false);
    expect(above(yuan(390_001n), multiply(decimal('0.3'), whole(13_000)))).toBe(true);
    expect(show(divide(whole(1), whole(3)))).toBe('1/3');
    expect(show(ratio(-5n, 4n))).toBe('-1.25');
  });
});

describe('cells', () => {
  it.each(['2026-09-03', '2026/9/3', '20260903', '2026年9月3日', '2026年09月03日'])('%s is a day', (text) => {
    expect(readDay(text)).toBe('2026-09-03');
  });

  it.each(['2026-02-29', '2026-13-01', '20260231', '昨天', '2026-09', '26-09-03', ''])('%s is no day', (text) => {
    expect(readDay(text)).toBeUndefined();
  });

  it.each(['2026-09', '202609', '2026年9月', '2026年09月'])('%s is a month', (text) => {
    expect(readMonth(text)).toBe(2026 * 12 + 8);
  });

  it.each(['2026-13', '202600', '2026/09', '2026-09-01', '九月'])('%s is no month', (text) => {
    expect(readMonth(text)).toBeUndefined();
  });

  it('amounts', () => {
    expect(readAmount('1,234.5')).toBe(123_450n);
    expect(readAmount('99000')).toBe(9_900_000n);
    expect(readAmount('0.01')).toBe(1n);
    for (const text of ['12.345', '-1', '1,23', '一百', '1.', '1e3', '']) expect(readAmount(text)).toBeUndefined();
  });
});
