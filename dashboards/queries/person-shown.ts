/** Touches the world: registered persons as reviewers see them side by side, with their households (PostgreSQL). */
import type { Tx } from '../../platform/postgres.ts';
import { type ReviewDetail, reviewFields } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { maskName } from './mask.ts';
import { memberOn } from './names.ts';
import { compare, masked, type Said } from './review-compare.ts';

export interface CandidateRow extends Record<string, unknown> {
  person_no: number;
  person_id: string;
  name: string;
  id_sealed: Buffer | null;
  birth_date: string | null;
  phone_sealed: Buffer | null;
  household_no: number | null;
  household_id: string | null;
  home_phone_sealed: Buffer | null;
  address: string | null;
  region_code: string | null;
  category: string | null;
}

/** Persons with the household that each belongs to on a day, in the order asked; those outside of the transaction's scope are left out. */
export const readCandidates = (tx: Tx, persons: readonly number[], day: string): Promise<CandidateRow[]> =>
  tx.query<CandidateRow>(
    `select p.person_no, p.person_id, s.name, s.id_sealed, s.birth_date, s.phone_sealed, m.household_no, h.household_id,
       home.phone_sealed as home_phone_sealed, home.address, home.region_code, (
         select c.category from household_categories c where c.household_no = m.household_no and c.replaced is null
           and c.category_since <= $2 order by c.category_since desc limit 1) as category
     from unnest($1::int[]) with ordinality as asked (person_no, place)
     join persons p using (person_no) join person_states s on s.person_no = p.person_no and s.replaced is null
     left join lateral (
       select m.household_no from memberships m where m.person_no = p.person_no and ${memberOn('$2')}
       order by m.member_from desc nulls last limit 1) m on true
     left join households h on h.household_no = m.household_no
     left join lateral (
       select st.phone_sealed, st.address, st.region_code from household_states st
       where st.household_no = m.household_no and st.replaced is null
       order by st.held_from <= $2 desc, case when st.held_from <= $2 then st.held_from end desc, st.held_from limit 1) home on true
     order by asked.place`,
    [persons, day],
  );

interface MemberRow extends Record<string, unknown> {
  household_no: number;
  person_no: number;
  name: string;
  relation: string;
  birth_year: number | null;
}

export const readMembers = (tx: Tx, households: readonly number[], day: string): Promise<MemberRow[]> =>
  tx.query<MemberRow>(
    `select m.household_no, m.person_no, s.name, s.relation, extract(year from s.birth_date)::int as birth_year
     from memberships m join person_states s on s.person_no = m.person_no and s.replaced is null
     where m.household_no = any($1::int[]) and ${memberOn('$2')}
     order by (s.relation = 'head') desc, s.birth_date nulls last, m.person_no`,
    [households, day],
  );

/** What the registry says of a person, in full. */
export const saidOf = (deps: QueryDeps, row: CandidateRow): Said => {
  const open = (sealed: Buffer | null): string | null =>
    sealed === null ? null : deps.cipher.open(sealed).toString('utf8');
  return {
    ...{ name: row.name, id_number: open(row.id_sealed), birth_date: row.birth_date },
    phone: open(row.phone_sealed ?? row.home_phone_sealed),
    ...{ address: row.address, region: row.region_code },
  };
};

type Shown = Omit<ReviewDetail['candidates'][number], 'score'>;

/** A person masked, each field compared with what `beside` says of theirs. Whether two agree is told of the whole values. */
export const shownPerson = (row: CandidateRow, said: Said, beside: Said, members: readonly MemberRow[]): Shown => {
  const hidden = masked(said);
  return {
    ...{ person_id: row.person_id, household_id: row.household_id, category: row.category },
    fields: Object.fromEntries(
      reviewFields.map((field) => [
        field,
        { value: hidden[field], compare: compare(field, beside[field], said[field]) },
      ]),
    ) as Shown['fields'],
    members: members
      .filter((member) => member.household_no === row.household_no && member.person_no !== row.person_no)
      .map(({ name, relation, birth_year }) => ({ name: maskName(name), relation, birth_year })),
  };
};
