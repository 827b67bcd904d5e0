/** Touches the world: what other rooms ask of the registry (PostgreSQL). */
import type { Postgres } from '../platform/postgres.ts';

const EVERYTHING = { scope: '*' };
const PAGE = 20_000;

/** Runs a select through a cursor and hands over its rows page by page: memory holds one page. */
export const streamRows = <R extends Record<string, unknown>>(
  postgres: Postgres,
  sql: string,
  values: readonly unknown[],
  visit: (rows: R[]) => Promise<void> | void,
): Promise<void> =>
  postgres.transaction(async (tx) => {
    await tx.query(`declare page_cursor no scroll cursor for ${sql}`, values);
    for (;;) {
      const rows = await tx.query<R>(`fetch ${PAGE} from page_cursor`);
      if (rows.length === 0) return;
      await visit(rows);
    }
  }, EVERYTHING);

export interface MatchablePerson extends Record<string, unknown> {
  person_no: number;
  id_sealed: Buffer;
  name: string;
}

/** Every person with a trusted id number, for the matcher's index. */
export const streamMatchablePersons = (postgres: Postgres, visit: (rows: MatchablePerson[]) => void): Promise<void> =>
  streamRows<MatchablePerson>(
    postgres,
    'select person_no, id_sealed, name from person_states where replaced is null and id_hash is not null',
    [],
    visit,
  );

/** The same of some persons. */
export const readMatchablePersons = (postgres: Postgres, personNos: readonly number[]): Promise<MatchablePerson[]> =>
  postgres.query<MatchablePerson>(
    `select person_no, id_sealed, name from person_states
     where replaced is null and id_hash is not null and person_no = any($1::int[])`,
    [personNos],
    { scope: '*' },
  );

/**
 * Every trusted id number that a person had and has no longer, with the person's present name. Few: people keep their
 * number, and a state that was replaced for another reason brings none.
 */
export const streamFormerNumbers = (postgres: Postgres, visit: (rows: MatchablePerson[]) => void): Promise<void> =>
  streamRows<MatchablePerson>(
    postgres,
    `select distinct on (was.person_no, was.id_hash) was.person_no, was.id_sealed, now.name
     from person_states was join person_states now on now.person_no = was.person_no and now.replaced is null
     where was.replaced is not null and was.id_hash is not null and was.id_hash is distinct from now.id_hash
     order by was.person_no, was.id_hash`,
    [],
    visit,
  );

export interface KnownPerson extends Record<string, unknown> {
  person_no: number;
  name: string;
  /** Null without a trusted number. */
  id_sealed: Buffer | null;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  phone_sealed: Buffer | null;
  household_no: number | null;
  home_phone_sealed: Buffer | null;
  region_code: string | null;
  address: string | null;
}

/**
 * Persons with all that the registry knows of whom and where they are, those without a number as well. The household is the
 * one that they belong to, else the last that they left, as it was said last: no day is asked, so that the same registry
 * always gives the same.
 */
const knownPersons = (which: string): string =>
  `select p.person_no, p.name, p.id_sealed, p.birth_date, p.phone_sealed, m.household_no,
     home.phone_sealed as home_phone_sealed, home.region_code, home.address
   from person_states p
   left join lateral (
     select m.household_no from memberships m where m.person_no = p.person_no and m.replaced is null
     order by m.left_on desc nulls first, m.member_from desc nulls last, m.household_no limit 1) m on true
   left join lateral (
     select s.phone_sealed, s.region_code, s.address from household_states s
     where s.household_no = m.household_no and s.replaced is null order by s.held_from desc limit 1) home on true
   where p.replaced is null ${which} order by p.person_no`;

/** Everybody, a portion at a time. */
export const streamKnownPersons = (postgres: Postgres, visit: (rows: KnownPerson[]) => void): Promise<void> =>
  streamRows<KnownPerson>(postgres, knownPersons(''), [], visit);

/** Some persons, by number. */
export const readKnownPersons = (postgres: Postgres, personNos: readonly number[]): Promise<KnownPerson[]> =>
  postgres.query<KnownPerson>(knownPersons('and p.person_no = any($1::int[])'), [personNos], { scope: '*' });

/** Persons of whom something that `readKnownPersons` tells is new or changed since a revision, in order. */
export const readNewlyKnown = async (postgres: Postgres, since: number): Promise<number[]> => {
  const rows = await postgres.query<{ person_no: number }>(
    `select p.person_no from person_states p where p.replaced is null and (p.revision > $1 or exists (
       select from memberships m where m.person_no = p.person_no and m.replaced is null and (m.revision > $1 or exists (
         select from household_states h where h.household_no = m.household_no and h.replaced is null and h.revision > $1))))
     order by p.person_no`,
    [since],
    { scope: '*' },
  );
  return rows.map((row) => row.person_no);
};

/** Persons whose household has a finance authorisation in force on a day (`YYYY-MM-DD`), as a table by person_no. */
export const readAuthorisedPersons = async (postgres: Postgres, day: string): Promise<Uint8Array> => {
  const [top] = await postgres.query<{ top: number }>('select coalesce(max(person_no), 0)::int as top from persons');
  const table = new Uint8Array((top?.top ?? 0) + 1);
  await streamRows<{ person_no: number }>(
    postgres,
    `select m.person_no from memberships m
     where m.replaced is null and coalesce(m.member_from, '-infinity') <= $1 and coalesce(m.left_on, 'infinity') > $1
       and exists (select from authorisations a where a.household_no = m.household_no and a.replaced is null
         and a.scope = 'finance' and a.granted_on <= $1 and coalesce(a.expires_on, 'infinity') >= $1)`,
    [day],
    (rows) => {
      for (const row of rows) table[row.person_no] = 1;
    },
  );
  return table;
};

/**
 * Hashes (hex) of id numbers whose person is new or changed since a revision, or has another number since; of whoever
 * changed also those that they had before, because the name that stands beside such a number has to be theirs of now.
 */
export const readChangedIdHashes = async (postgres: Postgres, since: number): Promise<string[]> => {
  const rows = await postgres.query<{ hash: string }>(
    `select distinct encode(id_hash, 'hex') as hash from person_states
     where id_hash is not null and (revision > $1 or replaced > $1)
     union
     select encode(was.id_hash, 'hex') from person_states was
     join person_states now on now.person_no = was.person_no and now.replaced is null and now.revision > $1
     where was.replaced is not null and was.id_hash is not null`,
    [since],
    EVERYTHING,
  );
  return rows.map((row) => row.hash);
};

/** Households that persons belong to or ever belonged to. */
export const readHouseholdsOf = async (postgres: Postgres, personNos: readonly number[]): Promise<number[]> => {
  const rows = await postgres.query<{ household_no: number }>(
    'select distinct household_no from memberships where replaced is null and person_no = any($1::int[])',
    [personNos],
  );
  return rows.map((row) => row.household_no);
};

/** Outer ids by pseudonym, of the persons and households asked for. */
export const readOuterIds = async (
  postgres: Postgres,
  personNos: readonly number[],
  householdNos: readonly number[],
): Promise<{ persons: Map<number, string>; households: Map<number, string> }> => {
  const persons = await postgres.query<{ person_no: number; person_id: string }>(
    'select person_no, person_id from persons where person_no = any($1::int[])',
    [personNos],
  );
  const households = await postgres.query<{ household_no: number; household_id: string }>(
    'select household_no, household_id from households where household_no = any($1::int[])',
    [householdNos],
  );
  return {
    persons: new Map(persons.map((row) => [row.person_no, row.person_id])),
    households: new Map(households.map((row) => [row.household_no, row.household_id])),
  };
};

/** The newest registry revision recorded by a moment (null: by now), 0 when there is none. */
export const readRevision = async (postgres: Postgres, knownAt: Date | null): Promise<number> => {
  const [row] = await postgres.query<{ revision: number | null }>(
    'select max(revision) as revision from registry_revisions where $1::timestamptz is null or recorded_at <= $1',
    [knownAt],
  );
  return row?.revision ?? 0;
};
