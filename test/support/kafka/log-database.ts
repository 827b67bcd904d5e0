import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../../../platform/embedded-postgres.ts';
import { createLog } from '../../../platform/log.ts';
import { openPostgres, type Postgres } from '../../../platform/postgres.ts';

const SCHEMA = resolve(import.meta.dirname, '../../../migrations/postgres/202611220700_bus.sql');

export type LogDatabase = { url: string; postgres: Postgres; stop(): Promise<void> };

/**
 * A PostgreSQL of its own in a temporary folder, with the embedded log's tables and `effects`, in which the tests'
 * handlers leave what they did.
 */
export async function startLogDatabase(): Promise<LogDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'yilian-bus-'));
  const log = createLog({ level: 'warn' });
  const server = await startEmbeddedPostgres({ home, log });
  const postgres = await openPostgres({ url: server.url, applicationName: 'yilian bus test', max: 20, log });
  await postgres.query(await readFile(SCHEMA, 'utf8'));
  await postgres.query('create table effects (value text not null)');
  return {
    url: server.url,
    postgres,
    async stop() {
      await postgres.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
