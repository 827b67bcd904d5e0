import type pg from 'pg';
import { BusClosedError, type EmbeddedBus, type Message, type Subscription } from './contract.ts';
import { startDroppingOldMessages } from './embedded-retention.ts';
import {
  ensureLeases,
  ensureTopic,
  insertMessages,
  notifyTopics,
  type Partition,
  type PlacedMessage,
  readLag,
  reserveOffsets,
} from './embedded-store.ts';
import { embeddedSession } from './embedded-worker.ts';
import { inTransaction } from './in-transaction.ts';
import { keepRunning } from './keep-running.ts';
import { checkMessages, checkTopic, cut, partitionOf } from './messages.ts';
import type { BusSettings } from './settings.ts';

/** Measured best for unnest: with thousands of messages a statement the array's text costs more than it saves. */
const INSERT = { count: 500, bytes: 4_000_000 };

type Located = { message: Message; partitionId: number };

/** The durable log in PostgreSQL behind the four calls. */
export function createEmbeddedLog({ pool, settings }: { pool: pg.Pool; settings: BusSettings }): EmbeddedBus {
  const topics = new Map<string, Partition[]>();
  const workers = new Set<ReturnType<typeof keepRunning>>();
  const retention = startDroppingOldMessages({ pool, settings });
  let closing: Promise<void> | null = null;
  let closed = false;
  let keyless = 0;

  async function partitionsOf(topic: string): Promise<Partition[]> {
    const known = topics.get(topic);
    if (known !== undefined) return known;
    checkTopic(topic);
    // Always in a transaction of its own: a topic made in a caller's could be rolled back after it was remembered here.
    const made = await inTransaction(pool, (db) => ensureTopic(db, topic, settings.partitionsOf(topic)));
    topics.set(topic, made);
    return made;
  }

  async function publish(messages: readonly Message[], { tx }: { tx?: pg.PoolClient } = {}): Promise<void> {
    // Open until the last batch has ended, because a handler may publish.
    if (closed) throw new BusClosedError();
    checkMessages(messages);
    if (messages.length === 0) return;
    const named = [...new Set(messages.map((message) => message.topic))];
    for (const topic of named) await partitionsOf(topic);
    const located = messages.map((message): Located => {
      const partitions = topics.get(message.topic)!;
      const at = message.key === null ? keyless++ % partitions.length : partitionOf(message.key, partitions.length);
      return { message, partitionId: partitions[at]!.partitionId };
    });
    if (tx !== undefined) {
      await append(tx, located);
      await notifyTopics(tx, named);
      return;
    }
    await inTransaction(pool, (db) => append(db, located));
    // After the commit, because notifying transactions commit one at a time: inside, it halves what many publishers get
    // through. If it fails, the messages are there all the same and the next poll finds them.
    await notifyTopics(pool, named).catch((error) => settings.log.debug('bus.not-notified', { err: error }));
  }

  async function subscribe(subscription: Subscription): Promise<void> {
    if (closing !== null) throw new BusClosedError();
    for (const topic of subscription.topics) await partitionsOf(topic);
    const leases = await inTransaction(pool, (db) => ensureLeases(db, subscription.group, subscription.topics));
    const log = settings.log.child({ group: subscription.group });
    const session = embeddedSession({ pool, subscription, leases, settings: { ...settings, log } });
    const worker = keepRunning(session, { backOff: settings.backOff, log });
    workers.add(worker);
    await worker.started.catch((error) => {
      workers.delete(worker);
      throw error;
    });
  }

  async function lag(group: string, names: readonly string[]) {
    if (closed) throw new BusClosedError();
    for (const topic of names) await partitionsOf(topic);
    return inTransaction(pool, (db) => readLag(db, group, names));
  }

  async function end(): Promise<void> {
    await Promise.all([retention.close(), ...[...workers].map((worker) => worker.close())]);
    closed = true;
  }

  return {
    engine: 'embedded',
    publish,
    subscribe,
    lag,
    close() {
      closing ??= end();
      return closing;
    },
  };
}

async function append(db: pg.ClientBase, located: readonly Located[]): Promise<void> {
  const counts = new Map<number, number>();
  for (const { partitionId } of located) counts.set(partitionId, (counts.get(partitionId) ?? 0) + 1);
  const next = await reserveOffsets(db, counts);
  const placed = located.map(({ message, partitionId }): PlacedMessage => {
    const offset = next.get(partitionId)!;
    next.set(partitionId, offset + 1);
    return {
      partitionId,
      offset,
      key: message.key === null ? null : Buffer.from(message.key),
      headers: message.headers === undefined ? null : JSON.stringify(message.headers),
      value: message.value,
    };
  });
  for (const piece of cut(placed, INSERT, ({ value }) => value.length)) await insertMessages(db, piece);
}
