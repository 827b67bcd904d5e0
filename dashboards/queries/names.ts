/** Touches the world: names of persons, households and regions for what a page lists (PostgreSQL). */

import { normaliseName, normaliseText } from '../../ingest/index.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import type { Cipher } from '../../platform/crypto.ts';
import type { Tx } from '../../platform/postgres.ts';
import { maskName } from './mask.ts';

/** Members on a day, as a condition on `m`; `day` is a parameter such as `$2`. */
export const memberOn = (day: string): string =>
  `m.replaced is null and coalesce(m.member_from, '-infinity') <= ${day} and coalesce(m.left_on, 'infinity') > ${day}`;

const distinct = <T>(values: readonly (T | null)[]): T[] => [
  ...new Set(values.filter((value): value is T => value !== null)),
];

/** Masked name of each household's head on a day; where none is named so, of its first member. */
export const readHeads = async (
  tx: Tx,
  households: readonly (number | null)[],
  day: string,
): Promise<Map<number, string>> => {
  const rows = await tx.query<{ household_no: number; name: string }>(
    `select distinct on (m.household_no) m.household_no, p.name
     from memberships m join person_states p on p.person_no = m.person_no and p.replaced is null
     where m.household_no = any($1::int[]) and ${memberOn('$2')}
     order by m.household_no, (p.relation = 'head') desc, m.person_no`,
    [distinct(households), day],
  );
  // Whoever a lead names and nobody has registered has a household, and no membership.
  const provisional = await tx.query<{ household_no: number; name: string }>(
    'select household_no, name from provisional_households where household_no = any($1::int[])',
    [distinct(households)],
  );
  return new Map([...provisional, ...rows].map((row) => [row.household_no, maskName(row.name)]));
};

/** Masked names by pseudonym. */
export const readPersonNames = async (tx: Tx, persons: readonly (number | null)[]): Promise<Map<number, string>> => {
  const rows = await tx.query<{ person_no: number; name: string }>(
    'select person_no, name from person_states where replaced is null and person_no = any($1::int[])',
    [distinct(persons)],
  );
  return new Map(rows.map((row) => [row.person_no, maskName(row.name)]));
};

/** Names of regions; one that the registry doesn't name is not in the map. */
export const readRegionNames = async (tx: Tx, codes: readonly (string | null)[]): Promise<Map<string, string>> => {
  const rows = await tx.query<{ region_code: string; name: string }>(
    'select region_code, name from regions where replaced is null and region_code = any($1::text[])',
    [distinct(codes)],
  );
  return new Map(rows.map((row) => [row.region_code, row.name]));
};

/**
 * Households that a text names: by its id, or by an id number in full (the present one or a former one), the id or the full
 * name of somebody who belongs or belonged to it.
 */
export const findHouseholds = async (tx: Tx, cipher: Cipher, text: string): Promise<number[]> => {
  const asked = normaliseText(text);
  const idNumber = trustedIdNumber(asked);
  const persons =
    idNumber === null
      ? await tx.query<{ person_no: number }>(
          `select person_no from person_states where replaced is null and name = $1
           union select person_no from persons where person_id = $2`,
          [normaliseName(asked), asked],
        )
      : // In two halves: each has an index of its own.
        await tx.query<{ person_no: number }>(
          `select person_no from person_states where replaced is null and id_hash = $1
           union select person_no from person_states where replaced is not null and id_hash = $1`,
          [cipher.lookupHash(idNumber)],
        );
  const households = await tx.query<{ household_no: number }>(
    `select household_no from households where household_id = $1
     union select household_no from memberships where replaced is null and person_no = any($2::int[])
     union select household_no from provisional_households where name = $3`,
    [asked, persons.map((row) => row.person_no), normaliseName(asked)],
  );
  return households.map((row) => row.household_no);
};

/**
 * The day that pages speak of: today, or in a store of fictional data the newest day that was loaded, since its last
 * months would otherwise stand empty when it is some days old.
 */
export const readStoreDay = async (tx: Tx, today: string, synthetic: boolean): Promise<string> => {
  if (!synthetic) return today;
  const [row] = await tx.query<{ as_of: string | null }>('select max(as_of) as as_of from loads');
  return row?.as_of ?? today;
};
