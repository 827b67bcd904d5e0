/**
 * Persons whom the registry holds twice: found by the matcher after a load, offered to analysts of their regions, decided for
 * good, and told to the registry's keeper, who alone puts it right. Twins, father and son and namesakes are not asked about.
 */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Route } from '../../access/index.ts';
import { registryCommand } from '../../app/cli-registry.ts';
import { scanDuplicates } from '../../app/duplicates.ts';
import { exportSources } from '../../app/export-rows.ts';
import { lockRegister } from '../../app/intake-lock.ts';
import { loadDirectory } from '../../app/load.ts';
import { createProgress } from '../../app/progress.ts';
import type { System } from '../../app/system.ts';
import {
  type DuplicateDetail,
  type DuplicatePage,
  type DuplicateRevealed,
  type OrderPage,
  queryRoutes,
} from '../../dashboards/queries/index.ts';
import { readHere } from '../../ingest/index.ts';
import { duplicateRoutes, type PairDone } from '../../matchers/index.ts';
import { parseIsoDay } from '../../platform/calendar.ts';
import { type Cells, type Exchange, household, idNumber, person, writeExchange } from '../oracle/exchange-builder.ts';
import { askRoutes, refusal } from '../support/ask-route.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const AS_OF = '2026-03-01';
const NOW = new Date('2026-03-11T09:00:00+08:00');
const FAMILY = [...'王李张刘陈杨赵黄周吴'];
const GIVEN = [...'伟强磊洋勇杰涛超明刚辉鹏'];

/** A family of one, at an address and phone of its own. */
interface Registered {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  readonly birth: string;
  readonly region?: string;
  readonly house?: string;
  readonly relation?: string;
  readonly to?: string;
  readonly phone?: string;
}
const dash = (birth: string): string => `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`;
const homeOf = ({ id, house = id }: Registered): string => `H-${house}`;
const registryOf = (people: readonly Registered[]): Exchange => ({
  households: [...new Map(people.map((one) => [homeOf(one), one])).values()].map((one) =>
    household({
      ...{ household_id: homeOf(one), region_code: one.region ?? '159901101001' },
      address: `模拟一旗模拟二苏木模拟三嘎查${homeOf(one)}号`,
    }),
  ),
  persons: people.map((one) =>
    person({
      ...{ person_id: one.id, household_id: homeOf(one), name: one.name, id_number: one.number ?? '' },
      ...{ birth_date: dash(one.birth), relation: one.relation ?? 'head', phone: one.phone ?? '' },
      member_to: one.to ?? '',
    } as Cells),
  ),
});

const others = Array.from({ length: 300 }, (_, i): Registered => {
  const birth = `19${50 + (i % 40)}0${1 + (i % 9)}1${i % 10}`;
  const name = `${FAMILY[i % 10]}${GIVEN[i % 12]}${GIVEN[(i * 5) % 11]}`;
  return { id: `O${i}`, name, birth, number: idNumber(birth, 100 + i) };
});
const at = (birth: string, order: number): { birth: string; number: string } => ({
  birth,
  number: idNumber(birth, order),
});
const OTHER_TOWNSHIP = '159901104002';
const OTHER_BANNER = '159902101001';
const typo = (number: string): string => `${number.slice(0, 15)}${number[16]}${number[15]}${number[17]}`;
const TYPED = at('19800305', 12);
const SHARED = at('19610708', 2);

const planted: Registered[] = [
  { id: 'A1', name: '斯琴高娃', ...at('19750214', 1) },
  { id: 'A2', name: '斯琴高娃', birth: '19750214', number: null, region: OTHER_TOWNSHIP },
  { id: 'B1', name: '乌云其其格', ...TYPED },
  { id: 'B2', name: '乌云其其格', birth: TYPED.birth, number: typo(TYPED.number), region: OTHER_TOWNSHIP },
  { id: 'C1', name: '那仁满都拉', ...SHARED },
  { id: 'C2', name: '敖特根', birth: '19800101', number: SHARED.number, region: OTHER_TOWNSHIP },
  { id: 'D1', name: '巴雅尔图', ...at('19660606', 5) },
  { id: 'D2', name: '巴雅尔图', birth: '19660606', number: null, region: OTHER_BANNER },
];
const notTwice: Registered[] = [
  { id: 'T1', name: '王建国', ...at('19901010', 21), house: 'twins' },
  { id: 'T2', name: '王健国', ...at('19901010', 22), house: 'twins', relation: 'child' },
  { id: 'T3', name: '王卫东', birth: '19901010', number: null, house: 'twins', relation: 'child' },
  { id: 'F1', name: '巴特尔', ...at('19550203', 31), house: 'father' },
  { id: 'F2', name: '巴特尔', birth: '19850203', number: null, house: 'father', relation: 'child' },
  { id: 'N1', name: '苏和', ...at('19700909', 41) },
  { id: 'N2', name: '苏和', ...at('19700909', 42), region: OTHER_BANNER },
];
const everybody = [...others, ...planted, ...notTwice];

const analyst = (id: string, ...regions: string[]): Actor => ({ id, role: 'analyst', regions, department: null });
const [ann, bob] = [analyst('u-ann', '1599'), analyst('u-bob', '1599')];
const [banner, neighbour, stranger] = [
  analyst('u-banner', '159901'),
  analyst('u-neighbour', '159902'),
  analyst('u-stranger', '159903'),
];

describe('persons registered twice', () => {
  let opened: OpenedSystem;
  let system: System;
  let routes: Map<string, Route>;
  const said: string[] = [];
  const heard = new Writable({
    write: (chunk, _encoding, done) => {
      said.push(String(chunk));
      done();
    },
  });
  const { signal } = new AbortController();
  const progress = () => createProgress(heard);

  const load = (people: readonly Registered[], day = AS_OF) =>
    loadDirectory(system, completeRegistry(writeExchange(registryOf(people))), {
      ...{ asOf: parseIsoDay(day) as number, progress: progress(), signal },
    });
  const ask = askRoutes(() => routes, 'pair_id', NOW);
  const list = async (actor: Actor, query: object = {}) =>
    (await ask<DuplicatePage>('GET /api/duplicates', actor, '', { query })).pairs;
  const names = async (actor: Actor, query: object = {}): Promise<string[]> =>
    (await list(actor, query)).map(({ first, second }) => `${first?.person_id ?? '?'} ${second?.person_id ?? '?'}`);
  const detail = (actor: Actor, id: string) => ask<DuplicateDetail>('GET /api/duplicates/:pair_id', actor, id);
  const claim = (actor: Actor, id: string) =>
    ask<PairDone>('POST /api/duplicates/:pair_id/claim', actor, id, { body: {} });
  const say = async (actor: Actor, id: string, verdict: string) => {
    const { version } = await claim(actor, id);
    return ask<PairDone>('POST /api/duplicates/:pair_id/verdict', actor, id, {
      body: { version, verdict, note: null },
    });
  };
  const undo = async (actor: Actor, id: string) => {
    const { version } = await detail(actor, id);
    const body = { version, reason: '看错了人' };
    return ask<PairDone>('POST /api/duplicates/:pair_id/undo', actor, id, { body });
  };
  /** The pair of two persons, whatever became of it. */
  const pairOf = async (first: string, second: string): Promise<string> => {
    const [row] = await system.postgres.query<{ pair_id: string }>(
      `select pair_id from duplicate_pairs d join persons a on a.person_no in (d.first_no, d.second_no)
       join persons b on b.person_no in (d.first_no, d.second_no) where a.person_id = $1 and b.person_id = $2`,
      [first, second],
      { scope: '*' },
    );
    if (row === undefined) throw new Error(`${first} and ${second} are no pair`);
    return row.pair_id;
  };
  const orders = async (state: 'open' | 'closed' = 'open'): Promise<string[]> =>
    (await ask<OrderPage>('GET /api/correction-orders', ann, '', { query: { state } })).orders.map(
      ({ kind, first, second, closed_why: why }) =>
        [kind, first?.person_id, second?.person_id, ...(why === null ? [] : [why])].join(' '),
    );
  const kept = () =>
    system.postgres.query(
      'select pair_id, version, state, verdict, ground, bits, found_at from duplicate_pairs order by pair_id',
      [],
      { scope: '*' },
    );

  beforeAll(async () => {
    const home = await openHome();
    opened = await openSystemOf(home.path);
    const { archive } = opened.system;
    system = { ...opened.system, startReader: () => ({ ...readHere(archive), close: async () => undefined }) };
    const all = [...duplicateRoutes(system), ...queryRoutes({ ...system, isSynthetic: () => true })];
    routes = new Map(all.map((route) => [`${route.method} ${route.url}`, route]));
    await load(everybody);
  });
  afterAll(() => opened?.close());

  it('finds those who were planted and nobody else, equal numbers first', async () => {
    const found = await names(ann);
    expect(found[0]).toBe('C1 C2');
    expect([...found].sort()).toEqual(['A1 A2', 'B1 B2', 'C1 C2', 'D1 D2']);
    expect(said.join('')).toContain('duplicates');
  });

  it('finds nothing new in the same registry, however often everybody is looked at', async () => {
    const before = await kept();
    await load(everybody);
    const again = { asOf: parseIsoDay(AS_OF) as number, everybody: true, progress: progress(), signal };
    expect(await scanDuplicates(system, again)).toEqual({ persons: everybody.length, found: 0 });
    expect(await kept()).toEqual(before);
  });

  it('waits for nobody: whoever changes the registry or takes rows may be at it', async () => {
    const release = await lockRegister(system.postgres, signal);
    try {
      const again = { asOf: parseIsoDay(AS_OF) as number, everybody: true, progress: progress(), signal };
      expect(await scanDuplicates(system, again)).toMatchObject({ found: 0 });
    } finally {
      release();
    }
  });

  it('keeps why without names, and shows it after the verdict only', async () => {
    const rows = JSON.stringify(await system.postgres.query('select * from duplicate_pairs', [], { scope: '*' }));
    for (const { name, number } of planted)
      for (const secret of [name, number ?? name]) expect(rows).not.toContain(secret);
    const shown = await detail(ann, await pairOf('B1', 'B2'));
    expect(shown).toMatchObject({ explanation: null, verdict: null, ground: 'evidence' });
    expect(shown.persons.map(({ person_id, score }) => [person_id, score])).toEqual([
      ['B1', null],
      ['B2', null],
    ]);
    expect(shown.persons[0]?.fields).toMatchObject({
      ...{ name: { value: '乌*', compare: 'same' }, id_number: { compare: 'differs' } },
      ...{ birth_date: { compare: 'same' }, region: { compare: 'differs' } },
    });
    for (const secret of ['乌云其其格', TYPED.number]) expect(JSON.stringify(shown)).not.toContain(secret);
    const body = { reason: '核对户口簿' };
    const full = await ask<DuplicateRevealed>('POST /api/duplicates/:pair_id/reveal', ann, shown.pair_id, { body });
    expect(full.candidates[0]?.fields).toMatchObject({ name: '乌云其其格', id_number: TYPED.number });
    const log = await system.postgres.query(`select actor, reason from audit_log where act = 'see_duplicate_identity'`);
    expect(log).toEqual([{ actor: 'u-ann', reason: '核对户口簿' }]);
  });

  it('shows a pair to the regions of its persons alone, and lets only who sees both decide', async () => {
    expect(await list(stranger)).toEqual([]);
    const id = await pairOf('A1', 'A2');
    expect(await refusal(detail(stranger, id))).toBe('404 not_found');
    expect(await refusal(claim(stranger, id))).toBe('404 not_found');
    expect((await ask<OrderPage>('GET /api/correction-orders', stranger)).total).toBe(0);
    expect([...(await names(banner))].sort()).toEqual(['A1 A2', 'B1 B2', 'C1 C2', 'D1 ?']);
    expect(await names(neighbour)).toEqual(['? D2']);
    const half = await pairOf('D1', 'D2');
    expect((await detail(neighbour, half)).persons.map(({ person_id }) => person_id)).toEqual(['D2']);
    expect(await refusal(claim(neighbour, half))).toBe('409 half_seen');
    expect(await names(ann, { region: OTHER_BANNER })).toEqual(['D1 D2']);
    const page = await ask<DuplicatePage>('GET /api/duplicates', ann, '', { query: { limit: 3 } });
    const rest = await ask<DuplicatePage>('GET /api/duplicates', ann, '', { query: { limit: 3, after: page.next } });
    expect([page.total, page.pairs.length, rest.pairs.length]).toEqual([4, 3, 1]);
  });

  it('gives a pair to one person at a time', async () => {
    const id = await pairOf('A1', 'A2');
    await claim(ann, id);
    expect(await refusal(claim(bob, id))).toBe('409 claimed_by_another');
    await ask('POST /api/duplicates/:pair_id/release', ann, id, { body: {} });
    expect(await claim(bob, id)).toMatchObject({ state: 'open' });
    await ask('POST /api/duplicates/:pair_id/release', bob, id, { body: {} });
  });

  it('makes a correction order of one person twice and of one number for two, and takes it back with the verdict', async () => {
    const a = await pairOf('A1', 'A2');
    expect(await say(ann, a, 'same')).toMatchObject({ state: 'decided' });
    const told = await detail(ann, a);
    expect(told).toMatchObject({ verdict: 'same', order: { kind: 'duplicate', closed_at: null } });
    expect(told.explanation?.sentence).toContain('姓名一致');
    expect(told.persons[0]?.score).toBeGreaterThan(0.5);
    await say(ann, await pairOf('C1', 'C2'), 'different');
    await say(ann, await pairOf('B1', 'B2'), 'different');
    expect(await orders()).toEqual(['duplicate A1 A2', 'shared_number C1 C2']);
    await undo(ann, a);
    expect(await orders()).toEqual(['shared_number C1 C2']);
    expect(await orders('closed')).toEqual(['duplicate A1 A2 withdrawn']);
    // Taken back once: the next verdict is read by a second person, and holds meanwhile.
    expect(await say(ann, a, 'same')).toMatchObject({ second: 'wanted' });
    expect(await refusal(claim(ann, a))).toBe('409 own_reading');
    expect(await detail(bob, a)).toMatchObject({ verdict: null, order: null, explanation: null });
    expect(await say(bob, a, 'same')).toMatchObject({ second: 'agreed' });
    const rows: unknown[] = [];
    for await (const page of exportSources['corrections']?.pages(system) ?? []) rows.push(...page);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toMatchObject({
      kind: 'duplicate',
      first_person_id: 'A1',
      second_household_id: 'H-A2',
      closed_at: null,
    });
  });

  it('never asks again about who is different while both numbers stay', async () => {
    const moved = everybody.map((one) => (one.id === 'B2' ? { ...one, phone: '15430000001' } : one));
    await load(moved, '2026-03-05');
    expect(await names(ann)).toEqual(['D1 D2']);
    const again = { asOf: parseIsoDay(AS_OF) as number, everybody: true, progress: progress(), signal };
    expect(await scanDuplicates(system, again)).toMatchObject({ found: 0 });
    expect(await detail(ann, await pairOf('B1', 'B2'))).toMatchObject({ state: 'decided', verdict: 'different' });
  });

  it('asks again when a number changes, and closes orders that the registry has done', async () => {
    const corrected = everybody.flatMap((one): Registered[] => {
      // B2's number is put right, and is B1's now; C2 has a number of their own; A2 and D2 have left.
      if (one.id === 'B2') return [{ ...one, number: TYPED.number }];
      if (one.id === 'C2') return [{ ...one, number: idNumber('19800101', 77) }];
      return one.id === 'A2' || one.id === 'D2' ? [{ ...one, to: '2026-03-06' }] : [one];
    });
    await load(corrected, '2026-03-08');
    expect(await names(ann)).toEqual(['B1 B2']);
    expect(await detail(ann, await pairOf('B1', 'B2'))).toMatchObject({
      ground: 'same_number',
      state: 'open',
      verdict: null,
    });
    expect(await detail(ann, await pairOf('D1', 'D2'))).toMatchObject({ state: 'released' });
    expect(await orders()).toEqual([]);
    expect([...(await orders('closed'))].sort()).toEqual([
      'duplicate A1 A2 left',
      'duplicate A1 A2 withdrawn',
      'shared_number C1 C2 number_changed',
    ]);
    // What was decided is known still.
    expect(await detail(ann, await pairOf('A1', 'A2'))).toMatchObject({ state: 'decided', verdict: 'same' });
  });

  it('who comes back is told to the keeper once more, and asked about where nobody had decided', async () => {
    const back = everybody.map((one) =>
      one.id === 'B2'
        ? { ...one, number: TYPED.number }
        : one.id === 'C2'
          ? { ...one, number: idNumber('19800101', 77) }
          : one,
    );
    await load(back, '2026-03-10');
    expect(await orders()).toEqual(['duplicate A1 A2']);
    expect([...(await names(ann))].sort()).toEqual(['B1 B2', 'D1 D2']);
  });

  it('tells by command what stands, without names', async () => {
    let out = '';
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        out += chunk;
        done();
      },
    });
    const run = (...argv: string[]) =>
      registryCommand(system, { argv: ['duplicates', ...argv], cwd: '/', stdout, stderr: heard, signal });
    expect(await run('--json', '--all', '--as-of', '2026-03-10')).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ persons: everybody.length, found: 0 });
    expect(told.pairs[0]).toMatchObject({ first_person_id: 'B1', second_person_id: 'B2', ground: 'same_number' });
    for (const { name } of planted) expect(out).not.toContain(name);
    await expect(run('--as-of', 'yesterday')).rejects.toThrow('--as-of yesterday');
  });
});
