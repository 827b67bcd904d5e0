import { describe, expect, it } from 'vitest';
import { addMonths, firstDayOf, isoDay, isoMonth, lastDayOf, monthOf, parseDay } from './calendar.ts';
import { splitFen, yuan, yuanWithSeparators } from './money.ts';
import { createRandom } from './random.ts';
import { createDayWriter, writeMonth } from './writing/row-style.ts';

describe('calendar', () => {
  it('adds months and keeps the day, or takes the last of the month', () => {
    const add = (day: string, count: number): string => isoDay(addMonths(parseDay(day), count));
    expect(add('2026-09-30', -12)).toBe('2025-09-30');
    expect(add('2024-02-29', -12)).toBe('2023-02-28');
    expect(add('2026-10-31', -1)).toBe('2026-09-30');
    expect(add('2025-11-30', 3)).toBe('2026-02-28');
    expect(add('2026-01-15', -1)).toBe('2025-12-15');
  });

  it('knows months', () => {
    const month = monthOf(parseDay('2024-02-10'));
    expect(isoMonth(month)).toBe('2024-02');
    expect(isoDay(firstDayOf(month))).toBe('2024-02-01');
    expect(isoDay(lastDayOf(month))).toBe('2024-02-29');
  });

  it('refuses what is no day', () => {
    for (const text of ['2026-02-30', '20260930', '', '2026-13-01']) expect(() => parseDay(text)).toThrow(RangeError);
  });

  it('writes days and months in every form of feeds.md', () => {
    const day = parseDay('2026-09-03');
    const forms = (['iso', 'slash', 'compact', 'chinese'] as const).map((form) => createDayWriter(form)(day));
    expect(forms).toEqual(['2026-09-03', '2026/9/3', '20260903', '2026年9月3日']);
    const months = (['iso', 'compact', 'chinese'] as const).map((form) => writeMonth(monthOf(day), form));
    expect(months).toEqual(['2026-09', '202609', '2026年9月']);
  });
});

describe('money', () => {
  it('writes fen as yuan and splits without losing any', () => {
    expect([0, 5, 120, 123456, -1].map(yuan)).toEqual(['0.00', '0.05', '1.20', '1234.56', '-0.01']);
    expect(yuanWithSeparators(123456789)).toBe('1,234,567.89');
    expect(yuanWithSeparators(12345)).toBe('123.45');
    expect(splitFen(1_000_001, 7).reduce((a, b) => a + b, 0)).toBe(1_000_001);
  });
});

describe('random', () => {
  it('repeats for the same path and differs for another', () => {
    const draw = (...path: number[]): number[] => {
      const random = createRandom(42, ...path);
      return Array.from({ length: 50 }, () => random.below(1000));
    };
    expect(draw(1, 2)).toEqual(draw(1, 2));
    expect(draw(1, 2)).not.toEqual(draw(2, 1));
    expect(createRandom(2 ** 40).unit()).not.toBe(createRandom(2 ** 41).unit());
  });

  it('is spread evenly', () => {
    const random = createRandom(7);
    const counts = new Array(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
