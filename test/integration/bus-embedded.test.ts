// What only the log in PostgreSQL promises: transactions that it shares with its publishers and its readers.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dropOldMessages } from '../../platform/bus/embedded-store.ts';
import {
  type EmbeddedBus,
  type Message,
  openBus,
  PartitionLostError,
  type Subscription,
} from '../../platform/bus/index.ts';
import { partitionOf } from '../../platform/bus/messages.ts';
import { createLog } from '../../platform/log.ts';
import { type LogDatabase, startLogDatabase } from '../support/kafka/log-database.ts';

const log = createLog({ level: 'silent' });
const open = new Set<EmbeddedBus>();
let database: LogDatabase;

beforeAll(async () => {
  database = await startLogDatabase();
});
afterEach(async () => {
  await Promise.all([...open].map((bus) => bus.close()));
  open.clear();
  await database.postgres.query('truncate effects');
});
afterAll(async () => database?.stop());

describe('publishing in a transaction', () => {
  it('shows nothing before the commit, all of it after', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    const seen = await collect(bus, { group: fresh('group'), topics: [topic] });
    await database.postgres.transaction(async ({ client }) => {
      await bus.publish([text(topic, 'a', '1'), text(topic, 'b', '2')], { tx: client });
      expect((await bus.lag('nobody', [topic])).map(({ end }) => end)).toEqual([0, 0, 0, 0]);
      expect(seen).toEqual([]);
    });
    await eventually(() => expect(seen.toSorted()).toEqual(['1', '2']));
  });

  it('leaves nothing when it rolls back, no gap either', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    await bus.publish([text(topic, 'a', 'before')]);
    const doomed = database.postgres.transaction(async ({ client }) => {
      await bus.publish(
        Array.from({ length: 1200 }, (_, n) => text(topic, 'a', `doomed ${n}`)),
        { tx: client },
      );
      throw new Error('changed my mind');
    });
    await expect(doomed).rejects.toThrow('changed my mind');
    await bus.publish([text(topic, 'a', 'after')]);
    const offsets: number[] = [];
    const seen = await collect(bus, { group: fresh('group'), topics: [topic] }, async ({ messages }) => {
      offsets.push(...messages.map(({ offset }) => offset));
    });
    await eventually(() => expect(seen).toEqual(['before', 'after']));
    expect(offsets).toEqual([0, 1]);
  });

  it('passes by no message of a publisher that commits late', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    const seen = await collect(bus, { group: fresh('group'), topics: [topic] });
    const [early, late] = [await database.postgres.pool.connect(), await database.postgres.pool.connect()];
    try {
      await early.query('begin');
      await late.query('begin');
      await bus.publish([text(topic, 'a', 'begun first')], { tx: early });
      // The second one in the same partition has to wait for the first one's commit; in another one it does not.
      await bus.publish([text(topic, keyApartFrom('a'), 'in another partition')], { tx: late });
      let published = false;
      const second = bus.publish([text(topic, 'a', 'begun second')], { tx: late }).then(() => {
        published = true;
      });
      await eventually(async () => expect(await waitingForLocks()).toBe(1));
      expect(published).toBe(false);
      expect(seen).toEqual([]);
      await early.query('commit');
      await second;
      await eventually(() => expect(seen).toEqual(['begun first']));
      await late.query('commit');
      await eventually(() => expect(seen).toHaveLength(3));
      expect(seen.filter((value) => value.startsWith('begun'))).toEqual(['begun first', 'begun second']);
    } finally {
      early.release();
      late.release();
    }
  });

  it('lets the later of two transactions commit first where they share no partition, and the reader sees both', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    const seen = await collect(bus, { group: fresh('group'), topics: [topic] });
    const [first, second] = [await database.postgres.pool.connect(), await database.postgres.pool.connect()];
    try {
      await bus.publish([text(topic, 'a', 'zero')]);
      await first.query('begin');
      await bus.publish([text(topic, 'a', 'one')], { tx: first });
      await second.query('begin');
      await bus.publish([text(topic, keyApartFrom('a'), 'two')], { tx: second });
      await second.query('commit');
      await eventually(() => expect(seen.toSorted()).toEqual(['two', 'zero']));
      await first.query('commit');
      await eventually(() => expect(seen).toHaveLength(3));
      expect(seen.at(-1)).toBe('one');
    } finally {
      first.release();
      second.release();
    }
  });

  it('does not deadlock when many publish to all partitions at once, and numbers every message once', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    const publishers = Array.from({ length: 12 }, (_, p) =>
      bus.publish(Array.from({ length: 100 }, (_, n) => text(topic, `key ${(n * (p + 1)) % 37}`, `${p}/${n}`))),
    );
    await Promise.all(publishers);
    const [numbers] = await database.postgres.query<{ all: number; dense: boolean }>(
      `select count(*)::int as all, bool_and(m.log_offset >= 0 and m.log_offset < p.next) as dense
       from bus_messages m join bus_partitions p using (partition_id) where topic = $1`,
      [topic],
    );
    expect(numbers).toEqual({ all: 1200, dense: true });
    expect((await bus.lag('nobody', [topic])).reduce((sum, { lag }) => sum + lag, 0)).toBe(1200);
  });
});

describe('reading in a transaction', () => {
  it('undoes the effects of a batch whose handler threw', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    await bus.publish([text(topic, 'a', 'x'), text(topic, 'a', 'y')]);
    let attempts = 0;
    const seen = await collect(bus, { group: fresh('group'), topics: [topic] }, async ({ tx, messages }) => {
      for (const { value } of messages) await tx!.query('insert into effects values ($1)', [value.toString()]);
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
    });
    await eventually(() => expect(seen).toHaveLength(2));
    expect(attempts).toBe(3);
    expect(await effects()).toEqual(['x', 'y']);
  });

  it('counts a batch as failed when its handler swallowed an error of PostgreSQL', async () => {
    const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
    await bus.publish([text(topic, 'a', 'x')]);
    let attempts = 0;
    await collect(bus, { group, topics: [topic] }, async ({ tx }) => {
      attempts += 1;
      await tx!.query(`insert into effects values ('attempt ${attempts}')`);
      if (attempts === 1) await tx!.query('select 1 / 0').catch(() => {});
    });
    await eventually(async () => expect((await bus.lag(group, [topic])).every(({ lag }) => lag === 0)).toBe(true));
    expect(await effects()).toEqual(['attempt 2']);
  });

  it('drops the work of a worker whose connection died, tells it, and does it again', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    await bus.publish([text(topic, 'a', 'x')]);
    const group = fresh('group');
    const beats: unknown[] = [];
    const seen = await collect(bus, { group, topics: [topic] }, async ({ tx, heartbeat }) => {
      await tx!.query(`insert into effects values ('x')`);
      if (beats.length > 0) return;
      await heartbeat();
      await database.postgres.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [`yilian bus ${group}`],
      );
      const told = await vi.waitUntil(
        () =>
          heartbeat().then(
            () => null,
            (error: unknown) => error,
          ),
        { timeout: 10_000 },
      );
      beats.push(told);
    });
    await eventually(() => expect(seen.length).toBeGreaterThan(0));
    await eventually(async () => expect(await effects()).toEqual(['x']));
    expect(beats[0]).toBeInstanceOf(PartitionLostError);
    await eventually(async () => expect((await bus.lag(group, [topic])).every(({ lag }) => lag === 0)).toBe(true));
  });

  it('keeps a partition that is in hand from a worker that joins', async () => {
    const [one, two, topic, group] = [await newBus(), await newBus(), fresh('topic'), fresh('group')];
    const partitions = await spread(one, topic, 'first');
    const gate = createGate();
    const inHand: number[] = [];
    const left = await collect(one, { group, topics: [topic] }, async ({ partition }) => {
      inHand.push(partition);
      await gate.passed;
    });
    await eventually(() => expect(inHand).toHaveLength(1));
    const right = await collect(two, { group, topics: [topic] });
    // The first one does not get round to giving any up while its hands are full.
    await eventually(async () => expect(await members(group)).toBe(2));
    expect(right).toEqual([]);
    gate.open();
    await eventually(() => expect(left.length + right.length).toBe(partitions));
    let sent = partitions;
    await eventually(async () => {
      sent += await spread(one, topic, `round ${sent}`);
      expect(right.length).toBeGreaterThanOrEqual(2);
    });
    await eventually(() => expect(left.length + right.length).toBe(sent));
    expect(new Set([...left, ...right]).size).toBe(sent);
  });

  it('ends a batch near 8 MB, so that large messages do not fill the memory', async () => {
    const [bus, topic] = [await newBus(), fresh('topic')];
    await bus.publish(Array.from({ length: 20 }, (_, n) => ({ topic, key: 'a', value: Buffer.alloc(900_000, n) })));
    const sizes: number[] = [];
    await collect(bus, { group: fresh('group'), topics: [topic] }, async ({ messages }) => {
      sizes.push(messages.length);
    });
    await eventually(() => expect(sizes).toEqual([9, 9, 2]));
  });
});

it('goes on behind a hole that somebody made by deleting messages', async () => {
  const [bus, topic, group] = [await newBus(), fresh('topic'), fresh('group')];
  await bus.publish(Array.from({ length: 100 }, (_, n) => text(topic, 'a', String(n))));
  const gate = createGate();
  const seen = await collect(bus, { group, topics: [topic], batchLimit: 10 }, () => gate.passed);
  await database.postgres.query(
    `delete from bus_messages m using bus_partitions p where p.partition_id = m.partition_id and p.topic = $1
     and (log_offset between 20 and 57 or log_offset >= 70)`,
    [topic],
  );
  gate.open();
  await eventually(async () => expect(await totalLag(bus, group, topic)).toBe(0));
  expect(seen.map(Number)).toEqual(
    Array.from({ length: 100 }, (_, n) => n).filter((n) => n < 20 || (n > 57 && n < 70)),
  );
});

it('keeps the number of partitions that a topic was made with, whoever asks for another one', async () => {
  const topic = fresh('topic');
  const [three, five] = [await newBus({ [topic]: 3 }), await newBus({ [topic]: 5 })];
  const [a, b] = await Promise.all([three.lag('nobody', [topic]), five.lag('nobody', [topic])]);
  expect(a).toEqual(b);
  expect([3, 5]).toContain(a.length);
});

it('drops only messages that are old and that every group has read', async () => {
  const [bus, topic] = [await newBus(), fresh('topic')];
  const [fast, slow] = [fresh('group'), fresh('group')];
  await bus.publish(Array.from({ length: 10 }, (_, n) => text(topic, 'a', String(n))));
  const seen = await collect(bus, { group: fast, topics: [topic] });
  let read = 0;
  const reader = await newBus();
  await collect(reader, { group: slow, topics: [topic], batchLimit: 6 }, async ({ messages }) => {
    if (read > 0) throw new Error('has read enough');
    read += messages.length;
  });
  await eventually(async () => expect(seen.length + read + (await totalLag(bus, slow, topic))).toBe(20));
  // That it was read is one thing, that the group says so another.
  await eventually(async () => expect(await totalLag(bus, fast, topic)).toBe(0));
  const drop = () => database.postgres.transaction(({ client }) => dropOldMessages(client, 30, 1000));
  const rest = async () =>
    (
      await database.postgres.query<{ log_offset: number }>(
        'select log_offset from bus_messages join bus_partitions using (partition_id) where topic = $1 order by 1',
        [topic],
      )
    ).map((row) => row.log_offset);

  await drop();
  expect(await rest()).toHaveLength(10);
  await database.postgres.query(
    `update bus_messages m set received_at = now() - interval '31 days' from bus_partitions p
     where p.partition_id = m.partition_id and p.topic = $1`,
    [topic],
  );
  await drop();
  expect(await rest()).toEqual([6, 7, 8, 9]);
  // A group that comes now begins at the oldest that is left.
  const late = await collect(bus, { group: fresh('group'), topics: [topic] });
  await eventually(() => expect(late).toEqual(['6', '7', '8', '9']));
});

async function newBus(partitions: Record<string, number> = {}): Promise<EmbeddedBus> {
  const tuning = { pollMs: 100, backOff: { firstMs: 20, mostMs: 200 } };
  const bus = await openBus({ kafkaBrokers: null, pool: database.postgres.pool, log, partitions, tuning });
  if (bus.engine !== 'embedded') throw new Error('without brokers the log is embedded');
  open.add(bus);
  return bus;
}

/** Subscribes; the list holds the values of the batches whose handler returned. */
async function collect(
  bus: EmbeddedBus,
  subscription: Omit<Subscription, 'handle'>,
  handle: Subscription['handle'] = async () => {},
): Promise<string[]> {
  const seen: string[] = [];
  await bus.subscribe({
    ...subscription,
    async handle(batch) {
      await handle(batch);
      seen.push(...batch.messages.map(({ value }) => value.toString()));
    },
  });
  return seen;
}

/** One message for each partition; how many those are. */
async function spread(bus: EmbeddedBus, topic: string, label: string): Promise<number> {
  await bus.publish([0, 1, 2, 3].map((n) => text(topic, null, `${label} ${n}`)));
  return 4;
}

/** A key of another partition, in a topic of four. */
function keyApartFrom(key: string): string {
  const keys = Array.from({ length: 50 }, (_, n) => `other ${n}`);
  return keys.find((other) => partitionOf(other, 4) !== partitionOf(key, 4))!;
}

async function effects(): Promise<string[]> {
  const rows = await database.postgres.query<{ value: string }>('select value from effects order by value');
  return rows.map(({ value }) => value);
}

async function waitingForLocks(): Promise<number> {
  const [row] = await database.postgres.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return row!.waiting;
}

async function members(group: string): Promise<number> {
  const [row] = await database.postgres.query<{ members: number }>(
    `select count(distinct l.pid)::int as members from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.mode = 'ShareLock' and a.application_name = $1`,
    [`yilian bus ${group}`],
  );
  return row!.members;
}

async function totalLag(bus: EmbeddedBus, group: string, topic: string): Promise<number> {
  return (await bus.lag(group, [topic])).reduce((sum, { lag }) => sum + lag, 0);
}

function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 20 });
}

function createGate(): { open(): void; passed: Promise<void> } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

let counter = 0;
function fresh(what: string): string {
  counter += 1;
  return `test-${what}-${counter}`;
}

function text(topic: string, key: string | null, value: string): Message {
  return { topic, key, value: Buffer.from(value) };
}
