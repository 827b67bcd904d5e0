/** Touches the world: referrals as lists show them (PostgreSQL). */
import type { Department, ReferralStatus, Service } from '../../alerts/contract.ts';
import { clockRule, readReferral, runClock } from '../../alerts/index.ts';
import { formatDay, formatShanghai, parseIsoDay } from '../../platform/calendar.ts';
import { publishedWorkingDays } from '../../platform/working-days.ts';
import type { Level } from '../../rules/contract.ts';
import type { Clock, ReferralItem } from './contract.ts';

export interface ReferralRow extends Record<string, unknown> {
  readonly referral_id: string;
  readonly case_id: string;
  readonly household_id: string;
  readonly service: Service;
  readonly department: Department;
  readonly channel: 'portal' | 'offline';
  readonly status: ReferralStatus;
  readonly version: number;
  readonly level: Level;
  readonly region_code: string;
  readonly handling_region: string | null;
  readonly progress: Record<string, unknown>;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly answered_at: Date | null;
  readonly clock_name: 'referral_accepted' | 'referral_answered' | null;
  readonly clock_from: string | null;
}

export const referralColumns = `r.referral_id, r.case_id, r.household_id, r.service, r.department, r.channel, r.status, r.version,
  r.level, r.region_code, r.handling_region, r.progress, r.created_at, r.sent_at, r.answered_at, r.clock_name, r.clock_from`;

/** The clock that runs, in working days; null where none does. */
const clockOf = (row: ReferralRow, today: number): Clock | null => {
  const from = row.clock_from === null ? null : parseIsoDay(row.clock_from);
  if (row.clock_name === null || row.clock_from === null || from === null) return null;
  const rule = clockRule(row.clock_name, row.region_code, row.clock_from);
  const clock = runClock(rule, from, today, publishedWorkingDays);
  return { ...clock, due_on: formatDay(clock.due_on), used_days: Math.max(0, clock.used_days) };
};

export const toReferralItem = (
  row: ReferralRow,
  today: number,
  regions: ReadonlyMap<string, string>,
): ReferralItem => ({
  referral_id: row.referral_id,
  case_id: row.case_id,
  service: row.service,
  department: row.department,
  channel: row.channel,
  status: row.status,
  version: row.version,
  level: row.level,
  region_code: row.region_code,
  region_name: regions.get(row.region_code) ?? null,
  created_at: formatShanghai(row.created_at),
  sent_at: row.sent_at === null ? null : formatShanghai(row.sent_at),
  answered_at: row.answered_at === null ? null : formatShanghai(row.answered_at),
  clock: clockOf(row, today),
  returns: readReferral(row).returns.length,
});
