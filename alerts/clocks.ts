import { formatDay } from '../platform/calendar.ts';
import type { WorkingDays } from '../platform/working-days.ts';

/** Clocks of domain.md "Clocks" that this room runs. Verification, review and payment are duties, not clocks of a case. */
export const clockNames = ['warning_reported', 'referral_accepted', 'referral_answered'] as const;
export type ClockName = (typeof clockNames)[number];

export interface ClockRule {
  readonly name: ClockName;
  /** Region prefix that it holds for; the longest that fits wins. */
  readonly region: string;
  readonly allowed: number;
  readonly unit: 'days' | 'working_days';
  /** Days used at which people are reminded. */
  readonly marks: readonly number[];
  /** Days used from which it is at risk. */
  readonly riskFrom: number;
  /** Clause, or `ours`. */
  readonly source: string;
  readonly marksSource: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}

const everywhere = { region: '', validFrom: '2025-01-01', validTo: null, marksSource: 'ours' } as const;

/**
 * The clocks as data. At risk: a warning from its last mark on (day 15), a referral on the last two working days that it
 * has. Overdue is the day after the last one.
 */
export const clockRules: readonly ClockRule[] = [
  {
    ...everywhere,
    ...{ name: 'warning_reported', allowed: 20, unit: 'days', marks: [3, 7, 15], riskFrom: 15, source: 'WSQ2025-6' },
  },
  {
    ...everywhere,
    ...{ name: 'referral_accepted', allowed: 5, unit: 'working_days', marks: [4], riskFrom: 4, source: 'ours' },
  },
  {
    ...everywhere,
    ...{ name: 'referral_answered', allowed: 20, unit: 'working_days', marks: [19], riskFrom: 19, source: 'ours' },
  },
];

export interface RunningClock {
  readonly name: ClockName;
  readonly due_on: number;
  readonly used_days: number;
  readonly allowed_days: number;
  readonly unit: 'days' | 'working_days';
  readonly state: 'on_track' | 'at_risk' | 'overdue';
  /** Reaches into a year whose holidays are not published: computed again when they are. */
  readonly provisional: boolean;
}

/** The rule of a clock in a region on the day that it starts. */
export const clockRule = (name: ClockName, region: string, startDay: string, rules = clockRules): ClockRule => {
  const [rule] = rules
    .filter((r) => r.name === name && region.startsWith(r.region))
    .filter((r) => r.validFrom <= startDay && (r.validTo === null || startDay <= r.validTo))
    .sort((a, b) => b.region.length - a.region.length);
  // A clock that starts before the first rule was in force runs by the first: no clock at all would hide the case.
  const found = rule ?? rules.find((r) => r.name === name);
  if (found === undefined) throw new Error(`there is no clock ${name}`);
  return found;
};

/** The last day of a clock that starts on a day (day numbers). The day it starts on is day 0. */
export const dueOn = (
  rule: ClockRule,
  from: number,
  workingDays: WorkingDays,
): { day: number; provisional: boolean } => {
  if (rule.unit === 'days') return { day: from + rule.allowed, provisional: false };
  const due = workingDays.add(from, rule.allowed);
  return { day: due.value, provisional: due.provisional };
};

/** Last day of a warning's clock: delivered to the banner -> reported. Calendar days, so no holiday matters. */
export const warningDue = (region: string, delivered: number): number =>
  delivered + clockRule('warning_reported', region, formatDay(delivered)).allowed;

/** How far a clock that started on a day has run. */
export const runClock = (rule: ClockRule, from: number, today: number, workingDays: WorkingDays): RunningClock => {
  const { day: due, provisional } = dueOn(rule, from, workingDays);
  const used = rule.unit === 'days' ? today - from : workingDays.between(from, today).value;
  const state = today > due ? 'overdue' : used >= rule.riskFrom ? 'at_risk' : 'on_track';
  return {
    name: rule.name,
    due_on: due,
    used_days: used,
    allowed_days: rule.allowed,
    unit: rule.unit,
    state,
    provisional,
  };
};

/** The latest last day that is at risk on a day: what falls due from `today` up to it is at risk, before it overdue. */
export const riskHorizon = (rule: ClockRule, today: number, workingDays: WorkingDays): number => {
  const left = rule.allowed - rule.riskFrom;
  return rule.unit === 'days' ? today + left : workingDays.add(today, left).value;
};

/** Of several clocks the one that ends first: what a case shows. */
export const nearestClock = (clocks: readonly RunningClock[]): RunningClock | null =>
  clocks.reduce<RunningClock | null>(
    (near, clock) => (near === null || clock.due_on < near.due_on ? clock : near),
    null,
  );

/** Time used of the time allowed, as an event holds it. */
export const usedOf = ({ used_days, allowed_days }: RunningClock): { used_days: number; allowed_days: number } => ({
  used_days,
  allowed_days,
});
