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

/** Persons registered under an id number, by its keyed hash (hex). */
export const readPersonsByIdHash = (postgres: Postgres, idHash: string): Promise<MatchablePerson[]> =>
  postgres.query<MatchablePerson>(
    `select person_no, id_sealed, name from person_states where replaced is null and id_hash = decode($1, 'hex') order by person_no`,
    [idHash],
    EVERYTHING,
  );

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

/** Hashes (hex) of id numbers whose person is new or changed since a revision, or has another number since. */
export const readChangedIdHashes = async (postgres: Postgres, since: number): Promise<string[]> => {
  const rows = await postgres.query<{ hash: string }>(
    `select distinct encode(id_hash, 'hex') as hash from person_states
     where id_hash is not null and (revision > $1 or replaced > $1)`,
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
