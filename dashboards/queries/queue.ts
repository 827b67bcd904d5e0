/** Touches the world: the queue of warnings, a page at a time (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { Direction, Level } from '../../rules/contract.ts';
import { clockStateOf, whyHere } from './clock-state.ts';
import { type Conditions, createConditions } from './conditions.ts';
import type { QueueItem, QueuePage, QueueQuery } from './contract.ts';
import { cursorDay, cursorId, cursorMoment, momentSql, readCursor, writeCursor } from './cursor.ts';
import type { QueryDeps } from './deps.ts';
import { findHouseholds, readHeads, readPersonNames, readRegionNames } from './names.ts';
import { addFaceted, addFixed } from './queue-conditions.ts';
import { ruleNames } from './rule-text.ts';

interface Row extends Record<string, unknown> {
  warning_id: string;
  rule_id: string;
  household_no: number | null;
  household_id: string | null;
  person_no: number | null;
  person_id: string | null;
  region_code: string;
  level: Level;
  direction: Direction;
  status: QueueItem['status'];
  baseline: boolean;
  as_of: string;
  opened_at: Date;
  opened_key: string;
  level_place: number;
  due_on: string | null;
  clock_due: string | null;
  reported_on: string | null;
  case_id: string | null;
  case_state: string | null;
}

const due = `coalesce(w.clock_due, 'infinity')`;
const place = /^[0-3]$/;

/** Each order: what it is by, the form and type of its keys, and how a row says them. The last key is always the id. */
const orders = {
  level: {
    by: ['w.level_place', due, 'w.warning_id'],
    types: ['smallint', 'date', 'text'],
    forms: [place, cursorDay, cursorId],
    descending: false,
    keys: (row: Row) => [row.level_place, row.clock_due ?? 'infinity', row.warning_id],
  },
  due: {
    by: [due, 'w.level_place', 'w.warning_id'],
    types: ['date', 'smallint', 'text'],
    forms: [cursorDay, place, cursorId],
    descending: false,
    keys: (row: Row) => [row.clock_due ?? 'infinity', row.level_place, row.warning_id],
  },
  opened: {
    by: ['w.opened_at', 'w.warning_id'],
    types: [`timestamp at time zone 'UTC'`, 'text'],
    forms: [cursorMoment, cursorId],
    descending: true,
    keys: (row: Row) => [row.opened_key, row.warning_id],
  },
} as const;

/** Begins behind the page before. */
const addAfter = (conditions: Conditions, sort: QueueQuery['sort'], after: string | undefined): void => {
  const order = orders[sort];
  const keys = readCursor(sort, order.forms, after);
  if (keys === null) return;
  const bound = keys.map((key, i) => `(${conditions.bind(key)}::${order.types[i]})`);
  // Comparing text is not leakproof, so below a row policy the whole key finds no place in an index; its first part does.
  conditions.add(`${order.by[0]} ${order.descending ? '<=' : '>='} ${bound[0]}`);
  conditions.add(`(${order.by.join(', ')}) ${order.descending ? '<' : '>'} (${bound.join(', ')})`);
};

const toItem = (
  row: Row,
  shown: { today: number; rule: ReturnType<ReturnType<typeof ruleNames>>; name: string | null; region: string | null },
): QueueItem => ({
  warning_id: row.warning_id,
  rule_id: row.rule_id,
  rule_title: shown.rule.title,
  rule_title_en: shown.rule.title_en,
  subject: { household_id: row.household_id, person_id: row.person_id },
  name: shown.name,
  region_code: row.region_code,
  region_name: shown.region,
  level: row.level,
  direction: row.direction,
  status: row.status,
  baseline: row.baseline,
  as_of: row.as_of,
  opened_at: formatShanghai(row.opened_at),
  due_on: row.due_on,
  clock: clockStateOf(row.clock_due, shown.today),
  case_id: row.case_id,
  case_state: row.case_state,
  why_here: whyHere({ ...row, clockDue: row.clock_due, reported: row.reported_on !== null }, shown.today),
});

/** The place of the page is found in an index alone, however deep it lies; only its own rows are then read. */
const readRows = (tx: Tx, conditions: Conditions, query: QueueQuery): Promise<Row[]> => {
  const order = orders[query.sort];
  const by = order.by.map((key) => `${key}${order.descending ? ' desc' : ''}`).join(', ');
  addAfter(conditions, query.sort, query.after);
  return tx.query<Row>(
    `select w.warning_id, w.rule_id, w.household_no, w.household_id, w.person_no, w.person_id, w.region_code, w.level,
       w.level_place, w.direction, w.status, w.baseline, w.as_of, w.opened_at, w.due_on, w.clock_due, w.reported_on, w.case_id,
       ${momentSql('w.opened_at')} as opened_key, c.state as case_state
     from (
       select w.warning_id from warnings w where ${conditions.sql()} order by ${by} limit ${conditions.bind(query.limit)}
     ) page
     join warnings w on w.warning_id = page.warning_id left join cases c on c.case_id = w.case_id order by ${by}`,
    conditions.values,
  );
};

/** Row policies limit it to the reader's regions. The order never repeats or leaves out a row between two pages. */
export const readQueue = (deps: QueryDeps, actor: Actor, query: QueueQuery, now: Date): Promise<QueuePage> =>
  deps.postgres.transaction(
    async (tx) => {
      const today = shanghaiDay(now);
      const found = query.q === undefined || query.q === '' ? null : await findHouseholds(tx, deps.cipher, query.q);
      const asked = (): Conditions => {
        const conditions = createConditions(`w.kind = 'warning'`);
        addFixed(conditions, query, found);
        addFaceted(conditions, query, today);
        return conditions;
      };
      const rows = await readRows(tx, asked(), query);
      const counting = asked();
      const [counted] = await tx.query<{ total: number }>(
        `select count(*)::int as total from warnings w where ${counting.sql()}`,
        counting.values,
      );
      const heads = await readHeads(
        tx,
        rows.map((row) => (row.person_no === null ? row.household_no : null)),
        formatDay(today),
      );
      const persons = await readPersonNames(
        tx,
        rows.map((row) => row.person_no),
      );
      const regions = await readRegionNames(
        tx,
        rows.map((row) => row.region_code),
      );
      const ruleOf = ruleNames(deps.catalogue);
      const last = rows.at(-1);
      return {
        warnings: rows.map((row) =>
          toItem(row, {
            today,
            rule: ruleOf(row.rule_id),
            name: (row.person_no === null ? heads.get(row.household_no ?? 0) : persons.get(row.person_no)) ?? null,
            region: regions.get(row.region_code) ?? null,
          }),
        ),
        total: counted?.total ?? 0,
        next:
          last === undefined || rows.length < query.limit
            ? null
            : writeCursor(query.sort, orders[query.sort].keys(last)),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: scopeOf(actor) },
  );
