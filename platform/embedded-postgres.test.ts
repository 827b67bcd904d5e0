import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compilePlatform } from './child-for-tests.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { readServerNote } from './embedded-postgres-running.ts';
import { createLog } from './log.ts';
import { openPostgres } from './postgres.ts';
import { isAlive } from './process.ts';

const log = createLog({ level: 'silent' });
const isRoot = userInfo().uid === 0;
const NOBODY = 65534;

let home: string;
let child: Awaited<ReturnType<typeof compilePlatform>>;
beforeAll(async () => {
  child = await compilePlatform();
}, 60_000);
afterAll(() => child.remove());
beforeEach(async () => {
  // As `mktemp -d` makes it: closed to everybody else, so root's server has to be let in.
  home = join(await mkdtemp(join(tmpdir(), 'yilian-embedded-')), 'home');
});
afterEach(async () => {
  const note = await readServerNote(join(home, 'postgres')).catch(() => null);
  if (note !== null && (await isAlive(note.pid))) process.kill(note.pid, 'SIGQUIT');
  await rm(join(home, '..'), { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const postgres = await openPostgres({ url, applicationName: 'test' });
  try {
    return await postgres.query(sql);
  } finally {
    await postgres.close();
  }
}

/** Starts in another process, writes a row, then ends as `end` says. */
const START_AND_WRITE = (end: string) => `
  import { mkdirSync } from 'node:fs';
  import { startEmbeddedPostgres } from './platform/embedded-postgres.js';
  import { openPostgres } from './platform/postgres.js';
  import { createLog } from './platform/log.js';
  const home = process.argv[2];
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const server = await startEmbeddedPostgres({ home, log: createLog({ level: 'silent' }) });
  const postgres = await openPostgres({ url: server.url, applicationName: 'child' });
  await postgres.query('create table if not exists kept (id int)');
  await postgres.query('insert into kept values (1)');
  const [row] = await postgres.query('select count(*) from kept');
  console.log(JSON.stringify({ adopted: server.adopted, rows: row.count }));
  ${end}
`;
const killed = START_AND_WRITE(`process.kill(process.pid, 'SIGKILL');`);
const stopped = START_AND_WRITE('await postgres.close(); await server.stop();');

describe('the embedded PostgreSQL', () => {
  it('starts in an empty home, keeps its data, and stops without leaving a process', async () => {
    const first = await startEmbeddedPostgres({ home, log });
    await ask(first.url, 'create table kept as select 1 as id');
    const [facts] = await ask(
      first.url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
              current_setting('listen_addresses') as addresses, current_setting('server_version_num')::int / 10000 as major,
              (select datcollate from pg_database where datname = current_database()) as locale`,
    );
    expect(facts).toEqual({ encoding: 'UTF8', fsync: 'on', addresses: '127.0.0.1', major: 18, locale: 'C' });
    const note = await readServerNote(join(home, 'postgres'));
    await first.stop();
    expect(await isAlive(note?.pid ?? 0)).toBe(false);

    const second = await startEmbeddedPostgres({ home, log });
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await second.stop();
    expect((await stat(join(home, 'postgres.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(home)).mode & 0o007).toBe(0);
    expect((await readdir(home)).sort()).toEqual(['postgres', 'postgres.json', 'postgres.log']);
  }, 60_000);

  it('adopts the server that a killed process left, and only that', async () => {
    const before = await child.run(killed, { args: [home] });
    expect(before.signal).toBe('SIGKILL');
    const left = await readServerNote(join(home, 'postgres'));
    expect(await isAlive(left?.pid ?? 0)).toBe(true);

    const adopted = await startEmbeddedPostgres({ home, log });
    expect(adopted.adopted).toBe(true);
    expect((await readServerNote(join(home, 'postgres')))?.pid).toBe(left?.pid);
    expect(await ask(adopted.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await adopted.stop();
    expect(await isAlive(left?.pid ?? 0)).toBe(false);
  }, 60_000);

  it('recovers when the server was killed too, and when its process number went to another program', async () => {
    await child.run(killed, { args: [home] });
    const left = await readServerNote(join(home, 'postgres'));
    process.kill(left?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => isAlive(left?.pid ?? 0)).toBe(false);
    const recovered = await startEmbeddedPostgres({ home, log });
    expect(recovered.adopted).toBe(false);
    expect(await ask(recovered.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await recovered.stop();

    // This process's number stands for any other program's.
    await writeFile(
      join(home, 'postgres', 'postmaster.pid'),
      `${process.pid}\n${join(home, 'postgres')}\n1\n1\n\n\n\nready   \n`,
    );
    const again = await startEmbeddedPostgres({ home, log });
    expect(again.adopted).toBe(false);
    expect(await ask(again.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await again.stop();
  }, 60_000);

  it('starts over after a crash inside the first start', async () => {
    await mkdir(join(home, 'postgres.unfinished-1234', 'data'), { recursive: true });
    const server = await startEmbeddedPostgres({ home, log });
    await server.stop();
    expect((await readdir(home)).filter((name) => name.includes('unfinished'))).toEqual([]);
  }, 60_000);

  it('says what to do when its password is gone', async () => {
    await mkdir(join(home, 'postgres', 'base'), { recursive: true });
    await expect(startEmbeddedPostgres({ home, log })).rejects.toThrow('Put the file back from a backup');
  });

  it.runIf(isRoot)(
    'runs for an ordinary user, and for root on what that user began',
    async () => {
      const folder = join(home, '..');
      await chown(folder, NOBODY, NOBODY);
      const first = await child.run(stopped, { args: [home], uid: NOBODY });
      expect(first).toMatchObject({ code: 0, stdout: '{"adopted":false,"rows":1}\n' });
      const second = await child.run(killed, { args: [home], uid: NOBODY });
      expect(second.stdout).toBe('{"adopted":false,"rows":2}\n');
      const third = await child.run(stopped, { args: [home], uid: NOBODY });
      expect(third).toMatchObject({ code: 0, stdout: '{"adopted":true,"rows":3}\n' });
      expect((await stat(join(home, 'postgres'))).uid).toBe(NOBODY);

      const byRoot = await startEmbeddedPostgres({ home, log });
      expect(await ask(byRoot.url, 'select count(*) from kept')).toEqual([{ count: 3 }]);
      await byRoot.stop();
    },
    60_000,
  );

  it.runIf(isRoot)(
    'refuses the folder of another ordinary user with a clear word',
    async () => {
      await mkdir(join(home, 'postgres'), { recursive: true });
      await chmod(join(home, '..'), 0o755);
      await chmod(home, 0o777);
      const result = await child.run(stopped, { args: [home], uid: NOBODY });
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('belongs to user id 0 and this is user id 65534');
    },
    60_000,
  );
});
