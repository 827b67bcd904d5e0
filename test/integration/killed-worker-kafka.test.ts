/**
 * Facts exactly once: a worker that takes records of 12 partitions from a real broker is killed again and again while it has
 * work in hand - at random moments, and right before a commit, when ClickHouse has the batch and PostgreSQL knows nothing of it.
 * In the end every record that was sent is one fact and was accepted once, and every message was counted once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRegistry } from '../../app/selfcheck-exchange.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import { type Bus, type Message, openBus } from '../../platform/bus/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import { createLog } from '../../platform/log.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { holdCommits, postgresOf } from '../support/hold-commits.ts';
import { findKafka, type TestKafka } from '../support/kafka/start.ts';
import { type Home, openFolder, openHome, type Running } from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';

const SEED = 20_261_125;
const KILLS = roundsOf('kills of a worker under load', 10, 2);
const PARTITIONS = 12;
/** So much that work is left after the last kill, in batches so small that every kill has some behind it. */
const RECORDS = 500 * (KILLS + 2);
const ID_NUMBER = trustedIdNumber('159901700315017');
const TOPIC = 'feed.housing';
const kafka = await findKafka();
const isOthers = (process.env['YILIAN_KAFKA_BROKERS'] ?? '') !== '';
const name = !kafka.here
  ? `kafka (skipped: ${kafka.why})`
  : isOthers
    ? 'kafka of our own (skipped: YILIAN_KAFKA_BROKERS names one of others)'
    : 'kafka';

const messages = (from: number, to: number): Message[] =>
  Array.from({ length: to - from }, (_, n) => {
    const record = {
      ...{ record_id: `r-${from + n}`, occurred_on: '2026-09-01', name: '巴图', id_number: ID_NUMBER },
      ...{ event: 'public_rental', monthly_rent: 100 },
    };
    return { topic: TOPIC, key: record.record_id, value: Buffer.from(JSON.stringify(record)) };
  });

describe.skipIf(!kafka.here || isOthers)(`${name}: a worker that is killed ${KILLS} times (seed ${SEED})`, () => {
  let broker: TestKafka;
  let bus: Bus;
  let home: Home;
  let database: pg.Client;
  let worker: Running;
  beforeAll(async () => {
    if (!kafka.here) return;
    broker = await kafka.start();
    bus = await openBus({
      kafkaBrokers: broker.brokers,
      // Kafka needs none; touching it would fail.
      pool: null as unknown as pg.Pool,
      log: createLog({ level: 'silent' }),
      partitions: { [TOPIC]: PARTITIONS },
    });
    home = await openHome();
    const exchange = await openFolder();
    await writeRegistry(exchange, shanghaiDay(new Date()));
    expect((await home.start(['load', exchange]).ended).code).toBe(0);
  });
  afterAll(async () => {
    await database?.end().catch(() => undefined);
    await bus?.close();
    await worker?.kill();
    await broker?.stop();
  });

  const startWorker = async (): Promise<void> => {
    worker = home.start(['worker'], {
      YILIAN_LOG_LEVEL: 'warn',
      YILIAN_KAFKA_BROKERS: broker.brokers.join(),
      // The brokers miss a killed worker soon.
      YILIAN_KAFKA_SESSION: '2',
      YILIAN_BATCH_ROWS: '200',
    });
    if (database !== undefined) return;
    database = await postgresOf(home.path);
    database.on('error', () => undefined);
    await database.connect();
  };
  const ask = async (sql: string): Promise<number> =>
    Number((await database.query<{ n: string }>(sql)).rows[0]?.n ?? 0);
  const taken = (): Promise<number> => ask(`select sum(next) as n from topic_offsets where topic = '${TOPIC}'`);
  /** Resolves when the worker has come so far. */
  const isTaken = async (most: number): Promise<void> => {
    const came = await until(90_000, async () => ((await taken()) >= most ? true : null), { every: 5 });
    if (came === null) throw new Error(`the worker stands at ${await taken()} of ${most}`);
  };

  it('kafka: every record is a fact exactly once, counted against what was sent', { timeout: 600_000 }, async () => {
    const dice = createDice(SEED);
    let sent = 0;
    const publishing = (async () => {
      for (; sent < RECORDS; sent += 500) await bus.publish(messages(sent, sent + 500));
    })();
    await startWorker();
    const told: string[] = [];
    let heldKills = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await isTaken((await taken()) + 1);
      // Every other one between the facts and the offset, where a batch is most easily taken twice or not at all.
      const hold = kill % 2 === 0 ? await holdCommits(home.path) : null;
      if (hold === null) await pause(dice.next() * 150);
      else if (await until(30_000, async () => ((await hold.waits()) ? true : null), { every: 5 })) heldKills += 1;
      const at = await taken();
      expect(at, 'all was taken before the last kill').toBeLessThan(RECORDS);
      expect(await worker.kill(), 'the worker had ended by itself').toBe(true);
      await hold?.release();
      told.push(`${at}${hold === null ? '' : ', before a commit'}`);
      await startWorker();
    }
    await publishing;
    // Whoever publishes on a busy machine may send a piece again whose answer came late: then more messages lie there than records.
    const ends = await bus.lag('yilian-intake', [TOPIC]);
    const messagesSent = ends.reduce((sum, { end }) => sum + end, 0);
    await isTaken(messagesSent);
    console.log(`killed after: ${told.join('; ')}`);
    expect(heldKills).toBe(Math.ceil(KILLS / 2));

    const counted = await database.query<{ accepted: string; read: string; duplicate: string }>(
      `select sum((counts->'records'->>'accepted')::int) as accepted, sum((counts->'records'->>'read')::int) as read,
         sum((counts->'records'->>'duplicate')::int) as duplicate from loads where origin = 'topic'`,
    );
    expect(counted.rows[0]).toEqual({
      ...{ accepted: `${RECORDS}`, read: `${messagesSent}`, duplicate: `${messagesSent - RECORDS}` },
    });
    expect(await ask("select sum(rows) as n from feed_months where feed = 'housing'")).toBe(messagesSent);
    expect(await ask('select count(distinct partition) as n from topic_offsets')).toBe(PARTITIONS);
    await worker.kill();
    const facts = await home.facts();
    expect(facts).toHaveLength(RECORDS);
    expect(new Set(facts.map(({ record_id }) => record_id)).size).toBe(RECORDS);
  });

  it('kafka: and as many again are there after a rebuild from the archive', { timeout: 240_000 }, async () => {
    const before = await home.exportAll();
    const { code, stderr } = await home.start(['rebuild', 'facts']).ended;
    expect(code, stderr).toBe(0);
    const after = await home.exportAll();
    expect(after.facts === before.facts).toBe(true);
    expect(after.matches === before.matches).toBe(true);
  });
});
