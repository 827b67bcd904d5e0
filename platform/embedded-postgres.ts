import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { z } from 'zod';
import { findPostgresBinaries } from './embedded-postgres-binaries.ts';
import { initialiseData, removeUnfinished } from './embedded-postgres-initdb.ts';
import { launchServer, stopServer } from './embedded-postgres-launch.ts';
import { chooseOwner, letThrough } from './embedded-postgres-owner.ts';
import { findRunningServer } from './embedded-postgres-running.ts';
import type { Log } from './log.ts';
import { writeDurably } from './write-durably.ts';

const USER = 'yilian';
const DATABASE = 'yilian';

export type EmbeddedPostgres = {
  /** For `openPostgres`; holds the password. */
  url: string;
  /** Whether a server was already running that an earlier, killed process left behind. */
  adopted: boolean;
  /** Fast shutdown: open transactions roll back, everything committed is on disk. Returns when the server has ended. */
  stop(): Promise<void>;
};

const secretFile = z.object({ password: z.string().regex(/^[0-9a-f]{32,}$/) });

/**
 * A real PostgreSQL 18 with its data in `<home>/postgres`, on a free port of 127.0.0.1, with fsync on. The caller holds
 * the home (`claimHome`) and has created it. The server outlives a killed program; the next start adopts it.
 *
 * @throws Error with the cure: package missing, folders out of reach of the user it runs as, no disk space, a server on
 * this folder that does not let us in
 */
export async function startEmbeddedPostgres({ home, log }: { home: string; log: Log }): Promise<EmbeddedPostgres> {
  const began = performance.now();
  const data = join(home, 'postgres');
  const logFile = join(home, 'postgres.log');
  const owner = await chooseOwner(data);
  const password = await readOrCreatePassword(home, data);
  const urlAt = (port: number, database: string) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

  const { left, crashed } = await findRunningServer(data, (port) => urlAt(port, 'postgres'));
  let server = left;
  if (server === null) {
    const binaries = await findPostgresBinaries();
    await letThrough(home, owner);
    await removeUnfinished(home);
    if (!(await isDirectory(data))) {
      await initialiseData({ home, data, owner, binaries, user: USER, password });
      log.info('postgres.initialised', { ms: Math.round(performance.now() - began) });
    }
    server = await launchServer({ data, logFile, owner, binaries, afterCrash: crashed, log });
  }
  await ensureDatabase(urlAt(server.port, 'postgres'));
  const { pid, port } = server;
  const adopted = left !== null;
  log.info('postgres.started', { port, adopted, serverPid: pid, ms: Math.round(performance.now() - began) });
  return { url: urlAt(port, DATABASE), adopted, stop: () => stopServer({ data, pid, log }) };
}

async function readOrCreatePassword(home: string, data: string): Promise<string> {
  const file = join(home, 'postgres.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    await chmod(file, 0o600);
    return secretFile.parse(JSON.parse(text)).password;
  }
  if (await isDirectory(data)) {
    throw new Error(
      `${file} is missing, and with it the password of the database in ${data}. Put the file back from a backup, ` +
        'or point YILIAN_HOME elsewhere.',
    );
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  await writeDurably(file, `${JSON.stringify({ password })}\n`);
  return password;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return false;
  if (!found.isDirectory())
    throw new Error(`${path} is a file; the embedded PostgreSQL keeps its folder there. Move it away.`);
  return (await readdir(path)).length > 0;
}
