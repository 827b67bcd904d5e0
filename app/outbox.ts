/** Touches the world: hands on what the outbox holds - one dispatcher at a time, whatever the number of instances. */
import {
  handsOn,
  markDelivered,
  markFailed,
  mirrorEvents,
  OUTBOX_CHANNEL,
  type OutboxPayload,
  outboxPayload,
  readWaiting,
  type StoredRow,
} from '../alerts/index.ts';
import type { Bus } from '../platform/bus/index.ts';
import { keepRunning, type Session } from '../platform/bus/keep-running.ts';
import { backOffMs } from '../platform/bus/settings.ts';
import { createWaker } from '../platform/bus/waker.ts';
import { type ClickHouse, ClickHouseFailure } from '../platform/clickhouse.ts';
import type { Log } from '../platform/log.ts';
import type { Postgres } from '../platform/postgres.ts';

/** Number of the advisory lock: "outb", so that nothing else in the database meets it. */
const OUTBOX_LOCK = 0x6f75_7462;
/** After so many failures of one row the log line becomes an error: by itself it will not go away. */
const FAILURES_TO_REPORT = 5;

const defaultTuning = {
  batchRows: 1_000,
  /** How long a lost notification, or a dispatcher that died, can go unnoticed. */
  pollMs: 2_000,
  /** Pauses of a case whose row fails, and of everything while ClickHouse is away. */
  caseBackOff: { firstMs: 1_000, mostMs: 300_000 },
  mirrorBackOff: { firstMs: 500, mostMs: 30_000 },
};

export interface OutboxDeps {
  readonly postgres: Postgres;
  readonly clickhouse: ClickHouse;
  readonly log: Log;
  readonly now: () => Date;
  /**
   * Publishes a referral that leaves by the page of its department, for departments whose own system listens; null where
   * there is no Kafka. On the page it stands since it was sent. Receivers tell repetitions by `messageId`.
   */
  readonly publish: ((row: { topic: string; messageId: string; payload: OutboxPayload }) => Promise<void>) | null;
  readonly tuning?: Partial<typeof defaultTuning>;
}

interface ReadRow extends StoredRow {
  readonly read: OutboxPayload;
}

/** What went wrong, by its code: an error's text may quote what it was about. */
const codeOf = (error: unknown): string => {
  if (error instanceof ClickHouseFailure) return `clickhouse ${error.type ?? error.code ?? 'failed'}`;
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : error.name;
};

/**
 * One dispatcher's turn, from getting the lock to losing it. Lock, notifications and marks share one connection: whoever has
 * lost the lock can't mark what somebody else is handing on by now.
 */
const dispatching = (deps: OutboxDeps): Session => {
  const { postgres, clickhouse, log, now } = deps;
  const tuning = { ...defaultTuning, ...deps.tuning };

  return async ({ stop, joined }) => {
    const waker = createWaker();
    const client = await postgres.pool.connect();
    let lost: Error | null = null;
    client.on('error', (error) => {
      lost = error;
      waker.wake();
    });
    client.on('notification', waker.wake);
    stop.addEventListener('abort', waker.wake, { once: true });
    const db = {
      query: async <R>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
        (await client.query(text, [...values])).rows as R[],
    };
    /** Cases whose row failed: until when all of their rows wait. */
    const held = new Map<string, number>();
    /** Handed on, but not marked because ClickHouse was away: a department need not hear it again at every try. */
    const handedOn = new Set<number>();
    let mirrorFailures = 0;
    let mirrorAfter = 0;

    const fail = async (row: StoredRow, error: unknown): Promise<void> => {
      const code = codeOf(error);
      const attempts = row.attempts + 1;
      held.set(row.key, performance.now() + backOffMs(attempts, tuning.caseBackOff));
      const report = attempts < FAILURES_TO_REPORT ? log.warn : log.error;
      report('outbox.row-failed', { outboxNo: row.outboxNo, messageId: row.messageId, attempts, code, err: error });
      await markFailed(db, [row.outboxNo], code);
    };

    const handOn = async (row: ReadRow): Promise<void> => {
      const { topic, messageId, read: payload } = row;
      if (deps.publish === null || !handsOn({ topic, payload }) || handedOn.has(row.outboxNo)) return;
      await deps.publish({ topic, messageId, payload });
      handedOn.add(row.outboxNo);
    };

    /** Takes rows in order as far as they can be; of a case with a failed row none after it. */
    const takeRows = async (rows: readonly StoredRow[]): Promise<ReadRow[]> => {
      const taken: ReadRow[] = [];
      for (const row of rows) {
        if (stop.aborted) break;
        if (held.has(row.key)) continue;
        try {
          const read = { ...row, read: outboxPayload.parse(row.payload) };
          await handOn(read);
          taken.push(read);
        } catch (error) {
          if (lost !== null) throw lost;
          await fail(row, error);
        }
      }
      return taken;
    };

    const mirror = async (rows: readonly ReadRow[]): Promise<boolean> => {
      try {
        await mirrorEvents(
          clickhouse,
          rows.map(({ read }) => read),
        );
        mirrorFailures = 0;
        return true;
      } catch (error) {
        // The schema leaves ClickHouse nothing to refuse in a row: what fails here is ClickHouse, for all of them.
        mirrorFailures += 1;
        const pauseMs = backOffMs(mirrorFailures, tuning.mirrorBackOff);
        mirrorAfter = performance.now() + pauseMs;
        const report = mirrorFailures < FAILURES_TO_REPORT ? log.warn : log.error;
        report('outbox.mirror-failed', { rows: rows.length, failures: mirrorFailures, pauseMs, err: error });
        await markFailed(
          db,
          rows.map(({ outboxNo }) => outboxNo),
          codeOf(error),
        );
        return false;
      }
    };

    const mark = async (rows: readonly ReadRow[]): Promise<void> => {
      const numbers = rows.map(({ outboxNo }) => outboxNo);
      await client.query('begin');
      await markDelivered(db, numbers, now());
      await client.query('commit');
      for (const outboxNo of numbers) handedOn.delete(outboxNo);
    };

    /** True when there may be more to do at once. */
    const round = async (): Promise<boolean> => {
      for (const [key, until] of held) if (until <= performance.now()) held.delete(key);
      const rows = await readWaiting(db, [...held.keys()], tuning.batchRows);
      if (rows.length === 0) return false;
      const taken = await takeRows(rows);
      if (taken.length === 0) return rows.length === tuning.batchRows;
      if (!(await mirror(taken))) return false;
      await mark(taken);
      return true;
    };

    try {
      await client.query(
        `select set_config('application_name', 'yilian outbox', false), set_config('idle_session_timeout', '0', false),
                set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
                set_config('tcp_keepalives_count', '3', false)`,
      );
      joined();
      let isOurs = false;
      while (!stop.aborted) {
        if (lost !== null) throw lost;
        if (!isOurs) {
          const [row] = await db.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [OUTBOX_LOCK]);
          isOurs = row?.got === true;
          if (isOurs) {
            await client.query(`listen ${OUTBOX_CHANNEL}`);
            log.debug('outbox.dispatching');
          }
        }
        if (isOurs && mirrorAfter <= performance.now() && (await round())) continue;
        const soonest = Math.min(...[...held.values(), ...(mirrorFailures > 0 ? [mirrorAfter] : [])]);
        await waker.wait(Math.max(1, Math.min(tuning.pollMs, soonest - performance.now())));
      }
    } finally {
      stop.removeEventListener('abort', waker.wake);
      // Thrown away, not given back: the next borrower would inherit the lock and the notifications.
      client.release(true);
    }
  };
};

/** Publishes a referral to its topic. Messages of one case stay in order; `message_id` is what receivers tell repetitions by. */
export const referralPublisher =
  (bus: () => Promise<Bus>): NonNullable<OutboxDeps['publish']> =>
  async ({ topic, messageId, payload }) => {
    const value = Buffer.from(JSON.stringify(payload));
    await (await bus()).publish([{ topic, key: payload.case_id, value, headers: { message_id: messageId } }]);
  };

/** Starts the dispatcher of this instance: it works, or waits until the one that does is gone. */
export const startOutbox = (deps: OutboxDeps): { close(): Promise<void> } => {
  const worker = keepRunning(dispatching(deps), {
    backOff: { firstMs: 200, mostMs: 10_000 },
    log: deps.log,
    isPassing: () => true,
    event: 'outbox.session-lost',
  });
  worker.started.catch((error: unknown) => deps.log.error('outbox.not-started', { err: error }));
  return { close: worker.close };
};
