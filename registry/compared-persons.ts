/** Touches the world: what finding duplicates inside the registry asks of it (PostgreSQL). */
import type { Postgres } from '../platform/postgres.ts';
import { type KnownPerson, streamRows } from './store.ts';

const EVERYTHING = { scope: '*' };

/** Persons of whom something that is compared is new or changed since a revision, in order: themselves, where they live, or with whom. */
export const readNewlyKnown = async (postgres: Postgres, since: number): Promise<number[]> => {
  const rows = await postgres.query<{ person_no: number }>(
    `select p.person_no from person_states p where p.replaced is null and (p.revision > $1 or exists (
       select from memberships m where m.person_no = p.person_no and m.replaced is null and (m.revision > $1 or exists (
         select from household_states h where h.household_no = m.household_no and h.replaced is null and h.revision > $1))))
     order by p.person_no`,
    [since],
    EVERYTHING,
  );
  return rows.map((row) => row.person_no);
};

/** Persons by number, with all that `streamKnownPersons` tells of everybody. */
export const readKnownPersons = (postgres: Postgres, personNos: readonly number[]): Promise<KnownPerson[]> =>
  postgres.query<KnownPerson>(
    `select p.person_no, p.name, p.id_sealed, p.birth_date, p.phone_sealed, m.household_no,
       home.phone_sealed as home_phone_sealed, home.region_code, home.address
     from person_states p
     left join lateral (
       select m.household_no from memberships m where m.person_no = p.person_no and m.replaced is null
       order by m.left_on desc nulls first, m.member_from desc nulls last, m.household_no limit 1) m on true
     left join lateral (
       select s.phone_sealed, s.region_code, s.address from household_states s
       where s.household_no = m.household_no and s.replaced is null order by s.held_from desc limit 1) home on true
     where p.replaced is null and p.person_no = any($1::int[]) order by p.person_no`,
    [personNos],
    EVERYTHING,
  );

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
