import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../platform/calendar.ts';
import { type Rule, ruleSchema } from './contract.ts';
import { decimalFraction, inForce, overridesInForce, parametersFor, rulesInForce } from './parameters.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const source = { status: 'policy' };

/** With what a rule file has to say of a parameter and no calculation reads. */
const labelled = (parameters: object) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      { title: '参数', title_en: 'P', ...('unit' in parameter ? {} : { of: 'household.category' }), ...parameter },
    ]),
  );

const rule = (parameters: object, more: object = {}): Rule =>
  ruleSchema.parse({
    ...{ id: 'a-rule', version: 3, title: 't', meaning: 'm', subject: 'household', direction: 'need', level: 'red' },
    ...{ when: 'true', service: [], citation: [{ document: 'd', clause: 'c', says: 's' }], valid_from: '2020-01-01' },
    ...{ title_en: 'T', parameters: labelled(parameters) },
    ...more,
  });

describe('a decimal number', () => {
  it.each([
    [0.7, 1, 7, 10],
    [0.7, 100, 70, 1],
    [5000, 100, 500_000, 1],
    [0.1, 1, 1, 10],
    [0, 1, 0, 1],
    [-2.5, 1, -5, 2],
    [12.34, 100, 1234, 1],
    [1e-7, 1, 1, 10_000_000],
    [1.005, 100, 201, 2],
  ])('%f times %i is %i / %i', (value, factor, n, d) => {
    const found = decimalFraction(value, factor);
    expect(found.n * d).toBe(n * found.d);
  });

  it('is what its digits say, and its denominator a power of ten', () => {
    const digits = fc.tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(digits, fc.constantFrom(1, 100), ([n, decimals], factor) => {
        const found = decimalFraction(Number(`${n}e-${decimals}`), factor);
        expect(BigInt(found.n) * 10n ** BigInt(decimals)).toBe(BigInt(n) * BigInt(factor) * BigInt(found.d));
        expect(String(found.d)).toMatch(/^10*$/);
      }),
    );
  });
});

describe('in force', () => {
  const span = { valid_from: '2026-01-01', valid_to: '2026-06-30' };
  it('is from the first to the last day, both counting', () => {
    const days = ['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'].map(day);
    expect(days.map((d) => inForce(span, d))).toEqual([false, true, true, false]);
    expect(days.map((d) => inForce({}, d))).toEqual([true, true, true, true]);
    expect(days.map((d) => inForce({ valid_to: '2026-01-01' }, d))).toEqual([true, true, false, false]);
  });

  it('are rules that are enabled, with every parameter', () => {
    const fine = rule({ a: { value: 1, source } });
    const off = rule({}, { enabled: false });
    const later = rule({}, { valid_from: '2026-10-01' });
    const ended = rule({}, { valid_to: '2026-09-29' });
    const without = rule({ a: { value: 1, source, valid_from: '2026-10-01' } });
    const kept = (asOf: string) => rulesInForce([fine, off, later, ended, without], day(asOf));
    expect(kept('2026-09-30')).toEqual([fine]);
    expect(kept('2026-10-01')).toEqual([fine, later, without]);
    expect(kept('2026-09-29')).toEqual([fine, ended]);
    expect(kept('2019-12-31')).toEqual([]);
  });
});

describe('overrides', () => {
  const limit = {
    ...{ value: 100, unit: 'yuan', source },
    overrides: [
      { region: '15', value: 1, source },
      { region: '1599', value: 2, source, valid_from: '2026-01-01', valid_to: '2026-12-31' },
      { region: '1599', value: 3, source, valid_from: '2026-06-01' },
      { region: '159903', value: 4, source, valid_from: '2027-01-01' },
      { region: '159905', value: 5, source },
    ],
  };
  const held = rule({ limit });
  const shown = (regionCode: string, asOf: string) =>
    parametersFor(held, { regionCode, word: () => null }, day(asOf))['limit'];

  it('hold below their region, the longest in force first, then the latest', () => {
    expect(shown('159903101001', '2025-12-31')).toBe('1.00');
    expect(shown('159903101001', '2026-01-01')).toBe('2.00');
    expect(shown('159903101001', '2026-06-01')).toBe('3.00');
    expect(shown('159903101001', '2027-01-01')).toBe('4.00');
    expect(shown('159904101001', '2027-01-01')).toBe('3.00');
    expect(shown('159905101001', '2027-01-01')).toBe('5.00');
    expect(shown('152201', '2026-06-01')).toBe('1.00');
    expect(shown('', '2026-06-01')).toBe('100.00');
    const parameter = held.parameters['limit'];
    if (parameter === undefined) throw new Error('no limit');
    expect(overridesInForce(parameter, day('2027-01-01')).map(({ value }) => value)).toEqual([4, 5, 3, 1]);
  });
});

describe('parameters as an explanation shows them', () => {
  it('are money with 2 decimals, words, lists, and the number for the word of an indicator', () => {
    const held = rule({
      money: { value: 5000, unit: 'yuan', source },
      ratio: { value: 0.7, source },
      days: { value: 30, unit: 'days', source },
      word: { text: 'D', source },
      list: { list: ['C', 'D'], source },
      by: { values: { dibao: 5000, other: 15_000 }, by: 'household.category', unit: 'yuan', source },
    });
    const of = (word: string | null) =>
      parametersFor(held, { regionCode: '1599', word: () => word }, day('2026-09-30'));
    const fixed = { money: '5000.00', ratio: 0.7, days: 30, word: 'D', list: ['C', 'D'] };
    expect(of('dibao')).toEqual({ ...fixed, by: '5000.00' });
    expect(of('edge')).toEqual({ ...fixed, by: null });
    expect(of(null)).toEqual({ ...fixed, by: null });
  });
});
