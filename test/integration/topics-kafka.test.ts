/**
 * Records that come as messages, on the log in PostgreSQL and on a real Apache Kafka where one can be had: counted once
 * whatever the log brings again, the bad ones in quarantine with place and bytes, and there again after a rebuild.
 */
import kafkajs, { type Producer } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRegistry } from '../../app/selfcheck-exchange.ts';
import { createMessageTaker } from '../../app/take-messages.ts';
import { endsOf, INTAKE_GROUP, liftWaits } from '../../app/topics.ts';
import { feeds, readEffectiveCompletions, readHere } from '../../ingest/index.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import { type Bus, type Message, openBus } from '../../platform/bus/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import { createLog } from '../../platform/log.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { postgresOf } from '../support/hold-commits.ts';
import { compileWorker } from '../support/kafka/killable-worker.ts';
import { findKafka, type TestKafka } from '../support/kafka/start.ts';
import { type Home, openFolder, openHome, type Running } from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';
import { stored } from '../support/stored-codecs.ts';
import { withSystem } from '../support/system.ts';

const TODAY = shanghaiDay(new Date());
const ID_NUMBER = trustedIdNumber('159901700315017');
const TOPIC = 'feed.housing';
const WAIT = 90_000;
const log = createLog({ level: 'silent' });
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = stored.snappy;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = stored.zstd;
const kafka = await findKafka();
let broker: TestKafka | null = null;
afterAll(async () => broker?.stop());

const record = (id: string, more: object = {}) => ({
  ...{ record_id: id, occurred_on: '2026-09-01', name: '巴图', id_number: ID_NUMBER },
  ...{ event: 'public_rental', monthly_rent: 100, ...more },
});
const message = (value: object | Buffer, key: string | null = null, topic = TOPIC): Message => ({
  topic,
  key,
  value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
});
const records = (prefix: string, count: number, topic = TOPIC): Message[] =>
  Array.from({ length: count }, (_, n) => message(record(`${prefix}-${n}`), `${prefix}-${n}`, topic));

const happened = async (what: string, ask: () => Promise<boolean>): Promise<void> => {
  if ((await until(WAIT, async () => ((await ask()) ? true : null), { every: 50 })) === null) {
    throw new Error(`${what} did not happen within ${WAIT / 1000} s`);
  }
};

/** A home with one registered family, a worker on it, and what the tests ask its PostgreSQL. */
const createPlace = (brokers: () => string[] | null) => {
  let home: Home;
  let worker: Running | null = null;
  let database: pg.Client;
  const env = () => {
    const given = brokers();
    return {
      YILIAN_LOG_LEVEL: 'info',
      ...(given === null ? {} : { YILIAN_KAFKA_BROKERS: given.join(','), YILIAN_KAFKA_SESSION: '6' }),
    };
  };
  const connect = async (): Promise<void> => {
    database = await postgresOf(home.path);
    database.on('error', () => undefined);
    await database.connect();
  };
  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await database.query<{ n: string }>(`select count(*) as n from ${sql}`, values)).rows[0]?.n);
  return {
    get home() {
      return home;
    },
    get worker() {
      return worker as Running;
    },
    query: async (sql: string, values: unknown[] = []) => (await database.query(sql, values)).rows,
    count,
    /** Rows that were counted towards September, over all of the feed. */
    counted: async (): Promise<number> =>
      Number(
        (await database.query<{ rows: string }>("select sum(rows) as rows from feed_months where feed = 'housing'"))
          .rows[0]?.rows ?? 0,
      ),
    async open() {
      home = await openHome();
      const exchange = await openFolder();
      await writeRegistry(exchange, TODAY);
      expect((await home.start(['load', exchange]).ended).code).toBe(0);
    },
    async startWorker(connected = true) {
      worker = home.start(['worker'], env());
      if (connected) await connect();
    },
    async kill() {
      await database?.end().catch(() => undefined);
      await worker?.kill();
      worker = null;
    },
    export: async (what: string): Promise<string> => {
      const { code, stdout, stderr } = await home.start(['export', what]).ended;
      expect(code, stderr).toBe(0);
      return stdout;
    },
  };
};

describe('embedded', () => contract('embedded', async () => null));

const name = kafka.here ? 'kafka' : `kafka (skipped: ${kafka.why})`;
const start = async (): Promise<string[]> => {
  if (!kafka.here) throw new Error(kafka.why);
  await broker?.stop();
  broker = await kafka.start();
  return broker.brokers;
};
describe.skipIf(!kafka.here)(name, () => contract('kafka', start));

// Topics are deleted and the broker is stopped: not on one that others use.
const isOthers = (process.env['YILIAN_KAFKA_BROKERS'] ?? '') !== '';
const alone = isOthers ? 'kafka of our own (skipped: YILIAN_KAFKA_BROKERS names one of others)' : `${name}, of our own`;
describe.skipIf(!kafka.here || isOthers)(alone, () => onKafkaAlone(start));

function contract(engine: Bus['engine'], findBrokers: () => Promise<string[] | null>): void {
  let kafkaBrokers: string[] | null;
  let bus: Bus;
  let pool: pg.Pool;
  const place = createPlace(() => kafkaBrokers);
  beforeAll(async () => {
    kafkaBrokers = await findBrokers();
    await place.open();
    await place.startWorker();
    const client = await postgresOf(place.home.path);
    pool = new pg.Pool({
      host: client.host,
      port: client.port,
      user: client.user as string,
      database: 'yilian',
      password: client.password as string,
    });
    pool.on('error', () => undefined);
    bus = await openBus({ kafkaBrokers, pool, log });
  });
  afterAll(async () => {
    await bus?.close();
    await pool?.end().catch(() => undefined);
    await place.kill();
  });

  it(`${engine}: messages become facts, and repetitions duplicates`, async () => {
    await bus.publish([...records('m', 500), ...records('m', 100)]);
    await happened('600 rows', async () => (await place.counted()) === 600);
    const facts = (await place.export('facts')).split('\n');
    expect(facts.filter((line) => line.includes('"m-'))).toHaveLength(500);
    // What came in was judged soon after: nothing is left to look at.
    const marks = '(select 1 from dirty_households union all select 1 from taken_dirty_marks) as marks';
    await happened('a sweep', async () => (await place.count(marks)) === 0);
  });

  it(`${engine}: a version and its withdrawal stay in order by their key`, async () => {
    await bus.publish([
      message(record('w', { version: 1 }), 'w'),
      message(record('w', { version: 2, monthly_rent: 200 }), 'w'),
      message({ op: 'delete', record_id: 'v' }, 'v'),
      message(record('v'), 'v'),
    ]);
    // The withdrawal has no day; the record behind it counts.
    await happened('3 rows more', async () => (await place.counted()) === 603);
    const found = (await place.export('facts'))
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { record_id: string; record_version: number }]))
      .filter(({ record_id }) => record_id === 'w' || record_id === 'v');
    expect(found).toMatchObject([{ record_id: 'w', record_version: 2 }]);
  });

  it(`${engine}: a poison message stands in quarantine with place and bytes, and stops nothing`, async () => {
    const poison: [Buffer, string][] = [
      [Buffer.from([0xff, 0xfe, 0, 0x7b]), 'malformed'],
      [Buffer.alloc(0), 'malformed'],
      [Buffer.from('[{"record_id":"x"}]'), 'malformed'],
      [Buffer.from('{"record_id":"x"'), 'malformed'],
      [Buffer.from('{"record_id":"p1","occurred_on":"2026-99-01"}\n'), 'missing_field'],
      [Buffer.from(JSON.stringify(record('large', { address: 'x'.repeat(70_000) }))), 'too_large'],
    ];
    const before = await place.counted();
    await bus.publish(
      poison.flatMap(([value], n) => [message(value, 'poison'), message(record(`after-${n}`), 'poison')]),
    );
    await happened('the records behind them', async () => (await place.counted()) === before + poison.length);
    const lines = (await place.export('quarantine'))
      .split('\n')
      .flatMap((line) =>
        line === '' ? [] : [JSON.parse(line) as { source: string; position: number; reason: string; raw: string }],
      );
    expect(lines.map(({ reason }) => reason)).toEqual(poison.map(([, reason]) => reason));
    expect(new Set(lines.map(({ source }) => source)).size).toBe(1);
    expect(lines[0]?.source).toMatch(/^feed\.housing\/\d+$/);
    const first = lines[0]?.position as number;
    expect(lines.map(({ position }) => position - first)).toEqual([0, 2, 4, 6, 8, 10]);
    for (const [n, line] of lines.entries()) {
      expect(Buffer.from(line.raw, 'base64').equals(poison[n]?.[0] as Buffer), line.reason).toBe(true);
    }
    // A record that spans lines is one record all the same.
    await bus.publish([message(Buffer.from(JSON.stringify(record('pretty'), null, 2)), 'pretty')]);
    await happened('the record of many lines', async () => (await place.counted()) === before + poison.length + 1);
  });

  it(`${engine}: the count of a declaration is a count of rows`, async () => {
    const effective = async () =>
      (
        await place.query(
          `select 1 from completions c where c.feed = 'housing' and c.waits_for is null and c.region_prefix = '159901'
           and c.records <= (select sum(m.rows) from feed_months m where m.feed = c.feed and m.month = c.month)`,
        )
      ).length === 1;
    const before = await place.counted();
    await bus.publish([
      message({ op: 'complete', record_id: 'c', region_code: '159901', period: '2026-09', records: before + 2 }, 'c'),
    ]);
    await happened('the declaration', async () => (await place.count('completions')) === 1);
    expect(await effective()).toBe(false);
    await bus.publish(records('last', 2));
    await happened('the last rows', async () => effective());
  });

  it(`${engine}: is there again after a rebuild`, async () => {
    const before = [await place.export('facts'), await place.export('matches')];
    const rebuilt = await place.home.start(['rebuild', 'facts']).ended;
    expect(rebuilt.code, rebuilt.stderr).toBe(0);
    expect([await place.export('facts'), await place.export('matches')]).toEqual(before);
    expect(before[0]?.split('\n').length).toBeGreaterThan(500);
  });

  const KILLS = roundsOf(`${engine}: kills of a worker`, 10, 2);
  it(`${engine}: counts every message once through ${KILLS} kills of the worker`, { timeout: 600_000 }, async () => {
    const dice = createDice(10);
    const before = await place.counted();
    let published = 0;
    const publish = async (some: number): Promise<void> => {
      const messages = records(`killed-${published}`, some);
      // The log in PostgreSQL goes down with its worker.
      for (;;) {
        const isPublished = await bus.publish(messages).then(
          () => true,
          () => false,
        );
        if (isPublished) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      published += some;
    };
    const isEmbedded = kafkaBrokers === null;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await publish(400);
      await new Promise((resolve) => setTimeout(resolve, dice.next() * (isEmbedded ? 400 : 1_500)));
      await place.kill();
      if (isEmbedded) await bus.close();
      await place.startWorker();
      if (isEmbedded) {
        await pool.end().catch(() => undefined);
        const client = await postgresOf(place.home.path);
        pool = new pg.Pool({
          host: client.host,
          port: client.port,
          user: client.user as string,
          database: 'yilian',
          password: client.password as string,
        });
        pool.on('error', () => undefined);
        bus = await openBus({ kafkaBrokers, pool, log });
      }
    }
    await happened('every row', async () => (await place.counted()) >= before + published);
    const facts = (await place.export('facts')).split('\n').filter((line) => line.includes('"killed-'));
    expect([await place.counted(), facts.length]).toEqual([before + published, published]);
    expect(new Set(facts.map((line) => /"record_id":"([^"]+)"/.exec(line)?.[1])).size).toBe(published);
  });
}

function onKafkaAlone(findBrokers: () => Promise<string[]>): void {
  let brokers: string[];
  let producer: Producer;
  const client = () => new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  beforeAll(async () => {
    brokers = await findBrokers();
    producer = client().producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
  });
  afterAll(async () => producer?.disconnect());
  const makeTopic = async (topic: string, numPartitions: number, entries: { name: string; value: string }[] = []) => {
    const admin = client().admin();
    await admin.connect();
    await admin.createTopics({
      topics: [
        {
          topic,
          numPartitions,
          configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }, ...entries],
        },
      ],
      waitForLeaders: true,
    });
    await admin.disconnect();
  };
  const send = (
    topic: string,
    values: { value: Buffer | null; key?: string; partition?: number }[],
    compression = kafkajs.CompressionTypes.None,
  ) => producer.send({ topic, messages: values, compression });
  const bytes = (value: object) => Buffer.from(JSON.stringify(value));

  it('a declaration that overtakes data on 12 partitions waits for it', async () => {
    const topic = 'feed.health';
    await makeTopic(topic, 12);
    const home = await openHome();
    await withSystem(home.path, async (system) => {
      const feed = feeds.get('health') as NonNullable<ReturnType<typeof feeds.get>>;
      const bus = await openBus({ kafkaBrokers: brokers, pool: system.postgres.pool, log });
      const taker = createMessageTaker(system, () => readHere(system.archive));
      const signal = new AbortController().signal;
      const complete = (period: string) => ({ op: 'complete', record_id: 'c', region_code: '1599', period });
      const sick = (id: string) => ({ ...record(id), event: 'chronic_illness' });
      try {
        await send(topic, [{ partition: 0, value: bytes(complete('2026-09')) }]);
        for (let partition = 1; partition < 12; partition += 1) {
          await send(
            topic,
            Array.from({ length: 20 }, (_, n) => ({ partition, value: bytes(sick(`h-${partition}-${n}`)) })),
          );
        }
        const effective = async () =>
          (await readEffectiveCompletions(system.postgres, null)).map((one) => one.effective);
        // The partition of the declaration is read first.
        const first = { offset: 0, receivedAt: new Date(), value: bytes(complete('2026-09')) };
        const waitsFor = () => endsOf(bus, topic, 0);
        await happened("the group's coordinator", () =>
          bus.lag(INTAKE_GROUP, [topic]).then(
            () => true,
            () => false,
          ),
        );
        await taker.take({ feed, topic, partition: 0 }, [first], { signal, waitsFor });
        expect(await effective()).toEqual([false]);
        await liftWaits(system, bus);
        expect(await effective()).toEqual([false]);
        const seen = new Set<number>();
        await bus.subscribe({
          ...{ group: INTAKE_GROUP, topics: [topic] },
          async handle({ partition, messages }) {
            await taker.take({ feed, topic, partition }, messages, {
              signal,
              waitsFor: () => endsOf(bus, topic, partition),
            });
            seen.add(partition);
            // In effect with the last of the twelve, not before.
            if (seen.size < 11) {
              await liftWaits(system, bus);
              expect(await effective()).toEqual([false]);
            }
          },
        });
        await happened('its effect', async () => {
          await liftWaits(system, bus);
          return (await effective())[0] === true;
        });
        expect(seen.size).toBe(12);
        const [months] = await system.postgres.query<{ rows: number }>(
          "select sum(rows)::bigint as rows from feed_months where feed = 'health'",
        );
        expect(months?.rows).toBe(11 * 20);
        // And one that overtakes nothing is in effect at once.
        await send(topic, [{ partition: 3, value: bytes(complete('2026-08')) }]);
        await happened('the other', async () => (await effective()).every(Boolean) && (await effective()).length === 2);
      } finally {
        await bus.close();
        await taker.close();
      }
    });
    await home.remove();
  });

  describe('with a worker', () => {
    const place = createPlace(() => brokers);
    let expected = 0;
    /** Messages that the log holds twice. */
    let repeated = 0;
    const topic = 'feed.housing';
    const taken = (what: string) => happened(what, async () => (await place.counted()) === expected + repeated);
    const publish = async (prefix: string, rows: number, compression?: kafkajs.CompressionTypes) => {
      await send(
        topic,
        Array.from({ length: rows }, (_, n) => ({ key: `${prefix}-${n}`, value: bytes(record(`${prefix}-${n}`)) })),
        compression,
      );
      expected += rows;
    };
    beforeAll(async () => {
      await place.open();
      await makeTopic(topic, 12, [
        { name: 'max.message.bytes', value: '5000000' },
        { name: 'compression.type', value: 'uncompressed' },
      ]);
      await place.startWorker();
    });
    afterAll(() => place.kill());

    // Publishers in Java compress as kafkajs can't read: the broker unpacks it, because the product makes its topics so.
    it.each([
      ['none', kafkajs.CompressionTypes.None],
      ['gzip', kafkajs.CompressionTypes.GZIP],
      ['snappy', kafkajs.CompressionTypes.Snappy],
      ['zstd', kafkajs.CompressionTypes.ZSTD],
    ])('takes what was compressed: %s', async (how, compression) => {
      await publish(`compressed-${how}`, 200, compression);
      await taken(how);
    });

    it('puts a declaration in effect with the last record that it overtook, not before', async () => {
      const before = await place.counted();
      const day = { occurred_on: '2026-07-15' };
      const values = (from: number) =>
        Array.from({ length: 12 * 40 }, (_, n) => ({
          partition: n % 12,
          value: bytes(record(`overtaken-${from + n}`, day)),
        }));
      const complete = { op: 'complete', record_id: 'c', region_code: '1599', period: '2026-07' };
      await place.kill();
      await send(topic, [{ partition: 0, value: bytes(complete) }, ...values(0)]);
      await send(topic, values(480));
      expected += 960;
      await place.startWorker();
      const looks: { effective: number; rows: number }[] = [];
      await happened('its effect', async () => {
        // Both in one statement, so that nothing can come between the two.
        const [look] = await place.query(
          `select (select count(*)::int from completions where month = 2026 * 12 + 6 and waits_for is null) as effective,
             coalesce((select sum(rows)::int from feed_months where feed = 'housing'), 0) as rows`,
        );
        looks.push(look as { effective: number; rows: number });
        return looks.at(-1)?.effective === 1;
      });
      expect(looks.filter(({ effective, rows }) => effective === 1 && rows < before + 960)).toEqual([]);
      await taken('all of it');
    });

    it('takes what lies behind a message over every limit', async () => {
      const value = bytes(record('huge', { address: 'x'.repeat(3_000_000) }));
      await send(topic, [
        { key: 'huge', value },
        { key: 'huge', value: bytes(record('behind-huge')) },
        { key: 'huge', value: null },
      ]);
      expected += 1;
      await taken('the record behind it');
      await happened('the tombstone', async () => (await place.count("quarantine where reason = 'malformed'")) === 1);
      const [large] = await place.query("select reason, raw_length from quarantine where reason = 'too_large'");
      // Of its bytes a MiB is kept for looking at; the archive holds all.
      expect(large).toMatchObject({ reason: 'too_large', raw_length: '1048576' });
    });

    it('goes on where another worker of the group died in the middle of a batch', { timeout: 240_000 }, async () => {
      const workers = await compileWorker();
      try {
        // It gets a part of the partitions, takes a batch, and neither ends nor commits it.
        const given = { kafkaBrokers: brokers, postgresUrl: 'postgres://nobody@127.0.0.1:1/none', group: INTAKE_GROUP };
        const doomed = workers.start({ ...given, topic, batchLimit: 5, endBatches: 0 });
        await happened('a batch of the other worker', async () => {
          await publish(`rebalanced-${expected}`, 48);
          return doomed.lines.length > 0;
        });
        expect(await place.counted()).toBeLessThan(expected);
        await doomed.kill();
        await publish('after-death', 48);
        await taken('what the dead one held');
      } finally {
        await workers.remove();
      }
    });

    it('goes on when the broker was away for 30 seconds', { timeout: 300_000 }, async ({ skip }) => {
      if (broker?.freeze == null) return skip('the broker is not ours to stop');
      await publish('before-freeze', 100);
      const thaw = await broker.freeze();
      const began = performance.now();
      try {
        await new Promise((resolve) => setTimeout(resolve, 30_000));
      } finally {
        thaw();
      }
      expect(performance.now() - began).toBeGreaterThan(30_000);
      await publish('after-freeze', 100);
      await taken('what came before and after');
    });

    it('begins anew with a topic that was deleted and made again', { timeout: 240_000 }, async () => {
      await place.kill();
      const admin = client().admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic] });
      await happened('the end of the topic', async () => !(await admin.listTopics()).includes(topic));
      const made = (): Promise<boolean> =>
        makeTopic(topic, 12).then(
          () => true,
          () => false,
        );
      await happened('a new topic', made);
      await happened('its leaders', async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length === 12 && topics[0].partitions.every(({ leader }) => leader >= 0);
      });
      // What the old one knows of the topic is of the topic that is gone.
      await producer.disconnect();
      producer = client().producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
      await producer.connect();
      await publish('anew', 60);
      // On a topic so new the publisher may have tried twice: what counts is what the log holds.
      const held = (await admin.fetchTopicOffsets(topic)).reduce(
        (sum, { high, low }) => sum + Number(high) - Number(low),
        0,
      );
      repeated = held - 60;
      await admin.disconnect();
      await place.startWorker();
      await taken('what the new topic holds');
      expect(await place.count('topic_offsets where generation = 2')).toBeGreaterThan(0);
    });

    it('has every record once in the end', async () => {
      const facts = (await place.export('facts')).split('\n').filter((line) => line.includes('"feed":"housing"'));
      expect([facts.length, await place.counted()]).toEqual([expected, expected + repeated]);
    });
  });
}
