/** Touches the world: staged registry files -> history tables. */
import type { Tx } from '../platform/postgres.ts';
import { type HistoryTable, mergeHistory, replaceChanged } from './merge.ts';

const householdValues = [
  'region_code',
  'area',
  'flags',
  'labour',
  'stable_income',
  'monthly_benefit',
  'assessed_income',
  'assessed_on',
  'exit_grace_until',
  'last_verified_on',
  'last_reviewed_on',
  'address',
  'phone_hash',
] as const;

const personValues = [
  'name',
  'id_hash',
  'birth_date',
  'sex',
  'ethnicity',
  'relation',
  'category',
  'phone_hash',
  'disability_cert_hash',
  'disability_category',
  'disability_grade',
  'labour_ability',
  'labour_willing',
  'student',
  'care',
] as const;

const simple: readonly { history: HistoryTable; source: string }[] = [
  {
    history: { table: 'regions', key: ['region_code'], compared: ['name', 'parent_code', 'level'] },
    source: 'select distinct on (region_code) * from stage_regions order by region_code, line desc',
  },
  {
    history: {
      table: 'standards',
      key: ['region_code', 'kind', 'area', 'effective_from'],
      compared: ['amount', 'document'],
    },
    source: `select distinct on (region_code, kind, area, effective_from) * from stage_standards
             order by region_code, kind, area, effective_from, line desc`,
  },
  {
    history: { table: 'household_categories', key: ['household_no', 'category_since'], compared: ['category'] },
    source: `select distinct on (h.household_no, s.category_since) h.household_no, s.category_since, s.category
             from stage_households s join households h using (household_id)
             order by h.household_no, s.category_since, s.line desc`,
  },
  {
    history: {
      table: 'person_states',
      key: ['person_no'],
      compared: personValues,
      carried: ['id_sealed', 'phone_sealed', 'disability_cert_sealed'],
    },
    source: `select distinct on (p.person_no) p.person_no, s.* from stage_persons s join persons p using (person_id)
             order by p.person_no, s.line desc`,
  },
  {
    history: { table: 'authorisations', key: ['household_no', 'scope', 'granted_on'], compared: ['expires_on'] },
    source: `select distinct on (h.household_no, s.scope, s.granted_on) h.household_no, s.scope, s.granted_on, s.expires_on
             from stage_authorisations s join households h using (household_id)
             order by h.household_no, s.scope, s.granted_on, s.line desc`,
  },
];

/** Any fixed number: one registry is taken at a time, so that numbers are counted up without gaps. */
export const ALLOT_LOCK = 7_214_900_302;

/** Pseudonyms for whoever is new; persons in household order, so that a household's facts lie side by side. */
const allotNumbers = async (tx: Tx): Promise<void> => {
  await tx.query('select pg_advisory_xact_lock($1)', [ALLOT_LOCK]);
  await tx.query(
    `insert into households (household_no, household_id)
       select (select coalesce(max(household_no), 0) from households) + row_number() over (order by household_id collate "C"), household_id
       from (
         select household_id from stage_households union select household_id from stage_persons
         union select household_id from stage_authorisations
       ) named
       where not exists (select from households h where h.household_id = named.household_id)`,
  );
  await tx.query(
    `insert into persons (person_no, person_id)
       select (select coalesce(max(person_no), 0) from persons) + row_number() over (order by household_no, person_id collate "C"), person_id
       from (
         select distinct on (s.person_id) s.person_id, h.household_no
         from stage_persons s join households h using (household_id) order by s.person_id, s.line desc
       ) named
       where not exists (select from persons p where p.person_id = named.person_id)`,
  );
  await tx.query('analyze households');
  await tx.query('analyze persons');
};

/**
 * Values of a household hold from the as-of day of the load that brought them: a row is written only when it differs
 * from what held on that day, and replaces what an earlier load of the same day said.
 */
const mergeHouseholdStates = async (tx: Tx, asOf: string, revision: number): Promise<number> => {
  const names = ['household_no', 'held_from', ...householdValues, 'phone_sealed'];
  const row = (alias: string) => `row(${householdValues.map((name) => `${alias}.${name}`).join(', ')})`;
  await tx.query(
    `create temporary table changed_household_states on commit drop as
       select s.* from (
         select distinct on (h.household_no) h.household_no, $1::date as held_from, s.*
         from stage_households s join households h using (household_id) order by h.household_no, s.line desc
       ) s
       left join lateral (
         select * from household_states t
         where t.household_no = s.household_no and t.replaced is null and t.held_from <= $1::date
         order by t.held_from desc limit 1
       ) t on true
       where t.revision is null or ${row('t')} is distinct from ${row('s')}`,
    [asOf],
  );
  const history = { table: 'household_states', key: ['household_no', 'held_from'], compared: householdValues };
  return replaceChanged(tx, history, names, revision);
};

/**
 * The end of a membership: its member_to, or the day its person joins another household. Within one load the later
 * member_from wins (then the later line); over loads what was said last wins, unless it ended before this one began.
 */
const endOfMembership = `
  least(m.member_to, (
    select min(coalesce(o.member_from, '-infinity'::date)) from memberships o
    where o.person_no = m.person_no and o.replaced is null and o.household_no <> m.household_no
      and case
        when o.recorded > m.recorded
          then o.member_to is null or o.member_to > coalesce(m.member_from, '-infinity'::date)
        when o.recorded < m.recorded then false
        else (coalesce(o.member_from, '-infinity'::date), o.ordinal) > (coalesce(m.member_from, '-infinity'::date), m.ordinal)
      end
  ))`;

const mergeMemberships = async (tx: Tx, revision: number): Promise<number> => {
  const changed = await mergeHistory(
    tx,
    {
      table: 'memberships',
      key: ['person_no', 'household_no'],
      nullableKey: ['member_from'],
      compared: ['member_to'],
      carried: ['left_on', 'recorded', 'ordinal'],
    },
    `select distinct on (p.person_no, h.household_no, s.member_from)
       p.person_no, h.household_no, s.member_from, s.member_to, s.member_to as left_on, ${revision}::bigint as recorded, s.line as ordinal
     from stage_persons s join persons p using (person_id) join households h using (household_id)
     order by p.person_no, h.household_no, s.member_from, s.line desc`,
    revision,
  );
  // Whoever belonged to several households may leave one by joining another, also by being told back to where they were.
  await tx.query(
    `create temporary table stated on commit drop as
       select distinct on (p.person_no, h.household_no, s.member_from) p.person_no, h.household_no, s.member_from, s.line
       from stage_persons s join persons p using (person_id) join households h using (household_id)
       where p.person_no in (
         select person_no from memberships where replaced is null group by person_no having count(distinct household_no) > 1)
       order by p.person_no, h.household_no, s.member_from, s.line desc`,
  );
  await tx.query(
    `update memberships m set recorded = $1, ordinal = stated.line from stated
     where m.replaced is null and m.person_no = stated.person_no and m.household_no = stated.household_no
       and m.member_from is not distinct from stated.member_from`,
    [revision],
  );
  await tx.query(
    `create temporary table moved on commit drop as
       select m.*, ${endOfMembership} as ends_on from memberships m
       where m.replaced is null and m.person_no in (select person_no from stated)`,
  );
  await tx.query('delete from moved where left_on is not distinct from ends_on');
  await tx.query(
    `update memberships m set replaced = $1 from moved
     where m.replaced is null and m.revision < $1 and m.person_no = moved.person_no and m.household_no = moved.household_no
       and m.member_from is not distinct from moved.member_from`,
    [revision],
  );
  await tx.query(
    `delete from memberships m using moved
     where m.replaced is null and m.revision = $1 and m.person_no = moved.person_no and m.household_no = moved.household_no
       and m.member_from is not distinct from moved.member_from`,
    [revision],
  );
  const [moved] = await tx.query<{ n: number }>(
    `with added as (
       insert into memberships (person_no, household_no, member_from, member_to, left_on, recorded, ordinal, revision)
         select person_no, household_no, member_from, member_to, ends_on, recorded, ordinal, $1 from moved returning 1
     ) select count(*)::int as n from added`,
    [revision],
  );
  return changed + (moved?.n ?? 0);
};

/** Marks every household that the revision touched. */
const markDirty = async (tx: Tx): Promise<void> => {
  await tx.query(
    `insert into dirty_households (household_no, sequence)
       select household_no, nextval('dirty_sequence') from (
         select household_no from changed_household_states union select household_no from changed_household_categories
         union select household_no from changed_authorisations union select household_no from changed_memberships
         union select household_no from moved
         union select m.household_no from changed_person_states s join memberships m using (person_no) where m.replaced is null
         order by household_no
       ) touched
     on conflict (household_no) do update set sequence = excluded.sequence`,
  );
};

/** Brings the staged files into the history tables as one revision; a revision that changed nothing is not kept. */
export const mergeRegistry = async (
  tx: Tx,
  load: { asOf: string; recordedAt: Date },
): Promise<{ revision: number; changed: number }> => {
  await allotNumbers(tx);
  const [opened] = await tx.query<{ revision: number }>(
    'insert into registry_revisions (as_of, recorded_at) values ($1, $2) returning revision',
    [load.asOf, load.recordedAt],
  );
  const { revision } = opened as { revision: number };
  let changed = 0;
  for (const { history, source } of simple) changed += await mergeHistory(tx, history, source, revision);
  changed += await mergeHouseholdStates(tx, load.asOf, revision);
  changed += await mergeMemberships(tx, revision);
  if (changed > 0) {
    await markDirty(tx);
    return { revision, changed };
  }
  await tx.query('delete from registry_revisions where revision = $1', [revision]);
  const [last] = await tx.query<{ revision: number | null }>(
    'select max(revision) as revision from registry_revisions',
  );
  return { revision: last?.revision ?? 0, changed: 0 };
};
