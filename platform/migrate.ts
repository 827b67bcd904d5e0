import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { ClickHouse } from './clickhouse.ts';
import type { Log } from './log.ts';

/** Names are UTC times, so that files of two branches rarely collide and always sort the same way. */
const FILE_NAME = /^\d{12}_[a-z0-9_]+\.sql$/;
/** Any fixed number; both ledgers share it, so that of many starters exactly one migrates at a time. */
const ADVISORY_LOCK = 7_214_900_213;

type Migration = { name: string; sql: string; checksum: string };
type Ledger = 'yilian_migrations' | 'yilian_clickhouse_migrations';

/** The schema in the database and the files of this program do not belong together. Its message says the cure. */
export class SchemaMismatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaMismatchError';
  }
}

/**
 * Applies the files of `folder` that the database has not had, in order of name, each in a transaction of its own with
 * its line in the ledger. Of two starters one works and the other waits, then finds nothing to do.
 *
 * @returns the names that were applied
 * @throws SchemaMismatchError when the ledger names files that this program does not have (it is older than the data),
 * or an applied file was changed
 */
export async function migratePostgres({
  pool,
  folder,
  log,
}: {
  pool: pg.Pool;
  folder: string;
  log: Log;
}): Promise<string[]> {
  return withLedger(pool, 'yilian_migrations', folder, log, async (client, migration, record) => {
    await client.query('begin');
    try {
      await client.query(migration.sql);
      await record();
      await client.query('commit');
    } catch (error) {
      // Where the connection is gone, so is the transaction.
      await client.query('rollback').catch(() => undefined);
      throw new Error(`migration ${migration.name} failed`, { cause: error });
    }
  });
}

/**
 * The same for ClickHouse, with the ledger in PostgreSQL: one lock, and a ledger that is transactional. ClickHouse has
 * no transactions around DDL, so every statement must bear to be run again (`if not exists`): a crash after a
 * statement and before the ledger repeats the whole file.
 */
export async function migrateClickHouse({
  pool,
  clickhouse,
  folder,
  log,
}: {
  pool: pg.Pool;
  clickhouse: ClickHouse;
  folder: string;
  log: Log;
}): Promise<string[]> {
  return withLedger(pool, 'yilian_clickhouse_migrations', folder, log, async (_client, migration, record) => {
    for (const [index, statement] of splitStatements(migration.sql).entries()) {
      try {
        await clickhouse.command('write', statement);
      } catch (error) {
        throw new Error(`migration ${migration.name} failed in statement ${index + 1}`, { cause: error });
      }
    }
    await record();
  });
}

/**
 * A statement ends at a line whose code ends with `;` (what follows `--` is no code). Pieces of nothing but comments
 * are left out: ClickHouse refuses an empty statement.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  function end() {
    if (lines.some((line) => withoutComment(line) !== '')) statements.push(lines.join('\n').trim());
    lines = [];
  }
  for (const line of sql.split('\n')) {
    const code = withoutComment(line);
    lines.push(code.endsWith(';') ? code.slice(0, -1) : line);
    if (code.endsWith(';')) end();
  }
  end();
  return statements;
}

function withoutComment(line: string): string {
  return line.replace(/--.*$/, '').trimEnd();
}

async function withLedger(
  pool: pg.Pool,
  ledger: Ledger,
  folder: string,
  log: Log,
  apply: (client: pg.PoolClient, migration: Migration, record: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  // The lock belongs to the session: if this connection is lost, so is the lock, and the next statement fails.
  let broken = true;
  try {
    await lock(client, log);
    await client.query(
      `create table if not exists ${ledger} (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string; checksum: string }>(
      `select name, checksum from ${ledger} order by name`,
    );
    const pending = pendingMigrations(migrations, rows, folder, log);
    for (const migration of pending) {
      const began = performance.now();
      await apply(client, migration, async () => {
        await client.query(`insert into ${ledger} (name, checksum) values ($1, $2)`, [
          migration.name,
          migration.checksum,
        ]);
      });
      log.info('migration.applied', {
        ledger,
        migration: migration.name,
        ms: Math.round(performance.now() - began),
      });
    }
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
    broken = false;
    return pending.map(({ name }) => name);
  } finally {
    // After a failure the connection is thrown away, and the lock goes with it.
    client.release(broken);
  }
}

async function lock(client: pg.PoolClient, log: Log): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [ADVISORY_LOCK]);
  if (rows[0]?.got === true) return;
  log.info('migration.waiting');
  await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
}

function pendingMigrations(
  migrations: Migration[],
  applied: { name: string; checksum: string }[],
  folder: string,
  log: Log,
): Migration[] {
  const mine = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = applied.filter(({ name }) => !mine.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new SchemaMismatchError(
      `the database is newer than this program: it has ${unknown.join(', ')}, which ${folder} does not. ` +
        'Install the version that brought them, or a later one.',
    );
  }
  const changed = applied.filter(({ name, checksum }) => mine.get(name)?.checksum !== checksum).map(({ name }) => name);
  if (changed.length > 0) {
    throw new SchemaMismatchError(
      `applied migrations were changed afterwards: ${changed.join(', ')} in ${folder}. ` +
        'Restore the files as they were released and put the change into a new one.',
    );
  }
  const done = new Set(applied.map(({ name }) => name));
  const last = applied.at(-1)?.name ?? '';
  const pending = migrations.filter(({ name }) => !done.has(name));
  // Two branches merged: in order by name on a new system, in order of arrival on this one.
  const late = pending.filter(({ name }) => name < last).map(({ name }) => name);
  if (late.length > 0) log.warn('migration.out-of-order', { migrations: late, after: last });
  return pending;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const misnamed = names.filter((name) => !FILE_NAME.test(name));
  if (misnamed.length > 0) {
    throw new Error(`${misnamed.join(', ')} in ${folder}: a migration is named YYYYMMDDHHMM_what.sql`);
  }
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
