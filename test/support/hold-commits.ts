/** Stops a running program right before its next commit: what it wrote to ClickHouse stands, PostgreSQL knows nothing of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readServerNote } from '../../platform/embedded-postgres-running.ts';
import { until } from '../../platform/until.ts';

export interface Hold {
  /** Whether the program waits for us now. */
  waits(): Promise<boolean>;
  release(): Promise<void>;
}

/** A connection, not opened yet, to the PostgreSQL of a program that runs or was killed in a home. */
export const postgresOf = async (home: string): Promise<pg.Client> => {
  const port = await until(60_000, async () => {
    const note = await readServerNote(join(home, 'postgres'));
    return note?.status === 'ready' ? note.port : null;
  });
  if (port === null) throw new Error(`PostgreSQL of ${home} does not start`);
  const { password } = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8')) as { password: string };
  return new pg.Client({ host: '127.0.0.1', port, user: 'yilian', database: 'yilian', password });
};

/**
 * Every transaction of a load notes its progress in `loads`, every one of the dispatcher marks rows of `outbox`: none gets
 * past that while the hold lasts.
 */
export const holdCommits = async (home: string, table: 'loads' | 'outbox' = 'loads'): Promise<Hold | null> => {
  const client = await postgresOf(home);
  let isGone = false;
  // The program was quicker: its end stops the server under us.
  client.on('error', () => {
    isGone = true;
  });
  const release = async (): Promise<void> => client.end().catch(() => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query(`lock table ${table} in exclusive mode`);
  } catch {
    await release();
    return null;
  }
  return {
    release,
    async waits() {
      if (isGone) return false;
      const waiting = await client
        .query('select from pg_locks where relation = $1::regclass and not granted', [table])
        .catch(() => null);
      return (waiting?.rowCount ?? 0) > 0;
    },
  };
};
