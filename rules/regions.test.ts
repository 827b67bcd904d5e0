import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastDayOfMonth, parseIsoDay } from '../platform/calendar.ts';
import { createWatermarks, type Declaration, incomeMonths, type StandardRow, standardsFor } from './regions.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const month = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;
const VILLAGE = '159903101001';

const declared = (regionPrefix: string, months: readonly string[], more: Partial<Declaration> = {}): Declaration[] =>
  months.map((text) => ({ feed: 'tax', regionPrefix, month: month(text), effective: true, ...more }));
const watermark = (declarations: readonly Declaration[], region = VILLAGE, feed = 'tax') =>
  createWatermarks(declarations)(region, feed);

describe('a watermark', () => {
  it('is the last month before the first gap', () => {
    const months = ['2026-02', '2026-01', '2025-12', '2026-04', '2026-05'];
    expect(watermark(declared('1599', months))).toEqual({
      declared: true,
      watermark: { first: month('2025-12'), last: month('2026-02') },
    });
  });

  it('is put together from every prefix of the region, and from nothing longer', () => {
    const both = [
      ...declared('15', ['2026-01']),
      ...declared('15990310', ['2026-02']),
      ...declared(VILLAGE, ['2026-03']),
    ];
    expect(watermark(both).watermark).toEqual({ first: month('2026-01'), last: month('2026-03') });
    expect(watermark(both, '159903').watermark).toEqual({ first: month('2026-01'), last: month('2026-01') });
    expect(watermark(both, '159904101001').watermark).toEqual({ first: month('2026-01'), last: month('2026-01') });
    expect(watermark(declared(`${VILLAGE}0`, ['2026-01']))).toEqual({ declared: false, watermark: null });
    expect(watermark(declared('159904', ['2026-01']))).toEqual({ declared: false, watermark: null });
  });

  it('is of one feed', () => {
    const other = declared('1599', ['2026-01'], { feed: 'human-resources' });
    expect(watermark(other)).toEqual({ declared: false, watermark: null });
    expect(watermark(other, VILLAGE, 'human-resources').watermark).not.toBeNull();
  });

  it('waits for a count that is not reached, and knows that it was declared', () => {
    const waiting = declared('1599', ['2026-02'], { effective: false });
    expect(watermark(waiting)).toEqual({ declared: true, watermark: null });
    expect(watermark([...waiting, ...declared('1599', ['2026-01', '2026-03'])]).watermark).toEqual({
      first: month('2026-01'),
      last: month('2026-01'),
    });
    // Of several declarations of a month any that is met suffices.
    expect(watermark([...waiting, ...declared('15', ['2026-02'])]).watermark?.last).toBe(month('2026-02'));
  });

  it('is none of nothing', () => expect(watermark([])).toEqual({ declared: false, watermark: null }));

  it('is what counting month by month gives', () => {
    const declaration = fc.record({
      feed: fc.constant('tax'),
      regionPrefix: fc.constantFrom('15', '1599', '159903', '15990310', '159904', VILLAGE),
      month: fc.integer({ min: 24_300, max: 24_308 }),
      effective: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(declaration, { maxLength: 15 }),
        fc.constantFrom(VILLAGE, '159903', '159904101'),
        (all, region) => {
          const complete = (n: number): boolean =>
            all.some((d) => d.effective && d.month === n && region.startsWith(d.regionPrefix));
          let expected = null as { first: number; last: number } | null;
          for (let n = 24_300; n <= 24_308; n += 1) {
            if (!complete(n) || (expected !== null && expected.last !== n - 1)) continue;
            expected = { first: expected?.first ?? n, last: n };
          }
          expect(watermark(all, region).watermark).toEqual(expected);
        },
      ),
    );
  });
});

describe('complete months of income', () => {
  const of = (declarations: readonly Declaration[], asOf = '2026-12-31') =>
    incomeMonths(createWatermarks(declarations), VILLAGE, day(asOf));
  const hr = (months: readonly string[], more: Partial<Declaration> = {}) =>
    declared('1599', months, { feed: 'human-resources', ...more });

  it('are those of tax where human-resources has declared nothing', () => {
    const tax = declared('1599', ['2026-01', '2026-02']);
    expect(of(tax)).toEqual({ first: month('2026-01'), last: month('2026-02') });
    expect(of([...tax, ...declared('159904', ['2026-01'], { feed: 'human-resources' })])?.last).toBe(month('2026-02'));
    expect(of(hr(['2026-01']))).toBeNull();
    expect(of([])).toBeNull();
  });

  it('are those of both where both have declared', () => {
    const tax = declared('1599', ['2026-01', '2026-02', '2026-03']);
    expect(of([...tax, ...hr(['2025-12', '2026-01', '2026-02'])])).toEqual({
      first: month('2026-01'),
      last: month('2026-02'),
    });
    expect(of([...tax, ...hr(['2026-02', '2026-03', '2026-04'])])).toEqual({
      first: month('2026-02'),
      last: month('2026-03'),
    });
    // Begun with different months: nothing is complete of both when one ends before the other begins.
    expect(of([...tax, ...hr(['2026-04'])])).toBeNull();
    expect(of([...tax, ...hr(['2025-11'])])).toBeNull();
  });

  it('are none where human-resources has declared and is never complete', () => {
    expect(of([...declared('1599', ['2026-01']), ...hr(['2026-01'], { effective: false })])).toBeNull();
  });

  it('end with the last month that ends on or before the day', () => {
    const tax = declared('1599', ['2026-08', '2026-09', '2026-10']);
    expect(of(tax, '2026-09-30')?.last).toBe(month('2026-09'));
    expect(of(tax, '2026-09-29')?.last).toBe(month('2026-08'));
    expect(of(tax, '2026-10-30')?.last).toBe(month('2026-09'));
    expect(of(tax, '2026-08-30')).toBeNull();
    expect(lastDayOfMonth(month('2026-08'))).toBe(day('2026-08-31'));
  });
});

describe('standards', () => {
  const row = (
    regionCode: string,
    area: string,
    effectiveFrom: string,
    amount: number,
    kind = 'dibao',
  ): StandardRow => ({
    ...{ regionCode, area, effectiveFrom: day(effectiveFrom), amount, kind },
  });
  const dibao = (rows: readonly StandardRow[], area = 'rural', asOf = '2026-09-30'): number | undefined =>
    standardsFor(rows, VILLAGE, area, day(asOf)).get('dibao');

  it.each([
    [
      'the longest prefix, before area and date',
      [row('1599', 'rural', '2026-07-01', 1), row('159903', 'any', '2020-01-01', 2)],
      2,
    ],
    [
      'the own area before any, before date',
      [row('1599', 'any', '2026-07-01', 1), row('1599', 'rural', '2020-01-01', 2)],
      2,
    ],
    ['the latest date', [row('1599', 'any', '2025-07-01', 1), row('1599', 'any', '2026-07-01', 2)], 2],
    ['nothing of the other area', [row('159903', 'urban', '2020-01-01', 1), row('1599', 'any', '2020-01-01', 2)], 2],
    ['nothing that begins later', [row('159903', 'rural', '2026-10-01', 1), row('1599', 'any', '2026-09-30', 2)], 2],
    ['nothing of another region', [row('159904', 'rural', '2020-01-01', 1)], undefined],
    ['nothing of a longer code', [row(`${VILLAGE}1`, 'rural', '2020-01-01', 1)], undefined],
  ])('take %s', (_, rows, amount) => {
    expect(dibao(rows)).toBe(amount);
    expect(dibao(rows.toReversed())).toBe(amount);
  });

  it('stand beside each other by kind', () => {
    const rows = [row('15', 'any', '2020-01-01', 1), row('15', 'any', '2020-01-01', 9, 'disposable_income')];
    expect([...standardsFor(rows, VILLAGE, 'urban', day('2026-01-01'))]).toEqual([
      ['dibao', 1],
      ['disposable_income', 9],
    ]);
    expect(standardsFor(rows, VILLAGE, 'urban', day('2019-12-31')).size).toBe(0);
  });

  it('are the first in the order of the contract, whatever the order of the rows', () => {
    const any = fc.record({
      regionCode: fc.constantFrom('15', '1599', '159903', '159904', VILLAGE),
      kind: fc.constantFrom('dibao', 'minimum_wage'),
      area: fc.constantFrom('rural', 'urban', 'any'),
      effectiveFrom: fc.integer({ min: 20_000, max: 20_005 }),
    });
    const key = (r: Omit<StandardRow, 'amount'>): string => JSON.stringify(r);
    const rows = fc
      .uniqueArray(any, { selector: key, maxLength: 20 })
      .map((all) => all.map((r, amount) => ({ ...r, amount })));
    fc.assert(
      fc.property(rows, fc.constantFrom('rural', 'urban'), (all, area) => {
        const candidates = all
          .filter(
            (r) => r.effectiveFrom <= 20_003 && VILLAGE.startsWith(r.regionCode) && [area, 'any'].includes(r.area),
          )
          .sort(
            (a, b) =>
              b.regionCode.length - a.regionCode.length ||
              Number(a.area === 'any') - Number(b.area === 'any') ||
              b.effectiveFrom - a.effectiveFrom,
          );
        const found = standardsFor(all, VILLAGE, area, 20_003);
        for (const kind of ['dibao', 'minimum_wage']) {
          expect(found.get(kind)).toBe(candidates.find((r) => r.kind === kind)?.amount);
        }
      }),
    );
  });
});
