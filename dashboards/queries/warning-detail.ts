/** Touches the world: a warning with everything that it rests on (PostgreSQL, ClickHouse). */
import { type Actor, may, RouteProblem, scopeOf } from '../../access/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { Direction, Level, ShownValue } from '../../rules/contract.ts';
import { warningClock } from './clock-state.ts';
import type { WarningDetail } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { readEvidence } from './evidence.ts';
import { readHeads, readPersonNames, readRegionNames } from './names.ts';
import { explainIndicators, explainParameters, explainRule } from './rule-text.ts';

interface Row extends Record<string, unknown> {
  warning_id: string;
  rule_id: string;
  rule_version: number;
  household_no: number;
  household_id: string | null;
  person_no: number | null;
  person_id: string | null;
  region_code: string;
  level: Level;
  direction: Direction;
  status: WarningDetail['status'];
  baseline: boolean;
  as_of: string;
  opened_at: Date;
  due_on: string | null;
  clock_due: string | null;
  cleared_on: string | null;
  closed_on: string | null;
  case_id: string | null;
  parameters: Record<string, unknown>;
  indicators: Record<string, ShownValue>;
  records: string[];
}

const readRow = async (tx: Tx, actor: Actor, warningId: string): Promise<Row> => {
  const [row] = await tx.query<Row>(`select * from warnings where warning_id = $1 and kind = 'warning'`, [warningId]);
  if (row === undefined || !may(actor, 'see_warnings', { regions: [row.region_code] }).allowed) {
    throw new RouteProblem(404, 'not_found', '没有找到这条预警，或不在您的辖区内。请核对编号后重试。');
  }
  return row;
};

const readObservations = async (tx: Tx, warningId: string): Promise<WarningDetail['observations']> => {
  const rows = await tx.query<{
    as_of: string;
    observed_at: Date;
    level: Level;
    indicators: Record<string, ShownValue>;
  }>('select as_of, observed_at, level, indicators from observations where warning_id = $1 order by sequence', [
    warningId,
  ]);
  return rows.map((row) => ({ ...row, observed_at: formatShanghai(row.observed_at) }));
};

/** Everybody whose facts may be the ground: those who belong or belonged to the household. */
const readConcerned = async (tx: Tx, row: Row): Promise<number[]> => {
  const members = await tx.query<{ person_no: number }>(
    'select distinct person_no from memberships where replaced is null and household_no = $1',
    [row.household_no],
  );
  const persons = members.map((member) => member.person_no);
  return row.person_no === null || persons.includes(row.person_no) ? persons : [...persons, row.person_no];
};

export const readWarning = async (
  deps: QueryDeps,
  actor: Actor,
  warningId: string,
  now: Date,
): Promise<WarningDetail> => {
  const today = shanghaiDay(now);
  const scope = scopeOf(actor);
  const { row, persons, ...shown } = await deps.postgres.transaction(
    async (tx) => {
      const row = await readRow(tx, actor, warningId);
      const heads = await readHeads(tx, [row.household_no], formatDay(today));
      const own = await readPersonNames(tx, [row.person_no]);
      const regions = await readRegionNames(tx, [row.region_code]);
      const [held] = await tx.query<{ category: string }>(
        `select category from household_categories where household_no = $1 and replaced is null and category_since <= $2
         order by category_since desc limit 1`,
        [row.household_no, row.as_of],
      );
      return {
        row,
        persons: await readConcerned(tx, row),
        name: (row.person_no === null ? heads.get(row.household_no) : own.get(row.person_no)) ?? null,
        region: regions.get(row.region_code) ?? null,
        category: held?.category ?? null,
        observations: await readObservations(tx, warningId),
      };
    },
    { scope },
  );
  // No transaction is held open while the other engine is asked.
  const evidence = await readEvidence(deps.clickhouse, row.records, persons);
  const names = await deps.postgres.transaction(
    (tx) =>
      readPersonNames(
        tx,
        evidence.map((one) => one.personNo),
      ),
    { scope },
  );
  return {
    warning_id: row.warning_id,
    status: row.status,
    level: row.level,
    direction: row.direction,
    baseline: row.baseline,
    subject: { household_id: row.household_id, person_id: row.person_id },
    name: shown.name,
    region_code: row.region_code,
    region_name: shown.region,
    as_of: row.as_of,
    opened_at: formatShanghai(row.opened_at),
    due_on: row.due_on,
    clock: warningClock(row.clock_due, today),
    cleared_on: row.cleared_on,
    closed_on: row.closed_on,
    case_id: row.case_id,
    rule: explainRule(deps.catalogue, row.rule_id, row.rule_version, shown.category, row.indicators),
    indicators: explainIndicators(deps.catalogue, row.indicators),
    parameters: explainParameters(deps.catalogue, row.rule_id, row.parameters),
    records: evidence.map(({ record, personNo }) => ({ ...record, person: names.get(personNo) ?? null })),
    observations: shown.observations,
  };
};
