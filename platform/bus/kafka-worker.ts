import kafkajs, { type Consumer, type EachBatchPayload, type Kafka, type KafkaMessage } from 'kafkajs';
import { type DeliveredMessage, PartitionLostError, type Subscription } from './contract.ts';
import type { Session } from './keep-running.ts';
import { cut, DEFAULT_BATCH_LIMIT, MAX_BATCH_BYTES } from './messages.ts';
import { type BusSettings, backOffMs } from './settings.ts';

const FAILURES_TO_REPORT = 5;
/** How long the broker may hold a fetch back for lack of messages; closing has to wait that long. */
const LONGEST_FETCH_MS = 500;
/** Of one partition: a batch costs nearly the same whether it is small or large, so where much waits much is fetched. */
const FETCH_BYTES = 4_194_304;
/** Answers to a heartbeat that mean: this worker is out of the group, its commits are refused. */
const EXPELLED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** One worker of a group on Kafka: offsets are committed by hand after the handler returned. */
export function kafkaSession({
  kafka,
  subscription,
  settings: { backOff, kafkaSessionMs, log },
}: {
  kafka: Kafka;
  subscription: Subscription;
  settings: BusSettings;
}): Session {
  const heartbeatMs = Math.min(3000, Math.floor(kafkaSessionMs / 3));
  const partitionsAtOnce = subscription.partitionsAtOnce ?? 1;
  const failures = new Map<string, number>();

  return async ({ stop, joined }) => {
    const consumer = kafka.consumer({
      groupId: subscription.group,
      sessionTimeout: kafkaSessionMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: LONGEST_FETCH_MS,
      maxBytesPerPartition: FETCH_BYTES,
      maxBytes: 2 * MAX_BATCH_BYTES,
      allowAutoTopicCreation: false,
      // After a crash a new consumer is made here; kafkajs restarts only after errors that it holds to be passing.
      retry: { retries: 8, maxRetryTime: 5000, restartOnFailure: async () => false },
    });
    const resuming = new Set<NodeJS.Timeout>();
    const ended = untilCrashOr(stop, consumer);
    consumer.on(consumer.events.GROUP_JOIN, joined);
    commitControlRecords(consumer, (error) => log.debug('bus.control-record-not-committed', { err: error }));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...subscription.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: partitionsAtOnce,
        eachBatch,
      });
      await ended;
    } finally {
      // Waits for the running batch and its commit.
      await consumer.disconnect();
      for (const timer of resuming) clearTimeout(timer);
    }

    async function eachBatch(payload: EachBatchPayload): Promise<void> {
      const { batch, isRunning, isStale, pause, resolveOffset, commitOffsetsIfNecessary } = payload;
      const { topic, partition } = batch;
      const place = `${topic}/${partition}`;
      const pulse = startPulse(payload.heartbeat, heartbeatMs, place);
      try {
        const limit = { count: subscription.batchLimit ?? DEFAULT_BATCH_LIMIT, bytes: MAX_BATCH_BYTES };
        for (const piece of cut(batch.messages, limit, ({ value }) => value?.length ?? 0)) {
          if (stop.aborted || !isRunning() || isStale()) return;
          const last = piece.at(-1)!.offset;
          try {
            await subscription.handle({
              topic,
              partition,
              messages: piece.map(deliver),
              heartbeat: pulse.check,
              tx: null,
            });
          } catch (error) {
            // Out of the group: kafkajs has to know, to join again. What the handler made of it does not matter.
            if (pulse.expelled() !== null) throw pulse.expelled();
            stall(place, last, pause, error);
            return;
          }
          failures.delete(place);
          // Control records of a transaction at the end are never delivered, and passed together with the last message.
          const passed = last === batch.messages.at(-1)!.offset ? batch.lastOffset() : last;
          const offset = (BigInt(passed) + 1n).toString();
          // Committed before it is resolved: if the commit fails, the batch comes again instead of staying uncommitted.
          await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
          resolveOffset(last);
          await payload.heartbeat();
        }
      } finally {
        pulse.stop();
      }
    }

    /**
     * Nothing is resolved, so the next fetch brings the same messages. Thrown into kafkajs, the error would restart the
     * reading of all partitions, and after some more stop the consumer: one bad message would hold up everything.
     */
    function stall(place: string, offset: string, pause: () => () => void, error: unknown): void {
      const count = (failures.get(place) ?? 0) + 1;
      failures.set(place, count);
      const pauseMs = backOffMs(count, backOff);
      const resume = pause();
      const timer = setTimeout(() => {
        resuming.delete(timer);
        resume();
      }, pauseMs);
      resuming.add(timer);
      const report = count < FAILURES_TO_REPORT ? log.warn : log.error;
      report('bus.batch-failed', { place, lastOffset: offset, failures: count, pauseMs, err: error });
    }
  };
}

/** Trouble that ends by itself, such as a broker which has just started and still loads its groups. */
export function isPassing(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSError && error.retriable;
}

/** Resolves when the bus closes, rejects when the consumer gives up. */
function untilCrashOr(stop: AbortSignal, consumer: Consumer): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  // It may crash before anybody waits for it; that is then told by the one who does.
  ended.catch(() => {});
  return ended;
}

/**
 * Keeps the partition while the handler works, so that a slow batch is not taken for a dead worker. A rebalance under way
 * is no reason to stop: the broker waits for us, takes this batch's commit, and kafkajs joins again after it.
 */
function startPulse(heartbeat: () => Promise<void>, everyMs: number, place: string) {
  let expelled: Error | null = null;
  async function beat(): Promise<void> {
    try {
      await heartbeat();
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSProtocolError && EXPELLED.has(error.type)) expelled = error;
    }
  }
  const timer = setInterval(beat, everyMs);
  return {
    expelled: () => expelled,
    async check(): Promise<void> {
      await beat();
      if (expelled !== null) throw new PartitionLostError(place, { cause: expelled });
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * A fetch can hold nothing but the end mark of a transaction, which kafkajs passes by without a commit. The group would
 * then look one message behind until the next one comes.
 */
function commitControlRecords(consumer: Consumer, onError: (error: unknown) => void): void {
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
    if (batchSize > 0) return;
    const offset = (BigInt(lastOffset) + 1n).toString();
    consumer.commitOffsets([{ topic, partition, offset }]).catch(onError);
  });
}

function deliver({ offset, key, value, headers, timestamp }: KafkaMessage): DeliveredMessage {
  return {
    offset: Number(offset),
    key: key === null ? null : key.toString(),
    value: value ?? Buffer.alloc(0),
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).flatMap(([header, given]) => {
        const text = Array.isArray(given) ? given.at(-1) : given;
        return text === undefined ? [] : [[header, text.toString()]];
      }),
    ),
    receivedAt: new Date(Number(timestamp)),
  };
}
