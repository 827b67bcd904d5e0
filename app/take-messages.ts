/**
 * Touches the world: messages of one partition through archive and pipeline. How far a partition is taken stands in
 * PostgreSQL and moves with the effects, so every message counts once, whatever the log brings again and however it cuts it.
 */
import {
  type ArchiveStream,
  type Feed,
  type FeedMessage,
  frameMessages,
  growFile,
  judgeMessages,
  moveTopicOffset,
  readTopicOffset,
  registerFile,
  type TopicOffset,
  type WaitsFor,
} from '../ingest/index.ts';
import { everyKey, readJudgements } from '../matchers/index.ts';
import { PartitionLostError } from '../platform/bus/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import { markPersonsDirty } from '../registry/index.ts';
import { lockFeed } from './intake-lock.ts';
import { sumCounts } from './load-counts.ts';
import { beginFile, beginTopicLoad, noteProgress, wantFullSweep } from './load-store.ts';
import { processBatch } from './pipeline.ts';
import type { System } from './system.ts';

export interface Place {
  readonly feed: Feed;
  readonly topic: string;
  readonly partition: number;
}

export interface TakeOptions {
  readonly signal: AbortSignal;
  /** What a declaration has to wait for that comes now: where the other partitions end. */
  readonly waitsFor: () => Promise<WaitsFor>;
}

/** What this process writes of a partition's day, as long as nobody else takes of it in between. */
interface Open {
  readonly loadNo: number;
  readonly fileNo: number;
  readonly stream: ArchiveStream;
  next: number;
}

/** Messages in runs of one day of receipt: the day decides which authorisations were in force. */
const byDay = (messages: readonly FeedMessage[]): { day: number; messages: FeedMessage[] }[] => {
  const days: { day: number; messages: FeedMessage[] }[] = [];
  for (const message of messages) {
    const day = shanghaiDay(message.receivedAt);
    const last = days.at(-1);
    if (last?.day === day) last.messages.push(message);
    else days.push({ day, messages: [message] });
  }
  return days;
};

/**
 * Whether another log stands under the name: the topic was deleted and made again, or the brokers are others. A message
 * that comes again is never newer than the newest that was taken.
 */
const isOtherLog = (known: TopicOffset, messages: readonly FeedMessage[]): boolean => {
  const before = messages.filter(({ offset }) => offset < known.next);
  return before.length > 0 && before.every(({ receivedAt }) => receivedAt > known.newest);
};

export const createMessageTaker = (system: System) => {
  const { postgres, log } = system;
  const open = new Map<string, Open>();

  /** Where messages of a day are archived: a new file where somebody else has gone on in between, so that each stays in order. */
  const openFor = async (place: Place, loadNo: number, next: number, receivedAt: Date): Promise<Open> => {
    const name = `${place.topic}/${place.partition}`;
    const known = open.get(name);
    if (known?.loadNo === loadNo && known.next === next) return known;
    open.delete(name);
    await known?.stream.close();
    const stream = await system.archive.openStream();
    const archived = { sha256: stream.id, size: 0, encoding: 'utf-8' } as const;
    const { fileNo } = await registerFile(postgres, { feed: place.feed.name, name, archived, receivedAt });
    await beginFile(postgres, loadNo, fileNo, 0, null);
    const opened = { loadNo, fileNo, stream, next };
    open.set(name, opened);
    return opened;
  };

  const takeDay = async (
    place: Place,
    known: TopicOffset | null,
    generation: number,
    { day, messages }: ReturnType<typeof byDay>[number],
    options: TakeOptions,
  ): Promise<TopicOffset> => {
    const { feed, topic, partition } = place;
    const [first, last] = [messages[0] as FeedMessage, messages.at(-1) as FeedMessage];
    const name = `${topic}/${partition}#${generation}`;
    const load = await beginTopicLoad(postgres, { name, day, now: system.now() });
    const next = known?.generation === generation ? known.next : first.offset;
    const file = await openFor(place, load.loadNo, next, first.receivedAt);
    const register = await system.register.current();
    const authorised = await register.authorisedOn(day);
    const rows = judgeMessages(feed, messages, load.limits, new Map());
    const declares = rows.some((row) => row.kind === 'completion' && row.completion.records === null);
    const waitsFor = declares ? await options.waitsFor() : null;
    const times = new Map(messages.map(({ offset, receivedAt }) => [offset, receivedAt]));
    const framed = frameMessages(messages);
    const archived = file.stream.append(framed).catch((error: unknown) => {
      open.delete(`${topic}/${partition}`);
      throw error;
    });
    // What it says is heard at the commit; here only that it is over before anybody appends again.
    const isArchived = archived.catch(() => undefined);
    const newest = messages.reduce(
      (at, { receivedAt }) => Math.max(at, receivedAt.getTime()),
      known?.newest.getTime() ?? 0,
    );
    const to = { generation, next: last.offset + 1, newest: new Date(newest) };
    await processBatch(
      {
        ...{ clickhouse: system.clickhouse, cipher: system.cipher, persons: register.persons },
        judgements: await readJudgements(postgres, system.cipher),
        authorised: (personNo) => authorised[personNo] === 1,
        ...{ countsMonths: true, seen: everyKey },
        markDirty: (tx, touched) => markPersonsDirty(tx, [...touched]),
        commit: async (work, counts) => {
          await archived;
          await postgres.transaction(
            async (tx) => {
              await work(tx);
              if (!(await moveTopicOffset(tx, place, known, to))) throw new PartitionLostError(`${topic}/${partition}`);
              const at = { loadNo: load.loadNo, fileNo: file.fileNo, position: to.next, line: to.next, done: false };
              await noteProgress(tx, at, sumCounts(load.counts, counts));
              await growFile(tx, file.fileNo, framed.length);
              if (counts.completions > 0) await wantFullSweep(tx);
            },
            { scope: '*' },
          );
        },
      },
      feed,
      { rows, next: { line: to.next, offset: to.next } },
      {
        ...{ loadNo: load.loadNo, fileNo: file.fileNo, receivedAt: last.receivedAt },
        messages: { receivedAt: (position) => times.get(position) ?? last.receivedAt, waitsFor },
      },
    ).finally(() => isArchived);
    file.next = to.next;
    return to;
  };

  return {
    /** Takes what of the messages is not taken yet; resolves when all of it is durable. */
    async take(place: Place, messages: readonly FeedMessage[], options: TakeOptions): Promise<void> {
      const { topic, partition } = place;
      const release = await lockFeed(postgres, place.feed.name, 'shared', { signal: options.signal });
      try {
        let known = await readTopicOffset(postgres, topic, partition);
        const anew = known !== null && isOtherLog(known, messages);
        if (anew) log.warn('topic.begins-anew', { topic, partition, offset: messages[0]?.offset, before: known?.next });
        const generation = (known?.generation ?? 1) + (anew ? 1 : 0);
        const from = anew ? 0 : (known?.next ?? 0);
        for (const part of byDay(messages.filter(({ offset }) => offset >= from))) {
          known = await takeDay(place, known, generation, part, options);
        }
      } finally {
        release?.();
      }
    },
    async close(): Promise<void> {
      for (const { stream } of open.values()) await stream.close();
      open.clear();
    },
  };
};
