// What only shows on Kafka: a group that is being shared out anew while a batch is in hand, and other people's messages.
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bus, openBus } from '../../platform/bus/index.ts';
import { createLog } from '../../platform/log.ts';
import { findKafka, type TestKafka } from '../support/kafka/start.ts';

const kafka = await findKafka();

describe.skipIf(!kafka.here)(kafka.here ? 'kafka' : `kafka (skipped: ${kafka.why})`, () => {
  const open = new Set<Bus>();
  let broker: TestKafka;
  let client: Kafka;
  let admin: Admin;
  beforeAll(async () => {
    if (!kafka.here) return;
    broker = await kafka.start();
    client = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
    admin = client.admin();
    await admin.connect();
  });
  afterEach(async () => {
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  });
  afterAll(async () => {
    await admin?.disconnect();
    await broker?.stop();
  });

  async function newBus(): Promise<Bus> {
    const bus = await openBus({
      kafkaBrokers: broker.brokers,
      // Kafka needs none; touching it would fail.
      pool: null as unknown as pg.Pool,
      log: createLog({ level: 'silent' }),
      tuning: { backOff: { firstMs: 20, mostMs: 200 }, kafkaSessionMs: 6000 },
    });
    open.add(bus);
    return bus;
  }

  it('kafka: a batch in hand while another worker joins is ended and committed once', async () => {
    const [topic, group] = [fresh('topic'), fresh('group')];
    const [one, two] = [await newBus(), await newBus()];
    await one.publish(
      Array.from({ length: 40 }, (_, n) => ({ topic, key: `key ${n}`, value: Buffer.from(String(n)) })),
    );
    const seen: string[] = [];
    let rebalanced = false;
    let begunMeanwhile = 0;
    await one.subscribe({
      group,
      topics: [topic],
      batchLimit: 5,
      async handle({ messages, heartbeat }) {
        if (!rebalanced) {
          begunMeanwhile += 1;
          joining = two.subscribe({ group, topics: [topic], batchLimit: 5, handle: take });
          await vi.waitUntil(async () => (await groupState(group)) === 'PreparingRebalance', { timeout: 30_000 });
          // Enough of them that one is really sent while the group waits for us; none may throw.
          const beats = performance.now() + 2500;
          await vi.waitUntil(() => heartbeat().then(() => performance.now() > beats), { timeout: 10_000 });
          rebalanced = true;
        }
        await take({ messages });
      },
    });
    let joining: Promise<void> = Promise.resolve();
    async function take({ messages }: { messages: readonly { value: Buffer }[] }): Promise<void> {
      seen.push(...messages.map(({ value }) => value.toString()));
    }
    await vi.waitFor(() => expect(new Set(seen).size).toBe(40), { timeout: 30_000 });
    await joining;
    expect(seen).toHaveLength(40);
    expect(begunMeanwhile).toBe(1);
  });

  it('kafka: batches of several partitions are in hand at once where that is asked for, of one partition one after the other', async () => {
    const [topic, group] = [fresh('topic'), fresh('group')];
    const bus = await newBus();
    await bus.publish(
      Array.from({ length: 400 }, (_, n) => ({ topic, key: `key ${n}`, value: Buffer.from(String(n)) })),
    );
    const inHand = new Set<number>();
    const doubled: number[] = [];
    const seen = new Map<number, string[]>();
    let most = 0;
    let refused = 0;
    await bus.subscribe({
      ...{ group, topics: [topic], batchLimit: 20, partitionsAtOnce: 4 },
      async handle({ partition, messages }) {
        if (inHand.has(partition)) doubled.push(partition);
        inHand.add(partition);
        most = Math.max(most, inHand.size);
        try {
          await vi.waitUntil(() => most === 4, { timeout: 20_000 });
          // One that fails keeps its own offset and nobody else's.
          if (partition === 2 && refused < 3) {
            refused += 1;
            throw new Error('not yet');
          }
          seen.set(partition, [...(seen.get(partition) ?? []), ...messages.map(({ offset }) => String(offset))]);
        } finally {
          inHand.delete(partition);
        }
      },
    });
    await vi.waitFor(() => expect([...seen.values()].flat()).toHaveLength(400), { timeout: 30_000 });
    expect([most, doubled, refused]).toEqual([4, [], 3]);
    for (const offsets of seen.values()) expect(offsets).toEqual(offsets.map((_, n) => String(n)));
    await vi.waitFor(async () => expect((await bus.lag(group, [topic])).every(({ lag }) => lag === 0)).toBe(true));
  });

  it('kafka: a broker that was gone comes back, and nothing is lost and nothing skipped', { timeout: 180_000 }, async ({
    skip,
  }) => {
    if (broker.halt === null) return skip('the broker is not ours to stop');
    const [topic, group] = [fresh('topic'), fresh('group')];
    const bus = await newBus();
    const seen: string[] = [];
    await bus.subscribe({
      group,
      topics: [topic],
      async handle({ messages }) {
        seen.push(...messages.map(({ value }) => value.toString()));
      },
    });
    const publish = (from: number) =>
      bus.publish(Array.from({ length: 20 }, (_, n) => ({ topic, key: 'one', value: Buffer.from(String(from + n)) })));
    await publish(0);
    await vi.waitFor(() => expect(seen).toHaveLength(20), { timeout: 30_000 });
    await vi.waitFor(async () => expect((await bus.lag(group, [topic])).every(({ lag }) => lag === 0)).toBe(true));
    const start = await broker.halt();
    await expect(publish(20)).rejects.toThrow();
    await start();
    await publish(20);
    await vi.waitFor(() => expect(new Set(seen).size).toBe(40), { timeout: 120_000 });
    expect([...new Set(seen)]).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
    await vi.waitFor(async () => expect((await bus.lag(group, [topic])).every(({ lag }) => lag === 0)).toBe(true), {
      timeout: 30_000,
    });
  });

  it('kafka: messages of a transaction from elsewhere leave no lag behind, nor do those it took back', async () => {
    const [topic, group] = [fresh('topic'), fresh('group')];
    const bus = await newBus();
    const seen: string[] = [];
    await bus.subscribe({
      group,
      topics: [topic],
      async handle({ messages }) {
        seen.push(...messages.map(({ value }) => value.toString()));
      },
    });
    const producer = client.producer({
      transactionalId: fresh('producer'),
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const verdict of ['commit', 'abort', 'commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'one', value: verdict }] });
      await transaction[verdict]();
    }
    await producer.disconnect();
    await vi.waitFor(() => expect(seen).toEqual(['commit', 'commit']), { timeout: 30_000 });
    const behind = async () => (await bus.lag(group, [topic])).filter(({ lag }) => lag !== 0);
    await vi.waitFor(async () => expect(await behind()).toEqual([]), { timeout: 30_000 });
    expect((await bus.lag(group, [topic])).reduce((sum, { end }) => sum + end, 0)).toBe(8);
  });

  it('kafka: a topic of our making has the partitions asked for and tells the time of the broker', async () => {
    const topic = fresh('topic');
    const bus = await openBus({
      kafkaBrokers: broker.brokers,
      pool: null as unknown as pg.Pool,
      log: createLog({ level: 'silent' }),
      partitions: { [topic]: 7 },
    });
    open.add(bus);
    expect(await bus.lag('nobody', [topic])).toHaveLength(7);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['message.timestamp.type'] }],
    });
    expect(resources[0]!.configEntries[0]!.configValue).toBe('LogAppendTime');
  });

  it('kafka: brokers that are not there are an error of openBus', async () => {
    const nowhere = openBus({
      kafkaBrokers: ['127.0.0.1:1'],
      pool: null as unknown as pg.Pool,
      log: createLog({ level: 'silent' }),
    });
    await expect(nowhere).rejects.toThrow();
  });

  async function groupState(group: string): Promise<string> {
    return (await admin.describeGroups([group])).groups[0]!.state;
  }
});

let counter = 0;
function fresh(what: string): string {
  counter += 1;
  return `test-kafka-${what}-${Date.now().toString(36)}-${process.pid}-${counter}`;
}
