/** Touches the world: chains of households that others were split off or merged into (PostgreSQL). */
import { formatDay } from '../platform/calendar.ts';
import { groupBy } from '../platform/group-by.ts';
import type { Tx } from '../platform/postgres.ts';
import { type LineageStep, readLineage } from '../registry/index.ts';
import type { LinkedChain } from './case-events.ts';
import type { HouseholdChain } from './decide-cases.ts';

type CameFrom = LineageStep & { readonly relation: LinkedChain['relation'] };
const cameFrom = (step: LineageStep): step is CameFrom =>
  step.relation === 'split_from' || step.relation === 'merged_from';

/** `relation day` and the other household, of every chain that a case of the households names. */
const readNamed = async (tx: Tx, households: readonly number[]): Promise<Set<string>> => {
  const rows = await tx.query<{ household_no: number; relation: string; day: string; other: number }>(
    `select c.household_no, linked ->> 'relation' as relation, linked ->> 'day' as day, o.household_no as other
     from cases c join case_events e on e.case_id = c.case_id and e.sequence = 1
     cross join jsonb_array_elements(e.event -> 'what' -> 'linked') as linked
     join cases o on o.case_id = linked ->> 'case_id'
     where c.household_no = any($1::int[])`,
    [households],
  );
  return new Set(rows.map((row) => `${row.household_no} ${row.relation} ${row.day} ${row.other}`));
};

/**
 * Adds to chains of households those that they came from by a day, as far as no case of theirs names them: the next case that is
 * opened does. What the other chain does later is none of this one; without a case it has no chain yet.
 */
export const withLinkedChains = async (
  tx: Tx,
  chains: ReadonlyMap<number, HouseholdChain>,
  asOf: number,
): Promise<ReadonlyMap<number, HouseholdChain>> => {
  const lineage = await readLineage(tx, [...chains.keys()], { day: asOf, revision: null });
  const steps = [...lineage].flatMap(([no, of]) => of.filter(cameFrom).map((step) => ({ no, step })));
  if (steps.length === 0) return chains;
  const heads = await tx.query<{ household_no: number; case_id: string; head: Buffer }>(
    `select distinct on (household_no) household_no, case_id, head from cases where household_no = any($1::int[])
     order by household_no, ordinal desc`,
    [[...new Set(steps.map(({ step }) => step.otherNo))]],
  );
  const headOf = new Map(heads.map((row) => [row.household_no, row]));
  const named = await readNamed(tx, [...new Set(steps.map(({ no }) => no))]);
  const linked = steps.flatMap(({ no, step: { relation, day: on, otherNo } }) => {
    const head = headOf.get(otherNo);
    const day = formatDay(on);
    if (head === undefined || named.has(`${no} ${relation} ${day} ${otherNo}`)) return [];
    return [{ no, chain: { relation, day, case_id: head.case_id, head: head.head.toString('hex') } }];
  });
  const added = new Map(chains);
  for (const [no, of] of groupBy(linked, (one) => one.no)) {
    added.set(no, { ...(chains.get(no) as HouseholdChain), linked: of.map((one) => one.chain) });
  }
  return added;
};
