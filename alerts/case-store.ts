/** Touches the world: one case as a person's command finds and leaves it (PostgreSQL). */
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import type { Level } from '../rules/index.ts';
import { type CaseRow, type CaseState, progressOf, readCase, storeCase } from './case-state.ts';
import type { CaseStateName, CommandDone, Service, Track } from './contract.ts';

/** A case under its lock. */
export interface HeldCase {
  readonly caseId: string;
  readonly householdNo: number;
  readonly householdId: string;
  readonly regionCode: string;
  readonly handlingRegion: string | null;
  readonly state: CaseState;
  readonly head: Buffer;
}

/** Changes what the rest of the transaction sees: a visible case is written with everything that hangs on it. */
export const setScope = async (tx: Tx, scope: string): Promise<void> => {
  await tx.query(`select set_config('yilian.scope', $1, true)`, [scope]);
};

/** A case, locked until the transaction ends; null where there is none, or the scope does not show it. */
export const holdCase = async (tx: Tx, caseId: string): Promise<HeldCase | null> => {
  const [row] = await tx.query<{
    household_no: number;
    household_id: string;
    region_code: string;
    handling_region: string | null;
    track: Track;
    level: Level;
    state: CaseStateName;
    version: number;
    progress: CaseRow['progress'];
    head: Buffer;
  }>(
    `select household_no, household_id, region_code, handling_region, track, level, state, version, progress, head
     from cases where case_id = $1 for update`,
    [caseId],
  );
  if (row === undefined) return null;
  return {
    caseId,
    householdNo: row.household_no,
    householdId: row.household_id,
    regionCode: row.region_code,
    handlingRegion: row.handling_region,
    state: readCase(row),
    head: row.head,
  };
};

/** The command that a request was, and what it was answered, if it was done before. */
export const readAnswered = async (
  tx: Tx,
  requestId: string,
): Promise<{ caseId: string; actor: string; answer: CommandDone } | null> => {
  const [row] = await tx.query<{ case_id: string; actor: string; answer: CommandDone }>(
    `select case_id, event ->> 'actor' as actor, answer from case_events where request_id = $1`,
    [requestId],
  );
  return row === undefined ? null : { caseId: row.case_id, actor: row.actor, answer: row.answer };
};

/** Open referrals of a household by service, of all its cases. */
export const readOpenReferrals = async (tx: Tx, householdNo: number): Promise<Map<Service, string>> => {
  const rows = await tx.query<{ service: Service; referral_id: string }>(
    `select service, referral_id from referrals where household_no = $1 and status not in ('confirmed', 'withdrawn')`,
    [householdNo],
  );
  return new Map(rows.map((row) => [row.service, row.referral_id]));
};

/** Whether another case of the household is open on the same track. */
export const isOtherCaseOpen = async (tx: Tx, { caseId, householdNo, state }: HeldCase): Promise<boolean> => {
  const [row] = await tx.query<{ open: boolean }>(
    `select exists (select from cases where household_no = $1 and track = $2 and state <> 'closed' and case_id <> $3) as open`,
    [householdNo, state.track, caseId],
  );
  return row?.open === true;
};

/** Which of some region codes stand in the registry. */
export const readKnownRegions = async (tx: Tx, codes: readonly string[]): Promise<Set<string>> => {
  const rows = await tx.query<{ region_code: string }>(
    'select region_code from regions where region_code = any($1) and replaced is null',
    [codes],
  );
  return new Set(rows.map((row) => row.region_code));
};

/** The nearest last day of the case's warnings whose clock runs. */
export const readNearestDue = async (tx: Tx, caseId: string): Promise<number | null> => {
  const [row] = await tx.query<{ due_on: string | null }>(
    `select min(due_on) as due_on from warnings
     where case_id = $1 and reported_on is null and status in ('open', 'snoozed')`,
    [caseId],
  );
  return row?.due_on == null ? null : parseIsoDay(row.due_on);
};

/** Rules of the case's warnings that are not closed, the highest level first. */
export const readRulesOfCase = async (tx: Tx, caseId: string): Promise<string[]> => {
  const rows = await tx.query<{ rule_id: string }>(
    `select rule_id from warnings where case_id = $1 and status <> 'closed'
     group by rule_id order by min(array_position(array['red', 'orange', 'yellow', 'blue'], level)), rule_id`,
    [caseId],
  );
  return rows.map((row) => row.rule_id);
};

/** Writes where a case stands now. The version it stood at before is a part of the condition: a lost lock writes nothing. */
export const saveCase = async (
  tx: Tx,
  before: HeldCase,
  after: { state: CaseState; head: Buffer; handlingRegion: string | null },
  now: Date,
): Promise<void> => {
  const row = storeCase(after.state);
  const { township } = progressOf(after.state);
  const updated = await tx.query(
    `update cases set state = $3, version = $4, level = $5, progress = $6, head = $7, township = $8, handling_region = $9,
       reported_at = case when $3 in ('reported', 'following', 'closed') then coalesce(reported_at, $10) end,
       closed_at = case when $3 = 'closed' then coalesce(closed_at, $10) end
     where case_id = $1 and version = $2 returning 1`,
    [
      before.caseId,
      before.state.version,
      row.state,
      row.version,
      row.level,
      JSON.stringify(row.progress),
      after.head,
      township,
      after.handlingRegion,
      now,
    ],
  );
  if (updated.length !== 1) throw new Error(`case ${before.caseId} changed under its lock`);
};

/** Stops the clocks of a case's warnings: they were reported. */
export const reportWarnings = async (tx: Tx, caseId: string, today: number): Promise<void> => {
  await tx.query(
    `update warnings set reported_on = $2 where case_id = $1 and reported_on is null and status <> 'closed'`,
    [caseId, formatDay(today)],
  );
};

/**
 * Closes the warnings of a case. Of one that was cleared before, the condition is false: when it is found again, that is a
 * new episode (rules.md section 4).
 */
export const closeWarnings = async (tx: Tx, caseId: string, today: number, now: Date): Promise<void> => {
  await tx.query(
    `update warnings set status = 'closed', closed_on = $2, closed_at = $3, closed_level = level,
       false_since_closed = status = 'cleared'
     where case_id = $1 and status <> 'closed'`,
    [caseId, formatDay(today), now],
  );
};

/**
 * A case that a person reopens was answered wrongly: the warnings that it was closed with stand again, as cleared where their
 * condition has been false since. One that a later episode follows stays closed: that episode speaks for it.
 */
export const reopenWarnings = async (tx: Tx, caseId: string): Promise<void> => {
  await tx.query(
    `update warnings w set status = case when false_since_closed then 'cleared' else 'open' end, closed_on = null,
       closed_at = null, closed_level = null, false_since_closed = false
     where case_id = $1 and status = 'closed' and closed_at = (select max(closed_at) from warnings where case_id = $1)
       and not exists (select from warnings later
         where later.rule_id = w.rule_id and later.subject = w.subject and later.episode > w.episode)`,
    [caseId],
  );
};
