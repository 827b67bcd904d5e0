/**
 * Reviewing (who a doubtful record is about): a verdict makes facts and warnings, is obeyed by later records, by a changed
 * registry and by a rebuild, and leaves nothing behind when it is undone.
 */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Route } from '../../access/index.ts';
import { rebuildFacts } from '../../app/cli-rebuild.ts';
import { type ExportSource, exportSources } from '../../app/export-rows.ts';
import { loadDirectory } from '../../app/load.ts';
import { createProgress } from '../../app/progress.ts';
import { reviewDeps, settleLeft } from '../../app/review.ts';
import { sweep } from '../../app/sweep.ts';
import type { System } from '../../app/system.ts';
import {
  queryRoutes,
  type ReviewDetail,
  type ReviewFacets,
  type ReviewFigures,
  type ReviewPage,
  type ReviewRevealed,
} from '../../dashboards/queries/index.ts';
import { readHere } from '../../ingest/index.ts';
import { type ReviewDone, reviewRoutes, verdictRequest } from '../../matchers/index.ts';
import { parseIsoDay } from '../../platform/calendar.ts';
import { type Exchange, household, idNumber, person, record, writeExchange } from '../oracle/exchange-builder.ts';
import { askRoutes, refusal } from '../support/ask-route.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { linkedFactsOf } from '../support/links.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const AS_OF = '2026-03-01';
const LATER = '2026-03-10';
const NOW = new Date('2026-03-11T09:00:00+08:00');
const [one, two, third, shared, renamed] = [1, 2, 3, 4, 5].map((i) => idNumber('19800101', i)) as [
  string,
  string,
  string,
  string,
  string,
];
const at = { occurred_on: '2026-02-20', region_code: '159901101001' };
const lead = (record_id: string, id_number: string, name: string) =>
  record({ record_id, id_number, name, channel: 'visit', need: 'medical', ...at });

const first: Exchange = {
  households: [
    household({ household_id: 'H1', region_code: '159901101001' }),
    household({ household_id: 'H2', region_code: '159902101001' }),
  ],
  persons: [
    person({ person_id: 'P1', household_id: 'H1', name: '甲某某', id_number: one }),
    person({ person_id: 'P2', household_id: 'H2', name: '丁某某', id_number: two }),
    person({ person_id: 'P3', household_id: 'H1', name: '戊某某', id_number: third, relation: 'child' }),
    person({ person_id: 'P4', household_id: 'H1', name: '己某某', id_number: shared, relation: 'child' }),
    person({ person_id: 'P5', household_id: 'H1', name: '庚某某', id_number: renamed, relation: 'child' }),
  ],
  feeds: {
    leads: [
      lead('l-one', one, '乙某某'),
      lead('l-two', two, '丙某某'),
      lead('l-third', third, '辛某某'),
      lead('l-shared', shared, '壬某某'),
      lead('l-renamed', renamed, '癸某某'),
      lead('l-wrong', one, '误某某'),
      lead('l-withdrawn', third, '撤某某'),
    ],
  },
};
const second: Exchange = {
  persons: [
    // The registry had the old name; and one more person is registered under a number.
    person({ person_id: 'P5', household_id: 'H1', name: '癸某某', id_number: renamed, relation: 'child' }),
    // Whose name a record gives beside the number of somebody in another banner.
    person({
      person_id: 'P7',
      household_id: 'H2',
      name: '丑某某',
      id_number: idNumber('19800101', 7),
      relation: 'child',
    }),
    person({ person_id: 'P6', household_id: 'H2', name: '子某某', id_number: shared, relation: 'child' }),
  ],
  feeds: {
    leads: [
      { ...lead('l-neighbour', third, '丑某某'), region_code: '159902101001' },
      lead('l-one-more', one, '乙某某'),
      { record_id: 'l-withdrawn', op: 'delete' },
    ],
    health: [record({ record_id: 'h-one', id_number: one, name: '乙某某', event: 'major_illness', ...at })],
  },
};

const reviewer = (id: string, ...regions: string[]): Actor => ({
  id,
  role: 'match_reviewer',
  regions,
  department: null,
});
const [ann, bob, cai] = ['u-ann', 'u-bob', 'u-cai'].map((id) => reviewer(id, '1599')) as [Actor, Actor, Actor];
const [banner, elsewhere] = [reviewer('u-banner', '159901'), reviewer('u-else', '159902')];

describe('reviewing', () => {
  let opened: OpenedSystem;
  let system: System;
  let routes: Map<string, Route>;
  const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { signal } = new AbortController();

  const load = (exchange: Exchange, day: string) =>
    loadDirectory(system, completeRegistry(writeExchange(exchange)), {
      ...{ asOf: parseIsoDay(day) as number, progress: createProgress(quiet), signal },
    });
  const judge = (scope: 'dirty' | 'all' = 'dirty') =>
    sweep(system, { asOf: parseIsoDay(LATER) as number, at: NOW, scope, signal });

  const ask = askRoutes(() => routes, 'question_id', NOW);
  const list = async (actor: Actor, query: object = {}) =>
    (await ask<ReviewPage>('GET /api/review', actor, '', { query })).questions;
  const detail = (actor: Actor, id: string) => ask<ReviewDetail>('GET /api/review/:question_id', actor, id);
  const claim = (actor: Actor, id: string) =>
    ask<ReviewDone>('POST /api/review/:question_id/claim', actor, id, { body: {} });
  const say = async (
    actor: Actor,
    id: string,
    verdict: string,
    person_id: string | null = null,
    note: string | null = null,
  ) => {
    const { version } = await claim(actor, id);
    return ask<ReviewDone>('POST /api/review/:question_id/verdict', actor, id, {
      body: { version, verdict, person_id, note },
    });
  };
  const undo = async (actor: Actor, id: string) => {
    const { version } = await detail(actor, id);
    const body = { version, reason: '看错了人' };
    return ask<ReviewDone>('POST /api/review/:question_id/undo', actor, id, { body });
  };
  /** The question about the identity that a record claims. */
  const about = async (recordId: string): Promise<string> => {
    const rows = await system.postgres.query<{ question_id: string }>(
      'select question_id from review_questions order by 1',
      [],
      { scope: '*' },
    );
    for (const { question_id: id } of rows) {
      if ((await detail(ann, id)).records.some((row) => row.record_id === recordId)) return id;
    }
    throw new Error(`nobody is asked about ${recordId}`);
  };

  const facts = () => linkedFactsOf(system);
  const leadsWarned = async (): Promise<string[]> =>
    (
      await system.postgres.query<{ household_id: string; status: string; records: string[] }>(
        `select household_id, status, records from warnings where rule_id = 'lead' and household_id like 'H%' order by household_id`,
        [],
        { scope: '*' },
      )
    ).map(({ household_id, status, records }) => `${household_id} ${status} ${records.join(' ')}`);
  const outcomes = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await system.clickhouse.query<{ record_id: string; outcome: string }>(
          'pages',
          'SELECT record_id, argMax(outcome, (rank, decision)) AS outcome FROM record_versions GROUP BY record_id',
        )
      ).map((row) => [row.record_id, row.outcome]),
    );

  beforeAll(async () => {
    const home = await openHome();
    opened = await openSystemOf(home.path);
    const { archive } = opened.system;
    system = {
      ...opened.system,
      startReader: () => ({ ...readHere(archive), close: async () => undefined }),
    };
    const all = [...reviewRoutes(reviewDeps(system)), ...queryRoutes({ ...system, isSynthetic: () => true })];
    routes = new Map(all.map((route) => [`${route.method} ${route.url}`, route]));
    await load(first, AS_OF);
  });
  afterAll(() => opened?.close());

  it('asks about each claimed identity once, masked, within the regions of the reader', async () => {
    const everybody = await list(ann);
    expect(everybody).toHaveLength(7);
    expect(everybody.every(({ name, claimed }) => /^.\*$/.test(name) && claimed === 'none')).toBe(true);
    expect(await list(banner)).toHaveLength(6);
    const [only, ...others] = await list(elsewhere);
    expect(others).toEqual([]);
    expect(only?.question_id).toBe(await about('l-two'));
    expect(await refusal(detail(banner, await about('l-two')))).toBe('404 not_found');
    expect(await refusal(claim(banner, await about('l-two')))).toBe('404 not_found');
    const page = await ask<ReviewPage>('GET /api/review', ann, '', { query: { limit: 4 } });
    const rest = await ask<ReviewPage>('GET /api/review', ann, '', { query: { limit: 4, after: page.next } });
    expect([page.total, page.questions.length, rest.questions.length, rest.next]).toEqual([7, 4, 3, null]);
    expect(await list(ann, { feed: 'health' })).toEqual([]);
    expect(await facts()).toEqual([]);
  });

  it('shows candidates with their households and marks what differs; in full with a reason that is logged', async () => {
    const id = await about('l-one');
    const shown = await detail(ann, id);
    expect(shown.candidates).toHaveLength(1);
    expect(shown.candidates[0]).toMatchObject({ person_id: 'P1', household_id: 'H1', score: null });
    expect(shown.candidates[0]?.fields).toMatchObject({
      ...{ name: { value: '甲*', compare: 'differs' }, id_number: { compare: 'same' }, region: { compare: 'same' } },
    });
    expect(shown.candidates[0]?.members.map(({ name }) => name)).toEqual(expect.arrayContaining(['戊*']));
    for (const secret of [one, '甲某某', '乙某某', '戊某某']) expect(JSON.stringify(shown)).not.toContain(secret);
    const full = await ask<ReviewRevealed>('POST /api/review/:question_id/reveal', ann, id, {
      body: { reason: '核对户口簿' },
    });
    expect(full.claims).toMatchObject({ name: '乙某某', id_number: one });
    const log = await system.postgres.query(
      `select actor, reason, detail from audit_log where act = 'see_match_identity' and subject = $1`,
      [id],
    );
    expect(log).toEqual([{ actor: 'u-ann', reason: '核对户口簿', detail: { persons: ['P1'] } }]);
  });

  it('gives a question to one person at a time', async () => {
    const id = await about('l-one');
    await claim(ann, id);
    expect(await refusal(claim(bob, id))).toBe('409 claimed_by_another');
    const body = { version: 0, verdict: 'same', person_id: 'P1', note: null };
    expect(await refusal(ask('POST /api/review/:question_id/verdict', bob, id, { body }))).toBe(
      '409 claimed_by_another',
    );
    await ask('POST /api/review/:question_id/release', ann, id, { body: {} });
    expect(await refusal(ask('POST /api/review/:question_id/verdict', bob, id, { body }))).toBe('409 not_claimed');
  });

  it('makes facts and a warning of the verdict same, and takes them back when it is undone', async () => {
    const id = await about('l-one');
    const told = await say(ann, id, 'same', 'P1');
    expect(told).toMatchObject({ state: 'decided', settled: true });
    expect(await facts()).toEqual(['l-one P1']);
    await judge();
    expect(await leadsWarned()).toEqual(['H1 open leads/l-one']);

    expect(await undo(ann, id)).toMatchObject({ state: 'open', settled: true });
    expect(await facts()).toEqual([]);
    await judge();
    expect(await leadsWarned()).toEqual([expect.stringMatching(/^H1 cleared /)]);
    expect((await outcomes())['l-one']).toBe('review');

    // Overturned once: the next verdict is read by a second person.
    expect(await say(ann, id, 'same', 'P1')).toMatchObject({ state: 'decided', second: 'wanted' });
    await judge();
    expect(await leadsWarned()).toEqual(['H1 open leads/l-one']);
  });

  it('lets a second person read blind; who does not agree takes the effect back, and a third decides', async () => {
    const id = await about('l-one');
    expect((await list(ann)).map(({ question_id }) => question_id)).not.toContain(id);
    expect(await refusal(claim(ann, id))).toBe('409 own_reading');
    expect(await detail(ann, id)).toMatchObject({ verdict: 'same', person_id: 'P1' });
    // What was found out can be taken along for training, without a name or number.
    const exported: object[] = [];
    for await (const page of (exportSources['verdicts'] as ExportSource).pages(system)) exported.push(...page);
    expect(exported).toEqual([
      { claim_hash: expect.stringMatching(/^[0-9a-f]{64}$/), verdict: 'must', person_id: 'P1' },
    ]);
    const blind = await detail(bob, id);
    expect(blind).toMatchObject({ verdict: null, person_id: null, second: 'wanted' });
    expect(blind.history.some(({ type, version }) => type === 'read' && version > 2)).toBe(false);
    expect(await say(bob, id, 'different')).toMatchObject({ state: 'disputed', settled: true });
    expect(await facts()).toEqual([]);
    expect(await refusal(claim(bob, id))).toBe('409 own_reading');
    expect(await say(cai, id, 'same', 'P1')).toMatchObject({ state: 'decided', second: 'settled' });
    expect(await facts()).toEqual(['l-one P1']);
    const figures = await ask<ReviewFigures>('GET /api/review/figures', ann);
    expect(figures).toMatchObject({ read_twice: 1, agreed: 0, kappa: 0, overturned: 1 });
  });

  it('goes on where a crash left it, without harm', async () => {
    const id = await about('l-two');
    const { clickhouse } = system;
    const broken: System = {
      ...system,
      clickhouse: {
        ...clickhouse,
        insertRows: (table, ...rest) =>
          table === 'record_versions' ? Promise.reject(new Error('crash')) : clickhouse.insertRows(table, ...rest),
      },
    };
    const { version } = await claim(ann, id);
    const route = reviewRoutes(reviewDeps(broken)).find(({ url }) => url.endsWith('/verdict')) as Route;
    const body = { version, verdict: 'same', person_id: 'P2', note: null };
    const given = { actor: ann, params: { question_id: id }, query: undefined, body, now: NOW, cookies: {} };
    await expect(route.answer(given)).rejects.toThrow('crash');
    expect((await detail(ann, id)).settled).toBe(false);
    expect(await settleLeft(system)).toBe(1);
    expect(await settleLeft(system)).toBe(0);
    expect(await facts()).toEqual(['l-one P1', 'l-two P2']);
    await judge();
    expect(await leadsWarned()).toEqual(['H1 open leads/l-one', 'H2 open leads/l-two']);
  });

  it('makes strangers of those who are different, and leaves in review whom nobody can tell or who is wrongly reported', async () => {
    await say(ann, await about('l-third'), 'different');
    await say(ann, await about('l-shared'), 'different');
    const wrong = await about('l-wrong');
    const wordless = { version: 0, verdict: 'wrong_data', person_id: null, note: null };
    expect(verdictRequest.safeParse(wordless).success).toBe(false);
    await say(ann, wrong, 'wrong_data', null, '号码是户主的，请更正');
    expect(await outcomes()).toMatchObject({
      ...{ 'l-third': 'unregistered', 'l-shared': 'unregistered', 'l-wrong': 'review', 'l-one': 'probable' },
    });
    const figures = await ask<ReviewFigures>('GET /api/review/figures', ann);
    expect(figures.wrong_data).toEqual([{ feed: 'leads', questions: 1 }]);
    // A lead is never dropped: whoever it names is given a provisional household.
    await judge('all');
    const provisional = await system.postgres.query<{ records: string[] }>(
      `select records from warnings where rule_id = 'lead' and household_id like 'provisional-%' order by records`,
      [],
      { scope: '*' },
    );
    expect(provisional.flatMap(({ records }) => records)).toEqual(expect.arrayContaining(['leads/l-third']));
  });

  describe('afterwards', () => {
    beforeAll(() => load(second, LATER));

    it('later records of the same identity obey without being asked about, in every feed', async () => {
      expect(await outcomes()).toMatchObject({ 'l-one-more': 'probable', 'h-one': 'probable', 'l-one': 'probable' });
      expect(await facts()).toEqual(expect.arrayContaining(['h-one P1', 'l-one P1', 'l-one-more P1', 'l-two P2']));
      expect((await list(ann)).map(({ name }) => name)).not.toContain('乙*');
    });

    it('a changed registry tells the reviewer so, and asks about who was not asked about', async () => {
      // It leaves review by a verdict only.
      expect((await outcomes())['l-renamed']).toBe('review');
      const fits = await about('l-renamed');
      expect((await detail(ann, fits)).reasons).toEqual(['id_number_equal', 'name_equal', 'registry_changed']);
      await say(ann, fits, 'unsure');
      expect((await outcomes())['l-renamed']).toBe('review');
      await undo(ann, fits);
      await say(ann, fits, 'same', 'P5');
      expect((await outcomes())['l-renamed']).toBe('exact');
      expect(await facts()).toContain('l-renamed P5');
      const waiting = await list(ann);
      expect(waiting.map(({ name }) => name)).not.toContain('癸*');
      const again = await detail(ann, await about('l-shared'));
      expect(again).toMatchObject({ state: 'open' });
      expect(again.candidates.map(({ person_id }) => person_id)).toEqual(['P6']);
    });

    it('the explanation says of whom of those shown it speaks, or that it is none of them', async () => {
      const id = await about('l-neighbour');
      await say(banner, id, 'unsure');
      const half = await detail(banner, id);
      expect(half.candidates.map(({ person_id }) => person_id)).toEqual(['P3']);
      expect(half.explanation).toMatchObject({ person_id: null, sentence: expect.stringContaining('姓名一致') });
      // Not whether a second person is to read it, which is a matter of chance.
      await system.postgres.query("update review_questions set second = 'none' where question_id = $1", [id], {
        scope: '*',
      });
      const whole = await detail(ann, id);
      expect(whole.candidates.map(({ person_id }) => person_id)).toEqual(['P3', 'P7']);
      expect(whole.explanation?.person_id).toBe('P7');
    });

    it('what can be chosen among is told with how many there are, within the regions of the reader', async () => {
      const facets = (actor: Actor, query: object = {}) =>
        ask<ReviewFacets>('GET /api/review/facets', actor, '', { query });
      const { feed } = await facets(ann);
      expect(feed).toEqual([{ value: 'leads', title: null, count: (await list(ann)).length }]);
      expect((await facets(elsewhere, { state: 'decided' })).feed.map(({ value }) => value)).toContain('leads');
      expect((await facets(ann, { region: '159903' })).feed).toEqual([]);
      const { region } = await facets(ann, { state: 'decided' });
      expect(region.map(({ value }) => value)).toEqual(['159901', '159901101', '159902', '159902101']);
      for (const { value, count } of region)
        expect(await list(ann, { state: 'decided', region: value })).toHaveLength(count);
      expect((await facets(elsewhere, { state: 'decided' })).region.map(({ value }) => value)).toEqual([
        '159902',
        '159902101',
      ]);
    });

    it('what a department withdrew is nothing to decide about', async () => {
      const gone = (await list(ann)).find(({ name }) => name === '撤*');
      expect(await refusal(claim(ann, gone?.question_id as string))).toBe('409 nothing_left');
      expect((await list(ann)).map(({ name }) => name)).not.toContain('撤*');
    });

    it('a rebuild obeys, and an undo reaches what came later', async () => {
      const before = { facts: await facts(), outcomes: await outcomes() };
      await rebuildFacts(system, quiet, signal);
      expect({ facts: await facts(), outcomes: await outcomes() }).toEqual(before);
      await undo(ann, await about('l-one'));
      expect(await facts()).toEqual(['l-renamed P5', 'l-two P2']);
      expect(await outcomes()).toMatchObject({ 'l-one-more': 'review', 'h-one': 'review', 'l-one': 'review' });
      await judge();
      expect((await leadsWarned()).filter((line) => line.startsWith('H1 open'))).toEqual(['H1 open leads/l-renamed']);
    });
  });
});
