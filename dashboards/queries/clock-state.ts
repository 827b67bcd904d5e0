import { parseIsoDay } from '../../platform/calendar.ts';
import type { Level } from '../../rules/contract.ts';
import type { Clock, ClockState } from './contract.ts';
import { levelTitle } from './titles.ts';

/**
 * The 20-day clock of a warning (domain.md "Clocks") by day. `clockDue` is its last day while it runs, and null for
 * baseline findings and once it was reported, cleared or closed. Pure.
 */

export const WARNING_DAYS = 20;
/** From day 15 on it is at risk: so many days are left then. */
export const RISK_DAYS_LEFT = 5;

export const clockStateOf = (clockDue: string | null, today: number): ClockState => {
  const due = clockDue === null ? null : parseIsoDay(clockDue);
  if (due === null) return 'none';
  if (today > due) return 'overdue';
  return due - today <= RISK_DAYS_LEFT ? 'at_risk' : 'on_track';
};

/** As a page shows it in full; null where no clock runs. */
export const warningClock = (clockDue: string | null, today: number): Clock | null => {
  const due = clockDue === null ? null : parseIsoDay(clockDue);
  if (clockDue === null || due === null) return null;
  return {
    name: 'warning_reported',
    due_on: clockDue,
    used_days: Math.max(0, today - (due - WARNING_DAYS)),
    allowed_days: WARNING_DAYS,
    unit: 'days',
    state: clockStateOf(clockDue, today),
    provisional: false,
  };
};

/** Why a warning stands where it stands in the queue: 红色预警，超期3天. */
export const whyHere = (
  warning: {
    readonly level: Level;
    readonly status: string;
    readonly baseline: boolean;
    readonly clockDue: string | null;
    readonly reported: boolean;
  },
  today: number,
): string => {
  const level = `${levelTitle(warning.level)}预警`;
  if (warning.status === 'cleared') return `${level}，情形已消除`;
  if (warning.status === 'closed') return `${level}，已办结`;
  if (warning.baseline) return `${level}，首次研判存量，不计时限`;
  if (warning.reported) return `${level}，已填报`;
  const due = warning.clockDue === null ? null : parseIsoDay(warning.clockDue);
  if (due === null) return `${level}，不计时限`;
  if (today > due) return `${level}，超期${today - due}天`;
  return today === due ? `${level}，今日到期` : `${level}，还剩${due - today}天到期`;
};
