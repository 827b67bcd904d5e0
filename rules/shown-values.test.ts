import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../platform/calendar.ts';
import { type Indicator, indicatorTypes, type ShownValue } from './contract.ts';
import { showValue } from './shown-values.ts';

const indicator = (type: Indicator['type']): Indicator => ({ type, title: 'x', subject: 'household', evidence: [] });
const show = (type: Indicator['type'], n: string | null, d: string | null = '1'): ShownValue =>
  showValue(indicator(type), n, d);

it.each(indicatorTypes)('shows what is not known as null: %s', (type) => expect(show(type, null, null)).toBeNull());

describe('money', () => {
  it.each([
    ['0', '1', '0.00'],
    ['100000', '1', '1000.00'],
    ['5', '1', '0.05'],
    ['2196001', '36', '610.00'],
    ['1', '3', '0.00'],
    ['2', '3', '0.01'],
    // Half away from zero.
    ['1', '2', '0.01'],
    ['-1', '2', '-0.01'],
    ['-1', '3', '0.00'],
    ['-123456', '1', '-1234.56'],
    ['999999999999999999999', '1', '9999999999999999999.99'],
  ])('of %s / %s fen is %s yuan', (n, d, text) => expect(show('money', n, d)).toBe(text));

  it('is rounded exactly, half away from zero', () => {
    const n = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const d = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(n, d, (num, den) => {
        const text = show('money', String(num), String(den)) as string;
        expect(text).toMatch(/^-?\d+\.\d\d$/);
        const fen = BigInt(text.replace('.', ''));
        // |num / den - fen| <= 1/2, and on the half the larger amount.
        const off = 2n * (num - fen * den);
        const size = off < 0n ? -off : off;
        expect(size <= den).toBe(true);
        if (size === den) expect((fen < 0n ? -fen : fen) * den > (num < 0n ? -num : num)).toBe(true);
      }),
    );
  });
});

describe('a ratio', () => {
  it.each([
    ['7', '10', '0.7000'],
    ['2', '3', '0.6667'],
    ['1', '0', 'inf'],
    ['0', '5', '0.0000'],
    ['123456789', '1', '123456789.0000'],
    ['-1', '20000', '-0.0001'],
    ['-1', '20001', '0.0000'],
  ])('of %s / %s is %s', (n, d, text) => expect(show('ratio', n, d)).toBe(text));

  it('without a denominator is not known', () => expect(show('ratio', '1', null)).toBeNull());
});

describe('the rest', () => {
  it('is shown as what it is', () => {
    expect(show('text', 'dibao')).toBe('dibao');
    expect(show('text', '')).toBe('');
    expect([show('flag', '1'), show('flag', 'true'), show('flag', '0'), show('flag', 'false')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([show('count', '3'), show('days', '-4')]).toEqual([3, -4]);
    expect(show('date', String(parseIsoDay('2026-09-30')))).toBe('2026-09-30');
    expect(show('date', '-1')).toBe('1969-12-31');
  });
});
