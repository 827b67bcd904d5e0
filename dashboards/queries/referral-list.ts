/** Touches the world: referrals of a department, or of an analyst's regions; nothing of the family (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import { clockRule, riskHorizon } from '../../alerts/index.ts';
import { formatDay, shanghaiDay } from '../../platform/calendar.ts';
import { publishedWorkingDays } from '../../platform/working-days.ts';
import { type Conditions, createConditions, isOneOf } from './conditions.ts';
import type { ClockState, ReferralPage, ReferralsQuery } from './contract.ts';
import { cursorDay, cursorId, readCursor, writeCursor } from './cursor.ts';
import type { QueryDeps } from './deps.ts';
import { readRegionNames } from './names.ts';
import { type ReferralRow, referralColumns, toReferralItem } from './referral-row.ts';

const due = `coalesce(case when r.clock_name is not null then r.due_on end, 'infinity')`;

/** A department is not shown what was not sent to it yet. */
const visible = (actor: Actor): Conditions => {
  const conditions = createConditions('true');
  if (actor.role === 'department') {
    conditions.add(`r.department = ${conditions.bind(actor.department)} and r.status <> 'created'`);
  }
  return conditions;
};

/** The clock's state by its last day: a clock is at risk from as many days before it as its rule says. */
const addClock = (conditions: Conditions, states: readonly ClockState[] | undefined, today: number): void => {
  if (states === undefined || states.length === 0) return;
  const now = conditions.bind(formatDay(today));
  const horizon = (name: 'referral_accepted' | 'referral_answered'): string =>
    conditions.bind(formatDay(riskHorizon(clockRule(name, '', formatDay(today)), today, publishedWorkingDays)));
  const until = `(case r.clock_name when 'referral_accepted' then ${horizon('referral_accepted')}::date else ${horizon('referral_answered')}::date end)`;
  const running = 'r.clock_name is not null';
  const when: Readonly<Record<ClockState, string>> = {
    none: 'r.clock_name is null',
    overdue: `${running} and r.due_on < ${now}::date`,
    at_risk: `${running} and r.due_on >= ${now}::date and r.due_on <= ${until}`,
    on_track: `${running} and r.due_on >= ${now}::date and r.due_on > ${until}`,
  };
  conditions.add(`(${states.map((state) => `(${when[state]})`).join(' or ')})`);
};

const asked = (actor: Actor, query: ReferralsQuery, today: number): Conditions => {
  const conditions = visible(actor);
  isOneOf(conditions, 'r.status', query.status);
  isOneOf(conditions, 'r.service', query.service);
  addClock(conditions, query.clock, today);
  return conditions;
};

export const readReferrals = (deps: QueryDeps, actor: Actor, query: ReferralsQuery, now: Date): Promise<ReferralPage> =>
  deps.postgres.transaction(
    async (tx) => {
      const today = shanghaiDay(now);
      const conditions = asked(actor, query, today);
      const keys = readCursor('due', [cursorDay, cursorId], query.after);
      if (keys !== null) {
        conditions.add(`(${due}, r.referral_id) > (${conditions.bind(keys[0])}::date, ${conditions.bind(keys[1])})`);
      }
      const rows = await tx.query<ReferralRow & { due_key: string }>(
        `select ${referralColumns}, (${due})::text as due_key from referrals r
         where ${conditions.sql()} order by ${due}, r.referral_id limit ${conditions.bind(query.limit)}`,
        conditions.values,
      );
      const counting = asked(actor, query, today);
      const [counted] = await tx.query<{ total: number }>(
        `select count(*)::int as total from referrals r where ${counting.sql()}`,
        counting.values,
      );
      const all = visible(actor);
      const counts = await tx.query<{ status: string; count: number }>(
        `select r.status, count(*)::int as count from referrals r where ${all.sql()} group by r.status`,
        all.values,
      );
      const regions = await readRegionNames(
        tx,
        rows.map((row) => row.region_code),
      );
      const last = rows.at(-1);
      return {
        referrals: rows.map((row) => toReferralItem(row, today, regions)),
        total: counted?.total ?? 0,
        next:
          last === undefined || rows.length < query.limit ? null : writeCursor('due', [last.due_key, last.referral_id]),
        counts: Object.fromEntries(counts.map((row) => [row.status, row.count])),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: scopeOf(actor) },
  );
