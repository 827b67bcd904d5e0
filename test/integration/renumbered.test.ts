/**
 * People who were given another id number (docs/decisions/0034): records under the old one are theirs, whenever and however they
 * came, and are asked about where it is not certain.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Route } from '../../access/index.ts';
import { rebuildFacts } from '../../app/cli-rebuild.ts';
import { loadDirectory } from '../../app/load.ts';
import { createProgress } from '../../app/progress.ts';
import type { System } from '../../app/system.ts';
import { startTopics } from '../../app/topics.ts';
import { type QueuePage, queryRoutes } from '../../dashboards/queries/index.ts';
import { readHere } from '../../ingest/index.ts';
import { parseIsoDay } from '../../platform/calendar.ts';
import { until } from '../../platform/until.ts';
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
import { linkedFactsOf, outcomesOf } from '../support/links.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const MIGRATION = join(import.meta.dirname, '../../migrations/postgres/202611292200_former_numbers.sql');
const [FIRST, SECOND, THIRD, FOURTH] = ['2026-03-01', '2026-04-01', '2026-05-01', '2026-06-01'] as const;
const at = { occurred_on: '2026-02-20' };

/** Their first number, and the one that they were given. */
const numbers = (order: number) => ({ old: idNumber('19700101', order), now: idNumber('19700101', order + 500) });
const [one, sounds, stays, left, taken, late] = [1, 2, 3, 4, 5, 6].map(numbers) as [Pair, Pair, Pair, Pair, Pair, Pair];
type Pair = ReturnType<typeof numbers>;
const TWICE = idNumber('19700101', 7);

const people = (moment: 'before' | 'after'): Cells[] => {
  const of = (id: string, name: string, before: string, after: string): Cells =>
    person({ person_id: id, household_id: `H-${id}`, name, id_number: moment === 'before' ? before : after });
  return [
    of('one', '那仁', one.old, one.now),
    of('sounds', '王建国', sounds.old, sounds.now),
    // They shared a number, and one of them was given another.
    of('stays', '张伟', stays.old, stays.old),
    of('left', '李强', stays.old, left.now),
    of('taken', '斯琴', taken.old, taken.now),
    // Both were given another.
    of('both-1', '赵敏', TWICE, idNumber('19700101', 601)),
    of('both-2', '周磊', TWICE, idNumber('19700101', 602)),
  ];
};
const registry = (moment: 'before' | 'after', more: Cells[] = []): Exchange => {
  const persons = [...people(moment), ...more];
  return { persons, households: persons.map((row) => household({ household_id: String(row['household_id']) })) };
};
const bill = (record_id: string, name: string, id_number: string, more: Cells = {}): Cells =>
  record({
    record_id,
    name,
    id_number,
    visit_type: 'outpatient',
    total_amount: 99_000,
    self_paid: 16_000,
    ...at,
    ...more,
  });

const bills: Cells[] = [
  bill('m-one', '那仁', one.old),
  bill('m-sounds', '王健国', sounds.old),
  bill('m-other-name', '王芳', one.old),
  bill('m-left', '李强', stays.old),
  bill('m-both', '赵敏', TWICE),
  bill('m-new', '那仁', one.now, { self_paid: 10 }),
];
const certificate = record({
  ...{ record_id: 'd-one', name: '那仁', id_number: null, disability_cert: `${one.old}41`, ...at },
  ...{ event: 'rehab_cost', rehab_amount: 300 },
});
const wage = record({
  ...{ record_id: 't-one', name: '那仁', id_number: one.old, ...at },
  ...{ period: '2026-01', income_type: 'wages', income_amount: '900' },
});
const EXPECTED = {
  'm-one': 'exact one former_id_number name_equal',
  'm-sounds': 'exact sounds former_id_number name_sounds_same',
  'm-other-name': 'review - former_id_number name_differs',
  'm-left': 'review - id_number_equal name_differs formerly_of_another',
  'm-both': 'review - former_id_number several_formerly_registered',
  'm-new': 'exact one id_number_equal name_equal',
  'd-one': 'certificate one former_certificate_number name_equal',
  't-one': 'exact one former_id_number name_equal',
};

const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const { signal } = new AbortController();

const open = async () => {
  const opened: OpenedSystem = await openSystemOf((await openHome()).path);
  const { archive } = opened.system;
  const system: System = {
    ...opened.system,
    startReader: () => ({ ...readHere(archive), close: async () => undefined }),
  };
  const load = (exchange: Exchange, day: string) =>
    loadDirectory(system, completeRegistry(writeExchange(exchange)), {
      ...{ asOf: parseIsoDay(day) as number, progress: createProgress(quiet), signal },
    });
  const outcomes = () => outcomesOf(system);
  /** `record person` of every fact. */
  const facts = () => linkedFactsOf(system);
  /** Households with a warning of their bills. */
  const burdened = async (): Promise<string[]> =>
    (
      await system.postgres.query<{ household_id: string }>(
        `select household_id from warnings where rule_id = 'medical-burden' and status = 'open' order by household_id`,
        [],
        { scope: '*' },
      )
    ).map((row) => row.household_id);
  return { ...opened, system, load, outcomes, facts, burdened };
};
type Opened = Awaited<ReturnType<typeof open>>;

/** A process has one ClickHouse: whoever opened one closes it, come what may. */
const withOpened = async <T>(work: (opened: Opened) => Promise<T>): Promise<T> => {
  const opened = await open();
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
};

describe('a record under the number that somebody had before', () => {
  let theirs: Opened;
  beforeAll(async () => {
    theirs = await open();
    await theirs.load(registry('before'), FIRST);
    await theirs.load(
      { ...registry('after'), authorisations: [{ household_id: 'H-one', scope: 'finance', granted_on: '2025-01-01' }] },
      SECOND,
    );
    await theirs.load({ feeds: { 'medical-insurance': bills, disability: [certificate], tax: [wage] } }, THIRD);
  });
  afterAll(() => theirs?.close());

  it('is theirs where it is certain, else asked about', async () => {
    expect(await theirs.outcomes()).toEqual(EXPECTED);
  });

  it('becomes a fact that counts', async () => {
    expect(await theirs.facts()).toEqual(['d-one one', 'm-new one', 'm-one one', 'm-sounds sounds', 't-one one']);
    expect(await theirs.burdened()).toEqual(['H-one', 'H-sounds']);
  });

  it('is asked about with whoever had the number, and waits under what it states', async () => {
    const persons = await theirs.system.postgres.query<{ person_no: number; person_id: string }>(
      'select * from persons',
    );
    const idOf = new Map(persons.map((row) => [row.person_no, row.person_id]));
    const questions = await theirs.system.postgres.query<{ reasons: string[]; candidates: number[] }>(
      'select reasons, candidates from review_questions',
      [],
      { scope: '*' },
    );
    const asked = questions.map(
      ({ reasons, candidates }) => `${reasons.at(-1)} ${candidates.map((no) => idOf.get(no))}`,
    );
    expect(asked.sort()).toEqual([
      'formerly_of_another stays,left',
      'name_differs one',
      'several_formerly_registered both-1,both-2',
    ]);
  });

  it('leads whoever searches for it to the household, as the present one does', async () => {
    const routes = queryRoutes({ ...theirs.system, isSynthetic: () => false });
    const queue = routes.find(({ method, url }) => `${method} ${url}` === 'GET /api/warnings') as Route;
    const actor: Actor = { id: 'u-1', role: 'analyst', regions: ['1599'], department: null };
    const found = async (q: string): Promise<(string | null)[]> => {
      const given = {
        actor,
        params: {},
        query: queue.query?.parse({ q }),
        body: undefined,
        now: new Date(),
        cookies: {},
      };
      const { warnings } = (await queue.answer(given)).body as QueuePage;
      return [...new Set(warnings.map(({ subject }) => subject.household_id))];
    };
    expect(await found(one.old)).toEqual(['H-one']);
    expect(await found(one.now)).toEqual(['H-one']);
    expect(await found(late.old)).toEqual([]);
  });

  it('is the same from a topic', async () => {
    const stop = new AbortController();
    // Closing topics ends the bus: nobody after this one asks for it.
    const topics = startTopics(theirs.system, stop.signal);
    const value = Buffer.from(JSON.stringify(bill('m-topic', '那仁', one.old)));
    await (await theirs.system.bus()).publish([
      { topic: 'feed.medical-insurance', key: 'm-topic', value, headers: {} },
    ]);
    const told = await until(30_000, async () => (await theirs.outcomes())['m-topic'] ?? null);
    stop.abort();
    await topics.close();
    expect(told).toBe(EXPECTED['m-one']);
  });

  it('is the same in a rebuild', async () => {
    const before = [await theirs.outcomes(), await theirs.facts()];
    await rebuildFacts(theirs.system, quiet, signal);
    expect([await theirs.outcomes(), await theirs.facts()]).toEqual(before);
  });

  it('belongs to whoever is registered under the number later, and is their own again when it is given back', async () => {
    const newcomer = person({ person_id: 'new', household_id: 'H-new', name: '高娃', id_number: taken.old });
    const [back] = people('before') as [Cells];
    await theirs.load(
      {
        households: [household({ household_id: 'H-new' })],
        persons: [newcomer, back],
        feeds: {
          health: [
            record({ record_id: 'h-new', name: '高娃', id_number: taken.old, event: 'chronic_illness', ...at }),
            record({ record_id: 'h-taken', name: '斯琴', id_number: taken.old, event: 'chronic_illness', ...at }),
            record({ record_id: 'h-back', name: '那仁', id_number: one.old, event: 'chronic_illness', ...at }),
            record({ record_id: 'h-was-new', name: '那仁', id_number: one.now, event: 'chronic_illness', ...at }),
          ],
        },
      },
      FOURTH,
    );
    expect(await theirs.outcomes()).toMatchObject({
      'h-new': 'exact new id_number_equal name_equal',
      'h-taken': 'review - id_number_equal name_differs formerly_of_another',
      'h-back': 'exact one id_number_equal name_equal',
      'h-was-new': 'exact one former_id_number name_equal',
    });
  });
});

describe('the order in which records and registries come', () => {
  const feeds = { 'medical-insurance': bills.slice(0, 2) };
  const told = (...loads: Exchange[]) =>
    withOpened(async ({ system, load, outcomes, facts, burdened }) => {
      for (const [i, exchange] of loads.entries()) await load(exchange, [FIRST, SECOND, THIRD][i] as string);
      const came = { outcomes: await outcomes(), facts: await facts(), burdened: await burdened() };
      await rebuildFacts(system, quiet, signal);
      return { came, rebuilt: { outcomes: await outcomes(), facts: await facts() } };
    });
  const facts = ['m-one one', 'm-sounds sounds'];
  const burdened = ['H-one', 'H-sounds'];
  const rebuilt = {
    outcomes: { 'm-one': EXPECTED['m-one'], 'm-sounds': EXPECTED['m-sounds'] },
    facts,
  };

  it('changes no fact: records first, and between the registries', async () => {
    const first = await told({ feeds }, registry('before'), registry('after'));
    // A link that stands is not weighed again: it says by which number it was made.
    expect(first.came).toEqual({
      outcomes: {
        'm-one': 'exact one id_number_equal name_equal registered_later',
        'm-sounds': 'exact sounds id_number_equal name_sounds_same registered_later',
      },
      ...{ facts, burdened },
    });
    const between = await told(registry('before'), { feeds }, registry('after'));
    expect(between.came.facts).toEqual(facts);
    expect(between.came.burdened).toEqual(burdened);
    // Without the old number a rebuild would take away what it had brought.
    expect(first.rebuilt).toEqual(rebuilt);
    expect(between.rebuilt).toEqual(rebuilt);
  });
});

describe('what waits under a number that was replaced before anybody looked', () => {
  it('is looked at once more, linked, and its reviewer told when a corrected name fits', () =>
    withOpened(async ({ system, load, outcomes, facts, burdened }) => {
      const stranger = bill('m-late', '吴洋', late.old);
      await load({ feeds: { 'medical-insurance': [...bills.slice(0, 3), stranger] } }, FIRST);
      expect((await outcomes())['m-one']).toBe('unregistered - id_number_not_registered');
      // What a program left that knew of present numbers only: everything was looked at, and nothing found.
      await system.postgres.query('insert into relinked (revision) values (1000)');
      const named = (moment: 'before' | 'after', name: string): Cells =>
        person({
          person_id: 'late',
          household_id: 'H-late',
          name,
          id_number: moment === 'before' ? late.old : late.now,
        });
      await load(registry('before', [named('before', '赵六')]), SECOND);
      await load(registry('after', [named('after', '赵六')]), THIRD);
      expect((await outcomes())['m-one']).toBe('unregistered - id_number_not_registered');
      await system.postgres.query(
        /delete from relinked[^;]*/.exec(readFileSync(MIGRATION, 'utf8'))?.[0] as string,
        [],
        {
          scope: '*',
        },
      );
      await load({}, THIRD);
      expect(await outcomes()).toEqual({
        'm-one': `${EXPECTED['m-one']} registered_later`,
        'm-sounds': `${EXPECTED['m-sounds']} registered_later`,
        'm-other-name': `${EXPECTED['m-other-name']} registered_later`,
        'm-late': 'review - former_id_number name_differs registered_later',
      });
      expect(await facts()).toEqual(['m-one one', 'm-sounds sounds']);
      expect(await burdened()).toEqual(['H-one', 'H-sounds']);
      // The name alone changes, long after the number did.
      await load({ persons: [named('after', '吴洋')] }, FOURTH);
      const [question] = await system.postgres.query<{ reasons: string[] }>(
        `select reasons from review_questions where reasons @> '{registry_changed}'`,
        [],
        { scope: '*' },
      );
      expect(question?.reasons).toEqual(['former_id_number', 'name_equal', 'registry_changed']);
    }));
});
