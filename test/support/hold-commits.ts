/** Stops a running load right before its next commit: what it wrote to ClickHouse stands, PostgreSQL knows nothing of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readServerNote } from '../../platform/embedded-postgres-running.ts';
import { until } from '../../platform/until.ts';

export interface Hold {
  /** Whether the load waits for us now. */
  waits(): Promise<boolean>;
  release(): Promise<void>;
}

/** Every transaction of a load notes its progress in `loads`: none gets past that while the hold lasts. */
export const holdCommits = async (home: string): Promise<Hold | null> => {
  const port = await until(60_000, async () => {
    const note = await readServerNote(join(home, 'postgres'));
    return note?.status === 'ready' ? note.port : null;
  });
  if (port === null) throw new Error(`PostgreSQL of ${home} does not start`);
  const { password } = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8')) as { password: string };
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'yilian', database: 'yilian', password });
  let isGone = false;
  // The load was quicker: its end stops the server under us.
  client.on('error', () => {
    isGone = true;
  });
  const release = async (): Promise<void> => client.end().catch(() => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query('lock table loads in exclusive mode');
  } catch {
    await release();
    return null;
  }
  return {
    release,
    async waits() {
      if (isGone) return false;
      const waiting = await client
        .query("select from pg_locks where relation = 'loads'::regclass and not granted")
        .catch(() => null);
      return (waiting?.rowCount ?? 0) > 0;
    },
  };
};
