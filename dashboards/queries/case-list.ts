/** Touches the world: cases, those first whose clock ends first (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import type { Track } from '../../alerts/contract.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { Level } from '../../rules/contract.ts';
import { clockStateOf } from './clock-state.ts';
import { type Conditions, createConditions, isBelow, isOneOf } from './conditions.ts';
import type { CasePage, CasesQuery } from './contract.ts';
import { cursorDay, cursorId, readCursor, writeCursor } from './cursor.ts';
import type { QueryDeps } from './deps.ts';
import { readHeads, readRegionNames } from './names.ts';

interface Row extends Record<string, unknown> {
  case_id: string;
  household_no: number;
  household_id: string;
  track: Track;
  level: Level;
  state: string;
  version: number;
  region_code: string;
  township: string | null;
  opened_at: Date;
  clock_due: string | null;
  warnings: number;
}

const asked = (query: CasesQuery): Conditions => {
  const conditions = createConditions('true');
  isOneOf(conditions, 'c.state', query.state);
  isBelow(conditions, 'c.region_code', query.region);
  if (query.track !== undefined) conditions.add(`c.track = ${conditions.bind(query.track)}`);
  return conditions;
};

const due = `coalesce(w.clock_due, 'infinity')`;

const readRows = (tx: Tx, query: CasesQuery): Promise<Row[]> => {
  const conditions = asked(query);
  const keys = readCursor('due', [cursorDay, cursorId], query.after);
  if (keys !== null) {
    conditions.add(`(${due}, c.case_id) > (${conditions.bind(keys[0])}::date, ${conditions.bind(keys[1])})`);
  }
  return tx.query<Row>(
    `select c.case_id, c.household_no, c.household_id, c.track, c.level, c.state, c.version, c.region_code, c.township,
       c.opened_at, w.clock_due, coalesce(w.warnings, 0)::int as warnings
     from cases c left join (
       select case_id, min(clock_due) as clock_due, count(*) as warnings from warnings where case_id is not null group by case_id
     ) w on w.case_id = c.case_id
     where ${conditions.sql()} order by ${due}, c.case_id limit ${conditions.bind(query.limit)}`,
    conditions.values,
  );
};

const readAddresses = async (tx: Tx, households: readonly number[], day: string): Promise<Map<number, string>> => {
  const rows = await tx.query<{ household_no: number; address: string }>(
    `select distinct on (household_no) household_no, address from household_states
     where household_no = any($1::int[]) and replaced is null and held_from <= $2 and address is not null
     order by household_no, held_from desc`,
    [households, day],
  );
  return new Map(rows.map((row) => [row.household_no, row.address]));
};

export const readCases = (deps: QueryDeps, actor: Actor, query: CasesQuery, now: Date): Promise<CasePage> =>
  deps.postgres.transaction(
    async (tx) => {
      const today = shanghaiDay(now);
      const rows = await readRows(tx, query);
      const counting = asked(query);
      const [counted] = await tx.query<{ total: number }>(
        `select count(*)::int as total from cases c where ${counting.sql()}`,
        counting.values,
      );
      const households = rows.map((row) => row.household_no);
      const heads = await readHeads(tx, households, formatDay(today));
      const addresses = await readAddresses(tx, households, formatDay(today));
      const regions = await readRegionNames(
        tx,
        rows.map((row) => row.region_code),
      );
      const last = rows.at(-1);
      return {
        cases: rows.map(({ household_no, clock_due, ...row }) => ({
          ...row,
          head: heads.get(household_no) ?? null,
          address: addresses.get(household_no) ?? null,
          region_name: regions.get(row.region_code) ?? null,
          opened_at: formatShanghai(row.opened_at),
          due_on: clock_due,
          clock: clockStateOf(clock_due, today),
        })),
        total: counted?.total ?? 0,
        next:
          last === undefined || rows.length < query.limit
            ? null
            : writeCursor('due', [last.clock_due ?? 'infinity', last.case_id]),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: scopeOf(actor) },
  );
