// What both engines promise, in one file run for each: the embedded log always, Kafka where one can be had.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Batch,
  type Bus,
  BusClosedError,
  type Message,
  MessageRefusedError,
  openBus,
  type Subscription,
} from '../../platform/bus/index.ts';
import { createLog } from '../../platform/log.ts';
import { compileWorker, type KillableWorkers } from '../support/kafka/killable-worker.ts';
import { type LogDatabase, startLogDatabase } from '../support/kafka/log-database.ts';
import { findKafka, type TestKafka } from '../support/kafka/start.ts';

const kafka = await findKafka();
const log = createLog({ level: 'silent' });
let database: LogDatabase;
let workers: KillableWorkers;

beforeAll(async () => {
  [database, workers] = await Promise.all([startLogDatabase(), compileWorker()]);
});
afterAll(async () => {
  await workers?.remove();
  await database?.stop();
});

describe('embedded', () => contract('embedded', async () => null));

describe.skipIf(!kafka.here)(kafka.here ? 'kafka' : `kafka (skipped: ${kafka.why})`, () => {
  let broker: TestKafka | undefined;
  afterAll(async () => broker?.stop());
  contract('kafka', async () => {
    broker ??= kafka.here ? await kafka.start() : undefined;
    return broker!.brokers;
  });
});

function contract(engine: Bus['engine'], findBrokers: () => Promise<string[] | null>): void {
  let kafkaBrokers: string[] | null;
  const open = new Set<Bus>();
  beforeAll(async () => {
    kafkaBrokers = await findBrokers();
  });
  afterEach(async () => {
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  });

  async function newBus(): Promise<Bus> {
    const tuning = { pollMs: 100, backOff: { firstMs: 20, mostMs: 200 }, kafkaSessionMs: 6000 };
    const bus = await openBus({ kafkaBrokers, pool: database.postgres.pool, log, tuning });
    open.add(bus);
    return bus;
  }

  it(`${engine}: a message arrives as it was sent, with the log's time`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    const began = Date.now();
    const sent: Message[] = [
      { topic, key: '低保/1', value: Buffer.from([0, 255, 128, 10]), headers: { source: '民政', 'x-empty': '' } },
      { topic, key: 'zero\u0000byte "quote" \\', value: Buffer.alloc(0) },
      { topic, key: null, value: Buffer.from('{"a":"\\u0000"}'), headers: { odd: 'a\u0000b' } },
    ];
    await bus.publish(sent);
    const seen = await collect(bus, { group, topics: [topic] });
    await eventually(() => expect(seen).toHaveLength(3));
    for (const { key, value, headers } of sent) {
      const got = seen.find((message) => message.key === key)!;
      expect(got.value.equals(value)).toBe(true);
      expect(got.headers).toEqual(headers ?? {});
      // The broker's clock and ours are the same machine's.
      expect(got.receivedAt.getTime()).toBeGreaterThanOrEqual(began - 1);
      expect(got.receivedAt.getTime()).toBeLessThanOrEqual(Date.now());
    }
  });

  it(`${engine}: messages of one key stay in one partition and in order`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    const seen = await collect(bus, { group, topics: [topic], batchLimit: 100 });
    const numbers = Array.from({ length: 3000 }, (_, n) => n);
    const messages = numbers.map((n) => text(topic, `household-${n % 50}`, String(n)));
    for (const from of [0, 700, 1400, 2100]) await bus.publish(messages.slice(from, from + 700));
    await bus.publish(messages.slice(2800));
    await eventually(() => expect(seen).toHaveLength(3000));

    expect(new Set(seen.map(({ partition }) => partition)).size).toBe(4);
    for (const ofKey of groupBy(seen, ({ key }) => key!).values()) {
      expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      expect(ofKey.map(({ value }) => Number(value))).toEqual(
        ofKey.map(({ value }) => Number(value)).toSorted(ascending),
      );
    }
    for (const ofPartition of groupBy(seen, ({ partition }) => partition).values()) {
      expect(ofPartition.map(({ offset }) => offset)).toEqual(ofPartition.map((_, n) => n));
    }
  });

  it(`${engine}: a batch holds no more than its limit, and the next one goes on after it`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    await bus.publish(Array.from({ length: 50 }, (_, n) => text(topic, 'one', String(n))));
    const sizes: number[] = [];
    const seen = await collect(bus, { group, topics: [topic], batchLimit: 7 }, async ({ messages }) => {
      sizes.push(messages.length);
    });
    await eventually(() => expect(seen).toHaveLength(50));
    expect(Math.max(...sizes)).toBe(7);
    expect(seen.map(({ value }) => Number(value))).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it(`${engine}: after a throw the same messages come again, and other partitions do not wait for them`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    await bus.publish([text(topic, null, 'a'), text(topic, null, 'b'), text(topic, null, 'c'), text(topic, null, 'd')]);
    const attempts: { place: string; values: string[] }[] = [];
    let poisoned = true;
    const seen = await collect(bus, { group, topics: [topic] }, async (batch) => {
      const values = batch.messages.map(({ value }) => value.toString());
      attempts.push({ place: `${batch.partition}/${batch.messages[0]!.offset}`, values });
      if (poisoned && values.includes('b')) throw new Error('not today');
    });
    const tries = () => attempts.filter(({ values }) => values.includes('b'));
    await eventually(() => expect(tries().length).toBeGreaterThanOrEqual(4));
    await eventually(() =>
      expect(values(seen)).toEqual(
        expect.arrayContaining(['a', 'c', 'd'].filter((v) => !tries()[0]!.values.includes(v))),
      ),
    );
    expect(new Set(tries().map(({ place }) => place)).size).toBe(1);
    expect(values(seen)).not.toContain('b');
    const held = tries()[0]!.values.length;
    expect(total(await bus.lag(group, [topic]))).toBe(held);

    poisoned = false;
    await eventually(() => expect(values(seen).toSorted()).toEqual(['a', 'b', 'c', 'd']));
    await eventually(async () => expect(total(await bus.lag(group, [topic]))).toBe(0));
  });

  it(`${engine}: nothing is lost when the worker is killed in the middle of a batch`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    await database.postgres.query('truncate effects');
    const all = Array.from({ length: 60 }, (_, n) => `${topic}-${n}`);
    await bus.publish(all.map((value) => text(topic, 'one', value)));
    const task = { kafkaBrokers, postgresUrl: database.url, group, topic, batchLimit: 10, endBatches: 2 };
    const doomed = workers.start(task);
    await eventually(() =>
      expect(doomed.lines.map(({ at }) => at)).toEqual(['taken', 'done', 'taken', 'done', 'taken']),
    );
    await doomed.kill();

    const ended = doomed.lines.filter(({ at }) => at === 'done').flatMap((line) => line.values);
    const cutOff = doomed.lines.at(-1)!.values;
    const seen = await collect(bus, { group, topics: [topic], batchLimit: 10 }, async ({ tx, messages }) => {
      await tx?.query('insert into effects (value) select unnest($1::text[])', [
        messages.map(({ value }) => `${value}`),
      ]);
    });
    await eventually(() => expect(values(seen)).toContain(all.at(-1)));
    // Begins exactly where the killed one stood: its ended batches were committed, the one in its hands was not.
    expect(values(seen)).toEqual(all.slice(ended.length));
    expect(values(seen).slice(0, 10)).toEqual(cutOff);
    await eventually(async () => expect(total(await bus.lag(group, [topic]))).toBe(0));
    if (bus.engine === 'embedded') {
      const rows = await database.postgres.query<{ value: string }>('select value from effects');
      expect(rows.map(({ value }) => value).toSorted()).toEqual(all.toSorted());
    }
  });

  it(`${engine}: two workers share the partitions, never one partition at once, and one takes over from the other`, async () => {
    const [publisher, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    const [left, right] = [await newBus(), await newBus()];
    const inHand = new Set<number>();
    const doubled: number[] = [];
    const handle = async ({ partition }: Batch) => {
      if (inHand.has(partition)) doubled.push(partition);
      inHand.add(partition);
      // A turn of the event loop and of the database, so that a second owner would have its chance.
      await database.postgres.query('select 1');
      inHand.delete(partition);
    };
    const seenLeft = await collect(left, { group, topics: [topic], batchLimit: 5 }, handle);
    const seenRight = await collect(right, { group, topics: [topic], batchLimit: 5 }, handle);
    let sent = 0;
    const publishSome = () =>
      publisher.publish(Array.from({ length: 40 }, () => text(topic, `key-${sent % 20}`, String(sent++))));

    await eventually(async () => {
      await publishSome();
      expect(new Set(seenLeft.slice(-20).map(({ partition }) => partition)).size).toBe(2);
      expect(new Set(seenRight.slice(-20).map(({ partition }) => partition)).size).toBe(2);
    });
    await left.close();
    const before = seenRight.length;
    await eventually(async () => {
      await publishSome();
      expect(new Set(seenRight.slice(before).map(({ partition }) => partition)).size).toBe(4);
    });
    await eventually(() => expect(new Set(values([...seenLeft, ...seenRight])).size).toBe(sent));
    expect(doubled).toEqual([]);
  });

  it(`${engine}: every group sees all, and a new one begins at the oldest message`, async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    const first = await collect(bus, { group: fresh('group'), topics: [topic] });
    const second = await collect(bus, { group: fresh('group'), topics: [topic] });
    const sent = Array.from({ length: 100 }, (_, n) => String(n));
    await bus.publish(sent.map((value) => text(topic, value, value)));
    await eventually(() => expect([first.length, second.length]).toEqual([100, 100]));
    const late = await collect(bus, { group: fresh('group'), topics: [topic] });
    await eventually(() => expect(late).toHaveLength(100));
    for (const seen of [first, second, late]) expect(values(seen).toSorted()).toEqual(sent.toSorted());
  });

  it(`${engine}: one worker reads several topics`, async () => {
    const [bus, one, two] = [await newBus(), fresh('topic'), fresh('topic')];
    const seen = await collect(bus, { group: fresh('group'), topics: [one, two] });
    await bus.publish([text(one, 'k', 'from one'), text(two, 'k', 'from two'), text(one, 'k', 'again')]);
    await eventually(() => expect(seen).toHaveLength(3));
    expect(values(seen.filter(({ topic }) => topic === one))).toEqual(['from one', 'again']);
    expect(values(seen.filter(({ topic }) => topic === two))).toEqual(['from two']);
  });

  it(`${engine}: lag tells what is committed and where the log ends`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    expect(await bus.lag(group, [topic])).toEqual(
      [0, 1, 2, 3].map((partition) => ({ topic, partition, committed: 0, end: 0, lag: 0 })),
    );
    await bus.publish(Array.from({ length: 30 }, (_, n) => text(topic, 'one', String(n))));
    const [mine] = (await bus.lag(group, [topic])).filter(({ end }) => end > 0);
    expect(mine).toEqual({ topic, partition: mine!.partition, committed: 0, end: 30, lag: 30 });

    const gate = createGate();
    let batches = 0;
    await collect(bus, { group, topics: [topic], batchLimit: 10 }, async () => {
      batches += 1;
      if (batches === 2) await gate.passed;
    });
    await eventually(() => expect(batches).toBe(2));
    const inTheMiddle = (await bus.lag(group, [topic])).filter(({ end }) => end > 0);
    expect(inTheMiddle).toEqual([{ topic, partition: mine!.partition, committed: 10, end: 30, lag: 20 }]);
    gate.open();
    await eventually(async () => {
      const passed = (await bus.lag(group, [topic])).filter(({ end }) => end > 0);
      expect(passed).toEqual([{ topic, partition: mine!.partition, committed: 30, end: 30, lag: 0 }]);
    });
  });

  it(`${engine}: messages of 900 KB pass, larger ones and bad names are refused before anything is sent`, async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    const large = [1, 2, 3].map((n) => ({ topic, key: 'one', value: Buffer.alloc(900_000, n) }));
    await bus.publish(large);
    const small = text(topic, 'one', 'small');
    await expect(bus.publish([small, { ...small, value: Buffer.alloc(1_000_000) }])).rejects.toThrow(
      MessageRefusedError,
    );
    await expect(bus.publish([small, { ...small, topic: '社保' }])).rejects.toThrow(MessageRefusedError);
    await bus.publish([text(topic, 'one', 'last')]);
    const seen = await collect(bus, { group, topics: [topic] });
    await eventually(() => expect(seen).toHaveLength(4));
    for (const [n, { value }] of large.entries()) expect(seen[n]!.value.equals(value)).toBe(true);
    expect(seen[3]!.value.toString()).toBe('last');
  });

  it(`${engine}: close ends the running batch and its commit first, and takes no other`, async () => {
    const [bus, topic, answers, group] = [await newBus(), fresh('topic'), fresh('topic'), fresh('group')];
    await bus.publish(Array.from({ length: 20 }, (_, n) => text(topic, 'one', String(n))));
    const [taken, gate] = [createGate(), createGate()];
    const seen = await collect(bus, { group, topics: [topic], batchLimit: 10 }, async ({ heartbeat }) => {
      taken.open();
      await gate.passed;
      await heartbeat();
      await bus.publish([text(answers, 'one', 'published while closing')]);
    });
    await taken.passed;
    let closed = false;
    const closing = bus.close().then(() => {
      closed = true;
    });
    const other = await newBus();
    expect(total(await other.lag(group, [topic]))).toBe(20);
    expect(closed).toBe(false);
    gate.open();
    await closing;
    expect(seen).toHaveLength(10);
    expect(total(await other.lag(group, [topic]))).toBe(10);
    expect(total(await other.lag(group, [answers]))).toBe(1);
    await expect(bus.publish([text(topic, 'one', 'too late')])).rejects.toThrow(BusClosedError);
    await expect(bus.subscribe({ group, topics: [topic], handle: async () => {} })).rejects.toThrow(BusClosedError);

    const rest = await collect(other, { group, topics: [topic] });
    await eventually(() => expect(rest).toHaveLength(10));
    expect(values(rest)[0]).toBe('10');
  });
}

type Seen = Batch['messages'][number] & { topic: string; partition: number };

/** Subscribes; the list grows by each batch whose handler returned. */
async function collect(
  bus: Bus,
  subscription: Omit<Subscription, 'handle'>,
  handle: Subscription['handle'] = async () => {},
): Promise<Seen[]> {
  const seen: Seen[] = [];
  await bus.subscribe({
    ...subscription,
    async handle(batch) {
      await handle(batch);
      for (const message of batch.messages) seen.push({ ...message, topic: batch.topic, partition: batch.partition });
    },
  });
  return seen;
}

function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 60_000, interval: 25 });
}

function createGate(): { open(): void; passed: Promise<void> } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

let counter = 0;
/** A name that no other test has, nor another run on the same brokers. */
function fresh(what: string): string {
  counter += 1;
  return `test-${what}-${Date.now().toString(36)}-${process.pid}-${counter}`;
}

function text(topic: string, key: string | null, value: string): Message {
  return { topic, key, value: Buffer.from(value) };
}

function values(messages: readonly { value: Buffer }[]): string[] {
  return messages.map(({ value }) => value.toString());
}

function total(lags: readonly { lag: number }[]): number {
  return lags.reduce((sum, { lag }) => sum + lag, 0);
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function ascending(a: number, b: number): number {
  return a - b;
}
