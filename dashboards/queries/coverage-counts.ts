/** Touches the world: the counts of the coverage page (PostgreSQL, ClickHouse). */
import { addMonths, formatDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import type { ClickHouse } from '../../platform/clickhouse.ts';
import type { Tx } from '../../platform/postgres.ts';

export interface Where {
  /** Region prefixes given to the reader; the row policies of PostgreSQL know them by themselves. */
  readonly given: readonly string[];
  /** Prefix asked for, '' for all. */
  readonly region: string;
  /** Length of the codes that are counted apart. */
  readonly length: number;
  readonly asOf: number;
  readonly today: string;
}

type ByRegion = ReadonlyMap<string, number>;

export interface RegisteredCounts {
  readonly registered: ByRegion;
  readonly received: ByRegion;
}

/** Households registered on the day, and those of them with a fact of a member in the 12 months up to it. */
export const countRegistered = async (clickhouse: ClickHouse, where: Where): Promise<RegisteredCounts> => {
  const rows = await clickhouse.query<{ region: string; registered: string; received: string }>(
    'pages',
    `SELECT substring(place, 1, {length:UInt8}) AS region, count() AS registered, countIf(household_no IN (
       SELECT household_no FROM mirror_memberships FINAL
       WHERE replaced = 0 AND member_from <= {as_of:Int32} AND left_on > {as_of:Int32}
         AND person_no IN (SELECT person_no FROM facts FINAL WHERE day > {since:Int32} AND day <= {as_of:Int32})
     )) AS received
     FROM (
       SELECT household_no, argMax(region_code, held_from) AS place FROM mirror_states FINAL
       WHERE replaced = 0 AND held_from <= {as_of:Int32} GROUP BY household_no
     )
     WHERE startsWith(place, {region:String}) AND arrayExists(given -> startsWith(place, given), {given:Array(String)})
       AND household_no IN (
         SELECT household_no FROM mirror_categories FINAL WHERE replaced = 0 AND category_since <= {as_of:Int32}
         GROUP BY household_no HAVING argMax(category, category_since) != 'exited'
       )
     GROUP BY region`,
    {
      length: where.length,
      as_of: where.asOf,
      since: addMonths(where.asOf, -12),
      region: where.region,
      given: where.given,
    },
  );
  return {
    registered: new Map(rows.map((row) => [row.region, Number(row.registered)])),
    received: new Map(rows.map((row) => [row.region, Number(row.received)])),
  };
};

export interface PostgresCounts {
  readonly openWarnings: ByRegion;
  readonly red: ByRegion;
  readonly overdue: ByRegion;
  readonly closedCases: ByRegion;
  readonly openReferrals: ByRegion;
  readonly byLevel: ByRegion;
  readonly byRule: ReadonlyMap<string, { open: number; confirmed: number; verified: number }>;
  /** Households, in the 12 months up to the day. */
  readonly warned: number;
  readonly verified: number;
  readonly referred: number;
  readonly helped: number;
  readonly closed: number;
  readonly inspected: number;
}

const add = (counts: Map<string, number>, key: string, count: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + count);
};

const readOpen = (tx: Tx, where: Where) =>
  tx.query<{ region: string; level: string; rule_id: string; open: number; overdue: number }>(
    `select left(region_code, $2) as region, level, rule_id, count(*)::int as open,
       (count(*) filter (where clock_due < $3))::int as overdue
     from warnings where kind = 'warning' and status = 'open' and starts_with(region_code, $1) group by 1, 2, 3`,
    [where.region, where.length, where.today],
  );

const readByRegion = async (tx: Tx, where: Where, table: 'cases' | 'referrals', state: string): Promise<ByRegion> => {
  const rows = await tx.query<{ region: string; count: number }>(
    `select left(region_code, $2) as region, count(*)::int as count from ${table}
     where starts_with(region_code, $1) and ${state} group by 1`,
    [where.region, where.length],
  );
  return new Map(rows.map((row) => [row.region, row.count]));
};

/** Of warnings whose case was verified, how many were found true: how good a rule is. */
const readVerifiedRules = (tx: Tx, where: Where) =>
  tx.query<{ rule_id: string; verified: number; confirmed: number }>(
    `select w.rule_id, count(*)::int as verified,
       (count(*) filter (where c.progress ->> 'verification' = 'confirmed'))::int as confirmed
     from warnings w join cases c on c.case_id = w.case_id
     where w.kind = 'warning' and starts_with(w.region_code, $1) and c.progress ->> 'verification' is not null
     group by w.rule_id`,
    [where.region],
  );

type Step = 'verified' | 'referred' | 'helped' | 'closed' | 'inspected';

/** Households by the steps that their chains hold. A case that was reopened keeps what was done before. */
const readSteps = async (tx: Tx, where: Where): Promise<Record<Step, number>> => {
  const rows = await tx.query<{ step: Step | null; households: number }>(
    `select step, count(distinct household_no)::int as households from (
       select c.household_no, case
           when e.type = 'verified' then 'verified'
           when e.type = 'referral_sent' then 'referred'
           when e.type = 'closed' then 'closed'
           when e.type = 'inspected' then 'inspected'
           when e.type = 'referral_fulfilled'
             or e.event -> 'what' ->> 'disposition' in ('enrol', 'adjust', 'one_off_aid', 'emergency_aid') then 'helped'
         end as step
       from case_events e join cases c on c.case_id = e.case_id
       where e.type in ('verified', 'referral_sent', 'closed', 'inspected', 'referral_fulfilled', 'disposed')
         and starts_with(c.region_code, $1) and (e.event ->> 'at')::timestamptz >= $2
     ) steps group by step`,
    [where.region, startOfShanghaiDay(addMonths(where.asOf, -12) + 1)],
  );
  const counts: Record<Step, number> = { verified: 0, referred: 0, helped: 0, closed: 0, inspected: 0 };
  for (const { step, households } of rows) if (step !== null) counts[step] = households;
  return counts;
};

const readWarned = async (tx: Tx, where: Where): Promise<number> => {
  const [row] = await tx.query<{ households: number }>(
    `select count(distinct household_no)::int as households from warnings
     where kind = 'warning' and as_of > $2 and starts_with(region_code, $1)`,
    [where.region, formatDay(addMonths(where.asOf, -12))],
  );
  return row?.households ?? 0;
};

export const countPostgres = async (tx: Tx, where: Where): Promise<PostgresCounts> => {
  const [openWarnings, red, overdue, byLevel] = [1, 2, 3, 4].map(() => new Map<string, number>()) as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ];
  const byRule = new Map<string, { open: number; confirmed: number; verified: number }>();
  const ruleOf = (id: string) => {
    const counts = byRule.get(id) ?? { open: 0, confirmed: 0, verified: 0 };
    byRule.set(id, counts);
    return counts;
  };
  for (const row of await readOpen(tx, where)) {
    add(openWarnings, row.region, row.open);
    add(overdue, row.region, row.overdue);
    add(byLevel, row.level, row.open);
    if (row.level === 'red') add(red, row.region, row.open);
    ruleOf(row.rule_id).open += row.open;
  }
  for (const row of await readVerifiedRules(tx, where)) {
    Object.assign(ruleOf(row.rule_id), { verified: row.verified, confirmed: row.confirmed });
  }
  return {
    ...{ openWarnings, red, overdue, byLevel, byRule },
    closedCases: await readByRegion(tx, where, 'cases', `state = 'closed'`),
    openReferrals: await readByRegion(tx, where, 'referrals', `status not in ('confirmed', 'withdrawn')`),
    warned: await readWarned(tx, where),
    ...(await readSteps(tx, where)),
  };
};
