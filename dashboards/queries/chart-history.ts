/** Touches the world: what the registry and the case say of a household over time, for its chart (PostgreSQL). */
import { formatDay, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { Catalogue, StandardRow } from '../../rules/index.ts';
import { readCaseEvents, readStepNames } from './case-events.ts';
import type { CaseRow } from './case-row.ts';
import type { ChartMember, Grant } from './chart.ts';
import type { CaseChart } from './contract.ts';
import { maskName } from './mask.ts';
import { readStoreDay } from './names.ts';
import { ruleNames } from './rule-text.ts';
import { sayAll } from './steps.ts';
import { categoryTitle } from './titles.ts';

export interface HouseholdHistory {
  readonly asOf: string;
  readonly regionCode: string;
  readonly area: string;
  /** As rules count it: who has exited is `other`, and `other` with the flag is `relapse`. */
  readonly category: string;
  readonly members: readonly (ChartMember & { readonly name: string })[];
  readonly grants: readonly Grant[];
  readonly standards: readonly StandardRow[];
  readonly events: CaseChart['events'];
}

const dayOf = (text: string | null): number | null => (text === null ? null : parseIsoDay(text));

const readMembers = async (tx: Tx, householdNo: number): Promise<HouseholdHistory['members']> => {
  const rows = await tx.query<{
    person_no: number;
    name: string | null;
    joined_on: string | null;
    left_on: string | null;
  }>(
    `select m.person_no, (select p.name from person_states p where p.person_no = m.person_no and p.replaced is null) as name,
       nullif(min(coalesce(m.member_from, '-infinity')), '-infinity') as joined_on,
       nullif(max(coalesce(m.left_on, 'infinity')), 'infinity') as left_on
     from memberships m where m.household_no = $1 and m.replaced is null and m.left_on is distinct from '-infinity'
     group by m.person_no order by m.person_no`,
    [householdNo],
  );
  return rows.map((row) => ({
    personNo: row.person_no,
    name: row.name === null ? '成员' : maskName(row.name),
    joinedOn: dayOf(row.joined_on),
    leftOn: dayOf(row.left_on),
    diedOn: null,
  }));
};

const readCategories = (tx: Tx, householdNo: number): Promise<{ category: string; category_since: string }[]> =>
  tx.query(
    `select category, category_since from household_categories
     where household_no = $1 and replaced is null order by category_since`,
    [householdNo],
  );

const readGrants = async (tx: Tx, householdNo: number): Promise<Grant[]> => {
  const rows = await tx.query<{ granted_on: string; expires_on: string | null }>(
    `select granted_on, expires_on from authorisations
     where household_no = $1 and scope = 'finance' and replaced is null`,
    [householdNo],
  );
  return rows.map((row) => ({ from: parseIsoDay(row.granted_on) as number, to: dayOf(row.expires_on) }));
};

const readStandards = async (tx: Tx, regionCode: string): Promise<StandardRow[]> => {
  const rows = await tx.query<{
    region_code: string;
    kind: string;
    area: string;
    effective_from: string;
    amount: number;
  }>(
    `select region_code, kind, area, effective_from, amount from standards
     where replaced is null and starts_with($1, region_code)`,
    [regionCode],
  );
  return rows.map((row) => ({
    regionCode: row.region_code,
    kind: row.kind,
    area: row.area,
    effectiveFrom: parseIsoDay(row.effective_from) as number,
    amount: row.amount,
  }));
};

/** Warnings stand on the day that was judged, steps of the case on the day they were taken. */
const readEvents = async (tx: Tx, row: CaseRow, catalogue: Catalogue): Promise<CaseChart['events']> => {
  const warnings = await tx.query<{ rule_id: string; as_of: string }>(
    `select rule_id, as_of from warnings where household_no = $1 and kind = 'warning'`,
    [row.household_no],
  );
  const steps = await readCaseEvents(tx, row.case_id);
  const says = sayAll(steps, await readStepNames(tx, steps, catalogue));
  const ruleOf = ruleNames(catalogue);
  return [
    ...warnings.map((one) => {
      const { title, title_en } = ruleOf(one.rule_id);
      return { on: one.as_of, title: `预警：${title}`, title_en: `Warning: ${title_en}`, kind: 'warning' as const };
    }),
    ...steps.flatMap(({ event }, i) =>
      // Warnings that joined stand there already.
      event.what.type.startsWith('warning_')
        ? []
        : [
            {
              on: formatDay(shanghaiDay(new Date(event.at))),
              title: (says[i] ?? '').replace(/。$/, ''),
              title_en: null,
              kind: 'case' as const,
            },
          ],
    ),
  ];
};

export const readHistory = async (
  tx: Tx,
  given: {
    readonly row: CaseRow;
    readonly today: string;
    readonly synthetic: boolean;
    readonly catalogue: Catalogue;
  },
): Promise<HouseholdHistory> => {
  const { row } = given;
  const asOf = await readStoreDay(tx, given.today, given.synthetic);
  const [state] = await tx.query<{ region_code: string; area: string; flags: string }>(
    `select region_code, area, flags from household_states where household_no = $1 and replaced is null
     order by held_from <= $2 desc, case when held_from <= $2 then held_from end desc, held_from limit 1`,
    [row.household_no, asOf],
  );
  const categories = await readCategories(tx, row.household_no);
  const held = categories.filter((one) => one.category_since <= asOf).at(-1)?.category ?? 'other';
  const counted = held === 'exited' ? 'other' : held;
  const relapse = counted === 'other' && (state?.flags ?? '').split(';').includes('relapse');
  const changes = categories.map((one) => ({
    on: one.category_since,
    title: `救助类别：${categoryTitle(one.category)}`,
    title_en: null,
    kind: 'registry' as const,
  }));
  const regionCode = state?.region_code ?? row.region_code;
  return {
    asOf,
    regionCode,
    area: state?.area ?? 'any',
    category: relapse ? 'relapse' : counted,
    members: await readMembers(tx, row.household_no),
    grants: await readGrants(tx, row.household_no),
    standards: await readStandards(tx, regionCode),
    events: [...(await readEvents(tx, row, given.catalogue)), ...changes],
  };
};
