/**
 * Touches the world: messages of a topic's partitions through archive and pipeline. How far a partition is taken stands in
 * PostgreSQL and moves with the effects, so every message counts once, whatever the log brings again and however it cuts it.
 */
import {
  type ArchiveStream,
  type Completion,
  type Feed,
  type FeedMessage,
  frameMessages,
  growFile,
  type JudgedRows,
  judgeMessages,
  moveTopicOffset,
  type ReaderThread,
  readTopicOffsets,
  registerFile,
  type TopicOffset,
  type WaitsFor,
} from '../ingest/index.ts';
import { everyKey, readJudgements } from '../matchers/index.ts';
import { PartitionLostError } from '../platform/bus/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import { markPersonsDirty } from '../registry/index.ts';
import { gather } from './gather.ts';
import { lockFeed } from './intake-lock.ts';
import { type LoadCounts, sumCounts } from './load-counts.ts';
import { beginFile, beginTopicLoad, type Intake, noteProgress, topicLimits, wantFullSweep } from './load-store.ts';
import { processParts } from './pipeline.ts';
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

/** Messages of one day of receipt: the day decides which authorisations were in force. */
interface DayOfMessages {
  readonly day: number;
  readonly messages: readonly FeedMessage[];
}

/** The same as they are archived and as they were judged. */
interface JudgedDay extends DayOfMessages {
  readonly framed: Buffer;
  /** What went wrong with it is heard where the rows are asked for. */
  readonly rows: Promise<JudgedRows>;
}

/** What a partition brought. */
interface Brought {
  readonly place: Place;
  readonly days: readonly JudgedDay[];
  readonly options: TakeOptions;
}

/** How far a partition is taken, and what of it is not yet. */
interface Line extends Pick<Brought, 'place' | 'options'> {
  known: TopicOffset | null;
  readonly generation: number;
  readonly days: JudgedDay[];
}

/** What this process writes of a partition's day, as long as nobody else takes of it in between. */
interface Open {
  readonly day: number;
  readonly generation: number;
  readonly load: Intake;
  readonly fileNo: number;
  readonly stream: ArchiveStream;
  next: number;
}

const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** Messages in runs of one day. */
const byDay = (messages: readonly FeedMessage[]): DayOfMessages[] => {
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

/** Fewer are judged at once where they are: to hand them to another thread would take longer. */
const WORTH_A_THREAD = 200;

const completionsOf = (rows: JudgedRows): Completion[] =>
  rows.completions === undefined
    ? [...rows].flatMap((row) => (row.kind === 'completion' ? [row.completion] : []))
    : [...rows.completions()];

/** @param reader judges what comes in large numbers, in a thread of its own */
export const createMessageTaker = (system: System, reader: () => Pick<ReaderThread, 'judge'>) => {
  const { postgres, log } = system;
  const open = new Map<string, Open>();

  /** Where messages of a day are archived: a new file where somebody else has gone on in between, so that each stays in order. */
  const openFor = async ({ place, known, generation }: Line, { day, messages }: DayOfMessages): Promise<Open> => {
    const first = messages[0] as FeedMessage;
    const next = known?.generation === generation ? known.next : first.offset;
    const held = open.get(nameOf(place));
    if (held?.day === day && held.generation === generation && held.next === next) return held;
    open.delete(nameOf(place));
    await held?.stream.close();
    const name = `${nameOf(place)}#${generation}`;
    const load = await beginTopicLoad(postgres, { name, day, now: system.now() });
    const stream = await system.archive.openStream();
    const file = { feed: place.feed.name, name: nameOf(place), receivedAt: first.receivedAt };
    const archived = { sha256: stream.id, size: 0, encoding: 'utf-8' } as const;
    const { fileNo } = await registerFile(postgres, { ...file, archived });
    await beginFile(postgres, load.loadNo, fileNo, 0, null);
    const opened = { day, generation, load, fileNo, stream, next };
    open.set(nameOf(place), opened);
    return opened;
  };

  /** Judges messages of a day, beside what is stored meanwhile where there are many. */
  const judgeDay = ({ feed }: Place, { day, messages }: DayOfMessages): JudgedDay => {
    const framed = frameMessages(messages);
    const limits = topicLimits(day);
    const judgeHere = (): JudgedRows => judgeMessages(feed, messages, limits, new Map());
    const judgeBeside = (): Promise<JudgedRows> =>
      reader()
        .judge({ feed: feed.name, framed, limits })
        .catch((error: unknown) => {
          // A thread that has ended must not hold up a topic for ever.
          log.warn('topic.judged-without-thread', { feed: feed.name, day, err: error });
          return judgeHere();
        });
    const rows = messages.length < WORTH_A_THREAD ? Promise.resolve(judgeHere()) : judgeBeside();
    rows.catch(() => undefined);
    return { day, messages, framed, rows };
  };

  /** Begins to archive what a partition brought on a day. */
  const prepare = async (line: Line, brought: JudgedDay) => {
    const { place, known, generation, options } = line;
    const { messages, framed } = brought;
    const rows = await brought.rows;
    const file = await openFor(line, brought);
    const declares = completionsOf(rows).some(({ records }) => records === null);
    const waitsFor = declares ? await options.waitsFor() : null;
    const archived = file.stream.append(framed).catch((error: unknown) => {
      open.delete(nameOf(place));
      throw error;
    });
    // What it says is heard at the commit; here only that it is over before anybody appends again.
    const isArchived = archived.catch(() => undefined);
    const last = messages.at(-1) as FeedMessage;
    const newest = messages.reduce(
      (at, { receivedAt }) => Math.max(at, receivedAt.getTime()),
      known?.newest.getTime() ?? 0,
    );
    const times = new Map(messages.map(({ offset, receivedAt }) => [offset, receivedAt]));
    return {
      ...{ line, file, archived, isArchived, bytes: framed.length },
      to: { generation, next: last.offset + 1, newest: new Date(newest) },
      part: {
        rows,
        from: {
          ...{ loadNo: file.load.loadNo, fileNo: file.fileNo, receivedAt: last.receivedAt },
          messages: { receivedAt: (position: number) => times.get(position) ?? last.receivedAt, waitsFor },
        },
      },
    };
  };

  /** Takes the next day of each line. */
  const takeDay = async (feed: Feed, day: number, lines: readonly Line[]): Promise<void> => {
    const register = await system.register.current();
    const authorised = await register.authorisedOn(day);
    const prepared: Awaited<ReturnType<typeof prepare>>[] = [];
    try {
      for (const line of lines) prepared.push(await prepare(line, line.days[0] as JudgedDay));
      await processParts(
        {
          ...{ clickhouse: system.clickhouse, cipher: system.cipher, whose: register.whose },
          judgements: await readJudgements(postgres, system.cipher),
          authorised: (personNo) => authorised[personNo] === 1,
          ...{ countsMonths: true, seen: everyKey },
          markDirty: (tx, touched) => markPersonsDirty(tx, [...touched]),
          commit: async (work, counts) => {
            const sums = prepared.map(({ file }, i) => sumCounts(file.load.counts, counts[i] as LoadCounts));
            await Promise.all(prepared.map(({ archived }) => archived));
            await postgres.transaction(
              async (tx) => {
                await work(tx);
                for (const [i, { line, file, to, bytes }] of prepared.entries()) {
                  if (!(await moveTopicOffset(tx, line.place, line.known, to)))
                    throw new PartitionLostError(nameOf(line.place));
                  const at = {
                    loadNo: file.load.loadNo,
                    fileNo: file.fileNo,
                    position: to.next,
                    line: to.next,
                    done: false,
                  };
                  await noteProgress(tx, at, sums[i] as LoadCounts);
                  await growFile(tx, file.fileNo, bytes);
                }
                if (counts.some(({ completions }) => completions > 0)) await wantFullSweep(tx);
              },
              { scope: '*' },
            );
            for (const [i, { file }] of prepared.entries()) file.load.counts = sums[i] as LoadCounts;
          },
        },
        feed,
        prepared.map(({ part }) => part),
      );
    } finally {
      await Promise.all(prepared.map(({ isArchived }) => isArchived));
    }
    for (const { line, file, to } of prepared) {
      file.next = to.next;
      line.known = to;
      line.days.shift();
    }
  };

  const lineOf = ({ place, days: brought, options }: Brought, known: TopicOffset | null): Line => {
    const { topic, partition } = place;
    const messages = brought.flatMap((day) => day.messages);
    const anew = known !== null && isOtherLog(known, messages);
    if (anew) log.warn('topic.begins-anew', { topic, partition, offset: messages[0]?.offset, before: known?.next });
    const from = anew ? 0 : (known?.next ?? 0);
    const left = messages.filter(({ offset }) => offset >= from);
    const days =
      left.length === messages.length
        ? [...brought]
        : byDay(left).map((messagesOfDay) => judgeDay(place, messagesOfDay));
    return { place, options, known, generation: (known?.generation ?? 1) + (anew ? 1 : 0), days };
  };

  /** Takes what several partitions of a topic brought, in one batch for each day. */
  const takeTogether = async (brought: readonly Brought[]): Promise<void> => {
    const { place, options } = brought[0] as Brought;
    const { feed, topic } = place;
    const release = await lockFeed(postgres, feed.name, 'shared', { signal: options.signal });
    try {
      const partitions = brought.map((one) => one.place.partition);
      const offsets = await readTopicOffsets(postgres, topic, partitions);
      const lines = brought.map((one) => lineOf(one, offsets.get(one.place.partition) ?? null));
      for (;;) {
        const day = Math.min(...lines.flatMap(({ days }) => days[0]?.day ?? []));
        if (!Number.isFinite(day)) return;
        await takeDay(
          feed,
          day,
          lines.filter(({ days }) => days[0]?.day === day),
        );
      }
    } finally {
      release?.();
    }
  };

  const gathered = gather({
    keyOf: ({ place }: Brought) => place.topic,
    sizeOf: ({ days }: Brought) => days.reduce((sum, { messages }) => sum + messages.length, 0),
    most: system.config.batchRows,
    take: takeTogether,
  });

  return {
    /**
     * Takes what of the messages is not taken yet; resolves when all of it is durable. What partitions of one topic bring
     * at the same time is taken together, because a batch costs the same whether it is small or large.
     */
    take: (place: Place, messages: readonly FeedMessage[], options: TakeOptions): Promise<void> =>
      gathered({ place, days: byDay(messages).map((day) => judgeDay(place, day)), options }),
    async close(): Promise<void> {
      for (const { stream } of open.values()) await stream.close();
      open.clear();
    },
  };
};
