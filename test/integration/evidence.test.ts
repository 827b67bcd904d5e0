/**
 * Records that number and name leave open go through the whole program: linked by a slip put right, by evidence, by a name that
 * sounds the same, or asked about; explained; and the same again after a rebuild and in other batches.
 */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Route } from '../../access/index.ts';
import { rebuildFacts } from '../../app/cli-rebuild.ts';
import { loadDirectory } from '../../app/load.ts';
import { modelFile, readModel } from '../../app/matching-model.ts';
import { createProgress } from '../../app/progress.ts';
import { createRegister } from '../../app/register.ts';
import { reviewDeps } from '../../app/review.ts';
import type { System } from '../../app/system.ts';
import { queryRoutes, type ReviewDetail, type ReviewPage } from '../../dashboards/queries/index.ts';
import { readHere } from '../../ingest/index.ts';
import { type Explanation, type PersonModel, recompute, reviewRoutes } from '../../matchers/index.ts';
import { parseIsoDay } from '../../platform/calendar.ts';
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
import { outcomesOf } from '../support/links.ts';
import { openHome } from '../support/program.ts';
import { openSystemOf } from '../support/system.ts';

const AS_OF = '2026-03-01';
const LATER = '2026-03-10';
const NOW = new Date('2026-03-11T09:00:00+08:00');
const REGION = '159901101001';

/** Others who are registered: without them every name would be rare and every day of birth nobody else's. */
const FAMILY = [...'王李张刘陈杨赵黄周吴'];
const GIVEN = [...'伟强磊洋勇杰涛超明刚辉鹏'];
const others = Array.from({ length: 240 }, (_, i) => {
  const birth = `19${50 + (i % 40)}0${1 + (i % 9)}1${i % 10}`;
  const name = `${FAMILY[i % 10]}${GIVEN[i % 12]}${GIVEN[(i * 5) % 11]}`;
  return { home: `O${i}`, name, birth, order: 100 + i };
});
const address = (house: number | string): string => `模拟一旗模拟二苏木模拟三嘎查${house}号`;
const TYPED = idNumber('19800305', 1);
const MASKED = idNumber('19610708', 2);
const SOUNDS = idNumber('19700101', 3);
const AUTHORISED = idNumber('19720202', 4);
/** Says no more than the banner. */
const HIDDEN = '159901************';
const PHONE = '15430000005';

const people: Cells[] = [
  ...[
    ['P-typed', 'H-typed', '斯琴高娃', TYPED],
    ['P-masked', 'H-masked', '乌云其其格', MASKED],
    ['P-sounds', 'H-sounds', '王建国', SOUNDS],
    ['P-authorised', 'H-authorised', '那仁满都拉', AUTHORISED],
    ['P-father', 'H-twice', '巴雅尔', idNumber('19550203', 5)],
  ].map(([person_id, household_id, name, id_number]) => person({ person_id, household_id, name, id_number } as Cells)),
  person({
    ...{ person_id: 'P-son', household_id: 'H-twice', name: '巴雅尔', id_number: idNumber('19850910', 6) },
    relation: 'child',
  }),
  ...others.map(({ home, name, birth, order }) =>
    person({ person_id: `P-${home}`, household_id: home, name, id_number: idNumber(birth, order) }),
  ),
];
const homes = [...new Set(people.map((row) => String(row['household_id'])))];
const registry: Exchange = {
  households: homes.map((household_id, i) =>
    household({
      household_id,
      region_code: REGION,
      address: address(i),
      phone: household_id === 'H-twice' ? PHONE : null,
    }),
  ),
  persons: people,
  authorisations: [{ household_id: 'H-authorised', scope: 'finance', granted_on: '2025-01-01' }],
};
const at = { occurred_on: '2026-02-20', region_code: REGION };
const lead = (cells: Cells): Cells => record({ channel: 'visit', need: 'medical', id_number: null, ...at, ...cells });
const mask = (id: string): string => `${id.slice(0, 6)}********${id.slice(14)}`;
const swapped = `${TYPED.slice(0, 15)}${TYPED[16]}${TYPED[15]}${TYPED[17]}`;
const wage = (cells: Cells): Cells =>
  record({ occurred_on: '2026-01-31', period: '2026-01', income_type: 'wages', income_amount: '900', ...cells });

const leads: Cells[] = [
  lead({ record_id: 'l-typed', name: '斯琴高娃', id_number: swapped }),
  lead({ record_id: 'l-masked', name: '乌云其其格', id_number: mask(MASKED), birth_date: '1961-07-08' }),
  lead({ record_id: 'l-sounds', name: '王健国', id_number: SOUNDS }),
  lead({ record_id: 'l-twice', name: '巴雅尔', id_number: HIDDEN, phone: PHONE, address: address(4) }),
  lead({ record_id: 'l-nobody', name: '无此人', birth_date: '1933-01-02', phone: '15499999999' }),
];
const tax: Cells[] = [
  wage({ record_id: 't-authorised', name: '那仁满都拉', id_number: mask(AUTHORISED), birth_date: '1972-02-02', ...at }),
  wage({ record_id: 't-masked', name: '乌云其其格', id_number: mask(MASKED), birth_date: '1961-07-08', ...at }),
];
const health: Cells[] = [
  record({
    record_id: 'h-twice',
    name: '巴雅尔',
    id_number: HIDDEN,
    phone: PHONE,
    address: address(4),
    event: 'chronic_illness',
    ...at,
  }),
  record({
    record_id: 'h-nobody',
    name: '无此人',
    id_number: null,
    birth_date: '1933-01-02',
    phone: '15499999999',
    event: 'chronic_illness',
    ...at,
  }),
];

const rightOnes: Cells[] = [
  ...others
    .slice(0, 50)
    .map(({ name, birth, order }, i) =>
      record({ record_id: `e-${i}`, name, id_number: idNumber(birth, order), event: 'chronic_illness', ...at }),
    ),
  record({ record_id: 'e-none', name: '无此人', id_number: idNumber('19330102', 9), event: 'death', ...at }),
];

const ann: Actor = { id: 'u-ann', role: 'match_reviewer', regions: ['1599'], department: null };
const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const { signal } = new AbortController();

/** A system whose matcher tells how often it was made. */
const open = async () => {
  const home = await openHome();
  const opened = await openSystemOf(home.path);
  const { postgres, cipher, archive, root } = opened.system;
  const made = { times: 0 };
  const model = (): Promise<PersonModel> => {
    made.times += 1;
    return readModel(modelFile(root));
  };
  const system = {
    ...opened.system,
    register: createRegister({ postgres, cipher, model }),
    startReader: () => ({ ...readHere(archive), close: async () => undefined }),
  };
  const load = (exchange: Exchange, day: string) =>
    loadDirectory(system, completeRegistry(writeExchange(exchange)), {
      ...{ asOf: parseIsoDay(day) as number, progress: createProgress(quiet), signal },
    });
  /** As another process would find it: nothing of the matcher is made yet. */
  const anew = (): void => {
    system.register = createRegister({ postgres, cipher, model });
    made.times = 0;
  };
  return { opened, system: system as System, made, load, anew };
};
type Opened = Awaited<ReturnType<typeof open>>;

const factsOf = async ({ system }: Opened): Promise<string[]> =>
  (
    await system.clickhouse.query<{ record_id: string }>(
      'pages',
      'SELECT record_id FROM facts FINAL ORDER BY record_id',
    )
  ).map((row) => row.record_id);
const explanationsOf = async ({ system }: Opened): Promise<Map<string, string>> => {
  const rows = await system.clickhouse.query<{ id: string; explanation: string }>(
    'pages',
    `SELECT concat(record_id, ' ', toString(decision)) AS id, explanation FROM match_explanations FINAL ORDER BY id`,
  );
  return new Map(rows.map((row) => [row.id, row.explanation]));
};
const questionsOf = async ({ system }: Opened) =>
  system.postgres.query<{ question_id: string; reasons: string[]; candidates: number[]; state: string }>(
    'select question_id, reasons, candidates, state from review_questions order by question_id',
    [],
    { scope: '*' },
  );

/** All that was decided, but for the plain exact records. */
interface Told {
  readonly outcomes: Record<string, string>;
  readonly facts: readonly string[];
  readonly explanations: ReadonlyMap<string, string>;
  readonly questions: readonly object[];
}
const toldBy = async (one: Opened): Promise<Told> => ({
  outcomes: await outcomesOf(one.system),
  facts: (await factsOf(one)).filter((id) => !id.startsWith('e-')),
  explanations: await explanationsOf(one),
  // An id comes from a key that each system has of its own.
  questions: (await questionsOf(one)).map(({ question_id: _, ...rest }) => rest),
});

const EXPECTED = {
  'l-typed': 'repaired P-typed id_number_repaired name_equal',
  'l-masked': 'probable P-masked evidence_enough',
  'l-sounds': 'exact P-sounds id_number_equal name_sounds_same',
  'l-twice': 'review - no_margin',
  'h-twice': 'review - no_margin',
  'l-nobody': 'unregistered - no_usable_identity',
  'h-nobody': 'unregistered - no_usable_identity',
  't-authorised': 'probable P-authorised evidence_enough',
};

describe('records that number and name leave open', () => {
  let whole: Opened;
  /** What two halves came to. */
  let halves: Told;
  beforeAll(async () => {
    // One after the other: a process has one ClickHouse.
    const exact = await open();
    // A changed registry is looked through for duplicates, by the matcher: what comes later in it is what is asked about here.
    await exact.load(registry, AS_OF);
    exact.anew();
    await exact.load({ feeds: { health: rightOnes } }, AS_OF);
    plain = {
      made: exact.made.times,
      outcomes: await outcomesOf(exact.system),
      explanations: await explanationsOf(exact),
    };
    await exact.load({ feeds: { leads: leads.slice(0, 2), health: health.slice(0, 1) } }, AS_OF);
    await exact.load({ feeds: { leads: leads.slice(2), tax, health: health.slice(1) } }, AS_OF);
    halves = await toldBy(exact);
    await exact.opened.close();
    whole = await open();
  });
  afterAll(() => whole?.opened.close());
  /** What a load came to in which every number is right and every name equal. */
  let plain: { made: number; outcomes: Record<string, string>; explanations: Map<string, string> };

  it('are what the matcher is made for: not right numbers and names, nor strangers with a number', () => {
    expect(Object.values(plain.outcomes).filter((told) => told.startsWith('exact'))).toHaveLength(50);
    expect(plain.outcomes['e-none']).toBe('unregistered - id_number_not_registered');
    expect([plain.made, plain.explanations.size]).toEqual([0, 0]);
  });

  it('come to what they are, once each, and only what is linked becomes a fact', async () => {
    const { records, matches } = await whole.load({ ...registry, feeds: { leads, tax, health } }, AS_OF);
    expect(whole.made.times).toBe(1);
    expect(await outcomesOf(whole.system)).toEqual(EXPECTED);
    expect(matches).toEqual({ exact: 1, repaired: 1, certificate: 0, probable: 2, review: 2, unregistered: 2 });
    expect(records).toMatchObject({ accepted: 8, not_authorised: 1 });
    expect(await factsOf(whole)).toEqual(['l-masked', 'l-sounds', 'l-typed', 't-authorised']);
  });

  it('wait only where somebody is asked, or where nothing is ever dropped', async () => {
    const rows = await whole.system.clickhouse.query<{ record_id: string; payload: string }>(
      'pages',
      'SELECT record_id, payload FROM waiting_records FINAL WHERE is_deleted = 0 ORDER BY record_id',
    );
    expect(rows.map((row) => row.record_id)).toEqual(['h-twice', 'l-nobody', 'l-twice']);
    expect(rows.every(({ payload }) => !Buffer.from(payload, 'base64').includes('巴雅尔'))).toBe(true);
  });

  it('are asked about once for an identity, with the candidates and the doubt', async () => {
    const [question, ...more] = await questionsOf(whole);
    expect(more).toEqual([]);
    expect(question).toMatchObject({ reasons: ['no_margin'], state: 'open' });
    expect(question?.candidates).toHaveLength(2);
  });

  it('are explained: computed again from what is stored, to the bit, without a name or a number', async () => {
    const model = await readModel(modelFile(whole.system.root));
    const kept = await explanationsOf(whole);
    expect([...kept.keys()]).toEqual([
      'h-twice 0',
      'l-masked 0',
      'l-sounds 0',
      'l-twice 0',
      'l-typed 0',
      't-authorised 0',
    ]);
    for (const text of kept.values()) {
      const explanation = JSON.parse(text) as Explanation;
      expect(explanation.total).not.toBeNull();
      expect(recompute(explanation, model)).toBe(explanation.total);
      expect(text).not.toMatch(/巴雅尔|斯琴|乌云|王建国|王健国|那仁|1599\d|154300/);
    }
  });

  it('in two halves come to what they do at once', async () => {
    expect(halves.outcomes).toMatchObject(EXPECTED);
    const { outcomes, ...rest } = await toldBy(whole);
    expect(halves).toMatchObject(rest);
    expect(outcomes).toEqual(EXPECTED);
  });

  it('come to the same in a rebuild', async () => {
    const before = [await outcomesOf(whole.system), await factsOf(whole), await explanationsOf(whole)];
    await rebuildFacts(whole.system, quiet, signal);
    expect([await outcomesOf(whole.system), await factsOf(whole), await explanationsOf(whole)]).toEqual(before);
  });

  describe('a verdict', () => {
    const ask = async <T>(address: string, id: string, body?: object, actor = ann): Promise<T> => {
      const { system } = whole;
      const routes = [...reviewRoutes(reviewDeps(system)), ...queryRoutes({ ...system, isSynthetic: () => true })];
      const route = routes.find(({ method, url }) => `${method} ${url}` === address) as Route;
      const given = { actor, params: { question_id: id }, now: NOW, cookies: {} };
      const answer = await route.answer({ ...given, query: route.query?.parse({}), body: route.body?.parse(body) });
      return answer.body as T;
    };
    const theQuestion = async (): Promise<string> =>
      (await ask<ReviewPage>('GET /api/review', '')).questions[0]?.question_id as string;
    const detail = (id: string, actor = ann) => ask<ReviewDetail>('GET /api/review/:question_id', id, undefined, actor);

    it('settles all records of the identity, those without a number as well, and an undo takes it back', async () => {
      const id = await theQuestion();
      const shown = await detail(id);
      expect(shown.records.map(({ record_id }) => record_id).sort()).toEqual(['h-twice', 'l-twice']);
      expect(shown.candidates.map(({ person_id }) => person_id).sort()).toEqual(['P-father', 'P-son']);
      // Nothing that leads is sent before a verdict: no score, no evidence.
      expect(shown.explanation).toBeNull();
      expect(shown.candidates.map(({ score }) => score)).toEqual([null, null]);
      const { version } = await ask<{ version: number }>('POST /api/review/:question_id/claim', id, {});
      const verdict = { version, verdict: 'same', person_id: 'P-son', note: null };
      expect(await ask('POST /api/review/:question_id/verdict', id, verdict)).toMatchObject({ settled: true });
      expect(await outcomesOf(whole.system)).toMatchObject({
        'l-twice': 'probable P-son no_margin verdict_same',
        'h-twice': 'probable P-son no_margin verdict_same',
      });
      expect(await factsOf(whole)).toEqual(expect.arrayContaining(['h-twice', 'l-twice']));
      const { explanation, candidates, person_id } = await detail(id);
      expect([person_id, candidates.length]).toEqual(['P-son', 2]);
      expect(candidates.map(({ person_id }) => person_id)).toContain(explanation?.person_id);
      const bits = explanation?.fields.reduce((sum, field) => sum + field.bits, explanation.prior);
      expect(bits).toBeCloseTo(explanation?.total as number, 9);
      expect(explanation?.vetoes).toEqual(['no_margin']);
      expect(explanation?.sentence).toMatch(/^待人工核对：与另一人难以区分：姓名一致/);
      expect(candidates.every(({ score }) => score !== null && score > 0 && score <= 1)).toBe(true);
      // Another reader knows it only once nobody is to read the question any more.
      await whole.system.postgres.query("update review_questions set second = 'wanted'", [], { scope: '*' });
      const other = await detail(id, { ...ann, id: 'u-bob' });
      expect([other.explanation, ...other.candidates.map(({ score }) => score)]).toEqual([null, null, null]);
      const before = [await outcomesOf(whole.system), await factsOf(whole)];
      await rebuildFacts(whole.system, quiet, signal);
      expect([await outcomesOf(whole.system), await factsOf(whole)]).toEqual(before);
      expect((await detail(id)).explanation).toEqual(explanation);
      const said = { version: (await detail(id)).version, reason: '看错了人' };
      expect(await ask('POST /api/review/:question_id/undo', id, said)).toMatchObject({ settled: true });
      expect(await outcomesOf(whole.system)).toMatchObject({
        'l-twice': EXPECTED['l-twice'],
        'h-twice': EXPECTED['h-twice'],
      });
      expect(await factsOf(whole)).toEqual(['l-masked', 'l-sounds', 'l-typed', 't-authorised']);
    });

    it('that they are nobody of those shown can be taken back, also after a rebuild', async () => {
      const id = await theQuestion();
      const { version } = await ask<{ version: number }>('POST /api/review/:question_id/claim', id, {});
      const verdict = { version, verdict: 'different', person_id: null, note: null };
      expect(await ask('POST /api/review/:question_id/verdict', id, verdict)).toMatchObject({ settled: true });
      const strangers = {
        'l-twice': 'unregistered - no_margin verdict_different',
        'h-twice': 'unregistered - no_margin verdict_different',
      };
      expect(await outcomesOf(whole.system)).toMatchObject(strangers);
      await rebuildFacts(whole.system, quiet, signal);
      expect(await outcomesOf(whole.system)).toMatchObject(strangers);
      const said = { version: (await detail(id)).version, reason: '看错了人' };
      expect(await ask('POST /api/review/:question_id/undo', id, said)).toMatchObject({ settled: true });
      expect(await outcomesOf(whole.system)).toMatchObject({
        'l-twice': EXPECTED['l-twice'],
        'h-twice': EXPECTED['h-twice'],
      });
    });
  });

  it('a lead without a number is linked when somebody is registered whom it fits', async () => {
    const born = { person_id: 'P-late', household_id: 'H-late', name: '无此人', id_number: idNumber('19330102', 9) };
    const home = { household_id: 'H-late', region_code: REGION, phone: '15499999999' };
    await whole.load({ households: [household(home)], persons: [person(born)] }, LATER);
    // The one who is new was added to the matcher that was there.
    expect(whole.made.times).toBe(1);
    expect(await outcomesOf(whole.system)).toMatchObject({
      'l-nobody': 'probable P-late evidence_enough registered_later',
      'h-nobody': 'unregistered - no_usable_identity',
    });
  });
});
