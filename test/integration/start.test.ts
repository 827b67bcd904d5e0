import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { until } from '../../platform/until.ts';
import { freePort, getJson, signIn } from '../support/http.ts';
import { type Home, openFolder, openHome, type WarningLine } from '../support/program.ts';

interface CaseLine {
  readonly household_id: string;
  readonly track: string;
  readonly state: string;
}

/** Starts the system and waits until it says that it is well. */
const startWell = async (home: Home, port: number) => {
  const running = home.start(['start'], { YILIAN_PORT: String(port), YILIAN_LOG_LEVEL: 'warn' });
  const well = await until(180_000, async () =>
    (await getJson(port, '/api/health'))?.body['status'] === 'ok' ? true : null,
  );
  expect(well, 'the system did not become well').toBe(true);
  return running;
};

describe('npm start', () => {
  it('fills an empty store with a fictional banner, survives SIGKILL and attaches commands', async () => {
    const home = await openHome();
    const port = await freePort();
    const first = await startWell(home, port);
    expect(await getJson(port, '/api/warnings?limit=5')).toMatchObject({ status: 401 });
    const cookie = await signIn(port, 'analyst');
    const listed = await getJson(port, '/api/warnings?limit=5', cookie);
    expect(listed?.status).toBe(200);
    expect(listed?.body).toMatchObject({ synthetic: true });
    expect(listed?.body['total']).toBeGreaterThan(50);
    expect(listed?.body['warnings']).toHaveLength(5);

    // A second system on the same home says so in one line; a command attaches to the running one.
    const second = await home.start(['start'], { YILIAN_PORT: String(port) }).ended;
    expect(second.code).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toContain(`${home.path} is in use by process`);
    const exported = await home.export('warnings');
    const lines = exported
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WarningLine);
    expect(lines.filter(({ status }) => status === 'open')).toHaveLength(listed?.body['total'] as number);
    // Each story stands at the stage that docs/stories.md tells.
    const cases = (await home.export('cases'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CaseLine);
    const stories = cases.filter(({ household_id }) => household_id.startsWith('GS'));
    expect(Object.fromEntries(stories.map((c) => [`${c.household_id} ${c.track}`, c.state]))).toEqual({
      ...{ 'GS01 need': 'following', 'GS02 need': 'opened', 'GS03 need': 'disposed', 'GS04 need': 'closed' },
      ...{ 'GS05 need': 'disposed', 'GS06 need': 'following', 'GS07 exit': 'disposed', 'GS08 need': 'received' },
      ...{ 'GS09 need': 'received', 'GS10 need': 'assigned' },
    });
    expect(await home.verifyChain()).toBe(0);
    const directory = await openFolder();
    const loaded = await home.start(['load', directory]).ended;
    expect(loaded).toMatchObject({ code: 1, stderr: expect.stringContaining('is empty') });
    expect(loaded.stderr).toContain('this store holds fictional data');

    expect(await first.kill()).toBe(true);
    const again = await startWell(home, port);
    // The session outlives the process that gave it.
    expect((await getJson(port, '/api/warnings?limit=5', cookie))?.body).toEqual(listed?.body);
    expect(await home.export('warnings')).toBe(exported);
    await again.kill();
  });

  it('pages the list without gaps or repeats, and answers bad requests in words', async () => {
    const home = await openHome();
    const port = await freePort();
    const running = await startWell(home, port);
    const cookie = await signIn(port, 'analyst-league');
    const get = (path: string) => getJson(port, path, cookie);
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { status: number; body: Record<string, unknown> } | null = await get(
        `/api/warnings?limit=60${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`,
      );
      for (const warning of (page?.body['warnings'] ?? []) as { warning_id: string }[]) seen.push(warning.warning_id);
      next = page?.body['next'] as string | null;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength((await get('/api/warnings'))?.body['total'] as number);
    expect(await get('/api/warnings?limit=0')).toMatchObject({ status: 400, body: { error: 'bad_request' } });
    expect(await get('/api/none')).toMatchObject({ status: 404 });
    await running.kill();
  });

  it('says which port is taken and ends', async () => {
    const home = await openHome();
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    const { code, stderr } = await home.start(['start'], { YILIAN_PORT: String(port) }).ended;
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port} is in use by another program`);
    // Nothing was begun: the store waits for real data or for fiction, whichever comes first.
    const listed = await home.start(['users', 'list']).ended;
    expect(listed).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('doctor and usage', () => {
  it('finds nothing wrong with a sound installation', async () => {
    const home = await openHome();
    const { code, stdout } = await home.start(['doctor']).ended;
    expect(stdout).not.toContain('FAULT');
    expect(code).toBe(0);
  });

  it('names every wrong setting at once, and every misuse with exit code 2', async () => {
    const home = await openHome();
    const wrong = await home.start(['doctor'], { YILIAN_PORT: 'x', YILIAN_LOG_LEVEL: 'loud' }).ended;
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('YILIAN_PORT');
    expect(wrong.stderr).toContain('YILIAN_LOG_LEVEL');
    for (const args of [
      [],
      ['load'],
      ['nonsense'],
      ['load', '/x', '--as-of', '2026-02-30'],
      ['export', 'nothing'],
      ['evaluate', '--rule', 'nope'],
      ['load', '/x', '--wat'],
    ]) {
      const { code, stderr } = await home.start(args).ended;
      expect(code, args.join(' ')).toBe(2);
      expect(stderr.length, args.join(' ')).toBeGreaterThan(0);
    }
  });
});

describe('rebuild facts', () => {
  it('makes the same facts and decisions from the archive', async () => {
    const home = await openHome();
    const { simulate } = await import('../../app/simulate/index.ts');
    const directory = await openFolder();
    await simulate({ households: 80, seed: 9, months: 12, out: directory, asOf: '2026-09-30' });
    await home.load(directory, '2026-09-30');
    const before = await home.exportAll();
    const { code } = await home.start(['rebuild', 'facts']).ended;
    expect(code).toBe(0);
    expect(await home.exportAll()).toEqual(before);
  });
});
