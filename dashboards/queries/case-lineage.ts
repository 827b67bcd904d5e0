/** Touches the world: where the household of a case came from and where it went, as far as the reader may see (PostgreSQL). */
import { type Actor, may } from '../../access/index.ts';
import { formatDay, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import { type LineageStep, readLineage, readRevision } from '../../registry/index.ts';
import { type CaseRow, caseScope, findCase } from './case-row.ts';
import type { HouseholdLineage, LineageQuery, ShownLineage } from './contract-lineage.ts';
import type { QueryDeps } from './deps.ts';

/** Outer ids of those of some households that the reader may see by where they live, or lived last. */
const readSeen = async (tx: Tx, actor: Actor, households: readonly number[]): Promise<Map<number, string>> => {
  const rows = await tx.query<{ household_no: number; household_id: string; region_code: string }>(
    `select distinct on (household_no) household_no, household_id, s.region_code
     from household_states s join households using (household_no)
     where s.replaced is null and household_no = any($1::int[]) order by household_no, s.held_from desc`,
    [households],
  );
  const seen = rows.filter(({ region_code }) => may(actor, 'see_case', { regions: [region_code] }).allowed);
  return new Map(seen.map((row) => [row.household_no, row.household_id]));
};

/** The newest case of each household that the reader may open. */
const readCasesOf = async (tx: Tx, actor: Actor, households: readonly number[]): Promise<Map<number, string>> => {
  const rows = await tx.query<Pick<CaseRow, 'household_no' | 'case_id' | 'region_code' | 'handling_region'>>(
    `select household_no, case_id, region_code, handling_region from cases
     where household_no = any($1::int[]) order by household_no, ordinal`,
    [households],
  );
  const open = rows.filter(({ region_code, handling_region }) => {
    const regions = [region_code, ...(handling_region === null ? [] : [handling_region])];
    return may(actor, 'see_case', { regions }).allowed;
  });
  return new Map(open.map((row) => [row.household_no, row.case_id]));
};

/** Steps of a household's lineage as a page tells them: of a household that the reader may not see only that there is one. */
const shown = async (tx: Tx, actor: Actor, steps: readonly LineageStep[]): Promise<ShownLineage[]> => {
  if (steps.length === 0) return [];
  const others = [...new Set(steps.map(({ otherNo }) => otherNo))];
  const [seen, cases] = [await readSeen(tx, actor, others), await readCasesOf(tx, actor, others)];
  return steps.map(({ relation, day, members, otherNo }) => ({
    ...{ relation, day: formatDay(day), members },
    ...{ household_id: seen.get(otherNo) ?? null, case_id: cases.get(otherNo) ?? null },
  }));
};

/** Of a case's household, for its page. */
export const readCaseLineage = async (
  tx: Tx,
  actor: Actor,
  { household_no }: CaseRow,
  day: number,
  revision: number | null = null,
): Promise<ShownLineage[]> => {
  const lineage = await readLineage(tx, [household_no], { day, revision });
  return shown(tx, actor, lineage.get(household_no) ?? []);
};

/** The same as of any day, and as it was known at any moment. */
export const readLineageAsOf = async (
  deps: QueryDeps,
  actor: Actor,
  caseId: string,
  query: LineageQuery,
  now: Date,
): Promise<HouseholdLineage> => {
  const row = await findCase(deps.postgres, actor, 'see_case', caseId);
  const day = query.as_of === undefined ? shanghaiDay(now) : (parseIsoDay(query.as_of) as number);
  const knownAt = query.known_at === undefined ? null : new Date(query.known_at);
  const revision = knownAt === null ? null : await readRevision(deps.postgres, knownAt);
  const steps = await deps.postgres.transaction((tx) => readCaseLineage(tx, actor, row, day, revision), {
    scope: caseScope(actor, row),
  });
  return { household_id: row.household_id, as_of: formatDay(day), known_at: query.known_at ?? null, steps };
};
