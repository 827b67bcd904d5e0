import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Act, type Actor, type Route, RouteProblem } from '../access/index.ts';
import { createLog } from '../platform/log.ts';
import { createHttp, type RawRoute } from './http.ts';

const analyst: Actor = { id: 'u-analyst', role: 'analyst', regions: ['1599'], department: null };
const NOW = new Date('2026-11-24T01:00:00Z');
const signedIn = { yilian_session: 'c-analyst' };
const json = { 'content-type': 'application/json' };

const base: Route = {
  method: 'GET',
  url: '/api/things/:thing_id',
  act: 'see_case',
  summary: 'A thing',
  reply: z.object({ thing: z.string(), limit: z.number() }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(9).default(5), q: z.string().optional() }),
  answer: async ({ params, query }) => ({
    body: { thing: params['thing_id'], limit: (query as { limit: number }).limit, secret: 'x' },
  }),
};
const post: Route = {
  method: 'POST',
  url: '/api/things',
  act: 'verify_case',
  summary: 'Make a thing',
  body: z.strictObject({ name: z.string().min(2) }),
  reply: z.object({ actor: z.string() }),
  replies: { 409: z.object({ error: z.string(), version: z.number() }) },
  answer: async ({ actor, body }) =>
    (body as { name: string }).name === 'taken'
      ? { status: 409, body: { error: 'stale_version', version: 3 } }
      : { body: { actor: actor.id } },
};

let pages: string;
let lines: string;
const open: { close(): Promise<unknown> }[] = [];

beforeEach(async () => {
  pages = await mkdtemp(join(tmpdir(), 'yilian-pages-'));
});
afterEach(async () => {
  for (const http of open.splice(0)) await http.close();
  await rm(pages, { recursive: true });
});

const serve = async (routes: readonly Route[] = [base, post], rawRoutes: readonly RawRoute[] = []) => {
  lines = '';
  const destination = new PassThrough().on('data', (chunk) => {
    lines += chunk;
  });
  const http = await createHttp({
    routes,
    rawRoutes,
    machineRoutes: [],
    findMachine: async () => null,
    findActor: async (cookie) => (cookie === 'c-analyst' ? analyst : null),
    now: () => NOW,
    log: createLog({ level: 'debug', destination }),
    pages,
  });
  open.push(http);
  return http;
};

describe('routes', () => {
  it('without an act, or with one that nobody knows, keep the server from starting', async () => {
    const { act: _, ...actless } = base;
    await expect(serve([actless as Route])).rejects.toThrow('route GET /api/things/:thing_id states no act');
    await expect(serve([{ ...base, act: 'do_as_i_like' as Act }])).rejects.toThrow('states no act');
    await expect(serve([{ ...base, url: '/things' }])).rejects.toThrow('outside of /api/');
    const raw = {
      method: 'GET',
      url: '/api/stream',
      summary: 'x',
      produces: { type: 'text/plain', schema: z.string() },
    };
    await expect(serve([], [{ ...raw, serve: async () => undefined } as unknown as RawRoute])).rejects.toThrow(
      'no act',
    );
  });

  it('answer what their schemas say and nothing beyond', async () => {
    const http = await serve();
    const answer = await http.inject({ url: '/api/things/a?limit=7', cookies: signedIn });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ thing: 'a', limit: 7 });
    expect((await http.inject({ url: '/api/things/a', cookies: signedIn })).json()).toEqual({ thing: 'a', limit: 5 });
  });

  it('refuse a bad request in Chinese, naming the field and not the value', async () => {
    const http = await serve();
    const bad = await http.inject({ url: '/api/things/a?limit=99', cookies: signedIn });
    expect(bad.statusCode).toBe(400);
    expect(bad.json()).toMatchObject({ error: 'bad_request', problems: [expect.stringMatching(/^limit：.*9/)] });
    const more = { name: '张', id_number: '159921' };
    const strict = await http.inject({ method: 'POST', url: '/api/things', payload: more, cookies: signedIn });
    expect(strict.statusCode).toBe(400);
    expect(strict.json().problems).toHaveLength(2);
    expect(strict.body).not.toContain('159921');
    for (const payload of ['{', '{"__proto__": 1}', '']) {
      const broken = await http.inject({
        method: 'POST',
        url: '/api/things',
        payload,
        headers: json,
        cookies: signedIn,
      });
      expect(broken.json(), payload).toMatchObject({ error: 'bad_request', message: expect.stringMatching(/请/) });
      expect(broken.statusCode).toBe(400);
    }
    const huge = { name: 'x'.repeat(1_100_000) };
    const large = await http.inject({ method: 'POST', url: '/api/things', payload: huge, cookies: signedIn });
    expect(large.statusCode).toBe(413);
  });

  it('ask for a session first, then for the act', async () => {
    const http = await serve([base, { ...post, act: 'answer_referral' }]);
    const nobody = await http.inject({ url: '/api/things/a?limit=99' });
    expect([nobody.statusCode, nobody.json().error]).toEqual([401, 'sign_in_required']);
    const forged = await http.inject({ url: '/api/things/a', cookies: { yilian_session: 'other' } });
    expect(forged.statusCode).toBe(401);
    const notTheirs = await http.inject({ method: 'POST', url: '/api/things', payload: {}, cookies: signedIn });
    expect([notTheirs.statusCode, notTheirs.json().error]).toEqual([403, 'forbidden']);
  });

  it('pass on a conflict and their own problems, and hide what went wrong inside', async () => {
    const gone: Route = {
      ...base,
      url: '/api/gone',
      answer: async () => {
        throw new RouteProblem(404, 'not_found', '没有这个预警，请刷新列表。');
      },
    };
    const broken: Route = {
      ...base,
      url: '/api/broken',
      answer: async () => {
        throw Object.assign(new Error('select 110101199003070011'), { statusCode: 404 });
      },
    };
    const nameless: Route = {
      ...base,
      url: '/api/nameless',
      act: 'see_health',
      answer: async ({ actor }) => ({ body: actor }),
    };
    const http = await serve([post, gone, broken, nameless]);
    const taken = await http.inject({
      method: 'POST',
      url: '/api/things',
      payload: { name: 'taken' },
      cookies: signedIn,
    });
    expect([taken.statusCode, taken.json()]).toEqual([409, { error: 'stale_version', version: 3 }]);
    const missing = await http.inject({ url: '/api/gone', cookies: signedIn });
    expect([missing.statusCode, missing.json()]).toEqual([
      404,
      { error: 'not_found', message: '没有这个预警，请刷新列表。' },
    ]);
    const failed = await http.inject({ url: '/api/broken', cookies: signedIn });
    expect([failed.statusCode, failed.json().error]).toEqual([500, 'internal']);
    expect(failed.body).not.toContain('select');
    expect((await http.inject({ url: '/api/nameless' })).statusCode).toBe(500);
  });

  it('refuse what another site sends', async () => {
    const http = await serve([
      post,
      { ...base, method: 'DELETE', reply: null, query: z.any(), answer: async () => ({ body: null }) },
    ]);
    const send = (headers: Record<string, string>, payload: string = '{"name":"ab"}') =>
      http.inject({
        method: 'POST',
        url: '/api/things',
        payload,
        headers: { host: 'yilian.test', ...headers },
        cookies: signedIn,
      });
    expect((await send({ ...json, origin: 'https://yilian.test' })).statusCode).toBe(200);
    expect((await send(json)).statusCode).toBe(200);
    for (const origin of ['https://evil.test', 'null', 'https://yilian.test.evil.test', 'https://yilian.test:8443']) {
      const refused = await send({ ...json, origin });
      expect([refused.statusCode, refused.json().error], origin).toEqual([403, 'foreign_origin']);
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ]) {
      expect((await send({ 'content-type': type })).statusCode, type).toBe(400);
    }
    const remove = (headers: Record<string, string>) =>
      http.inject({
        method: 'DELETE',
        url: '/api/things/a',
        headers: { host: 'yilian.test', ...headers },
        cookies: signedIn,
      });
    expect((await remove({})).statusCode).toBe(204);
    expect((await remove(json)).statusCode).toBe(204);
    expect((await remove({ origin: 'https://evil.test' })).statusCode).toBe(403);
  });

  it('are logged by their pattern, never by what was asked', async () => {
    const http = await serve();
    await http.inject({ url: '/api/things/li-si?q=%E5%BC%A0%E4%B8%89&limit=2', cookies: signedIn });
    const [line] = lines
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(line).toMatchObject({
      ...{ event: 'http.request', method: 'GET', route: '/api/things/:thing_id', status: 200, user_id: 'u-analyst' },
      ms: expect.any(Number),
    });
    expect(lines).not.toMatch(/li-si|%E5|张三/);
  });

  it('may write their answer themselves', async () => {
    const stream: RawRoute = {
      ...{ method: 'GET', url: '/api/events', act: 'follow_events', summary: 'x' },
      produces: { type: 'text/event-stream', schema: z.string() },
      serve: async (_, reply, { actor, stillSignedIn }) => {
        reply.hijack();
        reply.raw.end(`${actor.id} ${await stillSignedIn()}`);
      },
    };
    const http = await serve([], [stream]);
    const answer = await http.inject({ url: '/api/events', cookies: signedIn });
    expect(answer.body).toBe('u-analyst true');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await http.inject({ url: '/api/events' })).statusCode).toBe(401);
  });
});

describe('headers', () => {
  it('keep out scripts, frames and caches', async () => {
    const http = await serve();
    for (const url of ['/api/things/a', '/api/none', '/']) {
      const { headers } = await http.inject({ url, cookies: signedIn });
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*)|default-src[^;]*unsafe/);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      if (url.startsWith('/api')) expect(headers['cache-control']).toBe('no-store');
    }
  });
});

describe('pages', () => {
  it('are said to be missing until they are built, without a restart', async () => {
    const http = await serve();
    const missing = await http.inject({ url: '/warnings' });
    expect(missing.statusCode).toBe(503);
    expect(missing.headers['content-type']).toContain('text/plain');
    expect(missing.body).toContain('npm run build:web');

    await mkdir(join(pages, 'assets'));
    await writeFile(join(pages, 'index.html'), '<p>page</p>');
    await writeFile(join(pages, 'assets/main-abc.js'), '1');
    await writeFile(join(pages, '.hash'), 'secret');
    for (const url of ['/', '/warnings', '/cases/c-1?x=1']) {
      const page = await http.inject({ url });
      expect([page.statusCode, page.body, page.headers['cache-control']], url).toEqual([
        200,
        '<p>page</p>',
        'no-cache',
      ]);
    }
    const asset = await http.inject({ url: '/assets/main-abc.js' });
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it('stand in for no address of the API, no asset and no hidden file', async () => {
    await writeFile(join(pages, 'index.html'), '<p>page</p>');
    await writeFile(join(pages, '.hash'), 'secret');
    const http = await serve();
    for (const url of ['/api', '/api/none', '/api/none?q=1', '/assets/none.js']) {
      const none = await http.inject({ url });
      expect([none.statusCode, none.json().error], url).toEqual([404, 'not_found']);
    }
    expect((await http.inject({ method: 'POST', url: '/warnings' })).statusCode).toBe(404);
    expect((await http.inject({ url: '/.hash' })).body).not.toContain('secret');
    expect((await http.inject({ url: '/..%2f..%2fetc/passwd' })).body).not.toContain('root:');
  });
});
