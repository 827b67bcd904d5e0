/** Touches the world: splits and merges of households as their members' stays tell them (PostgreSQL). */
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import { householdMoves, type LineageStep, lineageOf, type Stay } from './lineage.ts';

export interface LineageAsked {
  /** Splits and merges up to this day (number). */
  readonly day: number;
  /** As the registry was at this revision; null: as it is. */
  readonly revision: number | null;
}

/** Rows of `memberships` under an alias that hold at a revision, the parameter `$2`. The rows of now have an index. */
const holds = (alias: string, revision: number | null): string =>
  revision === null
    ? `${alias}.replaced is null and $2::bigint is null`
    : `${alias}.revision <= $2::bigint and (${alias}.replaced is null or ${alias}.replaced > $2::bigint)`;

/** Households that members of the given ones came from or went to, on the day that they left the other. */
const readNeighbours = async (
  tx: Tx,
  households: readonly number[],
  { day, revision }: LineageAsked,
): Promise<Set<number>> => {
  // In two halves: an `or` over both rows of the join would read every stay there is.
  const half = (given: 'gone' | 'come'): string =>
    `select gone.household_no as a, come.household_no as b
     from memberships gone
     join memberships come on come.person_no = gone.person_no and come.member_from = gone.left_on
       and come.household_no <> gone.household_no
     where ${given}.household_no = any($1::int[]) and gone.left_on <= $3::date
       and ${holds('gone', revision)} and ${holds('come', revision)}`;
  const rows = await tx.query<{ a: number; b: number }>(`${half('gone')} union ${half('come')}`, [
    households,
    revision,
    formatDay(day),
  ]);
  return new Set(rows.flatMap(({ a, b }) => [a, b]));
};

const dayOr = (text: string | null, otherwise: number): number => {
  if (text === null) return otherwise;
  return text === '-infinity' ? Number.NEGATIVE_INFINITY : (parseIsoDay(text) as number);
};

/** Every stay of everybody who ever belonged to one of the households. */
const readStays = async (tx: Tx, households: readonly number[], revision: number | null): Promise<Stay[]> => {
  const rows = await tx.query<{
    person_no: number;
    household_no: number;
    member_from: string | null;
    left_on: string | null;
  }>(
    `select m.person_no, m.household_no, m.member_from::text as member_from, m.left_on::text as left_on from memberships m
     where ${holds('m', revision)} and m.person_no in (
       select o.person_no from memberships o where o.household_no = any($1::int[]) and ${holds('o', revision)})`,
    [households, revision],
  );
  return rows.map((row) => ({
    personNo: row.person_no,
    householdNo: row.household_no,
    from: dayOr(row.member_from, Number.NEGATIVE_INFINITY),
    until: dayOr(row.left_on, Number.POSITIVE_INFINITY),
  }));
};

/**
 * Lineage of households as of a day, the oldest step first; of those that never split or merged nothing is in the map. Whole
 * households are counted, whatever the asker's region: who may see the other one is for the asker to ask.
 */
export const readLineage = async (
  tx: Tx,
  households: readonly number[],
  asked: LineageAsked,
): Promise<Map<number, LineageStep[]>> => {
  const found = households.length === 0 ? new Set<number>() : await readNeighbours(tx, households, asked);
  if (found.size === 0) return new Map();
  const moves = householdMoves(await readStays(tx, [...found], asked.revision));
  const steps = households.filter((no) => found.has(no)).map((no) => [no, lineageOf(moves, no, asked.day)] as const);
  return new Map(steps.filter(([, of]) => of.length > 0));
};
