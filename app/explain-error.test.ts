import { chmod, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseFailure, toClickHouseFailure } from '../platform/clickhouse-errors.ts';
import { UnsealError } from '../platform/crypto.ts';
import { claimHome } from '../platform/home.ts';
import { SchemaMismatchError } from '../platform/migrate.ts';
import { openPostgres } from '../platform/postgres.ts';
import { ConnectionLostError } from '../platform/postgres-errors.ts';
import { CatalogueError } from '../rules/index.ts';
import { UsageError } from './commands.ts';
import { DirectoryProblem } from './exchange-directory.ts';
import { explainError } from './explain-error.ts';
import { PortTaken } from './port-taken.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-explain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const caught = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};
const systemError = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code}: x, write`), { code, ...more });
/** As `pg` throws them: with fields that quote values. */
const postgresError = (code: string): Error =>
  Object.assign(new Error('duplicate key'), {
    code,
    detail: 'Key (id_number)=(15010219900101123X)',
    severity: 'ERROR',
  });

/** The one line that a person reads. */
const line = (error: unknown): string => {
  const { text, code } = explainError(error);
  expect(code).toBe(1);
  expect(text.split('\n'), text).toHaveLength(1);
  expect(text).toMatch(/\.$/);
  return text;
};

describe('a call that can not be understood', () => {
  it('has code 2 and says how it is called', async () => {
    expect(explainError(new UsageError('yilian load DIR'))).toEqual({ text: 'yilian load DIR', code: 2 });
    const unknown = await caught(() => parseArgs({ args: ['--x'], options: {} }));
    expect(explainError(unknown)).toMatchObject({ code: 2, text: expect.stringContaining("'--x'") });
  });
});

describe('what the program itself found out', () => {
  it.each([
    [
      new DirectoryProblem(['a: is missing. Add it.', 'b: is empty. Fill it.']),
      'a: is missing. Add it.\nb: is empty. Fill it.',
    ],
    [new CatalogueError(['a.yaml:3: when: no such']), "the rule catalogue can't be used:\n  a.yaml:3: when: no such"],
    [
      new SchemaMismatchError('the database is newer. Install the version.'),
      'the database is newer. Install the version.',
    ],
    [
      new Error('secret.key is damaged: 64 hex digits were expected. Restore it from a backup.'),
      'secret.key is damaged: 64 hex digits were expected. Restore it from a backup.',
    ],
    [
      new ClickHouseFailure('chdb is not installed. Run `npm ci`.', {
        code: null,
        type: 'EMBEDDED_MISSING',
        cause: new Error('x'),
      }),
      'chdb is not installed. Run `npm ci`.',
    ],
    [
      new Error('facts: run `yilian rebuild facts` to its end, then evaluate'),
      'facts: run `yilian rebuild facts` to its end, then evaluate',
    ],
  ])('is said as it stands', (error, text) => expect(explainError(error)).toEqual({ text, code: 1 }));

  it('is said of a port that somebody has', () => {
    const error = new PortTaken('127.0.0.1', 8080);
    expect(explainError(error)).toEqual({ text: error.message, code: 1 });
  });

  it('is said of a home that can not be used', async () => {
    await writeFile(join(folder, 'file'), '');
    const text = line(await caught(() => claimHome(join(folder, 'file'), { command: 'x' })));
    expect(text).toMatch(/^YILIAN_HOME .*file can't be used: there is a file of that name\. Move it away, or/);
  });
});

describe('what the operating system refuses', () => {
  it('names the path and the cure', async () => {
    const missing = join(folder, 'none/x');
    expect(line(await caught(() => readFile(missing)))).toBe(
      `${missing}: it is not there. Put it back, then run the same command again: it goes on where it stopped.`,
    );
    expect(line(await caught(() => open(folder, 'w')))).toContain(
      `${folder}: a folder stands where a file was expected`,
    );
    await writeFile(join(folder, 'plain'), '');
    expect(line(await caught(() => mkdir(join(folder, 'plain/x'))))).toContain(
      'a file stands where a folder was expected',
    );
  });

  it.skipIf(userInfo().uid === 0)('names what this user may not do', async () => {
    const closed = join(folder, 'closed');
    await writeFile(closed, '');
    await chmod(closed, 0);
    expect(line(await caught(() => readFile(closed)))).toContain(`${closed}: this user may not read or write there`);
  });

  it.each([
    ['ENOSPC', 'the disk is full. Make room'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EFBIG', 'a file may not grow that far. Raise the limit on file sizes'],
    ['EACCES', 'this user may not read or write there. Give the permission'],
    ['EROFS', 'the disk is read-only'],
    ['EMFILE', 'too many files are open. Raise the limit'],
    ['EIO', "the disk can't be read or written"],
    ['ENOMEM', 'the memory is used up'],
  ])('%s', (code, words) => {
    expect(line(systemError(code, { path: '/x' }))).toMatch(
      new RegExp(`^/x: ${words}.*then run the same command again`),
    );
    expect(line(systemError(code, { syscall: 'write' }))).toMatch(new RegExp(`^write: ${words}`));
    const outer = new Error('a.csv could not be copied to the archive', {
      cause: systemError(code, { syscall: 'write' }),
    });
    expect(line(outer)).toMatch(new RegExp(`^a\\.csv could not be copied to the archive: write: ${words}`));
  });

  it('is found behind what it made fail', () => {
    const deep = new Error('migration a.sql failed', {
      cause: new Error('x', { cause: systemError('ENOSPC', { path: '/y' }) }),
    });
    expect(line(deep)).toMatch(/^migration a\.sql failed: \/y: the disk is full/);
  });
});

describe('PostgreSQL', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as { port: number }).port;
  });

  it('that does not answer is named by its address, without the password', async () => {
    await new Promise((done) => server.close(done));
    const error = await caught(() =>
      openPostgres({ url: `postgres://u:geheim@127.0.0.1:${port}/d`, applicationName: 't' }),
    );
    const text = line(error);
    expect(text).toContain(
      `127.0.0.1:${port}: the server does not answer. Check that it runs, and its address in YILIAN_POSTGRES_URL`,
    );
    expect(text).not.toContain('geheim');
  });

  it('that has several addresses is named by the first', () => {
    const refused = (address: string): Error =>
      systemError('ECONNREFUSED', { address, port: 5432, syscall: 'connect' });
    const error = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), { code: 'ECONNREFUSED' });
    expect(line(error)).toMatch(/^::1:5432: the server does not answer/);
  });

  it.each([
    ['53100', 'the disk is full'],
    ['53300', 'no connection left'],
    ['28P01', 'does not let this user in'],
    ['3D000', 'there is no such database'],
    ['57P01', 'was stopped meanwhile'],
    ['58030', "can't be read or written"],
  ])('%s says what to do, and quotes no value', (code, words) => {
    const text = line(new Error('migration a.sql failed', { cause: postgresError(code) }));
    expect(text).toMatch(new RegExp(`^migration a\\.sql failed: PostgreSQL \\(${code}\\): .*${words}`));
    expect(text).not.toContain('1501021990');
  });

  it('whose connection was lost is to be looked at', () => {
    expect(line(new ConnectionLostError(new Error('Connection terminated')))).toMatch(
      /^PostgreSQL \(08006\): the connection was lost/,
    );
  });

  it('that can not start says why, in a line of all that it said', () => {
    const said =
      'creating files ... ok\nrunning bootstrap script ... 2026-11-22 09:33:38 UTC [1] FATAL:  could not extend file "base/1": No space left on device\nHINT: x';
    expect(line(new Error(`initdb failed (1): ${said}`))).toBe(
      'the embedded PostgreSQL can\'t start: FATAL:  could not extend file "base/1": No space left on device: the disk is full. ' +
        'Make room, then run the same command again: it goes on where it stopped.',
    );
    expect(line(new Error('the embedded PostgreSQL did not start (exit 1): FATAL:  bad configuration'))).toMatch(
      /^the embedded PostgreSQL can't start: .*bad configuration: mend that, then run/,
    );
  });
});

describe('ClickHouse', () => {
  it.each([
    [{ code: '243', type: 'NOT_ENOUGH_SPACE' }, 'ClickHouse (243): the disk is full'],
    [{ code: '75', type: 'CANNOT_WRITE_TO_FILE_DESCRIPTOR' }, 'ClickHouse (75): the disk is full'],
    [{ code: '516', type: 'AUTHENTICATION_FAILED' }, 'ClickHouse (516): it does not let this user in'],
    [{ code: '241', type: 'MEMORY_LIMIT_EXCEEDED' }, 'ClickHouse (241): the memory is used up'],
    [{ code: 'ECONNREFUSED' }, 'ClickHouse (ECONNREFUSED): the server does not answer'],
    [
      { code: '1001', type: 'STD_EXCEPTION', message: 'filesystem error: No space left on device' },
      'ClickHouse (1001): the disk is full',
    ],
  ])('%j', (fields, words) => {
    expect(line(toClickHouseFailure(Object.assign(new Error('Code: x'), fields))).startsWith(words)).toBe(true);
  });
});

describe('the rest', () => {
  it('knows a packed file that is damaged', async () => {
    const packed = gzipSync('x'.repeat(1000));
    expect(line(await caught(() => gunzipSync(packed.subarray(0, 12))))).toContain('cut short. Have it sent again');
    expect(line(await caught(() => gunzipSync(Buffer.from('no gzip'))))).toContain('damaged. Have it sent again');
  });

  it('knows data that was sealed under another key', () => {
    const error = new Error('a.csv can not be read', { cause: new UnsealError() });
    expect(line(error)).toMatch(/^a\.csv can not be read: sealed data was changed.*Restore secret\.key/);
  });

  it('knows a running program that went away', () => {
    const error = new Error('the running yilian did not answer on /x/y.sock', {
      cause: systemError('ECONNREFUSED', { address: '/x/y.sock' }),
    });
    expect(line(error)).toBe(
      'the running yilian did not answer on /x/y.sock. Look whether it still runs, then run the same command again.',
    );
  });

  it('keeps the stack, and that of the causes, where nobody expected it', () => {
    const error = new TypeError('x is no function', { cause: new Error('received file was not registered') });
    const { text, code } = explainError(error);
    expect(code).toBe(1);
    expect(text).toMatch(
      /^TypeError: x is no function\n\s+at [\s\S]*\ncaused by Error: received file was not registered\n\s+at /,
    );
  });

  it('hides id numbers, whatever quotes them', () => {
    const { text } = explainError(new Error('invalid input: 15010219900101123X, 150102900101123 and 20260930'));
    expect(text).toContain('150102************, 150102************ and 20260930');
  });

  it('may be no error at all', () => {
    for (const thrown of [null, undefined, 'words', 7])
      expect(explainError(thrown)).toEqual({ text: String(thrown), code: 1 });
    const loop = new Error('a loop');
    loop.cause = loop;
    expect(explainError(loop).code).toBe(1);
  });
});
