/** Touches the world: what an evaluation reads and writes around its statement. */

import { parseIsoDay } from '../platform/calendar.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Postgres } from '../platform/postgres.ts';
import type { EvidenceFact } from './evidence.ts';
import type { StandardRow } from './regions.ts';

/** Region and area of every household that is or was registered. */
export const readRegionAreas = (postgres: Postgres): Promise<{ region_code: string; area: string }[]> =>
  postgres.query('select distinct region_code, area from household_states', [], { scope: '*' });

/** Standards that held at a registry revision. */
export const readStandards = async (postgres: Postgres, revision: number): Promise<StandardRow[]> => {
  const rows = await postgres.query<{
    region_code: string;
    kind: string;
    area: string;
    effective_from: string;
    amount: number;
  }>(
    `select region_code, kind, area, effective_from, amount from standards
     where revision <= $1 and (replaced is null or replaced > $1)`,
    [revision],
  );
  return rows.map((row) => ({
    regionCode: row.region_code,
    kind: row.kind,
    area: row.area,
    effectiveFrom: parseIsoDay(row.effective_from) as number,
    amount: row.amount,
  }));
};

/** Writes what holds in each region for one sweep. */
export const insertSweepRegions = (clickhouse: ClickHouse, tsv: string): Promise<void> =>
  clickhouse.insertTsv(
    'sweep_regions',
    ['sweep', 'region_code', 'area', 'first_month', 'last_month', 'standards'],
    tsv,
  );

/** Writes the households of a sweep: those to look at, and those ever warned of (they tell what became false). */
export const insertSweepHouseholds = (
  clickhouse: ClickHouse,
  sweep: number,
  households: readonly { householdNo: number; watched: boolean }[],
): Promise<void> =>
  clickhouse.insertTsv(
    'sweep_households',
    ['sweep', 'household_no', 'watched'],
    households.map((h) => `${sweep}\t${h.householdNo}\t${h.watched ? 1 : 0}\n`).join(''),
  );

/** Forgets a sweep's working rows. */
export const dropSweep = async (clickhouse: ClickHouse, sweep: number): Promise<void> => {
  for (const table of ['sweep_regions', 'sweep_households']) {
    await clickhouse.command('write', `ALTER TABLE ${table} DROP PARTITION ID '${Math.trunc(sweep)}'`);
  }
};

export const readHighestHousehold = async (clickhouse: ClickHouse): Promise<number> => {
  const [row] = await clickhouse.query<{ top: number }>(
    'sweep',
    'SELECT max(household_no) AS top FROM mirror_memberships',
  );
  return row?.top ?? 0;
};

/** Facts of persons on which findings may rest. */
export const readEvidence = async (
  clickhouse: ClickHouse,
  persons: readonly number[],
  options: { asOf: number; knownAt: Date | null },
): Promise<EvidenceFact[]> => {
  const source =
    options.knownAt === null
      ? 'facts AS f FINAL'
      : `(SELECT * FROM fact_versions FINAL WHERE received_at <= {known_at:DateTime64(3, 'UTC')} ORDER BY version DESC, is_deleted LIMIT 1 BY person_no, fact_key) AS f`;
  const rows = await clickhouse.query<{
    person_no: number;
    kind: string;
    day: number;
    month: number;
    amount: string;
    category: number;
    water: number;
    feed: string;
    record_id: string;
    record_version: string;
    received: string;
  }>(
    'sweep',
    `SELECT person_no, kind, day, month, amount, category, water, feed, record_id, record_version, toString(toUnixTimestamp64Milli(received_at)) AS received
     FROM ${source} WHERE is_deleted = 0 AND day <= {as_of:Int32} AND person_no IN {persons:Array(UInt32)}`,
    { persons, as_of: options.asOf, ...(options.knownAt === null ? {} : { known_at: options.knownAt }) },
  );
  return rows.map((row) => ({
    personNo: row.person_no,
    kind: row.kind,
    day: row.day,
    month: row.month,
    amount: Number(row.amount),
    category: row.category,
    water: row.water,
    record: `${row.feed}/${row.record_id}`,
    recordVersion: Number(row.record_version),
    recordId: row.record_id,
    receivedAt: new Date(Number(row.received)),
  }));
};
