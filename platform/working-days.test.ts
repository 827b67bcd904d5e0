import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseIsoDay } from './calendar.ts';
import { publishedWorkingDays as china, createWorkingDays, readPublishedHolidays } from './working-days.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const moved = (text: string, count: number): string => formatDay(china.add(day(text), count).value);
const between = (from: string, to: string): number => china.between(day(from), day(to)).value;

describe('working days of the State Council', () => {
  it.each([
    ['2026-09-30', true, 'a Wednesday'],
    ['2026-10-01', false, 'National Day'],
    ['2026-10-07', false, 'the last day off, a Wednesday'],
    ['2026-10-08', true, 'the first day back'],
    ['2026-10-10', true, 'a Saturday worked in place of a day off'],
    ['2026-10-11', false, 'a Sunday'],
    ['2026-02-14', true, 'a Saturday before the Spring Festival'],
    ['2026-02-23', false, 'the Spring Festival, a Monday'],
  ])('%s: %s (%s)', (date, works) => expect(china.isWorkingDay(day(date))).toBe(works));

  it('are counted over holidays and worked weekends', () => {
    // After 30 September come 8, 9, 10 (a Saturday) and 12 October.
    expect(moved('2026-09-29', 1)).toBe('2026-09-30');
    expect(moved('2026-09-30', 3)).toBe('2026-10-10');
    expect(moved('2026-09-30', 4)).toBe('2026-10-12');
    expect(moved('2026-10-12', -4)).toBe('2026-09-30');
    expect(moved('2026-10-03', 0)).toBe('2026-10-03');
    expect(between('2026-09-30', '2026-10-12')).toBe(4);
    expect(between('2026-10-12', '2026-09-30')).toBe(-4);
    expect(between('2026-10-03', '2026-10-03')).toBe(0);
  });

  it('say that they are provisional where a year is not published', () => {
    expect(china.add(day('2026-12-28'), 3)).toEqual({ value: day('2026-12-31'), provisional: false });
    expect(china.add(day('2026-12-28'), 4)).toEqual({ value: day('2027-01-01'), provisional: true });
    expect(china.between(day('2026-12-31'), day('2027-01-04')).provisional).toBe(true);
    expect(china.add(day('2001-05-08'), 2).provisional).toBe(true);
    expect(china.between(day('2003-12-31'), day('2004-01-05')).provisional).toBe(false);
  });

  it('of a year that is published later are exact then', () => {
    const published = readPublishedHolidays({
      holidays: { '2027-01-01': '元旦', '2027-10-01': '国庆节' },
      workdays: {},
    });
    const later = createWorkingDays(published);
    expect(later.add(day('2027-01-01'), -1).provisional).toBe(true);
    expect(later.add(day('2027-01-04'), 1)).toEqual({ value: day('2027-01-05'), provisional: false });
    expect(later.isWorkingDay(day('2027-01-01'))).toBe(false);
  });
});

describe('counting', () => {
  const days = fc.integer({ min: day('2004-01-01'), max: day('2028-12-31') });

  it('after adding gives what was added', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -60, max: 60 }), (from, count) => {
        fc.pre(count > 0 || (count < 0 && china.isWorkingDay(from)));
        const to = china.add(from, count).value;
        expect(china.isWorkingDay(to)).toBe(true);
        expect(china.between(from, to).value).toBe(count);
      }),
    );
  });

  it('goes on where it stopped', () => {
    fc.assert(
      fc.property(days, fc.nat(300), fc.nat(300), (a, x, y) => {
        const [b, c] = [a + x, a + x + y];
        expect(china.between(a, b).value + china.between(b, c).value).toBe(china.between(a, c).value);
      }),
    );
  });
});
