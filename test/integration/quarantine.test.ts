/**
 * Quarantine as people use it, over the addresses of the server on real engines: listed, counted, shown masked, corrected
 * and sent through the door again, dismissed; two people at once; a program that dies in the middle; and what departments
 * are told: the quality note, what their data did, what is overdue.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import { feedsNoteCommand } from '../../app/cli-feeds-note.ts';
import { rebuildFacts } from '../../app/cli-rebuild.ts';
import { createHttp } from '../../app/http.ts';
import { loadDirectory } from '../../app/load.ts';
import { createProgress } from '../../app/progress.ts';
import { createCorrections } from '../../app/quarantine/index.ts';
import { httpDeps } from '../../app/routes.ts';
import { writeRegistry } from '../../app/selfcheck-exchange.ts';
import type { System } from '../../app/system.ts';
import { type Feed, feeds, openReceived, type ReaderThread, readFeed, readHere } from '../../ingest/index.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import { addMonths, formatDay, formatMonth, monthOfDay, shanghaiDay } from '../../platform/calendar.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';
import { tableOf } from '../support/workbook.ts';

const TODAY = shanghaiDay(new Date());
const MONTH = formatMonth(monthOfDay(TODAY));
/** Of the one person that the registry of the self-check knows. */
const ID = trustedIdNumber('159901700315017') as string;
const MASKED = `159901********${ID.slice(-4)}`;
const PERSONAL = new RegExp(`巴图|${ID}|13812341234`);

const actor = (id: string, role: Actor['role'], regions: string[], department: string | null = null): Actor => ({
  ...{ id, role, regions, department },
});
const people: Record<string, Actor> = {
  reviewer: actor('u-reviewer', 'match_reviewer', ['159901']),
  second: actor('u-second', 'match_reviewer', ['1599']),
  elsewhere: actor('u-elsewhere', 'match_reviewer', ['159902']),
  analyst: actor('u-analyst', 'analyst', ['159901']),
  leader: actor('u-leader', 'leadership', ['1599']),
  housing: actor('u-housing', 'department', ['159901'], 'housing'),
  water: actor('u-water', 'department', ['159901'], 'water'),
};

interface Entry {
  readonly quarantine_no: number;
  readonly feed: string;
  readonly line: number;
  readonly reason: string;
  readonly field: string | null;
  readonly value: string | null;
  readonly state: string;
}
interface Page {
  readonly entries: Entry[];
  readonly total: number;
  readonly next: string | null;
}
interface Detail extends Entry {
  readonly cells: { column: string; value: string | null; personal: boolean }[] | null;
  readonly raw: string;
  readonly fate: {
    reason: string;
    by: string;
    outcome: string | null;
    record_id: string | null;
    next_no: number | null;
  } | null;
  readonly came_of: number | null;
}
type Change = { type: 'edit'; values: Record<string, string | null> } | { type: 'mapping' } | { type: 'dismiss' };

const loading = () => ({
  ...{ asOf: null, progress: createProgress(new PassThrough().resume()) },
  signal: new AbortController().signal,
});

describe('quarantine', () => {
  let home: string;
  let opened: OpenedSystem;
  let system: System;
  let http: FastifyInstance;
  const exchange = mkdtempSync(join(tmpdir(), 'yilian-quarantine-'));

  const ask = async (who: string, method: 'GET' | 'POST', url: string, payload?: object) => {
    const response = await http.inject({
      ...{ method, url, cookies: { yilian_session: who } },
      ...(payload === undefined ? {} : { payload }),
    });
    return {
      status: response.statusCode,
      response,
      body: `${response.headers['content-type']}`.includes('json') ? response.json() : {},
    };
  };
  const list = async (who: string, query = ''): Promise<Page> => {
    const { status, body } = await ask(who, 'GET', `/api/quarantine${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const detail = async (no: number, who = 'reviewer'): Promise<Detail> =>
    (await ask(who, 'GET', `/api/quarantine/${no}`)).body;
  const at = async (line: number, feed = 'housing'): Promise<Entry> => {
    const { entries } = await list('second', `?feed=${feed}&limit=200`);
    // The first that came from that line of the department's own file
    return entries.filter((entry) => entry.line === line).at(-1) as Entry;
  };
  const correct = (who: string, which: object, change: Change, more: object = {}) =>
    ask(who, 'POST', '/api/quarantine/corrections', {
      ...{ request_id: randomUUID(), reason: '与部门核对后更正', which, change, ...more },
    });
  const entries = (...numbers: number[]) => ({ by: 'entries', entries: numbers });
  const versions = (feed = 'housing') =>
    system.clickhouse.query<{ record_id: string; outcome: string; person_no: number }>(
      'pages',
      'SELECT record_id, outcome, person_no, rank, content FROM record_versions FINAL WHERE feed = {feed:String} ORDER BY record_id, rank',
      { feed },
    );
  /** Every refused row is in one state, and none has gone. */
  const nothingIsLost = async (): Promise<void> => {
    const [row] = await system.postgres.query<{ rows: number; highest: number }>(
      'select count(*)::int as rows, max(quarantine_no)::int as highest from quarantine',
    );
    expect(row?.rows).toBe(row?.highest);
    const { body } = await ask('second', 'GET', '/api/quarantine/counts');
    const states = body.state as { value: string; count: number }[];
    const elsewhere = (await list('elsewhere', '?limit=1')).total;
    expect(states.reduce((sum, { count }) => sum + count, 0)).toBe(row?.rows);
    expect(elsewhere).toBeGreaterThan(0);
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'yilian-quarantine-home-'));
    await writeRegistry(exchange, TODAY);
    const day = formatDay(TODAY);
    const row = (id: string, event: string, grade = 'C', name = '巴图', region = '') =>
      `${id},${day},${region},${name},${ID},13812341234,${event},${grade},`;
    mkdirSync(join(exchange, 'feeds/housing'), { recursive: true });
    mkdirSync(join(exchange, 'feeds/tax'), { recursive: true });
    mkdirSync(join(exchange, 'feeds/education'), { recursive: true });
    writeFileSync(
      join(exchange, 'feeds/housing/a.csv'),
      [
        '记录编号,发生日期,行政区划代码,姓名,公民身份号码,联系电话,事件,危房等级,月租金',
        row('h-1', 'dangerous_house'),
        row('h-2', '危险房'),
        row('h-3', '危险房'),
        row('h-4', '危险房'),
        row('h-5', '危旧房'),
        `h-6,2026-02-30,,巴图,${ID},,dangerous_house,C,`,
        `h-7,${day},,巴图,${ID},,dangerous_house,C,,多出一列`,
        row('h-8', 'dangerous_house', 'C', ''),
        row('h-9', '危险房', 'C', '巴图', '159902'),
        `h-10,${day},159901,巴图,${ID},,public_rental,,-5`,
        '',
      ].join('\n'),
    );
    writeFileSync(
      join(exchange, 'feeds/tax/a.jsonl'),
      `${JSON.stringify({ record_id: 't-1', name: '巴图', id_number: ID, period: '2026-09', income_type: 'wages', income_amount: -1 })}\n`,
    );
    writeFileSync(
      join(exchange, 'feeds/education/a.jsonl'),
      `${JSON.stringify({ record_id: 'e-1', occurred_on: day, name: '巴图', id_number: ID, event: 'fee', stage: 'college', amount: '一千' })}\n`,
    );
    mkdirSync(join(exchange, 'feeds/leads'), { recursive: true });
    writeFileSync(
      join(exchange, 'feeds/leads/a.csv'),
      [
        'record_id,occurred_on,name,id_number,channel,need,note',
        `l-1,${day},巴图,${ID},visit,housing,"巴图家房顶漏雨，邻居电话 13812341234，证号${ID}"`,
        '',
      ].join('\n'),
    );
    opened = await openSystemOf(home);
    // The thread that reads is a file of what is built; here sources run.
    const startReader = (): ReaderThread => ({
      ...readHere(opened.system.archive),
      read: async function* rows(request, { unknown }) {
        const file = { ...request, feed: feeds.get(request.feed) as Feed };
        const received = await openReceived(opened.system.archive, file, () => undefined);
        yield* readFeed({ ...file, open: received.open }, { ...request, unknown });
        await received.close();
      },
      close: async () => undefined,
    });
    system = { ...opened.system, startReader };
    await loadDirectory(system, exchange, loading());
    for (const { id, role, regions, department } of Object.values(people)) {
      await system.postgres.query(
        `insert into users (user_id, account, name, role, regions, department, demo, password_hash, created_at)
         values ($1, $1, $2, $3, $4, $5, false, 'x', now())`,
        [id, `${id}的姓名`, role, regions, department],
      );
    }
    http = await createHttp({
      ...httpDeps(system, { loading: false, synthetic: false }),
      findActor: async (cookie) => people[cookie] ?? null,
    });
  });
  afterAll(async () => {
    await http?.close();
    await opened?.close();
    for (const folder of [home, exchange]) rmSync(folder, { recursive: true, force: true });
  });

  it('is listed with reason, field and masked value, a page at a time, and counted beside the filters', async () => {
    const first = await list('second', '?limit=4');
    const rest = await list('second', `?limit=200&after=${first.next}`);
    const all = [...first.entries, ...rest.entries];
    expect(all).toHaveLength(first.total);
    expect(first.total).toBe(11);
    expect(new Set(all.map((entry) => entry.quarantine_no)).size).toBe(11);
    expect(all.find(({ line, feed }) => feed === 'housing' && line === 3)).toMatchObject({
      ...{
        reason: 'bad_value',
        field: 'event',
        value: '危险房',
        state: 'waiting',
        source: 'a.csv',
        field_title: '事件',
      },
    });
    const { body } = await ask('second', 'GET', '/api/quarantine/counts?feed=housing&reason=bad_value');
    expect(body.field).toEqual([{ value: 'event', title: '事件', count: 5 }]);
    expect(body.feed.map(({ value, count }: { value: string; count: number }) => [value, count])).toEqual([
      ['housing', 5],
    ]);
    expect(body.reason.find((one: { value: string }) => one.value === 'malformed')).toMatchObject({ count: 1 });
    expect(body.day).toEqual([{ value: formatDay(TODAY), title: formatDay(TODAY), count: 5 }]);
    expect((await list('second', '?feed=housing&reason=bad_value&field=event')).total).toBe(5);
    expect((await list('second', `?day=${formatDay(TODAY - 1)}`)).total).toBe(0);
    expect((await ask('second', 'GET', '/api/quarantine?reason=nonsense')).status).toBe(400);
  });

  it('shows the row beside its reason, and nobody in it', async () => {
    const one = await detail((await at(3)).quarantine_no);
    expect(one.cells?.find(({ column }) => column === 'id_number')).toMatchObject({ value: MASKED, personal: true });
    expect(one.cells?.find(({ column }) => column === 'name')?.value).toBe('巴*');
    expect(one).toMatchObject({ says: expect.stringContaining('取值'), fate: null, hindrance: null });
    const broken = await detail((await at(8)).quarantine_no);
    expect(broken.cells?.every(({ value }) => value === null)).toBe(true);
    expect(broken.raw).toContain('多*');
    for (const { quarantine_no: no } of (await list('second', '?limit=200')).entries) {
      const said = JSON.stringify(await detail(no, 'second'));
      expect(said).not.toMatch(PERSONAL);
    }
  });

  it("is seen by its own regions' people, corrected by the right role only, and shown in full with a reason that is logged", async () => {
    expect((await list('reviewer', '?limit=200')).entries.map(({ line, feed }) => `${feed} ${line}`)).not.toContain(
      'housing 10',
    );
    const { quarantine_no: no } = await at(10);
    expect((await ask('reviewer', 'GET', `/api/quarantine/${no}`)).status).toBe(404);
    expect((await correct('reviewer', entries(no), { type: 'dismiss' })).status).toBe(404);
    const own = (await at(3)).quarantine_no;
    for (const who of ['analyst', 'leader', 'housing'])
      expect((await correct(who, entries(own), { type: 'dismiss' })).status).toBe(403);
    expect((await ask('leader', 'GET', '/api/quarantine')).status).toBe(403);
    expect((await ask('analyst', 'POST', `/api/quarantine/${own}/reveal`, { reason: '核对' })).status).toBe(403);
    expect((await ask('reviewer', 'POST', `/api/quarantine/${own}/reveal`, { reason: ' ' })).status).toBe(400);
    const shown = await ask('reviewer', 'POST', `/api/quarantine/${own}/reveal`, { reason: '与部门电话核对' });
    expect(shown.body.raw).toContain(ID);
    const [logged] = await system.postgres.query<{ actor: string; reason: string }>(
      'select actor, reason from audit_log where subject = $1',
      [`quarantine/${own}`],
    );
    expect(logged).toEqual({ actor: 'u-reviewer', reason: '与部门电话核对' });
  });

  it('is corrected by kind: all that say the same, through the door as every other record', async () => {
    const { body } = await ask('reviewer', 'GET', '/api/quarantine/values?feed=housing&reason=bad_value&field=event');
    expect(body).toMatchObject({ waiting: 4, looked_at: 4 });
    const [most] = body.values;
    expect(most).toMatchObject({ value: '危险房', count: 3 });
    expect(most.key).not.toContain('危');
    const kind = { by: 'kind', feed: 'housing', reason: 'bad_value', field: 'event', key: most.key };
    const stale = await correct('reviewer', { ...kind, expected: 2 }, { type: 'edit', values: { event: '危房' } });
    expect(stale.status).toBe(409);
    expect(stale.body.message).toContain('由 2 条变为 3 条');
    const id = randomUUID();
    const change: Change = { type: 'edit', values: { event: '危房' } };
    const done = await correct('reviewer', { ...kind, expected: 3 }, change, { request_id: id });
    expect(done.body).toMatchObject({ entries: 3, accepted: 3, rejected: 0, sent: 0 });
    // Asked again, as after a lost answer: answered the same, done once.
    const again = await correct('reviewer', { ...kind, expected: 3 }, change, { request_id: id });
    expect(again.body).toEqual(done.body);
    const foreign = await correct('second', { ...kind, expected: 3 }, change, { request_id: id });
    expect(foreign.status).toBe(422);
    const known = await versions();
    expect(known.map(({ record_id: record }) => record)).toEqual(['h-1', 'h-2', 'h-3', 'h-4']);
    expect(known.every(({ outcome, person_no: person }) => outcome === 'exact' && person > 0)).toBe(true);
    const one = await detail((await at(3)).quarantine_no);
    expect(one).toMatchObject({
      state: 'corrected',
      fate: {
        reason: '与部门核对后更正',
        by: 'u-reviewer的姓名',
        outcome: 'accepted',
        record_id: 'h-2',
        next_no: null,
      },
    });
    expect((await list('reviewer', '?state=corrected')).total).toBe(3);
    await nothingIsLost();
  });

  it('that is wrong again comes back with its new reason, linked both ways', async () => {
    const before = await at(7);
    const done = await correct('reviewer', entries(before.quarantine_no), {
      type: 'edit',
      values: { occurred_on: '2026-13-01' },
    });
    expect(done.body).toMatchObject({ accepted: 0, rejected: 1 });
    const old = await detail(before.quarantine_no);
    expect(old).toMatchObject({ state: 'rejected_again', fate: { outcome: 'rejected' } });
    const next = await detail(old.fate?.next_no as number);
    expect(next).toMatchObject({ state: 'waiting', reason: 'bad_date', came_of: before.quarantine_no, line: 1 });
    const good = { type: 'edit', values: { occurred_on: formatDay(TODAY) } } as const;
    expect((await correct('reviewer', entries(before.quarantine_no), good)).status).toBe(409);
    expect((await correct('reviewer', entries(next.quarantine_no), good)).body).toMatchObject({ accepted: 1 });
    expect(await detail(next.quarantine_no)).toMatchObject({ state: 'corrected' });
    await nothingIsLost();
  });

  it('is decided once: of two people at once the second is told, and nothing of theirs is done', async () => {
    const [five, ten] = [await at(6), await at(11)];
    const edit = (event: string): Change => ({ type: 'edit', values: { event } });
    const both = await Promise.all([
      correct('reviewer', entries(five.quarantine_no), edit('危房')),
      correct('second', entries(five.quarantine_no, ten.quarantine_no), edit('已改造')),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ error: 'already_corrected', message: expect.stringContaining('他人处理') });
    const [made] = await system.postgres.query<{ fates: number; corrections: number }>(
      `select (select count(*)::int from quarantine_fates where quarantine_no = $1) as fates,
         (select count(*)::int from corrections c where not exists (select from quarantine_fates t where t.correction_no = c.correction_no)) as corrections`,
      [five.quarantine_no],
    );
    expect(made).toEqual({ fates: 1, corrections: 0 });
    if (both[0]?.status === 200) expect(await detail(ten.quarantine_no)).toMatchObject({ state: 'waiting' });
  });

  it('of a row that could not be read is written column by column', async () => {
    const { quarantine_no: no } = await at(8);
    const values = {
      record_id: 'h-7',
      occurred_on: formatDay(TODAY),
      name: '巴图',
      id_number: ID,
      event: '危房',
      grade: 'B',
    };
    expect((await correct('reviewer', entries(no), { type: 'edit', values })).body).toMatchObject({ accepted: 1 });
    expect((await detail(no)).fate?.record_id).toBe('h-7');
  });

  it('keeps the rules of every record: who may be named, who has to be authorised, what is known already', async () => {
    const { quarantine_no: nameless } = await at(9);
    const { quarantine_no: tax } = await at(1, 'tax');
    const abroad = await correct('reviewer', entries(nameless), {
      type: 'edit',
      values: { name: '巴图', region_code: '159902' },
    });
    expect(abroad.body).toMatchObject({ accepted: 0, rejected: 1 });
    const back = (await detail(nameless)).fate?.next_no as number;
    // It names a region of others now, who see it; the one who wrote it there does not any more.
    expect((await ask('reviewer', 'GET', `/api/quarantine/${back}`)).status).toBe(404);
    expect(
      (await correct('second', entries(back), { type: 'edit', values: { region_code: null, record_id: 'h-1' } })).body,
    ).toMatchObject({
      ...{ duplicate: 1, accepted: 0 },
    });
    const taxed = await correct('second', entries(tax), { type: 'edit', values: { income_amount: '100' } });
    expect(taxed.body).toMatchObject({ not_authorised: 1, accepted: 0 });
    expect(await versions('tax')).toEqual([]);
  });

  it('refuses, in words, what can not be done', async () => {
    const { quarantine_no: no } = await at(10);
    const told = async (which: object, change: Change, who = 'second') => {
      const { status, body } = await correct(who, which, change);
      return [status, body.error];
    };
    const fee = (await at(1, 'education')).quarantine_no;
    expect(await told(entries(no), { type: 'edit', values: {} })).toEqual([422, 'nothing_changed']);
    expect(await told(entries(no), { type: 'edit', values: { colour: 'red' } })).toEqual([422, 'unknown_column']);
    expect(await told(entries(no, fee), { type: 'dismiss' })).toEqual([422, 'several_feeds']);
    expect(await told(entries(no), { type: 'mapping' })).toEqual([422, 'no_mapping']);
    expect(await told(entries(999_999), { type: 'dismiss' })).toEqual([404, 'not_found']);
    expect((await correct('second', entries(no), { type: 'dismiss' }, { reason: '' })).status).toBe(400);
    expect(await detail(no, 'second')).toMatchObject({ state: 'waiting' });
  });

  it('never writes one person into several rows', async () => {
    const day = formatDay(TODAY);
    const more = mkdtempSync(join(tmpdir(), 'yilian-quarantine-more-'));
    await writeRegistry(more, TODAY);
    mkdirSync(join(more, 'feeds/health'), { recursive: true });
    const lines = ['n-1', 'n-2'].map((id) => `${id},${day},,${ID},death`);
    writeFileSync(
      join(more, 'feeds/health/a.csv'),
      ['record_id,occurred_on,name,id_number,event', ...lines, ''].join('\n'),
    );
    await loadDirectory(system, more, loading());
    rmSync(more, { recursive: true, force: true });
    const both = (await list('second', '?feed=health')).entries.map(({ quarantine_no: no }) => no);
    expect(both).toHaveLength(2);
    const { status, body } = await correct('second', entries(...both), { type: 'edit', values: { name: '巴图' } });
    expect([status, body.error]).toEqual([422, 'of_one_row']);
    expect(
      (await correct('second', entries(...both), { type: 'dismiss' }, { reason: '部门确认为测试数据' })).body,
    ).toMatchObject({
      ...{ dismissed: 2, accepted: 0 },
    });
    expect(await detail(both[0] as number)).toMatchObject({
      state: 'dismissed',
      fate: { reason: '部门确认为测试数据' },
    });
  });

  it('is read as its file was: GB18030, gzipped, a workbook, with the mapping of the sender', async () => {
    const day = formatDay(TODAY);
    const more = mkdtempSync(join(tmpdir(), 'yilian-quarantine-forms-'));
    await writeRegistry(more, TODAY);
    mkdirSync(join(more, 'feeds/emergency'), { recursive: true });
    mkdirSync(join(more, 'feeds/leads'), { recursive: true });
    const at = (name: string) => join(more, 'feeds', name);
    writeFileSync(at('emergency/_mapping.yaml'), 'headers: { who: name }\ncodes:\n  event: { zh: disaster }\n');
    const row = (id: string, name: string) => `${id},${day},${name},${ID},quake\n`;
    const header = 'record_id,occurred_on,who,id_number,event\n';
    // 商务 in GB18030
    const name = Buffer.from([0xc9, 0xcc, 0xce, 0xf1]);
    const [before, after] = row('g-1', '|').split('|') as [string, string];
    writeFileSync(at('emergency/a.csv'), Buffer.concat([Buffer.from(header + before), name, Buffer.from(after)]));
    writeFileSync(at('emergency/b.csv.gz'), gzipSync(header + row('z-1', '巴图')));
    writeFileSync(at('emergency/c.xlsx'), tableOf([header.trim().split(','), row('x-1', '巴图').trim().split(',')]));
    const lead = {
      record_id: 'l-2',
      occurred_on: day,
      name: '巴图',
      id_number: ID,
      channel: 'hotline',
      note: '巴图来电',
    };
    writeFileSync(at('leads/b.jsonl.gz'), gzipSync(`${JSON.stringify(lead)}\n`));
    const cells = { ...lead, record_id: 'l-3', note: '再次来电' };
    writeFileSync(at('leads/c.xlsx'), tableOf([Object.keys(cells), Object.values(cells)]));
    await loadDirectory(system, more, loading());
    rmSync(more, { recursive: true, force: true });
    const { entries: rows } = await list('second', '?feed=emergency');
    expect(rows.map(({ value }) => value)).toEqual(['quake', 'quake', 'quake']);
    const names = await Promise.all(
      rows.map(
        async ({ quarantine_no: no }) => (await detail(no)).cells?.find(({ column }) => column === 'name')?.value,
      ),
    );
    expect(names).toEqual(['巴*', '巴*', '商*']);
    const kind = { by: 'kind', feed: 'emergency', reason: 'bad_value', field: 'event', key: null, expected: 3 };
    const done = await correct('second', kind, { type: 'edit', values: { event: 'disaster' } });
    expect(done.body).toMatchObject({ entries: 3, accepted: 3 });
    const known = await versions('emergency');
    expect(known.map(({ record_id: record, outcome }) => [record, outcome])).toEqual([
      ['g-1', 'review'],
      ['x-1', 'exact'],
      ['z-1', 'exact'],
    ]);
  });

  it('is read anew with the mapping of the home', async () => {
    mkdirSync(join(home, 'mappings'), { recursive: true });
    writeFileSync(join(home, 'mappings/education.yaml'), 'codes:\n  stage: { 学院: college }\n  nonsense: { a: b }\n');
    const { quarantine_no: no } = await at(1, 'education');
    expect((await correct('second', entries(no), { type: 'mapping' })).body).toMatchObject({ error: 'bad_mapping' });
    writeFileSync(join(home, 'mappings/education.yaml'), 'codes:\n  amount: { 一千: "1000.00" }\n');
    expect((await correct('second', entries(no), { type: 'mapping' })).body).toMatchObject({ accepted: 1 });
    expect((await versions('education')).map(({ record_id: record }) => record)).toEqual(['e-1']);
  });

  it('that was interrupted between the decision and its end is carried out at the next start, once', async () => {
    const { quarantine_no: no } = await at(10);
    const dying = { ...system, register: { ...system.register, current: () => Promise.reject(new Error('killed')) } };
    const id = randomUUID();
    const request = {
      ...{ request_id: id, reason: '与部门核对后更正' },
      which: { by: 'entries' as const, entries: [no] },
      change: { type: 'edit' as const, values: { event: '危房' } },
    };
    await expect(createCorrections(dying as System).correct(people['second'] as Actor, request)).rejects.toThrow(
      'killed',
    );
    expect(await detail(no, 'second')).toMatchObject({ state: 'sent' });
    expect((await correct('second', entries(no), { type: 'dismiss' })).status).toBe(409);
    for (let start = 0; start < 2; start += 1) await createCorrections(system).resume(new AbortController().signal);
    expect(await detail(no, 'second')).toMatchObject({
      state: 'corrected',
      fate: { outcome: 'accepted', record_id: 'h-9' },
    });
    expect((await versions()).filter(({ record_id: record }) => record === 'h-9')).toHaveLength(1);
    await nothingIsLost();
  });

  it('comes out the same when facts are made anew from the archive', async () => {
    const facts = () =>
      system.clickhouse.query<Record<string, unknown>>(
        'pages',
        'SELECT person_no, feed, record_id, kind, day, amount, grade FROM facts FINAL ORDER BY feed, record_id',
        {},
      );
    const before = [await versions(), await versions('education'), await facts()];
    expect(before[2]?.length).toBeGreaterThan(6);
    await rebuildFacts(system, new PassThrough().resume(), new AbortController().signal);
    expect([await versions(), await versions('education'), await facts()]).toEqual(before);
    await nothingIsLost();
  });

  it('can not be deleted or changed by the program', async () => {
    for (const sql of [
      'delete from quarantine',
      `update quarantine set reason = 'malformed'`,
      'delete from quarantine_fates',
      'delete from corrections',
    ])
      await expect(system.postgres.query(sql), sql).rejects.toMatchObject({ code: '42501' });
    const [sealed] = await system.postgres.query<{ change_sealed: Buffer }>(
      'select change_sealed from corrections where change_sealed is not null limit 1',
    );
    expect(sealed?.change_sealed.toString('latin1')).not.toContain('event');
  });

  it('becomes a quality note for its department, as CSV and XLSX, from the page and by the command', async () => {
    const url = `/api/quality-notes/housing?month=${MONTH}`;
    const { status, response } = await ask('housing', 'GET', `${url}&format=csv`);
    expect(status).toBe(200);
    const csv = response.body;
    expect(csv).toContain('住房和城乡建设局');
    expect(csv).toContain('取值不在允许范围内');
    expect(csv).toContain('危险房');
    expect(csv).not.toMatch(PERSONAL);
    // h-1 at once; h-2, 3, 4, 6, 7, 9 and perhaps h-5 corrected; the duplicate of h-1.
    const summary = csv.split('\r\n').find((line) => line.startsWith('住房城乡建设,')) ?? '';
    const [, accepted, duplicate, , , rejected, corrected, , waiting] = summary.split(',').map(Number);
    expect(accepted).toBe((await versions()).length);
    expect(duplicate).toBe(1);
    expect(rejected).toBe(9);
    expect((corrected ?? 0) + (waiting ?? 0)).toBe(9);
    expect(Buffer.from(response.rawPayload).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const sheet = await ask('analyst', 'GET', `${url}&format=xlsx`);
    expect(sheet.response.rawPayload.subarray(0, 2).toString()).toBe('PK');
    expect((await ask('housing', 'GET', `/api/quality-notes/tax?month=${MONTH}`)).status).toBe(404);
    expect((await ask('leader', 'GET', url)).status).toBe(403);
    expect((await ask('analyst', 'GET', '/api/quality-notes/housing?month=10')).status).toBe(400);

    const out = join(home, 'note.csv');
    const context = {
      cwd: home,
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      signal: new AbortController().signal,
    };
    const given = ['note', '--department', 'housing', '--month', MONTH, '--out', 'note.csv'];
    expect(await feedsNoteCommand(system, { ...context, argv: given })).toBe(0);
    expect(readFileSync(out, 'utf8').split('\r\n').slice(0, 5)).toEqual(csv.split('\r\n').slice(0, 5));
    await expect(
      feedsNoteCommand(system, { ...context, argv: ['note', '--department', 'x', '--month', MONTH] }),
    ).rejects.toThrow('housing');
    const logged = await system.postgres.query(
      `select 1 from audit_log where act = 'export' and subject = 'quality-note'`,
    );
    expect(logged).toHaveLength(3);
  });

  it('is a part of what a department is told its data did: its own only, and no small count of people', async () => {
    const { body: own } = await ask('housing', 'GET', '/api/data-return');
    expect(own).toMatchObject({ department: 'housing', hides_small: true, departments: [{ department: 'housing' }] });
    expect(own.months).toHaveLength(12);
    expect(own.months[0]).toMatchObject({
      month: MONTH,
      accepted: (await versions()).length,
      rejected: 9,
      warnings: null,
      helped: null,
    });
    const { body: seen } = await ask('analyst', 'GET', '/api/data-return?department=housing');
    const grounded = await system.postgres.query(
      `select 1 from warnings where kind = 'warning' and records::text like '%"housing/%'`,
      [],
      { scope: '*' },
    );
    expect(grounded.length).toBeGreaterThan(0);
    expect(seen.months[0]).toMatchObject({ warnings: grounded.length, helped: 0 });
    const { body: led } = await ask('leader', 'GET', '/api/data-return?department=tax');
    expect(led.months[0]).toMatchObject({ accepted: null, rejected: null });
    expect((await ask('housing', 'GET', '/api/data-return?department=tax')).status).toBe(404);
    expect((await ask('water', 'GET', '/api/data-return')).status).toBe(404);
    expect((await ask('reviewer', 'GET', '/api/data-return')).status).toBe(403);
    expect((await ask('analyst', 'GET', '/api/data-return?department=housing&from=2026-05&to=2026-04')).status).toBe(
      422,
    );
    const file = await ask('housing', 'GET', '/api/data-return.csv');
    expect(file.response.headers['content-disposition']).toContain('attachment');
    expect(file.response.body).toContain(`${MONTH},${(await versions()).length},1,`);
    expect(file.response.body).toContain('少于5');
  });

  it('counts families whose case was found true and brought aid, by the month of closing', async () => {
    const scope = { scope: '*' };
    const [warning] = await system.postgres.query<{ warning_id: string; case_id: string }>(
      `select warning_id, case_id from warnings where records::text like '%"housing/%' and case_id is not null limit 1`,
      [],
      scope,
    );
    const caseId = warning?.case_id;
    const helped = async (): Promise<number> =>
      (await ask('analyst', 'GET', '/api/data-return?department=housing')).body.months[0].helped;
    const at = new Date().toISOString();
    const add = (sequence: number, what: object) =>
      system.postgres.query(
        `insert into case_events (case_id, sequence, event, previous_hash, hash) values ($1, $2, $3, '', '')`,
        [caseId, sequence, JSON.stringify({ at, what })],
        scope,
      );
    await add(101, { type: 'disposed', disposition: 'nothing' });
    await add(102, { type: 'closed' });
    await system.postgres.query(
      `update cases set state = 'closed', progress = jsonb_set(progress, '{verification}', '"confirmed"') where case_id = $1`,
      [caseId],
      scope,
    );
    expect(await helped()).toBe(0);
    await add(103, { type: 'disposed', disposition: 'one_off_aid' });
    expect(await helped()).toBe(1);
  });

  it('and the page of feeds says what is overdue, since when', async () => {
    const { body } = await ask('analyst', 'GET', '/api/feeds');
    const feed = (name: string) => body.feeds.find((one: { feed: string }) => one.feed === name);
    const day = Number(formatDay(TODAY).slice(8));
    const awaited = formatMonth(monthOfDay(TODAY) - (day > 30 ? 1 : 2));
    expect(feed('housing').overdue).toMatchObject({ banners: 1, awaited });
    expect(feed('housing').watermarks[0]).toMatchObject({ month: null, months_overdue: 1 });
    expect(feed('disability')).toMatchObject({ files: 0, overdue: null });
    await system.postgres.query(
      `insert into completions (feed, region_prefix, month, received_at) values ('housing', '1599', $1, now())`,
      [monthOfDay(addMonths(TODAY, -1))],
    );
    const after = (await ask('analyst', 'GET', '/api/feeds')).body.feeds.find(
      (one: { feed: string }) => one.feed === 'housing',
    );
    expect(after.overdue).toBeNull();
    expect(after.watermarks[0].awaited).toBe(MONTH);
  });

  it('and the words of a lead stand on the warning that rests on it, without names and numbers', async () => {
    const [warning] = await system.postgres.query<{ warning_id: string }>(
      `select warning_id from warnings where records::text like '%"leads/l-1"%'`,
      [],
      { scope: '*' },
    );
    const url = `/api/warnings/${warning?.warning_id}/notes`;
    const { body } = await ask('analyst', 'GET', url);
    expect(body.notes.map(({ record_id: id }: { record_id: string }) => id)).toEqual(['l-1', 'l-2', 'l-3']);
    expect(body.notes[1].note).toBe('巴*来电');
    expect(body.notes[0]).toMatchObject({
      record_id: 'l-1',
      note: expect.stringMatching(/^巴\*家房顶漏雨，邻居电话 138.*，证号159/),
    });
    expect(JSON.stringify(body)).not.toMatch(/巴图|13812341234|159901197003150174/);
    expect((await ask('reviewer', 'GET', url)).status).toBe(403);
  });
});
