/** Touches the world: pairs of registered persons who may be one, and correction orders, a page at a time (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import type { OrderClosed, OrderKind, ReviewState, ReviewVerdict } from '../../matchers/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import type { Postgres, Tx } from '../../platform/postgres.ts';
import { createConditions } from './conditions.ts';
import type { DuplicatePage, DuplicatesQuery, OrderPage, OrdersQuery } from './contract-duplicate.ts';
import type { QueryDeps } from './deps.ts';
import { maskName } from './mask.ts';

interface Row extends Record<string, unknown> {
  pair_id: string;
  version: number;
  state: ReviewState;
  ground: 'same_number' | 'evidence';
  first_no: number;
  second_no: number;
  second: string;
  found_at: Date;
  verdict: ReviewVerdict | null;
  claimed_by: string | null;
}

interface SideRow extends Record<string, unknown> {
  person_no: number;
  person_id: string;
  name: string;
  household_id: string | null;
  region_code: string | null;
  region: string | null;
}

/** Persons with the household that they belong to, or left last; those outside of the transaction's scope are left out. */
const readSides = async (tx: Tx, persons: readonly number[]): Promise<Map<number, SideRow>> => {
  const rows = await tx.query<SideRow>(
    `select p.person_no, p.person_id, s.name, home.household_id, home.region_code, (
       select r.name from regions r where r.replaced is null and starts_with(home.region_code, r.region_code)
       order by length(r.region_code) desc limit 1) as region
     from persons p join person_states s on s.person_no = p.person_no and s.replaced is null
     left join lateral (
       select h.household_id, st.region_code from memberships m join households h using (household_no)
       join household_states st on st.household_no = m.household_no and st.replaced is null
       where m.person_no = p.person_no and m.replaced is null
       order by m.left_on desc nulls first, m.member_from desc nulls last, st.held_from desc limit 1) home on true
     where p.person_no = any($1::int[])`,
    [persons],
  );
  return new Map(rows.map((row) => [row.person_no, row]));
};

const briefly = (row: SideRow | undefined): DuplicatePage['pairs'][number]['first'] =>
  row === undefined
    ? null
    : { person_id: row.person_id, name: maskName(row.name), household_id: row.household_id, region: row.region };

const UNANSWERED = `(p.state in ('open', 'disputed') or (p.state = 'decided' and p.second = 'wanted'))`;
/** A page begins behind a pair, not behind its bits: an address must not tell what the reader shall not know yet. */
const AFTER = `(p.ground, p.bits, p.pair_id) < (select a.ground, a.bits, a.pair_id from duplicate_pairs a where a.pair_id = `;

/** Equal numbers first, then whom the evidence speaks for most. */
export const readDuplicates = (
  deps: QueryDeps,
  actor: Actor,
  query: DuplicatesQuery,
  now: Date,
): Promise<DuplicatePage> => {
  const conditions = createConditions();
  if (query.state === 'waiting') {
    conditions.add(UNANSWERED);
    conditions.add(`not ${conditions.bind(actor.id)}::text = any(p.readers)`);
  } else
    conditions.add(
      `p.state = 'decided' and (not ${UNANSWERED} or ${conditions.bind(actor.id)}::text = any(p.readers))`,
    );
  if (query.region !== undefined) {
    conditions.add(`exists (select from memberships m join household_states h on h.household_no = m.household_no
      where m.person_no in (p.first_no, p.second_no) and m.replaced is null and h.replaced is null
        and starts_with(h.region_code, ${conditions.bind(query.region)}::text))`);
  }
  const filtered = conditions.sql();
  const counted = [...conditions.values];
  if (query.after !== undefined) conditions.add(`${AFTER}${conditions.bind(query.after)})`);
  return deps.postgres.transaction(
    async (tx) => {
      const [total] = await tx.query<{ n: number }>(
        `select count(*)::int as n from duplicate_pairs p where ${filtered}`,
        counted,
      );
      const rows = await tx.query<Row>(
        `select p.pair_id, p.version, p.state, p.ground, p.first_no, p.second_no, p.second, p.found_at, p.verdict,
           case when p.claimed_until > ${conditions.bind(now)}::timestamptz then p.claimed_by end as claimed_by
         from duplicate_pairs p where ${conditions.sql()}
         order by p.ground desc, p.bits desc, p.pair_id desc limit ${conditions.bind(query.limit)}::int`,
        conditions.values,
      );
      const sides = await readSides(
        tx,
        rows.flatMap((row) => [row.first_no, row.second_no]),
      );
      return {
        pairs: rows.map((row) => ({
          ...{ pair_id: row.pair_id, version: row.version, state: row.state, ground: row.ground },
          ...{ first: briefly(sides.get(row.first_no)), second: briefly(sides.get(row.second_no)) },
          is_second: row.second === 'wanted' || row.state === 'disputed',
          claimed: row.claimed_by === null ? ('none' as const) : row.claimed_by === actor.id ? 'mine' : 'another',
          found_at: formatShanghai(row.found_at),
          verdict: query.state === 'decided' ? row.verdict : null,
        })),
        total: total?.n ?? 0,
        next: rows.length < query.limit ? null : (rows.at(-1)?.pair_id ?? null),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: scopeOf(actor) },
  );
};

interface OrderRow extends Record<string, unknown> {
  order_no: number;
  pair_id: string;
  kind: OrderKind;
  opened_at: Date;
  closed_at: Date | null;
  closed_why: OrderClosed | null;
  first_no: number;
  second_no: number;
}

const sideOf = (row: SideRow | undefined): OrderPage['orders'][number]['first'] =>
  row === undefined ? null : { person_id: row.person_id, household_id: row.household_id, region_code: row.region_code };

/** Correction orders for the registry's keeper that a scope shows, the oldest first. */
export const readOrders = (
  { postgres, isSynthetic }: { readonly postgres: Postgres; readonly isSynthetic: () => boolean },
  scope: string,
  { state, after, limit }: OrdersQuery,
): Promise<OrderPage> =>
  postgres.transaction(
    async (tx) => {
      const is = `o.closed_at is ${state === 'open' ? '' : 'not '}null`;
      const [total] = await tx.query<{ n: number }>(`select count(*)::int as n from correction_orders o where ${is}`);
      const rows = await tx.query<OrderRow>(
        `select o.order_no, o.pair_id, o.kind, o.opened_at, o.closed_at, o.closed_why, p.first_no, p.second_no
         from correction_orders o join duplicate_pairs p using (pair_id)
         where ${is} and o.order_no > $1 order by o.order_no limit $2`,
        [after ?? 0, limit],
      );
      const sides = await readSides(
        tx,
        rows.flatMap((row) => [row.first_no, row.second_no]),
      );
      return {
        orders: rows.map((row) => ({
          ...{ order_no: row.order_no, pair_id: row.pair_id, kind: row.kind, opened_at: formatShanghai(row.opened_at) },
          closed_at: row.closed_at === null ? null : formatShanghai(row.closed_at),
          closed_why: row.closed_why,
          ...{ first: sideOf(sides.get(row.first_no)), second: sideOf(sides.get(row.second_no)) },
        })),
        total: total?.n ?? 0,
        next: rows.length < limit ? null : String(rows.at(-1)?.order_no ?? ''),
        synthetic: isSynthetic(),
      };
    },
    { scope },
  );
