import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../../platform/calendar.ts';
import { authorisedFrom, isIncomeKnown, type MonthOfPerson, monthsOf, whoCounts } from './chart.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const month = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;
const AS_OF = day('2026-09-30');

const row = (personNo: number, at: string, more: Partial<MonthOfPerson>): MonthOfPerson => ({
  ...{ personNo, month: month(at), medical: 0, fee: 0, aid: 0, rehabilitation: 0, accident: 0, income: 0 },
  ...more,
});
const member = (personNo: number, more: Partial<Parameters<typeof whoCounts>[0][number]> = {}) => ({
  ...{ personNo, joinedOn: null, leftOn: null, diedOn: null },
  ...more,
});

describe('whoCounts', () => {
  it('counts living members, and spending of those who died as members in the months shown', () => {
    const { living, spending } = whoCounts(
      [
        member(1),
        member(2, { diedOn: day('2026-01-05') }),
        member(3, { diedOn: day('2024-01-05') }),
        member(4, { leftOn: day('2026-09-30') }),
        member(5, { leftOn: day('2026-10-01') }),
        member(6, { leftOn: day('2025-12-31'), diedOn: day('2026-01-05') }),
        member(7, { joinedOn: day('2026-10-01') }),
      ],
      AS_OF,
    );
    expect([...living]).toEqual([1, 5]);
    expect([...spending]).toEqual([1, 5, 2]);
  });
});

describe('authorisedFrom', () => {
  const grant = (from: string, to: string | null) => ({ from: day(from), to: to === null ? null : day(to) });

  it('is null without an authorisation on the day', () => {
    expect(authorisedFrom([], AS_OF, 31)).toBeNull();
    expect(authorisedFrom([grant('2025-01-01', '2026-09-29')], AS_OF, 31)).toBeNull();
    expect(authorisedFrom([grant('2026-10-01', null)], AS_OF, 31)).toBeNull();
  });

  it('goes back over renewals without a longer gap', () => {
    const grants = [
      grant('2026-02-01', '2027-01-31'),
      grant('2025-01-01', '2025-12-31'),
      grant('2023-01-01', '2023-12-31'),
    ];
    expect(authorisedFrom(grants, AS_OF, 32)).toBe(day('2025-01-01'));
    expect(authorisedFrom(grants, AS_OF, 31)).toBe(day('2026-02-01'));
  });
});

describe('monthsOf', () => {
  const who = { living: new Set([1]), spending: new Set([1, 2]) };
  const complete = { first: month('2026-06'), last: month('2026-08') };

  it('shows 24 months, the last one that of the day', () => {
    const months = monthsOf([], who, AS_OF, () => false);
    expect(months).toHaveLength(24);
    expect([months[0]?.month, months[23]?.month]).toEqual(['2024-10', '2026-09']);
    expect(months[23]).toMatchObject({ medical: '0.00', income: null, rigid_12m: '0.00' });
  });

  it('sums spending of all who count and income of the living, where it is known', () => {
    const rows = [
      row(1, '2026-07', { medical: 10_050, income: 200_000 }),
      row(2, '2026-07', { medical: 5_000, income: 999 }),
      row(9, '2026-07', { medical: 7 }),
      row(1, '2026-09', { income: 100 }),
    ];
    const months = monthsOf(rows, who, AS_OF, isIncomeKnown(complete, day('2026-07-31')));
    expect(months.find((m) => m.month === '2026-07')).toMatchObject({ medical: '150.50', income: '2000.00' });
    expect(months.find((m) => m.month === '2026-08')).toMatchObject({ income: '0.00' });
    expect(months.find((m) => m.month === '2026-06')).toMatchObject({ income: null });
    expect(months.find((m) => m.month === '2026-09')).toMatchObject({ income: null });
  });

  it('sums twelve months to rigid spending, education per person not below 0', () => {
    const rows = [
      row(1, '2025-09', { medical: 1 }),
      row(1, '2025-10', { medical: 100, fee: 1_000 }),
      row(1, '2026-03', { aid: 400 }),
      row(2, '2026-03', { aid: 5_000, rehabilitation: 30, accident: 20 }),
    ];
    const months = monthsOf(rows, who, AS_OF, () => false);
    expect(months.find((m) => m.month === '2026-09')?.rigid_12m).toBe('7.50');
    expect(months.find((m) => m.month === '2025-10')?.rigid_12m).toBe('11.01');
    expect(months.find((m) => m.month === '2026-03')?.education).toBe('0.00');
  });
});
