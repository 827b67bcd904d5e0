import pg from 'pg';
import type { Log } from './log.ts';
import { ConnectionLostError, postgresCode } from './postgres-errors.ts';
import { columnTypes } from './postgres-types.ts';

export * from './postgres-errors.ts';

type Row = Record<string, unknown>;

/** Inside one transaction. `client` is the connection itself, for COPY and for rows as arrays. */
export type Tx = {
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<R[]>;
  client: pg.PoolClient;
};

export type Postgres = {
  /**
   * One statement. With `scope` it runs in a transaction of its own whose `yilian.scope` is that value; without, row
   * policies see the empty scope, which is no row at all.
   */
  query<R extends Row = Row>(text: string, values?: readonly unknown[], options?: { scope?: string }): Promise<R[]>;
  /** Commits when `work` returns, rolls back when it throws and throws the same error. The default scope sees nothing. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { scope?: string }): Promise<T>;
  pool: pg.Pool;
  close(): Promise<void>;
};

/**
 * A pool on the server at `url`, tried once so that a wrong address or password fails here and not on the first page.
 *
 * @param role every connection gives up its own rights for this role's, so that row policies bind the program too
 * @param max connections at most; a transaction that waits for another one of the same process needs two
 * @throws what `pg` throws when the server is not there or refuses (`isRetryable` says whether to try again)
 */
export async function openPostgres({
  url,
  applicationName,
  role,
  max = 10,
  log,
}: {
  url: string;
  applicationName: string;
  role?: string;
  max?: number;
  log?: Log;
}): Promise<Postgres> {
  const lost = new WeakSet<pg.ClientBase>();
  const unusable = new WeakSet<pg.ClientBase>();
  const options = {
    connectionString: url,
    application_name: applicationName,
    max,
    types: columnTypes,
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    onConnect: async (client: pg.ClientBase) => {
      // Without a listener of its own a connection that dies while it is lent out would end the process.
      client.on('error', () => lost.add(client));
      // One round trip for both, each as session defaults: a transaction's own scope falls back to '' at its end.
      await client.query(
        `select set_config('yilian.scope', '', false)${role === undefined ? '' : `, set_config('role', $1, false)`}`,
        role === undefined ? [] : [role],
      );
    },
  };
  // The published type of onConnect says void; pg-pool waits for the promise and refuses the connection if it fails.
  const pool = new pg.Pool(options as pg.PoolConfig);
  let closing = false;
  pool.on('error', (error) => {
    // A server that stops right after the pool may be quicker than the goodbye of an idle connection.
    if (!closing) log?.warn('postgres.connection-lost', { err: error });
  });

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      return await work(client);
    } catch (error) {
      // `pg` says "Connection terminated" without a code, and whether to try again is decided by code.
      throw lost.has(client) && postgresCode(error) === null ? new ConnectionLostError(error) : error;
    } finally {
      client.release(lost.has(client) || unusable.has(client));
    }
  }

  async function transaction<T>(work: (tx: Tx) => Promise<T>, { scope }: { scope?: string } = {}): Promise<T> {
    return withClient(async (client) => {
      await client.query('begin');
      try {
        if (scope !== undefined) await client.query(`select set_config('yilian.scope', $1, true)`, [scope]);
        const result = await work({ client, query: (text, values) => run(client, text, values) });
        await client.query('commit');
        return result;
      } catch (error) {
        // A connection that is gone has rolled back by itself; the first error is the one worth knowing.
        await client.query('rollback').catch(() => unusable.add(client));
        throw error;
      }
    });
  }

  const postgres: Postgres = {
    query: <R extends Row>(text: string, values?: readonly unknown[], given?: { scope?: string }) =>
      given?.scope === undefined
        ? withClient((client) => run<R>(client, text, values))
        : transaction((tx) => tx.query<R>(text, values), { scope: given.scope }),
    transaction,
    pool,
    close: () => {
      closing = true;
      return pool.end();
    },
  };
  try {
    await postgres.query('select 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return postgres;
}

async function run<R extends Row>(client: pg.PoolClient, text: string, values?: readonly unknown[]): Promise<R[]> {
  const result = await client.query<R>(text, values === undefined ? undefined : [...values]);
  return result.rows;
}
