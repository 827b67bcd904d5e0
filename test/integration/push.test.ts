/**
 * HTTP push as a department's program does it: on a real port of the running program, with credentials made by the command.
 * Who may not is told why; what was answered is kept, counted once, and there again after a rebuild.
 */
import { request } from 'node:http';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRegistry } from '../../app/selfcheck-exchange.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import { until } from '../../platform/until.ts';
import { holdCommits, postgresOf } from '../support/hold-commits.ts';
import { freePort, getJson, signIn } from '../support/http.ts';
import { type Home, openFolder, openHome, type Running } from '../support/program.ts';

const TODAY = shanghaiDay(new Date());
/** Of the one person that the registry of the self-check knows. */
const ID_NUMBER = trustedIdNumber('159901700315017');
const BODY_LIMIT = 33_554_432;

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

describe('HTTP push', () => {
  let home: Home;
  let api: Running;
  let port: number;
  let token: string;
  let database: pg.Client;

  const command = async (...args: string[]) => home.start(args).ended;
  const machine = async (name: string, feeds = 'housing', regions = '159901'): Promise<string> => {
    const given = ['--name', name, '--department', 'housing', '--feeds', feeds, '--regions', regions];
    const { code, stdout, stderr } = await command('machines', 'add', ...given);
    expect(code, stderr).toBe(0);
    return /token: (\S+)/.exec(stdout)?.[1] ?? '';
  };
  const serve = async (role: 'api' | 'start'): Promise<void> => {
    port = await freePort();
    api = home.start([role], { YILIAN_PORT: `${port}`, YILIAN_BATCH_ROWS: '100' });
    expect(await until(60_000, () => getJson(port, '/api/health'))).toMatchObject({ status: 200 });
  };

  beforeAll(async () => {
    home = await openHome();
    const exchange = await openFolder();
    await writeRegistry(exchange, TODAY);
    expect((await command('load', exchange)).code).toBe(0);
    await serve('api');
    token = await machine('housing-1');
    database = await postgresOf(home.path);
    database.on('error', () => undefined);
    await database.connect();
  });
  afterAll(async () => {
    await database.end().catch(() => undefined);
    await api.kill();
  });

  const push = async (
    body: string | Buffer,
    more: { feed?: string; headers?: Record<string, string>; bearer?: string | null } = {},
  ): Promise<Told> => {
    const { feed = 'housing', headers = {}, bearer = token } = more;
    const response = await fetch(`http://127.0.0.1:${port}/api/feeds/${feed}/records`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };
  const record = (id: string, more: object = {}) => ({
    ...{ record_id: id, occurred_on: '2026-09-01', name: '巴图', id_number: ID_NUMBER },
    ...{ event: 'public_rental', monthly_rent: 100, ...more },
  });
  const records = (prefix: string, count: number, more: object = {}) =>
    JSON.stringify(Array.from({ length: count }, (_, n) => record(`${prefix}-${n}`, more)));
  const one = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
    (await database.query(sql, values)).rows[0] as T;

  it('takes an array or lines, and tells of every row that it refused', async () => {
    const rows = [
      record('a1'),
      record('a2', { occurred_on: '2026-13-01' }),
      'no object',
      record('a3', { region_code: '159902101' }),
      { op: 'complete', region_code: '159901', period: '2026-08' },
      record('a1'),
    ];
    const array = await push(JSON.stringify(rows, null, 2));
    expect([array.status, array.body]).toMatchObject([
      200,
      {
        feed: 'housing',
        records: { read: 5, accepted: 1, duplicate: 1, conflicting: 0, rejected: 3, not_authorised: 0 },
        completions: 1,
        rejected_by_reason: { bad_date: 1, malformed: 1, bad_value: 1 },
        more_rejected: false,
      },
    ]);
    expect(array.body['rejected']).toMatchObject([
      { row: 2, reason: 'bad_date', field: 'occurred_on', message: '日期或月份无效' },
      { row: 3, reason: 'malformed', field: null },
      { row: 4, reason: 'bad_value', field: 'region_code' },
    ]);
    expect(JSON.stringify(array.body)).not.toMatch(/1599\d{14}|巴图/);
    const lines = [record('a4'), record('a5')].map((row) => `${JSON.stringify(row)}\n`).join('');
    const told = await push(lines, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } });
    expect([told.status, told.body]).toMatchObject([200, { records: { read: 2, accepted: 2 } }]);
  });

  it('answers the same key and body as the first time, and takes nothing twice', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const body = records('k', 250);
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => push(body, { headers })));
    expect(first?.body).toMatchObject({ records: { read: 250, accepted: 250, duplicate: 0 } });
    for (const other of [...others, await push(body, { headers })]) {
      expect([other.status, other.body]).toEqual([200, first?.body]);
    }
    expect((await push(body, { headers })).headers.get('idempotent-replayed')).toBe('true');
    const reused = await push(records('other', 1), { headers });
    expect([reused.status, reused.body['error']]).toEqual([422, 'idempotency_key_reused']);
    // Another department's program knows nothing of this key.
    const another = await push(records('another', 1), { headers, bearer: await machine('housing-2') });
    expect(another.body).toMatchObject({ records: { accepted: 1 } });
    const counted = await one<{ rows: string }>(
      "select sum(rows) as rows from feed_months where feed = 'housing' and month = 2026 * 12 + 8",
    );
    // a1 twice, a4, a5; 250 of the key; one of the other program.
    expect(Number(counted.rows)).toBe(4 + 250 + 1);
  });

  it('refuses whoever may not, in words', async () => {
    const body = records('never', 1);
    const refused: [number, string, Promise<Told>][] = [
      [401, 'machine_token_required', push(body, { bearer: null })],
      [401, 'machine_token_required', push(body, { bearer: 'ylm_wrong' })],
      [401, 'machine_token_required', push(body, { bearer: null, headers: { authorization: `Basic ${token}` } })],
      [403, 'forbidden_feed', push(body, { feed: 'tax' })],
      [404, 'unknown_feed', push(body, { feed: 'weather' })],
      [400, 'bad_body', push('{"record_id":"x"}')],
      [400, 'bad_body', push('[{"record_id":"x"}')],
      [400, 'bad_body', push('[]')],
      [400, 'bad_idempotency_key', push(body, { headers: { 'idempotency-key': 'a b' } })],
      [415, 'bad_content_type', push(body, { headers: { 'content-type': 'text/csv' } })],
      [415, 'bad_content_type', push(body, { headers: { 'content-encoding': 'gzip' } })],
    ];
    for (const [status, error, told] of refused) {
      const { status: found, body: said } = await told;
      expect([found, said['error']]).toEqual([status, error]);
      expect(said['message'], error).toMatch(/请|可用/);
    }
    const revoked = await machine('leaving');
    expect((await push(records('leaving', 1), { bearer: revoked })).status).toBe(200);
    expect((await command('machines', 'revoke', '--name', 'leaving')).stdout).toBe('credential leaving revoked\n');
    expect((await push(body, { bearer: revoked })).status).toBe(401);
    // Who is signed in is no program, and a program is nobody who is signed in.
    const health = await fetch(`http://127.0.0.1:${port}/api/session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(health.status).toBe(401);
    await expect(signIn(port, 'housing-1', token)).rejects.toThrow();
    expect((await one<{ n: string }>("select count(*) as n from loads where counts->'records'->>'read' = '1'")).n).toBe(
      '2',
    );
    expect((await command('export', 'matches')).stdout).not.toContain('never');
  });

  it('stops reading a body that is too large, whether it says so before or not', async () => {
    const line = Buffer.from(`${JSON.stringify(record('large', { address: 'x'.repeat(1_000) }))}\n`);
    const said = await push(Buffer.alloc(BODY_LIMIT + 1, line), {
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect([said.status, said.body['error']]).toEqual([413, 'too_large']);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(
        {
          ...{ port, host: '127.0.0.1', method: 'POST', path: '/api/feeds/housing/records' },
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        },
        (answer) => resolve(answer.statusCode),
      );
      sending.on('error', reject);
      const chunk = Buffer.alloc(1_048_576, line);
      let sent = 0;
      const more = (): void => {
        for (; sent <= BODY_LIMIT + chunk.length; sent += chunk.length) {
          if (!sending.write(chunk)) {
            sent += chunk.length;
            sending.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    expect(status).toBe(413);
    expect((await command('export', 'matches')).stdout).not.toContain('large');
  });

  it('asks to come again where it is behind, and has taken nothing then', async () => {
    await database.query("select pg_advisory_lock(7214902, hashtext('housing'))");
    const began = performance.now();
    const waiting = Array.from({ length: 4 }, (_, n) => push(records(`late-${n}`, 1)));
    await until(10_000, async () =>
      Number(
        (await one<{ n: string }>("select count(*) as n from pg_locks where locktype = 'advisory' and not granted")).n,
      ) === 4
        ? true
        : null,
    );
    const over = await push(records('over', 1));
    expect([over.status, over.body['error'], over.headers.get('retry-after')]).toEqual([429, 'busy', '2']);
    const told = await Promise.all(waiting);
    expect(performance.now() - began).toBeLessThan(30_000);
    for (const { status, body, headers } of told) {
      expect([status, body['error'], headers.get('retry-after')]).toEqual([429, 'busy', '10']);
    }
    await database.query("select pg_advisory_unlock(7214902, hashtext('housing'))");
    const again = await push(records('late-0', 1));
    expect(again.body).toMatchObject({ records: { accepted: 1 } });
    expect((await command('export', 'matches')).stdout).not.toMatch(/late-[123]|over/);
  });

  it('takes many at once', async () => {
    const bodies = Array.from({ length: 12 }, (_, n) => records(`many-${n % 6}`, 60));
    const send = async (body: string): Promise<Told> => {
      for (;;) {
        const told = await push(body);
        if (told.status !== 429) return told;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const told = await Promise.all(bodies.map(send));
    expect(told.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const sum = (name: string) =>
      told.reduce((n, { body }) => n + ((body['records'] as Record<string, number>)[name] ?? 0), 0);
    // Each of six bodies came twice: whoever came second was a duplicate in every row.
    expect([sum('read'), sum('accepted'), sum('duplicate')]).toEqual([720, 360, 360]);
  });

  it('ends what a kill interrupted, whether its sender asks again or not', async () => {
    const headers = { 'idempotency-key': 'killed' };
    // A batch ends with each MiB of the archive: so long are the rows that there are several.
    const pad = { pad: 'x'.repeat(12_000) };
    const [kept, lost] = [records('killed', 450, pad), records('nobody-asks', 250, pad)];
    for (const [body, given] of [
      [kept, { headers }],
      [lost, {}],
    ] as const) {
      const { last } = await one<{ last: number }>('select max(load_no) as last from loads');
      const answered = push(body, given).catch(() => null);
      // After some batches: the progress of this load has moved, and its end is held up.
      const isHalf = await until(
        30_000,
        async () => {
          const row = await one<{ read: number } | undefined>(
            "select (counts->'records'->>'read')::int as read from loads where state = 'taking' and load_no > $1",
            [last],
          );
          return row !== undefined && row.read > 0 ? true : null;
        },
        { every: 1 },
      );
      expect(isHalf).toBe(true);
      const hold = await holdCommits(home.path);
      await until(10_000, async () => ((await hold?.waits()) === true ? true : null), { every: 5 });
      await api.kill();
      await hold?.release();
      expect(await answered).toBeNull();
      await database.end().catch(() => undefined);
      await serve(body === kept ? 'api' : 'start');
      database = await postgresOf(home.path);
      database.on('error', () => undefined);
      await database.connect();
    }
    // The program went on with it by itself.
    await until(30_000, async () =>
      (await database.query("select from loads where origin = 'push' and state <> 'judged'")).rowCount === 0
        ? true
        : null,
    );
    const told = await push(kept, { headers });
    expect([told.status, told.body]).toMatchObject([
      200,
      { records: { read: 450, accepted: 450, duplicate: 0, rejected: 0 } },
    ]);
    const exported = await command('export', 'matches');
    expect(exported.code, exported.stderr).toBe(0);
    const matches = exported.stdout.split('\n').map((line) => /"record_id":"([^"]+)"/.exec(line)?.[1]);
    expect(matches.filter((id) => id?.startsWith('nobody-asks'))).toHaveLength(250);
    expect(matches.filter((id) => id?.startsWith('killed'))).toHaveLength(450);
  });

  it('is there again after a rebuild', async () => {
    const before = [(await command('export', 'facts')).stdout, (await command('export', 'matches')).stdout];
    expect(before[0]?.split('\n').length).toBeGreaterThan(700);
    const rebuilt = await command('rebuild', 'facts');
    expect(rebuilt.code, rebuilt.stderr).toBe(0);
    expect([(await command('export', 'facts')).stdout, (await command('export', 'matches')).stdout]).toEqual(before);
  });
});

describe('yilian machines', () => {
  it('makes, lists and revokes credentials, and keeps no token', async () => {
    const home = await openHome();
    const call = (...args: string[]) => home.start(['machines', ...args]).ended;
    const given = ['--name', 'tax-1', '--department', 'civil-affairs', '--feeds', 'tax,health', '--regions', '1599'];
    const made = await call('add', ...given);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const token = /token: (ylm_\S{43}) /.exec(made.stdout)?.[1] as string;
    expect((await call('list')).stdout).toBe('tax-1\tcivil-affairs\ttax,health\t1599\tnever used\n');
    expect(await call('add', ...given)).toMatchObject({ code: 2, stderr: expect.stringContaining('is taken') });
    expect((await call('revoke', '--name', 'tax-1')).code).toBe(0);
    expect((await call('list')).stdout).toBe('tax-1\tcivil-affairs\ttax,health\t1599\trevoked\n');
    const wrong: [string, ...string[]][] = [
      ['yilian machines list'],
      ['no such department', 'add', '--name', 'x1', '--department', 'x', '--feeds', 'tax', '--regions', '15'],
      [
        '--feeds weather',
        'add',
        '--name',
        'x1',
        '--department',
        'civil-affairs',
        '--feeds',
        'tax,weather',
        '--regions',
        '15',
      ],
      ['--regions', 'add', '--name', 'x1', '--department', 'civil-affairs', '--feeds', 'tax', '--regions', '159'],
      ['--name', 'add', '--name', 'X', '--department', 'civil-affairs', '--feeds', 'tax', '--regions', '15'],
      ['is in force', 'revoke', '--name', 'tax-1'],
    ];
    for (const [says, ...args] of wrong) {
      const { code, stderr } = await call(...args);
      expect([code, stderr], args.join(' ')).toEqual([2, expect.stringContaining(says)]);
    }
    await home.serve();
    const client = await postgresOf(home.path);
    await client.connect();
    const kept = JSON.stringify(
      (await client.query("select *, encode(token_hash, 'escape') as text from machines")).rows,
    );
    const audited = (await client.query("select act from audit_log where act like '%_machine' order by audit_no")).rows;
    await client.end();
    expect(kept).not.toContain(token.slice(4, 20));
    expect(audited.map(({ act }) => act)).toEqual(['add_machine', 'revoke_machine']);
  });
});
