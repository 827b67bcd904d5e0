import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civil, dayNumber } from '../../platform/calendar.ts';
import { checkCharacter, idNumberDefect, statedByIdNumber, trustedIdNumber } from './id-number.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** Seventeen digits with a real day of birth, and what they say. */
const digits17 = fc
  .record({
    region: fc.integer({ min: 110_000, max: 659_999 }),
    day: fc.integer({ min: -25_567, max: 20_000 }),
    order: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ region, day, order }) => {
    const { year, month, day: d } = civil(day);
    return { day, order, digits: `${region}${year}${two(month)}${two(d)}${String(order).padStart(3, '0')}` };
  });
const number18 = digits17.map(({ digits }) => digits + checkCharacter(digits));

/** GB 11643 by the recursion of ISO 7064 MOD 11-2, not by the table of weights that the code uses. */
const isRight = (id: string): boolean => {
  let rest = 0;
  for (const digit of id.slice(0, 17)) rest = ((rest + Number(digit)) * 2) % 11;
  return (rest + (id[17] === 'X' ? 10 : Number(id[17]))) % 11 === 1;
};

describe('the check character', () => {
  it('is that of the examples in GB 11643', () => {
    expect([checkCharacter('11010519491231002'), checkCharacter('44052418800101001')]).toEqual(['X', '4']);
  });

  it('is right by another way of computing it, and no other one is', () => {
    fc.assert(
      fc.property(digits17, ({ digits }) => {
        const right = [...'0123456789X'].filter((check) => isRight(digits + check));
        expect(right).toEqual([checkCharacter(digits)]);
      }),
    );
  });

  it('finds every wrong digit', () => {
    fc.assert(
      fc.property(number18, (id) => {
        for (let at = 0; at < 18; at += 1) {
          for (const other of at === 17 ? '0123456789X' : '0123456789') {
            if (other === id[at]) continue;
            const wrong = id.slice(0, at) + other + id.slice(at + 1);
            expect(trustedIdNumber(wrong), wrong).toBeNull();
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('finds every swap of two neighbours', () => {
    fc.assert(
      fc.property(number18, (id) => {
        for (let at = 0; at < 17; at += 1) {
          if (id[at] === id[at + 1]) continue;
          const wrong = `${id.slice(0, at)}${id[at + 1]}${id[at]}${id.slice(at + 2)}`;
          expect(trustedIdNumber(wrong), wrong).toBeNull();
        }
      }),
    );
  });
});

describe('a trusted number', () => {
  it('is itself, with a small x raised', () => {
    fc.assert(
      fc.property(number18, (id) => {
        expect([trustedIdNumber(id), trustedIdNumber(id.toLowerCase())]).toEqual([id, id]);
      }),
    );
  });

  it('of fifteen digits becomes eighteen of the last century', () => {
    fc.assert(
      fc.property(number18, (id) => {
        const fifteen = id.slice(0, 6) + id.slice(8, 17);
        const expected = `${id.slice(0, 6)}19${id.slice(8, 17)}`;
        expect(trustedIdNumber(fifteen)).toBe(expected + checkCharacter(expected));
      }),
    );
    expect(trustedIdNumber('110105491231002')).toBe('11010519491231002X');
  });

  it.each([
    ...['', '无', '1101051949123100', '11010519491231002', '11010519491231002XX', '110105194912310021X'],
    ...['110105********002X', '1101051949123100*X', '11010519491231 02X', '11010519491231002Y', 'X1010519491231002X'],
    ...['11010549123100X', '11010519491231002Ⅹ', '-1010519491231002X', '1101051949123100２X'],
  ])('is none: %j', (text) => expect(trustedIdNumber(text)).toBeNull());

  it('need not hold a day of the calendar', () => {
    const digits = '11010519490231002';
    expect(trustedIdNumber(digits + checkCharacter(digits))).not.toBeNull();
  });
});

describe('what a number states', () => {
  it('is the day of birth and the sex, trusted or not', () => {
    fc.assert(
      fc.property(digits17, ({ day, order, digits }) => {
        const sex = order % 2 === 1 ? 'M' : 'F';
        for (const check of '0X') expect(statedByIdNumber(digits + check)).toEqual({ birthDay: day, sex });
        if (digits.slice(6, 8) === '19') {
          expect(statedByIdNumber(digits.slice(0, 6) + digits.slice(8))).toEqual({ birthDay: day, sex });
        }
      }),
    );
    expect(statedByIdNumber('11010519491231002x')).toEqual({ birthDay: dayNumber(1949, 12, 31), sex: 'F' });
  });

  it('is no day where the calendar has none, and nothing of another text', () => {
    expect(statedByIdNumber('110105194902310011')).toEqual({ birthDay: null, sex: 'M' });
    for (const text of ['', '110105********0011', '1101051949023100111']) {
      expect(statedByIdNumber(text)).toEqual({ birthDay: null, sex: null });
    }
  });
});

describe('a defect', () => {
  it.each([
    ['11010519491231002X', null],
    ['11010519491231002x', null],
    ['110105194912310021', 'wrong_check_character'],
    ['110105********002X', 'masked'],
    ['110105XXXXXXXX002X', 'masked'],
    ['1101051949', 'wrong_length'],
    ['', 'wrong_length'],
    ['1.10105194912310E+17', 'scientific_notation'],
    ['1.1E17', 'scientific_notation'],
    ['1e+17', 'scientific_notation'],
  ])('of %s is %s', (number, defect) => {
    expect(idNumberDefect(number)).toBe(defect);
  });
});
