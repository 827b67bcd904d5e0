/**
 * Households that split and merge (分户、并户): nothing names it but their members' stays. Told as of any day and as known at any
 * moment, to those who may see the other household; and the chain of a case names the chains that its household came from.
 */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import { readChains } from '../../alerts/chain-store.ts';
import { verifyChains } from '../../alerts/index.ts';
import { withLinkedChains } from '../../alerts/linked-chains.ts';
import { loadDirectory } from '../../app/load.ts';
import { createProgress } from '../../app/progress.ts';
import type { System } from '../../app/system.ts';
import { type CaseDetail, type HouseholdLineage, queryRoutes } from '../../dashboards/queries/index.ts';
import { readHere } from '../../ingest/index.ts';
import { parseIsoDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import {
  type Cells,
  type Exchange,
  household,
  idNumber,
  person,
  record,
  writeExchange,
} from '../oracle/exchange-builder.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const [FIRST, SECOND, THIRD, FOURTH] = ['2026-03-01', '2026-05-10', '2026-06-10', '2026-07-10'] as const;
const [HERE, THERE] = ['159901101001', '159902101001'] as const;
const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const { signal } = new AbortController();

const member = (person_id: string, household_id: string, more: Cells = {}): Cells => {
  const order = [...person_id].reduce((sum, letter) => sum * 10 + (letter.charCodeAt(0) % 10), 0);
  return person({
    person_id,
    household_id,
    name: `某${person_id}`,
    id_number: idNumber('19800101', order % 1000),
    ...more,
  });
};
const home = (household_id: string, region_code: string = HERE): Cells => household({ household_id, region_code });
/** A heavy bill: a warning, and with it a case. */
const bill = (person_id: string, occurred_on: string): Cells => {
  const { name, id_number } = member(person_id, '') as { name: string; id_number: string };
  const paid = { visit_type: 'outpatient', total_amount: 99_000, self_paid: 16_000 };
  return record({ record_id: `m-${person_id}`, name, id_number, occurred_on, ...paid });
};

const LOADS: readonly (readonly [Exchange, string])[] = [
  [
    {
      households: [home('H-A'), home('H-M'), home('H-N'), home('H-R')],
      persons: ['a', 'b', 'c']
        .map((id) => member(id, 'H-A'))
        .concat(
          ['m', 'n'].map((id) => member(id, 'H-M')),
          member('o', 'H-N'),
          ...['r', 's'].map((id) => member(id, 'H-R')),
        ),
      feeds: { 'medical-insurance': ['a', 'm', 'r'].map((id) => bill(id, '2026-02-20')) },
    },
    FIRST,
  ],
  [
    {
      households: [home('H-B', THERE), home('H-S')],
      persons: [
        ...['b', 'c'].map((id) => member(id, 'H-B', { member_from: '2026-05-01' })),
        ...['m', 'n'].map((id) => member(id, 'H-N', { member_from: '2026-05-05' })),
        member('s', 'H-S', { member_from: '2026-05-02' }),
      ],
      feeds: { 'medical-insurance': ['b', 'o', 's'].map((id) => bill(id, '2026-05-08')) },
    },
    SECOND,
  ],
  // They had moved earlier than was said.
  [{ persons: ['b', 'c'].map((id) => member(id, 'H-B', { member_from: '2026-04-20' })) }, THIRD],
  [
    {
      persons: [
        // Back again; and the merge was a mistake.
        ...['b', 'c'].map((id) => member(id, 'H-A', { member_from: '2026-07-01' })),
        ...['m', 'n'].map((id) => member(id, 'H-M')),
      ],
    },
    FOURTH,
  ],
];

describe('households that split and merge', () => {
  let opened: OpenedSystem;
  let system: System;
  /** When the registry had taken so many loads. */
  const known: Date[] = [];
  const analyst = (...regions: string[]): Actor => ({ id: 'u-1', role: 'analyst', regions, department: null });
  const everybody = analyst('1599');

  const ask = async <T>(url: string, caseId: string, actor: Actor, query: object, today: string): Promise<T> => {
    const routes = queryRoutes({ ...system, isSynthetic: () => false });
    const route = routes.find((one) => one.url === url);
    if (route === undefined) throw new Error(`there is no route ${url}`);
    const now = startOfShanghaiDay(parseIsoDay(today) as number);
    const given = { actor, params: { case_id: caseId }, query: route.query?.parse(query) ?? {}, body: undefined };
    return (await route.answer({ ...given, now, cookies: {} })).body as T;
  };
  const caseOf = async (householdId: string): Promise<string> => {
    const [row] = await system.postgres.query<{ case_id: string }>(
      'select case_id from cases where household_id = $1 order by ordinal',
      [householdId],
      { scope: '*' },
    );
    return row?.case_id ?? '';
  };
  const detail = async (householdId: string, actor = everybody, today: string = FOURTH): Promise<CaseDetail> =>
    ask('/api/cases/:case_id', await caseOf(householdId), actor, {}, today);
  const lineage = async (householdId: string, query: object, actor = everybody): Promise<string[]> => {
    const caseId = await caseOf(householdId);
    const told = await ask<HouseholdLineage>('/api/cases/:case_id/lineage', caseId, actor, query, FOURTH);
    expect(told.household_id).toBe(householdId);
    return told.steps.map(
      ({ day, relation, household_id, members }) => `${day} ${relation} ${household_id ?? '-'} ${members}`,
    );
  };
  /** As it was known after so many loads. */
  const knownAfter = (loads: number, as_of: string) => ({ as_of, known_at: (known[loads - 1] as Date).toISOString() });

  beforeAll(async () => {
    opened = await openSystemOf((await openHome()).path);
    const { archive } = opened.system;
    system = { ...opened.system, startReader: () => ({ ...readHere(archive), close: async () => undefined }) };
    for (const [exchange, day] of LOADS) {
      await loadDirectory(system, completeRegistry(writeExchange(exchange)), {
        ...{ asOf: parseIsoDay(day) as number, progress: createProgress(quiet), signal },
      });
      // A load of a day past is a replay: the registry knows it from that day on.
      const [newest] = await system.postgres.query<{ at: Date }>(
        'select max(recorded_at) as at from registry_revisions',
      );
      known.push(newest?.at as Date);
    }
  });
  afterAll(() => opened?.close());

  it('are told of each other as of any day', async () => {
    expect(await lineage('H-B', knownAfter(2, '2026-04-30'))).toEqual([]);
    expect(await lineage('H-B', knownAfter(2, '2026-05-01'))).toEqual(['2026-05-01 split_from H-A 2']);
    expect(await lineage('H-A', knownAfter(2, '2026-12-31'))).toEqual(['2026-05-01 split_into H-B 2']);
    expect(await lineage('H-N', knownAfter(2, '2026-05-04'))).toEqual([]);
    expect(await lineage('H-N', knownAfter(2, '2026-05-05'))).toEqual(['2026-05-05 merged_from H-M 2']);
    expect(await lineage('H-M', knownAfter(2, '2026-05-05'))).toEqual(['2026-05-05 merged_into H-N 2']);
    expect(await lineage('H-A', knownAfter(1, '2026-12-31'))).toEqual([]);
  });

  it('on the day that a later file says, and as it was known before', async () => {
    expect(await lineage('H-B', knownAfter(3, '2026-04-20'))).toEqual(['2026-04-20 split_from H-A 2']);
    expect(await lineage('H-B', knownAfter(3, '2026-12-31'))).toEqual(['2026-04-20 split_from H-A 2']);
    expect(await lineage('H-B', knownAfter(2, '2026-12-31'))).toEqual(['2026-05-01 split_from H-A 2']);
    expect(await lineage('H-B', knownAfter(2, '2026-04-20'))).toEqual([]);
  });

  it('and back: what was before stays told, and what never was is not', async () => {
    expect(await lineage('H-A', { as_of: '2026-06-30' })).toEqual(['2026-04-20 split_into H-B 2']);
    expect(await lineage('H-A', {})).toEqual(['2026-04-20 split_into H-B 2', '2026-07-01 merged_from H-B 2']);
    expect(await lineage('H-B', {})).toEqual(['2026-04-20 split_from H-A 2', '2026-07-01 merged_into H-A 2']);
    expect(await lineage('H-N', {})).toEqual([]);
    expect(await lineage('H-N', knownAfter(3, '2026-12-31'))).toEqual(['2026-05-05 merged_from H-M 2']);
  });

  it('are shown with the case of a household, and the way to the other chain', async () => {
    expect((await detail('H-B', everybody, '2026-06-30')).lineage).toEqual([
      {
        ...{ relation: 'split_from', day: '2026-04-20', members: 2 },
        household_id: 'H-A',
        case_id: await caseOf('H-A'),
      },
    ]);
  });

  it('are not named to whoever may not see the other household', async () => {
    const { lineage: steps } = await detail('H-B', analyst('159902'), '2026-06-30');
    expect(steps).toEqual([
      { relation: 'split_from', day: '2026-04-20', members: 2, household_id: null, case_id: null },
    ]);
    expect(await lineage('H-B', { as_of: '2026-06-30' }, analyst('159902'))).toEqual(['2026-04-20 split_from - 2']);
    await expect(lineage('H-A', {}, analyst('159902'))).rejects.toMatchObject({ status: 404 });
    // Who sees a case by where aid is given sees its household, and no other one of the place where that lives.
    await system.postgres.query(`update cases set handling_region = '159903101' where household_id = 'H-S'`, [], {
      scope: '*',
    });
    const [seen] = (await detail('H-S', analyst('159903'))).lineage;
    expect(seen).toMatchObject({ relation: 'split_from', household_id: null, case_id: null });
    expect((await detail('H-S')).lineage).toMatchObject([{ household_id: 'H-R', case_id: await caseOf('H-R') }]);
  });

  it('are named once by a chain, and again when a later file tells them otherwise', async () => {
    const linked = async (householdId: string) => {
      const [row] = await system.postgres.query<{ household_no: number }>(
        'select household_no from households where household_id = $1',
        [householdId],
      );
      const { household_no: no } = row as { household_no: number };
      const chains = await system.postgres.transaction(
        async (tx) => withLinkedChains(tx, await readChains(tx, [no]), parseIsoDay(FOURTH) as number),
        { scope: '*' },
      );
      return (chains.get(no)?.linked ?? []).map(({ relation, day, case_id }) => `${day} ${relation} ${case_id}`);
    };
    expect(await linked('H-S')).toEqual([]);
    expect(await linked('H-B')).toEqual([`2026-04-20 split_from ${await caseOf('H-A')}`]);
    expect(await linked('H-A')).toEqual([`2026-07-01 merged_from ${await caseOf('H-B')}`]);
    expect(await linked('H-R')).toEqual([]);
  });

  it('have chains that hang together: the first case names the head of the chain that its household came from', async () => {
    const first = async (householdId: string) => {
      const { chain } = await detail(householdId);
      return chain[0] as CaseDetail['chain'][number];
    };
    const [ofA, ofB, ofM, ofN] = [await first('H-A'), await first('H-B'), await first('H-M'), await first('H-N')];
    expect(ofB.what['linked']).toEqual([
      { relation: 'split_from', day: '2026-05-01', case_id: await caseOf('H-A'), head: ofA.hash },
    ]);
    expect(ofN.what['linked']).toEqual([
      { relation: 'merged_from', day: '2026-05-05', case_id: await caseOf('H-M'), head: ofM.hash },
    ]);
    expect(ofB.says).toContain(`本户2026-05-01由另一户分户而来，接续其帮扶链${await caseOf('H-A')}。`);
    expect([ofA.what['linked'], ofM.what['linked']]).toEqual([undefined, undefined]);
    expect((await verifyChains(system, null)).broken).toEqual([]);
    expect((await detail('H-B')).chain_intact).toBe(true);
  });

  it('a chain that is named and was replaced by another is found out', async () => {
    const caseId = await caseOf('H-A');
    // As somebody would who writes the other chain anew, with hashes that fit among themselves.
    await system.postgres.transaction(
      async (tx) => {
        await tx.query(`update case_events set hash = sha256('another') where case_id = $1 and sequence = 1`, [caseId]);
      },
      { scope: '*' },
    );
    const { broken } = await verifyChains(system, await caseOf('H-B'));
    expect(broken).toEqual([{ caseId: await caseOf('H-B'), sequence: 1, problem: 'linked' }]);
  });
});
