/** Touches the world: referrals as commands find and leave them (PostgreSQL). */
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import type { HeldCase } from './case-store.ts';
import type { ClockName } from './clocks.ts';
import type { Channel, Department, ReferralStatus, Service } from './contract.ts';
import type { ReferralClock } from './referral-clock.ts';
import { type ReferralRow, type ReferralState, readReferral, storeReferral } from './referral-state.ts';

/** A referral under the lock of its case. */
export interface HeldReferral {
  readonly state: ReferralState;
  readonly regions: readonly string[];
  readonly clock: ReferralClock | null;
}

/** The case of a referral that the scope shows, else null. */
export const findCaseOfReferral = async (tx: Tx, referralId: string): Promise<string | null> => {
  const [row] = await tx.query<{ case_id: string }>('select case_id from referrals where referral_id = $1', [
    referralId,
  ]);
  return row?.case_id ?? null;
};

/** A referral of a case that is locked. */
export const readReferralHeld = async (tx: Tx, referralId: string): Promise<HeldReferral> => {
  const [row] = await tx.query<{
    service: Service;
    department: Department;
    channel: Channel;
    status: ReferralStatus;
    version: number;
    progress: ReferralRow['progress'];
    region_code: string;
    handling_region: string | null;
    clock_name: ClockName | null;
    clock_from: string | null;
  }>(
    `select service, department, channel, status, version, progress, region_code, handling_region, clock_name, clock_from
     from referrals where referral_id = $1 for update`,
    [referralId],
  );
  if (row === undefined) throw new Error(`referral ${referralId} is gone`);
  const { region_code, handling_region, clock_name, clock_from, ...columns } = row;
  return {
    state: readReferral({ referral_id: referralId, ...columns }),
    regions: handling_region === null ? [region_code] : [region_code, handling_region],
    clock:
      clock_name === null || clock_from === null
        ? null
        : { name: clock_name, from: parseIsoDay(clock_from) as number, region: region_code },
  };
};

/** Writes a new referral with what it discloses. */
export const insertReferral = async (
  tx: Tx,
  { caseId, householdNo, householdId, regionCode, handlingRegion }: HeldCase,
  referral: {
    state: ReferralState;
    ordinal: number;
    level: string;
    disclosed: Buffer;
    clock: ReferralClock | null;
    due: number | null;
  },
  now: Date,
): Promise<void> => {
  const row = storeReferral(referral.state);
  const { clock, due } = referral;
  await tx.query(
    `insert into referrals (referral_id, case_id, ordinal, household_no, household_id, service, department, channel, status,
       version, level, region_code, handling_region, progress, disclosed_sealed, created_at, sent_at, clock_name, clock_from, due_on)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19)`,
    [
      row.referral_id,
      caseId,
      referral.ordinal,
      householdNo,
      householdId,
      row.service,
      row.department,
      row.channel,
      row.status,
      row.version,
      referral.level,
      regionCode,
      handlingRegion,
      JSON.stringify(row.progress),
      referral.disclosed,
      now,
      clock?.name ?? null,
      clock === null ? null : formatDay(clock.from),
      due === null ? null : formatDay(due),
    ],
  );
};

/** When a referral was last sent, accepted and answered, as a command changes it; undefined leaves it. */
export interface ReferralTimes {
  readonly sent_at?: Date | null;
  readonly accepted_at?: Date | null;
  readonly answered_at?: Date | null;
}

/** Writes where a referral stands now. */
export const saveReferral = async (
  tx: Tx,
  before: ReferralState,
  after: { state: ReferralState; times: ReferralTimes; clock: ReferralClock | null; due: number | null },
): Promise<void> => {
  const row = storeReferral(after.state);
  const { sent_at, accepted_at, answered_at } = after.times;
  const updated = await tx.query(
    `update referrals set status = $3, version = $4, department = $5, progress = $6, clock_name = $7, clock_from = $8, due_on = $9,
       sent_at = case when $10 then $11 else sent_at end, accepted_at = case when $12 then $13 else accepted_at end,
       answered_at = case when $14 then $15 else answered_at end
     where referral_id = $1 and version = $2 returning 1`,
    [
      row.referral_id,
      before.version,
      row.status,
      row.version,
      row.department,
      JSON.stringify(row.progress),
      after.clock?.name ?? null,
      after.clock === null ? null : formatDay(after.clock.from),
      after.due === null ? null : formatDay(after.due),
      sent_at !== undefined,
      sent_at ?? null,
      accepted_at !== undefined,
      accepted_at ?? null,
      answered_at !== undefined,
      answered_at ?? null,
    ],
  );
  if (updated.length !== 1) throw new Error(`referral ${row.referral_id} changed under its lock`);
};
