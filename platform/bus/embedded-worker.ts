import type pg from 'pg';
import { type DeliveredMessage, PartitionLostError, type Subscription } from './contract.ts';
import { joinLeases } from './embedded-leases.ts';
import {
  type Backlog,
  CHANNEL,
  findNextOffset,
  type Lease,
  moveOffset,
  readBacklog,
  readMessages,
} from './embedded-store.ts';
import type { Session } from './keep-running.ts';
import { DEFAULT_BATCH_LIMIT, MAX_BATCH_BYTES } from './messages.ts';
import { type BusSettings, backOffMs } from './settings.ts';
import { createWaker } from './waker.ts';

/** After so many failures of one batch in a row the log line becomes an error: by itself it will not go away. */
const FAILURES_TO_REPORT = 5;

/**
 * One worker of a group on the embedded log. Everything happens on one connection of its own: the leases, the
 * notifications, and the transaction in which a batch takes effect. So a worker that has lost its leases has also lost
 * the transaction, and can never commit a batch that another one is working on.
 */
export function embeddedSession({
  pool,
  subscription,
  leases,
  settings: { pollMs, backOff, log },
}: {
  pool: pg.Pool;
  subscription: Subscription;
  leases: readonly Lease[];
  settings: BusSettings;
}): Session {
  const topics = new Set(subscription.topics);

  return async ({ stop, joined }) => {
    const waker = createWaker();
    const stalled = new Map<number, { failures: number; until: number }>();
    const connection = await pool.connect();
    let lost: Error | null = null;
    connection.on('error', (error) => {
      lost = error;
      waker.wake();
    });
    connection.on('notification', ({ payload }) => {
      if (payload !== undefined && topics.has(payload)) waker.wake();
    });
    stop.addEventListener('abort', waker.wake, { once: true });

    try {
      await prepareSession(connection, subscription.group);
      const share = await joinLeases(connection, leases);
      let held = await share.refresh();
      let refreshedAt = performance.now();
      let last = 0;
      joined();
      while (!stop.aborted) {
        if (lost !== null) throw lost;
        if (performance.now() - refreshedAt >= pollMs) {
          held = await share.refresh();
          refreshedAt = performance.now();
        }
        const waiting = await readBacklog(connection, [...held.map((lease) => lease.leaseId)]);
        const ready = waiting.filter(({ leaseId }) => (stalled.get(leaseId)?.until ?? 0) <= performance.now());
        // The first one after the last one: a busy partition must not keep the others waiting.
        const turn = ready.find(({ leaseId }) => leaseId > last) ?? ready[0];
        if (turn === undefined) {
          const soonest = Math.min(
            ...waiting.map(({ leaseId }) => (stalled.get(leaseId)?.until ?? 0) - performance.now()),
          );
          await waker.wait(Math.max(1, Math.min(pollMs, soonest)));
          continue;
        }
        last = turn.leaseId;
        await take(held.find((lease) => lease.leaseId === turn.leaseId)!, turn);
      }
    } finally {
      stop.removeEventListener('abort', waker.wake);
      // Thrown away, not given back: the next borrower would inherit the locks and the notifications.
      connection.release(true);
    }

    async function take(lease: Lease, { next, end }: Backlog): Promise<void> {
      const { topic, partition, partitionId, leaseId } = lease;
      try {
        await connection.query('begin');
        const count = subscription.batchLimit ?? DEFAULT_BATCH_LIMIT;
        const messages = await readMessages(connection, { partitionId, offset: next, count, bytes: MAX_BATCH_BYTES });
        if (messages.length > 0) await handle(lease, messages);
        const to = (messages.at(-1)?.offset ?? (await afterHole(lease, next, end)) - 1) + 1;
        if (!(await moveOffset(connection, leaseId, next, to))) {
          throw new Error(`the offset of ${subscription.group} in ${topic}/${partition} was moved by somebody else`);
        }
        await connection.query('commit');
        stalled.delete(leaseId);
      } catch (error) {
        if (lost !== null) throw lost;
        await connection.query('rollback');
        const failures = (stalled.get(leaseId)?.failures ?? 0) + 1;
        const pauseMs = backOffMs(failures, backOff);
        stalled.set(leaseId, { failures, until: performance.now() + pauseMs });
        const report = failures < FAILURES_TO_REPORT ? log.warn : log.error;
        report('bus.batch-failed', {
          group: subscription.group,
          topic,
          partition,
          offset: next,
          failures,
          pauseMs,
          err: error,
        });
      }
    }

    /** Only deleting by hand makes holes; waiting for what is not there would stop the partition for good. */
    async function afterHole({ topic, partition, partitionId }: Lease, from: number, end: number): Promise<number> {
      const to = (await findNextOffset(connection, partitionId, from)) ?? end;
      log.warn('bus.messages-missing', { topic, partition, from, to });
      return to;
    }

    async function handle({ topic, partition }: Lease, messages: DeliveredMessage[]): Promise<void> {
      await subscription.handle({
        topic,
        partition,
        messages,
        async heartbeat() {
          if (lost !== null) throw new PartitionLostError(`${topic}/${partition}`, { cause: lost });
        },
        tx: {
          client: connection,
          query: async (text, values) =>
            (await connection.query(text, values === undefined ? undefined : [...values])).rows,
        },
      });
    }
  };
}

async function prepareSession(connection: pg.ClientBase, group: string): Promise<void> {
  // A handler may work for minutes between two statements. And the machine of a worker can go without a word: after about
  // a minute of silence the server drops the connection, and with it the leases (without effect on a local socket).
  await connection.query(
    `select set_config('application_name', $1, false), set_config('idle_in_transaction_session_timeout', '0', false),
            set_config('idle_session_timeout', '0', false), set_config('tcp_keepalives_idle', '30', false),
            set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)`,
    [`yilian bus ${group}`],
  );
  await connection.query(`listen ${CHANNEL}`);
}
