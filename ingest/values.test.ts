import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civil, formatMonth } from '../platform/calendar.ts';
import {
  normaliseName,
  normaliseText,
  parseAmount,
  parseBoolean,
  parseDate,
  parseInteger,
  parseMonth,
  parseNumber,
  parseTime,
  textLength,
} from './values.ts';

const anyDay = fc.integer({ min: -25_567, max: 120_897 }); // 1900-01-01 to 2300-12-31
const two = (n: number): string => String(n).padStart(2, '0');

describe('dates', () => {
  it('are read in each of their spellings', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const { year, month, day: d } = civil(day);
        const spellings = [
          `${year}-${two(month)}-${two(d)}`,
          `${year}/${month}/${d}`,
          `${year}/${two(month)}/${two(d)}`,
          `${year}${two(month)}${two(d)}`,
          `${year}年${month}月${d}日`,
          `${year}年${two(month)}月${two(d)}日`,
        ];
        for (const spelling of spellings) expect(parseDate(spelling), spelling).toBe(day);
      }),
    );
  });

  it.each([
    ...['2026-02-31', '2026-04-31', '2026-13-01', '1980-02-30', '2026-00-10', '2026-01-00'],
    ...['昨天', '', '2026-09', '202609', '2026.09.30', '2026-09/30', '26-09-30', '2026-09-30 00:00', '30/09/2026'],
    ...['0000-01-01', '0000-00-00', '2026年9月30', '２０２６-09-30', '2026-9-30-1'],
  ])('are none: %j', (text) => expect(parseDate(text)).toBeNull());
});

describe('months', () => {
  it('are read in each of their spellings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2300 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const spellings = [`${year}-${two(month)}`, `${year}${two(month)}`, `${year}年${month}月`];
        for (const spelling of spellings) expect(parseMonth(spelling), spelling).toBe(year * 12 + month - 1);
        expect(parseMonth(formatMonth(year * 12 + month - 1))).toBe(year * 12 + month - 1);
      }),
    );
  });

  it.each(['2026-13', '202600', '2026-00', '2026/09', '2026年', '九月', '', '2026-09-30', '0000-01', '20269'])(
    'are none: %j',
    (text) => expect(parseMonth(text)).toBeNull(),
  );
});

describe('times', () => {
  it('are moments, read in each of their spellings', () => {
    const anyTime = fc.record({
      day: anyDay,
      seconds: fc.integer({ min: 0, max: 86_399 }),
      ms: fc.integer({ min: 0, max: 999 }),
      east: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    fc.assert(
      fc.property(anyTime, ({ day, seconds, ms, east }) => {
        const at = day * 86_400_000 + seconds * 1000 + ms;
        const local = new Date(at + east * 60_000).toISOString().slice(0, 23);
        const [hours, minutes] = [two(Math.floor(Math.abs(east) / 60)), two(Math.abs(east) % 60)];
        const sign = east < 0 ? '-' : '+';
        const basic = local.replace(/[-:]/g, '');
        for (const text of [
          `${local}${sign}${hours}:${minutes}`,
          `${local}${sign}${hours}${minutes}`,
          `${local.replace('.', ',')}000${sign}${hours}:${minutes}`,
          `${basic}${sign}${hours}${minutes}`,
          ...(minutes === '00' ? [`${local}${sign}${hours}`] : []),
          new Date(at).toISOString(),
          new Date(at + 8 * 3_600_000).toISOString().replace('Z', ''),
        ]) {
          expect(parseTime(text), text).toBe(at);
        }
      }),
    );
    expect(parseTime('2026-09-28T09:15+08')).toBe(Date.UTC(2026, 8, 28, 1, 15));
  });

  it.each([
    ...['', '昨天', '2026-09-28', '20260928', '09:15:00', '2026-09-28 09:15:00', '2026/09/28T09:15', '2026-09-28T09'],
    ...['2026-02-31T09:15Z', '2026-09-28T24:00Z', '2026-09-28T09:60Z', '2026-09-28T09:15:60Z', '0000-01-01T00:00Z'],
    ...['2026-09-28T09:15:00+24:00', '2026-09-28T09:15:00+08:60', '2026-09-28T09:15:00.Z', '2026-09-28T0915Z'],
    ...['2026-09-28t09:15:00z', '2026-09-28T09:15:00+8', '1790000000'],
  ])('are none: %j', (text) => expect(parseTime(text)).toBeNull());
});

describe('amounts', () => {
  const fen = fc.bigInt({ min: 0n, max: 1_000_000_000_000_000n });
  const grouped = (whole: bigint): string => String(whole).replace(/\B(?=(?:\d{3})+$)/g, ',');

  it('are exact fen, with and without separators, to ten trillion yuan', () => {
    fc.assert(
      fc.property(fen, (amount) => {
        const [whole, rest] = [amount / 100n, two(Number(amount % 100n))];
        for (const text of [`${whole}.${rest}`, `${grouped(whole)}.${rest}`]) {
          expect(parseAmount(text), text).toBe(Number(amount));
        }
        expect(parseAmount(String(whole))).toBe(Number(whole * 100n));
      }),
    );
  });

  it('may be negative here, the column judges that', () => expect(parseAmount('-0.01')).toBe(-1));

  it.each([
    ...['', '一百', '12.345', '0.001', '1,23', '1,2345', ',123', '1,234,56.7', '12,34.00', '1 000', '¥5', '5元', '+5'],
    ...['1e3', '1e21', 'NaN', 'Infinity', '0x10', '10000000000000.01', '9'.repeat(400), '1.2.3', '.', '-', '--1'],
  ])('are none: %j', (text) => expect(parseAmount(text)).toBeNull());

  it('never give a fraction of a fen or a negative zero, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?[\d,]{0,12}\.?\d{0,3}$/), (text) => {
        const value = parseAmount(text);
        if (value === null) return;
        expect(Number.isSafeInteger(value) && !Object.is(value, -0)).toBe(true);
      }),
    );
  });
});

describe('other values', () => {
  it('are integers when they are digits with at most a sign', () => {
    expect(['7', '007', '+7', '-7'].map(parseInteger)).toEqual([7, 7, 7, -7]);
    expect(['1.0', '1.5', '1e3', '', 'two', '去年', '1,000', ' 7'].map(parseInteger)).toEqual(Array(8).fill(null));
    // Too many digits are a number out of every range, not another type.
    expect(parseInteger('9'.repeat(30))).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseInteger(`-${'9'.repeat(30)}`)).toBe(Number.MIN_SAFE_INTEGER);
  });

  it('are plain decimal numbers', () => {
    expect(['0', '12.5', '-3', '+3'].map(parseNumber)).toEqual([0, 12.5, -3, 3]);
    expect(['', 'x', '1e3', '1,5', '12㎡', 'NaN'].map(parseNumber)).toEqual(Array(6).fill(null));
  });

  it('are yes or no in four words', () => {
    expect(['true', '是', 'false', '否'].map(parseBoolean)).toEqual([true, true, false, false]);
    expect(['True', '1', 'yes', '', '有'].map(parseBoolean)).toEqual(Array(5).fill(null));
  });

  it('are as long as a reader counts', () => {
    expect(['', 'abc', '院院', '𠮷野', '👨‍👩‍👧'].map(textLength)).toEqual([0, 3, 2, 2, 5]);
  });
});

describe('normalising', () => {
  it('makes full-width digits and letters half-width and trims', () => {
    expect(normaliseText('　１５９９０２１９９００４１０９７７Ｘ ')).toBe('15990219900410977X');
    expect(normaliseText('\t ａＺ９ \r')).toBe('aZ9');
    expect(normaliseText('é')).toBe('é');
    // Other full-width signs are not ours to change.
    expect(normaliseText('（一）')).toBe('（一）');
  });

  it('brings the name dot to one spelling', () => {
    expect(['那顺·巴雅尔', '那顺•巴雅尔', '那顺．巴雅尔', '那顺.巴雅尔'].map(normaliseName)).toEqual(
      Array(4).fill('那顺·巴雅尔'),
    );
  });

  it('is what the plain definition gives, twice as once', () => {
    const definition = (text: string): string =>
      text
        .normalize('NFC')
        .trim()
        .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.stringMatching(/^[ -~　\t０-９Ａ-ｚ一-龥éü]{0,8}$/),
      fc.constantFrom(' ', '　', 'e\u0301', 'Ａ', '\u00a0'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const text = pieces.join('');
        expect(normaliseText(text)).toBe(definition(text));
        expect(normaliseText(normaliseText(text))).toBe(normaliseText(text));
      }),
    );
  });
});
