// Signing in on a real system, with a clock of the test's own; and who is let in where: every route for every role.
import type { FastifyInstance, InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createAccounts, isOpen, may, type Role, roles } from '../../access/index.ts';
import { beginDemo, isEmpty } from '../../app/demo/index.ts';
import { createHttp, type HttpDeps } from '../../app/http.ts';
import { httpDeps } from '../../app/routes.ts';
import type { System } from '../../app/system.ts';
import { until } from '../../platform/until.ts';
import { freePort, getJson } from '../support/http.ts';
import { openHome, openServedHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = 'yilian-demo';
const COOKIE = 'yilian_session';

interface Clock {
  at: Date;
  pass(ms: number): void;
}

interface Served {
  readonly system: System;
  readonly http: FastifyInstance;
  readonly deps: HttpDeps;
  readonly clock: Clock;
  /** Status, error code and the cookie of a sign-in. */
  signIn(account: string, password?: string, more?: InjectOptions): Promise<SignInAnswer>;
  get(url: string, cookie?: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

interface SignInAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly setCookie: string;
  readonly cookie: string;
}

const serve = async (demo: boolean, work: (served: Served) => Promise<void>): Promise<void> => {
  const home = await openHome();
  await withSystem(home.path, async (opened) => {
    const clock: Clock = {
      at: new Date('2026-11-24T01:00:00Z'),
      pass: (ms) => {
        clock.at = new Date(clock.at.getTime() + ms);
      },
    };
    const system = { ...opened, now: () => clock.at };
    if (demo) await beginDemo(system);
    const deps = httpDeps(system, { loading: false, synthetic: demo });
    const http = await createHttp(deps);
    try {
      await work({
        ...{ system, http, deps, clock },
        signIn: async (account, password = PASSWORD, more = {}) => {
          const answer = await http.inject({
            ...{ method: 'POST', url: '/api/session', payload: { account, password } },
            ...more,
          });
          const cookie = answer.cookies.find(({ name }) => name === COOKIE)?.value ?? '';
          return {
            status: answer.statusCode,
            body: answer.json(),
            setCookie: `${answer.headers['set-cookie']}`,
            cookie,
          };
        },
        get: async (url, cookie) => {
          const answer = await http.inject({ url, ...(cookie === undefined ? {} : { cookies: { [COOKIE]: cookie } }) });
          return { status: answer.statusCode, body: answer.json() };
        },
      });
    } finally {
      await http.close();
    }
  });
  await home.remove();
};

const audit = (system: System) =>
  system.postgres.query<{ actor: string; role: string; act: string; subject: string | null; detail: unknown }>(
    // The home was made by an export.
    "select actor, role, act, subject, detail from audit_log where act <> 'export' order by audit_no",
  );

describe('signing in', () => {
  it('gives a cookie that scripts and other sites do not get, and signing out ends it', () =>
    serve(true, async ({ system, http, signIn, get }) => {
      const first = await signIn('Analyst');
      expect(first.status).toBe(200);
      expect(first.body).toMatchObject({
        ...{ user_id: 'demo-analyst', account: 'analyst', role: 'analyst', department: null, synthetic: true },
        regions: [{ region_code: '159901', name: null }],
        acts: expect.arrayContaining(['see_warnings', 'verify_case']),
        expires_at: '2026-11-24T09:30:00+08:00',
      });
      expect(JSON.stringify(first.body)).not.toContain('scrypt');
      expect(first.setCookie).toMatch(/HttpOnly/);
      expect(first.setCookie).toMatch(/SameSite=Strict/);
      expect(first.setCookie).toMatch(/Path=\//);
      expect(first.setCookie).not.toMatch(/Secure|Domain/);
      const behind = await signIn('analyst', PASSWORD, { headers: { 'x-forwarded-proto': 'https' } });
      expect(behind.setCookie).toMatch(/; Secure/);

      // Who reads the table finds nothing to sign in with.
      const kept = await system.postgres.query<{ hash: string }>(
        "select encode(session_hash, 'escape') as hash from sessions",
      );
      expect(kept.length).toBe(2);
      expect(JSON.stringify(kept)).not.toContain(first.cookie);

      expect((await get('/api/session', first.cookie)).body).toMatchObject({ account: 'analyst' });
      const out = await http.inject({ method: 'DELETE', url: '/api/session', cookies: { [COOKIE]: first.cookie } });
      expect([out.statusCode, out.body]).toEqual([204, '']);
      expect(`${out.headers['set-cookie']}`).toMatch(/Max-Age=0/);
      expect((await get('/api/session', first.cookie)).body['error']).toBe('sign_in_required');
      expect((await get('/api/session', behind.cookie)).status).toBe(200);

      // Signing in again in the same browser ends what was there.
      await signIn('township', PASSWORD, { cookies: { [COOKIE]: behind.cookie } });
      expect((await get('/api/session', behind.cookie)).status).toBe(401);
      expect((await audit(system)).map(({ actor, act }) => `${actor} ${act}`)).toEqual([
        ...['demo-analyst sign_in', 'demo-analyst sign_in', 'demo-analyst sign_out', 'demo-township sign_in'],
      ]);
    }));

  it('answers the same to a wrong password and an unknown account, and locks after five', () =>
    serve(true, async ({ system, clock, signIn }) => {
      const unknown = await signIn('nobody', 'x');
      const wrong = await signIn('analyst', 'x');
      expect([wrong.status, wrong.body['error']]).toEqual([401, 'sign_in_failed']);
      expect(unknown.body).toEqual(wrong.body);
      expect(wrong.setCookie).toBe('undefined');
      for (let i = 2; i < 5; i += 1) expect((await signIn('analyst', 'x')).status).toBe(401);
      expect((await signIn('analyst')).status, 'four wrong ones lock nothing').toBe(200);

      // At the same time, as whoever guesses would do it.
      const guesses = await Promise.all(Array.from({ length: 8 }, () => signIn('analyst', 'guess')));
      expect(guesses.map(({ status }) => status)).toEqual(Array(8).fill(401));
      const locked = await signIn('analyst');
      expect([locked.status, locked.body]).toEqual([401, wrong.body]);
      expect((await signIn('township')).status).toBe(200);
      clock.pass(15 * MINUTE - 1);
      expect((await signIn('analyst')).status).toBe(401);
      clock.pass(1);
      expect((await signIn('analyst', 'x')).status, 'one wrong one after the lock').toBe(401);
      expect((await signIn('analyst')).status).toBe(200);

      const failed = (await audit(system)).filter(({ act }) => act === 'sign_in_failed');
      expect(failed[0]).toMatchObject({ actor: 'unknown', subject: null, detail: { why: 'unknown_account' } });
      const whys = failed.slice(1).map(({ detail }) => detail as { why: string; locked: boolean });
      expect(whys.map(({ why }) => why)).toEqual([
        ...Array(4).fill('wrong_password'),
        ...Array(5).fill('wrong_password'),
        ...Array(3).fill('locked'),
        ...['locked', 'locked', 'wrong_password'],
      ]);
      expect(whys.findIndex(({ locked }) => locked)).toBe(8);
      expect(JSON.stringify(failed)).not.toMatch(/nobody|guess/);
    }));

  it('lasts 30 minutes without a request and 12 hours at most', () =>
    serve(true, async ({ system, clock, signIn, get }) => {
      const idle = (await signIn('analyst')).cookie;
      clock.pass(30 * MINUTE - 1);
      expect((await get('/api/session', idle)).body['expires_at']).toBe('2026-11-24T09:59:59+08:00');
      clock.pass(30 * MINUTE - 1);
      expect((await get('/api/session', idle)).status).toBe(200);
      clock.pass(30 * MINUTE);
      expect((await get('/api/session', idle)).body).toMatchObject({ error: 'sign_in_required' });

      const began = clock.at.getTime();
      const busy = (await signIn('analyst')).cookie;
      while (clock.at.getTime() < began + 12 * HOUR - 20 * MINUTE) {
        clock.pass(20 * MINUTE);
        expect((await get('/api/session', busy)).status).toBe(200);
      }
      clock.pass(20 * MINUTE - 1);
      expect((await get('/api/session', busy)).status).toBe(200);
      clock.pass(1);
      expect((await get('/api/session', busy)).status).toBe(401);

      const seen = async () =>
        (await system.postgres.query('select last_seen_at from sessions order by created_at desc'))[0];
      const often = (await signIn('analyst')).cookie;
      const written = await seen();
      clock.pass(MINUTE - 1);
      await get('/api/session', often);
      expect(await seen()).toEqual(written);
      clock.pass(1);
      await get('/api/session', often);
      expect(await seen()).toEqual({ last_seen_at: clock.at });
    }));

  it('ends at once for whoever is disabled or given a new password', () =>
    serve(true, async ({ system, clock, signIn, get }) => {
      const accounts = createAccounts(system.postgres);
      const by = { actor: 'uid:0', now: clock.at };
      const { cookie } = await signIn('analyst');
      expect(await accounts.setEnabled('analyst', false, by)).toBe(true);
      expect((await get('/api/session', cookie)).status).toBe(401);
      const disabled = await signIn('analyst');
      expect([disabled.status, disabled.body['error']]).toEqual([401, 'sign_in_failed']);
      await accounts.setEnabled('analyst', true, by);
      expect((await get('/api/session', cookie)).status).toBe(401);
      expect((await signIn('analyst')).status).toBe(200);

      const other = await signIn('township');
      const password = (await accounts.reset('township', by)) as string;
      expect((await get('/api/session', other.cookie)).status).toBe(401);
      expect((await signIn('township')).status).toBe(401);
      expect((await signIn('township', password)).status).toBe(200);
      expect(await accounts.reset('nobody', by)).toBeNull();
      const acts = (await audit(system)).filter(({ role }) => role === 'operator').map(({ act }) => act);
      expect(acts).toEqual(['disable_user', 'enable_user', 'reset_password']);
    }));

  it('is refused to what another site sends', () =>
    serve(true, async ({ http, signIn, get }) => {
      const headers = { host: 'yilian.test', origin: 'https://evil.test' };
      expect((await signIn('analyst', PASSWORD, { headers })).body['error']).toBe('foreign_origin');
      const { cookie } = await signIn('analyst', PASSWORD, { headers: { ...headers, origin: 'https://yilian.test' } });
      const form = 'account=analyst&password=yilian-demo';
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const posted = await http.inject({ method: 'POST', url: '/api/session', payload: form, headers: type });
      expect(posted.statusCode).toBe(400);
      const out = await http.inject({ method: 'DELETE', url: '/api/session', headers, cookies: { [COOKIE]: cookie } });
      expect(out.statusCode).toBe(403);
      expect((await get('/api/session', cookie)).status).toBe(200);
    }));
});

describe('every route', () => {
  it('answers 401 without a session, and 403 exactly where the table gives no right', () =>
    serve(true, async ({ http, deps, signIn }) => {
      const accountOf: Readonly<Record<Role, string>> = {
        ...{ leadership: 'leadership', analyst: 'analyst', township: 'township', village_assistant: 'village' },
        ...{ department: 'dept-housing', match_reviewer: 'match-reviewer', rule_author: 'rule-author' },
        ...{ rule_approver: 'rule-approver', inspector: 'inspector', auditor: 'auditor' },
        administrator: 'administrator',
      };
      const cookies = new Map<Role, string>();
      for (const role of roles) {
        const { body, cookie } = await signIn(accountOf[role]);
        expect(body['role']).toBe(role);
        cookies.set(role, cookie);
      }
      // A stream would not end; it is let in by the same guard as the others (app/http.test.ts).
      const routes = deps.routes.filter(({ method, url }) => !(method === 'DELETE' && url === '/api/session'));
      expect(routes.length).toBeGreaterThan(3);
      const ask = (route: { method: 'GET' | 'POST' | 'DELETE'; url: string }, cookie?: string) =>
        http.inject({
          ...{ method: route.method, url: route.url.replace(/:\w+/g, 'c-0000000000') },
          ...(route.method === 'POST' ? { payload: {} } : {}),
          ...(cookie === undefined ? {} : { cookies: { [COOKIE]: cookie } }),
        });
      for (const route of [...routes, ...deps.rawRoutes]) {
        const nobody = await ask(route);
        const name = `${route.method} ${route.url}`;
        if (isOpen(route.act)) expect([401, 403], name).not.toContain(nobody.statusCode);
        else expect([nobody.statusCode, nobody.json().error], name).toEqual([401, 'sign_in_required']);
      }
      let refused = 0;
      for (const route of routes) {
        for (const role of roles) {
          const answer = await ask(route, cookies.get(role));
          const name = `${role}: ${route.method} ${route.url} answered ${answer.body.slice(0, 200)}`;
          const actor = { id: 'x', role, regions: ['159901'], department: null };
          if (may(actor, route.act).allowed) expect([401, 403, 500], name).not.toContain(answer.statusCode);
          else {
            expect([answer.statusCode, answer.json().error], name).toEqual([403, 'forbidden']);
            refused += 1;
          }
        }
      }
      expect(refused).toBeGreaterThan(5);
    }));
});

describe('demo accounts', () => {
  it('are listed with their password, and made again by nobody', () =>
    serve(true, async ({ system, http, signIn, get }) => {
      const listed = (await get('/api/demo-accounts')).body['accounts'] as { account: string; password: string }[];
      expect(listed.map(({ account }) => account).slice(0, 4)).toEqual([
        'analyst',
        'analyst-league',
        'township',
        'village',
      ]);
      expect(listed.length).toBeGreaterThan(20);
      for (const { account, password } of [listed[3], listed.at(-1)] as typeof listed) {
        expect((await signIn(account, password)).status, account).toBe(200);
      }
      const hash = async () =>
        (await system.postgres.query("select password_hash from users where account = 'analyst'"))[0];
      const before = await hash();
      await beginDemo(system);
      expect(await hash()).toEqual(before);
      expect((await http.inject({ url: '/api/demo-accounts' })).json().accounts).toHaveLength(listed.length);
    }));

  it('exist in no store of real data', () =>
    serve(false, async ({ system, clock, signIn, get }) => {
      expect((await get('/api/demo-accounts')).status).toBe(404);
      expect(await system.postgres.query('select 1 from users')).toEqual([]);
      expect((await signIn('analyst')).status).toBe(401);
      // Its first account makes the store one that waits for real data: a start loads no fiction into it.
      expect(await isEmpty(system)).toBe(true);
      const given = { account: 'li.na', name: '李娜', role: 'analyst', regions: ['1501'], department: null } as const;
      const password = (await createAccounts(system.postgres).add(given, { actor: 'uid:0', now: clock.at })) as string;
      expect(await isEmpty(system)).toBe(false);
      expect((await signIn('li.na', password)).body).toMatchObject({ name: '李娜', synthetic: false });
      expect((await get('/api/demo-accounts')).status).toBe(404);
    }));
});

describe('yilian users', () => {
  it('makes, lists, disables and resets accounts, also while the system runs', async () => {
    const home = await openHome();
    const users = async (...args: string[]) => home.start(['users', ...args]).ended;
    const first = await users(
      'add',
      '--account',
      'admin',
      '--name',
      '管理员',
      '--role',
      'administrator',
      '--regions',
      '1501',
    );
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const password = /password: (\S+)/.exec(first.stdout)?.[1] ?? '';
    expect(password).toMatch(/^\w{4}(-\w{4}){3}$/);
    expect((await users('list')).stdout).toBe('admin\t管理员\tadministrator\t1501\t-\tactive\n');

    const running = home.start(['start'], { YILIAN_PORT: '0' });
    const attached = await until(60_000, async () => {
      const ended = await users(
        'add',
        '--account',
        'dept',
        '--name',
        '住建',
        '--role',
        'department',
        '--regions',
        '150121',
        '--department',
        'housing',
      );
      return ended.code === 0 ? ended : null;
    });
    expect(attached?.stdout).toContain('account dept made');
    expect((await users('disable', '--account', 'dept')).stdout).toBe('account dept disabled\n');
    expect((await users('reset', '--account', 'admin')).stdout).toContain('new password of admin: ');
    expect((await users('list')).stdout.split('\n')[1]).toBe('dept\t住建\tdepartment\t150121\thousing\tdisabled');
    await running.kill();
    const { stdout } = await running.ended;
    expect(stdout).not.toContain('fictional');
    expect(stdout).not.toContain('nobody can sign in');
  });

  it('says what is wrong with a call, with exit code 2', async () => {
    const home = await openServedHome();
    const wrong: [string, ...string[]][] = [
      ['yilian users list'],
      ['yilian users list', 'forget'],
      ['--account', 'add', '--account', 'Li Na', '--name', 'x', '--role', 'analyst', '--regions', '1501'],
      ['no such role', 'add', '--account', 'a1', '--name', 'x', '--role', 'boss', '--regions', '1501'],
      ['--regions', 'add', '--account', 'a1', '--name', 'x', '--role', 'analyst', '--regions', '15012'],
      ['--name', 'add', '--account', 'a1', '--role', 'analyst', '--regions', '1501'],
      ['--department', 'add', '--account', 'a1', '--name', 'x', '--role', 'department', '--regions', '1501'],
      [
        'no such department',
        'add',
        '--account',
        'a1',
        '--name',
        'x',
        '--role',
        'department',
        '--regions',
        '1501',
        '--department',
        'x',
      ],
      ['no such account', 'disable', '--account', 'nobody'],
      ['no such account', 'reset', '--account', 'nobody'],
    ];
    for (const [says, ...args] of wrong) {
      const { code, stderr } = await home.start(['users', ...args]).ended;
      expect([code, stderr], args.join(' ')).toEqual([2, expect.stringContaining(says)]);
    }
  });

  it('is how a start without accounts says to begin', async () => {
    const home = await openHome();
    const port = await freePort();
    const running = home.start(['api'], { YILIAN_PORT: String(port) });
    expect(await until(60_000, () => getJson(port, '/api/health'))).toMatchObject({ status: 200 });
    expect(await getJson(port, '/api/warnings')).toMatchObject({ status: 401, body: { error: 'sign_in_required' } });
    await running.kill();
    expect((await running.ended).stdout).toMatch(/nobody can sign in yet; make the first account .*yilian users add/);
    expect((await home.start(['doctor']).ended).stdout).toMatch(/note {2}PostgreSQL: .*yilian users add/);
  });
});
