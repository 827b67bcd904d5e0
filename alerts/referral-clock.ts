import { formatDay } from '../platform/calendar.ts';
import type { WorkingDays } from '../platform/working-days.ts';
import { type ClockName, clockRule, dueOn, type RunningClock, runClock } from './clocks.ts';
import type { ReferralState } from './referral-state.ts';

/** A referral's running clock: which one, and the day number it started on. */
export interface ReferralClock {
  readonly name: ClockName;
  readonly from: number;
  readonly region: string;
}

/**
 * The clock of a referral after a step on a day: of accepting from the sending on, of answering from the acceptance on, and
 * again from an objection. None runs while the bureau is to act, or nobody is. `before` is the clock until then. Pure.
 */
export const clockAfter = (
  { status }: ReferralState,
  before: ReferralClock | null,
  today: number,
  region: string,
): ReferralClock | null => {
  const start = (name: ClockName): ReferralClock => ({ name, from: today, region });
  switch (status) {
    case 'sent':
    case 'delivered':
      return before?.name === 'referral_accepted' ? before : start('referral_accepted');
    case 'accepted':
    case 'disputed':
      return start('referral_answered');
    case 'in_progress':
      return before ?? start('referral_answered');
    case 'created':
    case 'returned':
    case 'fulfilled':
    case 'not_eligible':
    case 'confirmed':
    case 'withdrawn':
      return null;
    default:
      return status satisfies never;
  }
};

const ruleOf = ({ name, region, from }: ReferralClock) => clockRule(name, region, formatDay(from));

/** The last day (number) of a referral's clock. */
export const referralDue = (clock: ReferralClock, workingDays: WorkingDays): number =>
  dueOn(ruleOf(clock), clock.from, workingDays).day;

/** How far a referral's clock has run: computed from its start, so that holidays published meanwhile count. */
export const runReferralClock = (clock: ReferralClock, today: number, workingDays: WorkingDays): RunningClock =>
  runClock(ruleOf(clock), clock.from, today, workingDays);

/** How far a warning's clock has run that ends on a day. */
export const runWarningClock = (
  dueDay: number,
  region: string,
  today: number,
  workingDays: WorkingDays,
): RunningClock => {
  const rule = clockRule('warning_reported', region, formatDay(dueDay));
  return runClock(rule, dueDay - rule.allowed, today, workingDays);
};
