import { describe, expect, it } from 'vitest';
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import { publishedWorkingDays as china } from '../platform/working-days.ts';
import { type ClockName, clockRule, clockRules, nearestClock, riskHorizon, runClock, warningDue } from './clocks.ts';
import { clockAfter, referralDue, runReferralClock, runWarningClock } from './referral-clock.ts';
import { places } from './referral-places-for-tests.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const rule = (name: ClockName) => clockRule(name, '159901101001', '2026-09-30');
const run = (name: ClockName, from: string, today: string) => runClock(rule(name), day(from), day(today), china);

describe('the clock of a warning', () => {
  it('ends 20 calendar days after it was delivered', () => {
    expect(formatDay(warningDue('159901101001', day('2026-09-30')))).toBe('2026-10-20');
    expect(run('warning_reported', '2026-09-30', '2026-09-30')).toEqual({
      ...{ name: 'warning_reported', due_on: day('2026-10-20'), used_days: 0, allowed_days: 20, unit: 'days' },
      ...{ state: 'on_track', provisional: false },
    });
  });

  it.each([
    ['2026-10-14', 'on_track'],
    ['2026-10-15', 'at_risk'],
    ['2026-10-20', 'at_risk'],
    ['2026-10-21', 'overdue'],
  ])('is on %s %s', (today, state) => {
    expect(run('warning_reported', '2026-09-30', today).state).toBe(state);
    expect(runWarningClock(day('2026-10-20'), '1599', day(today), china).state).toBe(state);
  });

  it('has marks at 3, 7 and 15 days, which are ours; its days are those of the document', () => {
    expect(rule('warning_reported')).toMatchObject({ marks: [3, 7, 15], marksSource: 'ours', source: 'WSQ2025-6' });
  });
});

describe('the clocks of a referral', () => {
  it.each([
    // Sent on Tuesday 29 September: 30, then 8, 9 and 10 (a worked Saturday) and 12 October.
    ['2026-10-08', 2, 'on_track'],
    ['2026-10-09', 3, 'on_track'],
    ['2026-10-10', 4, 'at_risk'],
    ['2026-10-11', 4, 'at_risk'],
    ['2026-10-12', 5, 'at_risk'],
    ['2026-10-13', 6, 'overdue'],
  ])('of accepting on %s: %i working days used, %s', (today, used, state) => {
    const clock = run('referral_accepted', '2026-09-29', today);
    expect(clock).toMatchObject({ used_days: used, allowed_days: 5, unit: 'working_days', state });
    expect(formatDay(clock.due_on)).toBe('2026-10-12');
  });

  it('is provisional where it reaches into a year that is not published', () => {
    expect(run('referral_answered', '2026-12-01', '2026-12-02')).toMatchObject({ provisional: false });
    expect(run('referral_answered', '2026-12-10', '2026-12-11')).toMatchObject({ provisional: true, allowed_days: 20 });
  });

  const from = day('2026-09-30');
  const next = (place: keyof typeof places, before: Parameters<typeof clockAfter>[1] = null) =>
    clockAfter(places[place].state, before, from, '1599')?.name ?? null;

  it('run while a department is to act', () => {
    expect(next('delivered')).toBe('referral_accepted');
    expect(next('accepted')).toBe('referral_answered');
    expect(next('disputed')).toBe('referral_answered');
    for (const place of ['created', 'returned', 'fulfilled', 'not_eligible', 'confirmed', 'withdrawn'] as const)
      expect(next(place), place).toBeNull();
  });

  it('go on where they started when a step does not end them', () => {
    const accepting = { name: 'referral_accepted', from: from - 3, region: '1599' } as const;
    expect(clockAfter(places.delivered.state, accepting, from, '1599')).toEqual(accepting);
    const answering = { name: 'referral_answered', from: from - 9, region: '1599' } as const;
    expect(clockAfter(places.in_progress.state, answering, from, '1599')).toEqual(answering);
    // Contested: the time to answer begins anew.
    expect(clockAfter(places.disputed.state, null, from, '1599')).toMatchObject({ from });
    // Started on Sunday 27 September: 28, 29, 30, then 8 and 9 October.
    expect(formatDay(referralDue(accepting, china))).toBe('2026-10-09');
    expect(runReferralClock(accepting, from, china).used_days).toBe(3);
  });
});

describe('clocks as data', () => {
  it('hold for a region and a time; the longest region wins', () => {
    const [first] = clockRules;
    if (first === undefined) throw new Error('no clocks');
    const rules = [
      first,
      { ...first, region: '159902', allowed: 15 },
      { ...first, region: '1599', validTo: '2026-01-01', allowed: 9 },
    ];
    const allowed = (region: string, on: string) => clockRule('warning_reported', region, on, rules).allowed;
    expect([allowed('159901101', '2026-09-30'), allowed('159902101', '2026-09-30')]).toEqual([20, 15]);
    expect([allowed('159901101', '2025-06-01'), allowed('159902101', '2025-06-01')]).toEqual([9, 15]);
    expect(allowed('159901101', '2020-01-01')).toBe(20);
  });

  it('have a source each', () => {
    expect(clockRules.map(({ name, source }) => [name, source])).toEqual([
      ['warning_reported', 'WSQ2025-6'],
      ['referral_accepted', 'ours'],
      ['referral_answered', 'ours'],
    ]);
  });

  it('the horizon of a list says of every last day what the clock itself says', () => {
    for (const { name } of clockRules) {
      for (let start = day('2026-08-20'); start < day('2026-10-20'); start += 1) {
        for (const today of ['2026-09-28', '2026-10-01', '2026-10-10', '2026-10-11']) {
          if (start > day(today)) continue;
          const { due_on, state } = runClock(rule(name), start, day(today), china);
          const horizon = riskHorizon(rule(name), day(today), china);
          const listed = due_on < day(today) ? 'overdue' : due_on <= horizon ? 'at_risk' : 'on_track';
          expect(listed, `${name} ${formatDay(start)} ${today}`).toBe(state);
        }
      }
    }
  });

  it('show the one that ends first', () => {
    const late = run('referral_answered', '2026-09-30', '2026-09-30');
    const soon = run('warning_reported', '2026-09-30', '2026-09-30');
    expect(nearestClock([late, soon])).toBe(soon);
    expect(nearestClock([])).toBeNull();
  });
});
