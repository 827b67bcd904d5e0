/** Touches the world: the topics `feed.<feed>` of the message log, taken for as long as the worker runs. */
import { setTimeout as pause } from 'node:timers/promises';
import { endWaits, feeds, type ReaderThread, readWaitingCompletions, type WaitsFor } from '../ingest/index.ts';
import type { Bus } from '../platform/bus/index.ts';
import { explainError } from './explain-error.ts';
import { wantFullSweep } from './load-store.ts';
import type { System } from './system.ts';
import { createMessageTaker } from './take-messages.ts';

/** The group whose workers share the partitions. */
export const INTAKE_GROUP = 'yilian-intake';
const PREFIX = 'feed.';
export const feedTopics = (): string[] => [...feeds.keys()].map((feed) => `${PREFIX}${feed}`);

/** Brokers that are away at the start are asked again after so long. */
const AGAIN_MS = 5_000;
/** Partitions whose messages are taken together. */
const PARTITIONS_AT_ONCE = 16;
/**
 * Members of the group in this process. What one has fetched is stored while the other fetches; they share the partitions as
 * two processes would. The log in PostgreSQL gains nothing by it.
 */
const READERS = { kafka: 2, embedded: 1 } as const;
/** Messages that wait on topics and for which sweeps make way: whoever sends at a steady rate has fewer waiting. */
const BACKLOG = 5_000;
/** How long sweeps wait for a backlog at most. */
const LONGEST_WAIT_MS = 600_000;
/** How long a declaration may wait although everything before it was taken. */
const LIFT_EVERY_MS = 2_000;

/** Ends of the partitions that have not been taken to their end, but of the one that asks. */
export const endsOf = async (bus: Bus, topic: string, own: number): Promise<WaitsFor> => {
  const behind = (await bus.lag(INTAKE_GROUP, [topic])).filter(({ partition, lag }) => partition !== own && lag > 0);
  return behind.length === 0 ? null : Object.fromEntries(behind.map(({ partition, end }) => [partition, end]));
};

/** Puts declarations in effect that waited for what is taken now. */
export const liftWaits = async (system: System, bus: Bus): Promise<void> => {
  for (const feed of feeds.keys()) {
    const waiting = await readWaitingCompletions(system.postgres, feed);
    if (waiting.length === 0) continue;
    const taken = new Map(
      (await bus.lag(INTAKE_GROUP, [`${PREFIX}${feed}`])).map(({ partition, committed }) => [
        `${partition}`,
        committed,
      ]),
    );
    const over = waiting.filter(({ waits_for }) =>
      Object.entries(waits_for).every(([partition, end]) => (taken.get(partition) ?? 0) >= end),
    );
    if (over.length === 0) continue;
    await system.postgres.transaction(
      async (tx) => {
        await endWaits(
          tx,
          over.map(({ completion_no }) => completion_no),
        );
        await wantFullSweep(tx);
      },
      { scope: '*' },
    );
  }
};

export interface Topics {
  /** Whether more waits on topics than was taken yet: half of what was sent would speak, and sweeps would take its time. */
  isBehind(): Promise<boolean>;
  close(): Promise<void>;
}

/** Subscribes, and waits for brokers that are away; the bus itself mends what is lost later. */
export const startTopics = (system: System, signal: AbortSignal): Topics => {
  const { log } = system;
  let joinedBus: Bus | null = null;
  /** Since when there is a backlog. */
  let since: number | null = null;
  const takers: ReturnType<typeof createMessageTaker>[] = [];
  let reader: ReaderThread | null = null;
  const readerOfAll = (): ReaderThread => {
    reader ??= system.startReader();
    return reader;
  };

  const subscribe = async (bus: Bus): Promise<void> => {
    const taker = createMessageTaker(system, readerOfAll);
    takers.push(taker);
    await bus.subscribe({
      ...{ group: INTAKE_GROUP, topics: feedTopics(), batchLimit: system.config.batchRows },
      partitionsAtOnce: PARTITIONS_AT_ONCE,
      async handle({ topic, partition, messages }) {
        const feed = feeds.get(topic.slice(PREFIX.length));
        if (feed === undefined) throw new Error(`topic ${topic} is of no feed of this program`);
        await taker.take({ feed, topic, partition }, messages, {
          ...{ signal, waitsFor: () => endsOf(bus, topic, partition) },
        });
      },
    });
  };

  const run = async (): Promise<void> => {
    let bus: Bus | null = null;
    let joined = 0;
    while (bus === null && !signal.aborted) {
      try {
        const opened = await system.bus();
        while (joined < READERS[opened.engine]) {
          await subscribe(opened);
          joined += 1;
        }
        bus = joinedBus = opened;
      } catch (error) {
        if (signal.aborted) return;
        log.error('topics.not-joined', { problem: explainError(error).text, again_ms: AGAIN_MS });
        await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    while (bus !== null && !signal.aborted) {
      const opened: Bus = bus;
      await liftWaits(system, opened).catch((error: unknown) => {
        if (!signal.aborted) log.warn('topics.not-looked-after', { err: error });
      });
      await pause(LIFT_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    async isBehind() {
      // Brokers that are away have nothing to wait for.
      const lags = (await joinedBus?.lag(INTAKE_GROUP, feedTopics()).catch(() => null)) ?? [];
      if (lags.reduce((sum, { lag }) => sum + lag, 0) < BACKLOG) since = null;
      else since ??= performance.now();
      return since !== null && performance.now() - since < LONGEST_WAIT_MS;
    },
    async close() {
      await ended;
      // Its running batch ends first.
      await (await system.bus().catch(() => null))?.close();
      for (const taker of takers) await taker.close();
      await reader?.close();
    },
  };
};
