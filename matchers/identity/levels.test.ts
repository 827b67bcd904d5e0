// Birth days, phones and addresses as departments write them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, formatDay } from '../../platform/calendar.ts';
import { plainAddress } from './address.ts';
import { BIRTH_LEVELS, birthLevel } from './birth-level.ts';
import { plainPhone } from './phone.ts';
import { isPlaceholderBirth, isPlaceholderNumber } from './placeholders.ts';

const day = (text: string): number => {
  const [y, m, d] = text.split('-').map(Number) as [number, number, number];
  return dayNumber(y, m, d) as number;
};

describe('two days of birth', () => {
  it.each([
    ['1965-03-19', '1965-03-19', 'equal'],
    ['1965-03-08', '1965-08-03', 'month and day swapped'],
    ['1965-03-19', '1975-03-19', 'one digit different'],
    ['1965-03-19', '1965-03-18', 'one digit different'],
    ['1965-03-19', '1965-01-01', '1 January of the same year'],
    ['1965-03-19', '1965-04-20', 'lunar and solar'],
    ['1965-12-30', '1966-02-01', 'lunar and solar'],
    ['1965-03-10', '1965-03-24', 'same year and month'],
    ['1965-03-19', '1965-11-02', 'same year'],
    ['1965-03-19', '1966-11-02', 'a year apart'],
    ['1965-03-19', '1988-11-02', 'different'],
    ['1965-02-28', '2005-02-28', 'different'],
  ])('%s and %s: %s', (a, b, wanted) => {
    expect(BIRTH_LEVELS[birthLevel(day(a), day(b))]).toBe(wanted);
  });

  it('reach the level that their dates reach, whoever of the two is asked about', () => {
    const any = fc.integer({ min: day('1860-01-01'), max: day('2140-12-31') });
    const near = fc.tuple(any, fc.integer({ min: -800, max: 800 })).map(([a, apart]) => [a, a + apart] as const);
    // The same day of another year: only this can be one digit different years apart.
    const years = fc
      .tuple(any, fc.integer({ min: -110, max: 110 }), fc.integer({ min: -4, max: 4 }))
      .map(([a, n, off]) => {
        const [y, m, d] = formatDay(a).split('-').map(Number) as [number, number, number];
        return [a, (dayNumber(y + n, m, d) ?? a) + off] as const;
      });
    fc.assert(
      fc.property(fc.oneof(fc.tuple(any, any), near, years), ([a, b]) => {
        const level = BIRTH_LEVELS[birthLevel(a, b)];
        expect(BIRTH_LEVELS[birthLevel(b, a)]).toBe(level);
        const [x, y] = [formatDay(a), formatDay(b)];
        const digits = [...x].filter((digit, i) => digit !== y[i]).length;
        const [[yx, mx, dx], [yy, my, dy]] = [x.split('-'), y.split('-')] as [string[], string[]];
        const apart = Math.abs(a - b);
        const wanted =
          a === b
            ? 'equal'
            : yx === yy && mx === dy && dx === my
              ? 'month and day swapped'
              : yx === yy && (x.endsWith('-01-01') || y.endsWith('-01-01'))
                ? '1 January of the same year'
                : digits === 1
                  ? 'one digit different'
                  : apart >= 18 && apart <= 51
                    ? 'lunar and solar'
                    : yx === yy
                      ? mx === my
                        ? 'same year and month'
                        : 'same year'
                      : Math.abs(Number(yx) - Number(yy)) === 1
                        ? 'a year apart'
                        : 'different';
        expect(level).toBe(wanted);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a day of birth that a system filled in', () => {
  it.each(['1900-01-01', '1800-01-01', '1111-11-11', '9999-12-31', '1899-12-30'])('%s is none', (text) => {
    expect(isPlaceholderBirth(day(text))).toBe(true);
  });
  it.each(['1970-01-01', '2000-01-01', '1951-01-01', '1900-01-02'])('%s is somebody’s', (text) => {
    expect(isPlaceholderBirth(day(text))).toBe(false);
  });
});

describe('a number that was filled in', () => {
  it.each(['', '无', '-', '111111111111111111', '00000000000', '123456789012345678', '33333333333'])(
    '%s is none',
    (text) => {
      expect(isPlaceholderNumber(text)).toBe(true);
    },
  );
  it.each(['15990119500101001X', '15412345678', '13800138000'])('%s may be somebody’s', (text) => {
    expect(isPlaceholderNumber(text)).toBe(false);
  });
});

describe('a phone', () => {
  it.each([
    ['15412345678', '15412345678'],
    ['154 1234-5678', '15412345678'],
    ['+86 15412345678', '15412345678'],
    ['008615412345678', '15412345678'],
    ['１５４１２３４５６７８', '15412345678'],
    ['0471-6945123', '04716945123'],
    ['0471-6945123转8002', '04716945123'],
    ['0471-6945123 ext. 8002', '04716945123'],
    ['11111111111', ''],
    ['无', ''],
    ['12345', ''],
    ['', ''],
  ])('%s is %s', (text, wanted) => {
    expect(plainPhone(text)).toBe(wanted);
  });
});

describe('an address', () => {
  it.each([
    ['内蒙古自治区模拟盟模拟一旗模拟二苏木模拟三嘎查12号', '模拟二苏木模拟三嘎查', '12'],
    ['模拟一旗模拟二苏木模拟三嘎查 12 号', '模拟二苏木模拟三嘎查', '12'],
    ['模拟一旗模拟二苏木模拟三嘎查１２号', '模拟二苏木模拟三嘎查', '12'],
    ['模拟三嘎查12号（暂住）', '模拟三嘎查', '12'],
    ['模拟街道模拟社区5号楼2单元301室', '模拟街道模拟社区', undefined],
    ['模拟三嘎查', '模拟三嘎查', ''],
    ['', '', ''],
  ])('%s', (text, village, house) => {
    const plain = plainAddress(text);
    expect(plain.village.startsWith(village)).toBe(true);
    if (house !== undefined) expect(plain).toEqual({ village, house });
  });
});
