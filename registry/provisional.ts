/** Touches the world: households of people whom a lead names and nobody has registered yet (PostgreSQL). */
import { formatDay } from '../platform/calendar.ts';
import type { Postgres } from '../platform/postgres.ts';
import type { Sealing } from './import.ts';
import { ALLOT_LOCK } from './import-merge.ts';

/** Somebody in no registry, as the newest lead about them says. */
export interface ProvisionalPerson {
  /** Tells one from another: the hash of an id number, or the record where none was given. Says nothing by itself. */
  readonly subject: string;
  readonly regionCode: string;
  readonly name: string;
  readonly idNumber: string;
  readonly birthDay: number | null;
  readonly phone: string;
  readonly address: string;
}

/** The outer id of a provisional household: the same in every store that holds the same key. */
export const provisionalId = (subject: string): string => `provisional-${subject.slice(0, 20)}`;

/**
 * Gives each person a household, the one they have or a new one, and keeps what the lead says of them: id number and phone
 * sealed, as the registry's are. The region stays the one that the first lead named. Returns numbers by subject.
 */
export const keepProvisionalHouseholds = async (
  postgres: Postgres,
  sealing: Pick<Sealing, 'seal'>,
  people: readonly ProvisionalPerson[],
  at: Date,
): Promise<Map<string, number>> => {
  if (people.length === 0) return new Map();
  const sealed = (text: string): Buffer | null => (text === '' ? null : sealing.seal(text));
  return postgres.transaction(
    async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [ALLOT_LOCK]);
      const ids = people.map(({ subject }) => provisionalId(subject));
      await tx.query(
        `insert into households (household_no, household_id)
           select (select coalesce(max(household_no), 0) from households) + row_number() over (order by id collate "C"), id
           from (select distinct unnest($1::text[]) as id) named
           where not exists (select from households h where h.household_id = named.id)`,
        [ids],
      );
      const rows = await tx.query<{ household_no: number; household_id: string }>(
        `insert into provisional_households (household_no, region_code, name, id_sealed, birth_date, phone_sealed, address, created_at)
           select h.household_no, p.region_code, p.name, p.id_sealed, p.birth_date, p.phone_sealed, p.address, $8
           from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::date[], $6::bytea[], $7::text[])
             as p (household_id, region_code, name, id_sealed, birth_date, phone_sealed, address)
           join households h using (household_id)
         on conflict (household_no) do update set name = excluded.name, id_sealed = excluded.id_sealed,
           birth_date = excluded.birth_date, phone_sealed = excluded.phone_sealed, address = excluded.address
         returning household_no, (select household_id from households h where h.household_no = provisional_households.household_no) as household_id`,
        [
          ids,
          people.map((person) => person.regionCode),
          people.map((person) => person.name),
          people.map((person) => sealed(person.idNumber)),
          people.map(({ birthDay }) => (birthDay === null ? null : formatDay(birthDay))),
          people.map((person) => sealed(person.phone)),
          people.map((person) => (person.address === '' ? null : person.address)),
          at,
        ],
      );
      const byId = new Map(rows.map((row) => [row.household_id, row.household_no]));
      return new Map(people.map(({ subject }) => [subject, byId.get(provisionalId(subject)) as number]));
    },
    { scope: '*' },
  );
};

const LENGTHS = [12, 9, 6, 4];

/** The smallest region that holds every registered household, '' where there is none: who nobody can place belongs there. */
export const readCommonRegion = async (postgres: Postgres): Promise<string> => {
  const [row] = await postgres.query<{ low: string | null; high: string | null }>(
    'select min(region_code collate "C") as low, max(region_code collate "C") as high from household_states where replaced is null',
    [],
    { scope: '*' },
  );
  const [low, high] = [row?.low ?? '', row?.high ?? ''];
  let same = 0;
  while (same < low.length && low[same] === high[same]) same += 1;
  return low.slice(0, LENGTHS.find((length) => length <= same) ?? 0);
};
