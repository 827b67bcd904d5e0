/** Touches the world: what finding duplicates inside the registry asks of it (PostgreSQL). */
import type { Postgres } from '../platform/postgres.ts';
import { streamRows } from './store.ts';

const EVERYTHING = { scope: '*' };

/** Who is registered from a day (`YYYY-MM-DD`) on, as a table by person_no: a member who has not left, of a household that has not exited. */
export const readPresent = async (postgres: Postgres, day: string): Promise<Uint8Array> => {
  const [top] = await postgres.query<{ top: number }>('select coalesce(max(person_no), 0)::int as top from persons');
  const table = new Uint8Array((top?.top ?? 0) + 1);
  await streamRows<{ person_no: number }>(
    postgres,
    `select m.person_no from memberships m
     where m.replaced is null and coalesce(m.left_on, 'infinity') > $1::date
       and coalesce((select c.category from household_categories c where c.household_no = m.household_no and c.replaced is null
         and c.category_since <= $1::date order by c.category_since desc limit 1), '') <> 'exited'`,
    [day],
    (rows) => {
      for (const row of rows) table[row.person_no] = 1;
    },
  );
  return table;
};

/** Persons under one id number, for each number that several have. */
export const readUnderOneNumber = async (postgres: Postgres): Promise<number[][]> => {
  const rows = await postgres.query<{ persons: number[] }>(
    `select array_agg(person_no order by person_no) as persons from person_states
     where replaced is null and id_hash is not null group by id_hash having count(*) > 1 order by 1`,
    [],
    EVERYTHING,
  );
  return rows.map((row) => row.persons);
};
