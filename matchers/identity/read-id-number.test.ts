import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civil, dayNumber } from '../../platform/calendar.ts';
import { checkCharacter } from './id-number.ts';
import { doubtsOf, readIdNumber } from './read-id-number.ts';
import { formerLeague, isRegionCode, prefectureNow } from './region-code.ts';
import { repairsOf } from './repair.ts';

const two = (n: number): string => String(n).padStart(2, '0');
const number18 = fc
  .record({
    region: fc.integer({ min: 159_901, max: 159_999 }),
    day: fc.integer({ min: -20_000, max: 20_000 }),
    order: fc.integer({ min: 1, max: 998 }),
  })
  .map(({ region, day, order }) => {
    const { year, month, day: d } = civil(day);
    const digits = `${region}${year}${two(month)}${two(d)}${String(order).padStart(3, '0')}`;
    return digits + checkCharacter(digits);
  });
const ID = '11010519491231002X';

describe('an id number as it is written', () => {
  it.each([
    [ID, { kind: 'trusted', number: ID, digits: 18 }],
    ['110105491231002', { kind: 'trusted', number: ID, digits: 15 }],
    ["'11010519491231002x", { kind: 'trusted', number: ID, digits: 18 }],
    ['110105 19491231 002X', { kind: 'trusted', number: ID, digits: 18 }],
    ['１１０１０５１９４９１２３１００２Ｘ', { kind: 'trusted', number: ID, digits: 18 }],
    ['11O105I949123100 2X', { kind: 'trusted', number: ID, digits: 18 }],
    ['', { kind: 'missing', why: 'empty' }],
    ['  ', { kind: 'missing', why: 'empty' }],
    ['无', { kind: 'missing', why: 'placeholder' }],
    ['111111111111111', { kind: 'missing', why: 'placeholder' }],
    ['111111111111111111', { kind: 'missing', why: 'placeholder' }],
    ['000000000000000000', { kind: 'missing', why: 'placeholder' }],
    ['123456789012345678', { kind: 'missing', why: 'placeholder' }],
    ['150428********1234', { kind: 'masked', shown: '150428********1234' }],
    ['150428＊＊＊＊＊＊＊＊1234', { kind: 'masked', shown: '150428********1234' }],
    ['150428XXXXXXXX123X', { kind: 'masked', shown: '150428********123X' }],
    ['150428****1234', { kind: 'masked', shown: '150428********1234' }],
    ['1504281988****1234', { kind: 'masked', shown: '1504281988****1234' }],
    ['15042819880101****', { kind: 'masked', shown: '15042819880101****' }],
    ['1.50428198801011E+17', { kind: 'broken', why: 'scientific_notation', digits: '' }],
    ['110105194912310021', { kind: 'broken', why: 'wrong_check_character', digits: '110105194912310021' }],
    ['11010519491231002', { kind: 'broken', why: 'wrong_length', digits: '11010519491231002' }],
    ['11010519491231002A', { kind: 'broken', why: 'wrong_characters', digits: '11010519491231002' }],
  ])('%j', (text, expected) => expect(readIdNumber(text)).toEqual(expected));

  it('has one reading, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0159X*＊ E+.无-'), maxLength: 24 }), (text) => {
        expect(['trusted', 'missing', 'masked', 'broken']).toContain(readIdNumber(text).kind);
      }),
    );
  });

  it('with one wrong digit is never trusted', () => {
    fc.assert(
      fc.property(number18, fc.nat(16), fc.integer({ min: 1, max: 9 }), (id, at, by) => {
        const digit = (Number(id[at]) + by) % 10;
        expect(readIdNumber(id.slice(0, at) + digit + id.slice(at + 1)).kind).not.toBe('trusted');
      }),
      { numRuns: 500 },
    );
  });

  it('with two neighbours swapped is never trusted', () => {
    fc.assert(
      fc.property(number18, fc.nat(16), (id, at) => {
        fc.pre(id[at] !== id[at + 1]);
        const swapped = `${id.slice(0, at)}${id[at + 1]}${id[at]}${id.slice(at + 2)}`;
        expect(readIdNumber(swapped).kind).not.toBe('trusted');
      }),
      { numRuns: 500 },
    );
  });
});

describe('repairs', () => {
  const numbers = (digits: string): string[] => repairsOf(digits).map(({ number }) => number);

  it('hold the number that one slip was made in, and only right numbers', () => {
    fc.assert(
      fc.property(number18, fc.nat(16), fc.integer({ min: 1, max: 9 }), (id, at, by) => {
        const wrong = id.slice(0, at) + ((Number(id[at]) + by) % 10) + id.slice(at + 1);
        const swapped = `${id.slice(0, at)}${id[at + 1]}${id[at]}${id.slice(at + 2)}`;
        const slips = [
          wrong,
          id.slice(0, at) + id.slice(at + 1),
          `${id.slice(0, at)}${by}${id.slice(at)}`,
          ...(id[at] === id[at + 1] ? [] : [swapped]),
          id.slice(0, 17) + '0123456789X'[('0123456789X'.indexOf(id[17] as string) + by) % 11],
        ];
        for (const slip of slips) {
          expect(numbers(slip)).toContain(id);
          for (const number of numbers(slip)) expect(readIdNumber(number).kind).toBe('trusted');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are none of what is too far off', () => {
    for (const digits of ['', '1101051949123', '1101051949123100212345']) expect(repairsOf(digits)).toEqual([]);
  });
});

describe('the region in a number', () => {
  it.each([
    ['152301', '哲里木盟', '1505'],
    ['152127', '呼伦贝尔盟', '1507'],
    ['152628', '乌兰察布盟', '1509'],
    ['152725', '伊克昭盟', '1506'],
    ['152801', '巴彦淖尔盟', '1508'],
    ['150428', null, '1504'],
  ])('%s was given out by %s and lies in %s', (code, league, now) => {
    expect([formerLeague(code), prefectureNow(code), isRegionCode(code)]).toEqual([league, now, true]);
  });

  it('may raise doubts', () => {
    const of = (digits: string): string => digits + checkCharacter(digits);
    const today = dayNumber(2026, 11, 25) as number;
    expect(doubtsOf(of('15230119800101001'), today)).toEqual([]);
    expect(doubtsOf(of('99010519800101001'), today)).toEqual(['no_such_region']);
    expect(doubtsOf(of('15230119800231001'), today)).toEqual(['no_such_day']);
    expect(doubtsOf(of('15230120350101001'), today)).toEqual(['born_later_than_today']);
  });
});
