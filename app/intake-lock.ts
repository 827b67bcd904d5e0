/**
 * Touches the world: in which order rows of a feed are taken, when files, pushes and messages come in at the same time,
 * also in several processes. Advisory locks of PostgreSQL on a connection of their own: they end with their holder.
 */
import type pg from 'pg';
import { PG_LOCK_NOT_AVAILABLE, type Postgres, postgresCode } from '../platform/postgres.ts';

/** Any fixed numbers, of two integers so that no other lock of this program is the same. */
const REGISTER = [7_214_901, 0] as const;
const FEED = 7_214_902;
const INBOX = [7_214_903, 0] as const;
/** How long one attempt waits: after so much time it is asked whether to go on waiting. */
const ATTEMPT_MS = 1_000;

export interface LockWait {
  readonly signal?: AbortSignal;
  /** Longest wait in milliseconds; without it as long as it takes. */
  readonly ms?: number;
}

interface Wanted {
  readonly sql: string;
  readonly keys: readonly (number | string)[];
}

const take = async (postgres: Postgres, wanted: readonly Wanted[], wait: LockWait): Promise<(() => void) | null> => {
  const end = performance.now() + (wait.ms ?? Number.POSITIVE_INFINITY);
  const client = await postgres.pool.connect();
  let isHeld = false;
  try {
    for (const { sql, keys } of wanted) {
      for (let got = false; !got; ) {
        wait.signal?.throwIfAborted();
        const left = Math.min(ATTEMPT_MS, end - performance.now());
        if (left <= 0) return null;
        await client.query("select set_config('lock_timeout', $1, false)", [`${Math.ceil(left)}ms`]);
        got = await client.query(sql, [...keys]).then(
          () => true,
          (error: unknown) => {
            if (postgresCode(error) === PG_LOCK_NOT_AVAILABLE) return false;
            throw error;
          },
        );
      }
    }
    isHeld = true;
    // Ended, not given back: the server frees what it held, whatever state it is in.
    return () => client.release(true);
  } finally {
    if (!isHeld) client.release(true);
  }
};

/**
 * The right to take rows of a feed. `alone`: nobody else takes any meanwhile, so what is known of a record does not change
 * between looking and storing. `shared`: beside others that can't have the same records, as workers of one topic with its
 * partitions. Holds the registry still, too. Null when `ms` have passed without it.
 */
export const lockFeed = async (
  postgres: Postgres,
  feed: string,
  mode: 'alone' | 'shared',
  wait: LockWait,
): Promise<(() => void) | null> => {
  const call = mode === 'alone' ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  const release = await take(
    postgres,
    [
      { sql: 'select pg_advisory_lock_shared($1, $2)', keys: REGISTER },
      { sql: `select ${call}($1, hashtext($2))`, keys: [FEED, feed] },
    ],
    wait,
  );
  if (release === null) return null;
  // Facts that were half rebuilt lack what records were like before.
  const [left] = await postgres
    .query<{ task: string }>('select task from maintenance limit 1')
    .catch((error: unknown) => {
      release();
      throw error;
    });
  if (left === undefined) return release;
  release();
  throw new Error(`${left.task} was interrupted: run \`yilian rebuild facts\` to its end; until then nothing is taken`);
};

/** The right to change the registry: nobody takes rows of any feed meanwhile, so nobody matches with what was before. */
export const lockRegister = async (postgres: Postgres, signal: AbortSignal): Promise<() => void> => {
  const release = await take(postgres, [{ sql: 'select pg_advisory_lock($1, $2)', keys: REGISTER }], { signal });
  if (release === null) throw new Error('a wait without an end has ended');
  return release;
};

/** `lockRegister` for whoever has other things to do: null when `ms` have passed, or while facts are half rebuilt. */
export const tryLockRegister = async (postgres: Postgres, ms: number): Promise<(() => void) | null> => {
  const release = await take(postgres, [{ sql: 'select pg_advisory_lock($1, $2)', keys: REGISTER }], { ms });
  if (release === null) return null;
  const left = await postgres.query('select 1 from maintenance limit 1').catch((error: unknown) => {
    release();
    throw error;
  });
  if (left.length === 0) return release;
  release();
  return null;
};

/** Being the one process of several that watches the inbox. */
export const createSoleHolder = ({ pool }: Pick<Postgres, 'pool'>) => {
  let holding: pg.PoolClient | null = null;
  return {
    /** Whether this process is the one; a lost connection may have made another one it. */
    async holds(): Promise<boolean> {
      if (holding !== null) {
        const lives = await holding.query('select 1').then(
          () => true,
          () => false,
        );
        if (lives) return true;
        holding.release(true);
        holding = null;
      }
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', [...INBOX]);
        if (rows[0]?.got === true) holding = client;
      } finally {
        if (holding === null) client.release();
      }
      return holding !== null;
    },
    end(): void {
      holding?.release(true);
      holding = null;
    },
  };
};
