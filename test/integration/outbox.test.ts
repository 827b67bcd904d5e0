// What the outbox promises: every row leaves at least once and is told apart by its id, in order within its case, with
// delivery numbers that have no gap, whatever dies or is away meanwhile.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../alerts/index.ts';
import { type OutboxDeps, referralPublisher, startOutbox } from '../../app/outbox.ts';
import type { System } from '../../app/system.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { holdCommits, postgresOf } from '../support/hold-commits.ts';
import { caseId, type Delivered, readMirror, readOutbox, referralRow, row, write } from '../support/outbox-rows.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf, withSystem } from '../support/system.ts';

const SEED = 20_261_124;
const KILLS = 10;

const gapless = (rows: readonly Delivered[]): boolean => rows.every((r, i) => r.delivery_no === i + 1);

/** Message ids of each case in the order in which they left. */
const byCase = (rows: readonly Delivered[]): Map<string, number[]> => {
  const cases = new Map<string, number[]>();
  for (const { key, message_id } of rows) {
    const sequences = cases.get(key) ?? [];
    cases.set(key, sequences);
    sequences.push(Number(message_id.split('/')[1]));
  }
  return cases;
};

const expectInOrder = (rows: readonly Delivered[]): void => {
  for (const [key, sequences] of byCase(rows)) {
    expect(sequences, key).toEqual(sequences.toSorted((a, b) => a - b));
  }
};

describe('a running dispatcher', () => {
  let opened: OpenedSystem;
  let system: System;
  /** Sees and ends connections, which the program's own role may not. */
  let owner: Awaited<ReturnType<typeof postgresOf>>;
  const running = new Set<{ close(): Promise<void> }>();
  const handedOn: string[] = [];

  const start = (more: Partial<OutboxDeps> = {}) => {
    const outbox = startOutbox({
      ...system,
      publish: async ({ payload }) => {
        handedOn.push(payload.referral_id ?? '');
      },
      ...more,
      tuning: {
        pollMs: 100,
        caseBackOff: { firstMs: 50, mostMs: 200 },
        mirrorBackOff: { firstMs: 20, mostMs: 100 },
        ...more.tuning,
      },
    });
    running.add(outbox);
    return outbox;
  };
  const allDelivered = async (count: number): Promise<Delivered[]> => {
    const rows = await until(30_000, async () => {
      const now = await readOutbox(system);
      return now.length === count && now.every((r) => r.delivery_no !== null) ? now : null;
    });
    if (rows === null) throw new Error(`not all were delivered: ${JSON.stringify((await readOutbox(system)).at(-1))}`);
    return rows;
  };

  beforeAll(async () => {
    const { path } = await openHome();
    opened = await openSystemOf(path);
    system = opened.system;
    owner = await postgresOf(path);
    await owner.connect();
  });
  afterEach(async () => {
    await Promise.all([...running].map((outbox) => outbox.close()));
    running.clear();
    handedOn.length = 0;
    await system.postgres.query('delete from outbox');
    await system.clickhouse.command('write', 'TRUNCATE TABLE case_events_mirror');
  });
  afterAll(async () => {
    await owner?.end();
    await opened?.close();
  });

  it('numbers rows without a gap in the order of their delivery, while writers commit and roll back as they like', async () => {
    start({ tuning: { batchRows: 7 } });
    const dice = createDice(SEED);
    const writer = async (n: number): Promise<number> => {
      let written = 0;
      for (let sequence = 1; sequence <= 12; sequence += 1) {
        const isDoomed = dice.chance(0.3);
        const ms = dice.below(8);
        await system.postgres
          .transaction(async (tx) => {
            await tx.query('select pg_advisory_xact_lock(7, $1)', [n]);
            await tx.query(
              `insert into outbox (message_id, topic, key, payload, created_at) values ($1, 'case.events', $2, $3, now())`,
              [`${caseId(n)}/${written + 1}`, caseId(n), JSON.stringify(row(n, written + 1).payload)],
            );
            await tx.query("select pg_notify('yilian_outbox', ''), pg_sleep($1)", [ms / 1000]);
            if (isDoomed) throw new Error('doomed');
            written += 1;
          })
          .catch((error: Error) => expect(error.message).toBe('doomed'));
      }
      return written;
    };
    const written = (await Promise.all([0, 1, 2, 3, 4, 5].map(writer))).reduce((a, b) => a + b, 0);
    const rows = await allDelivered(written);
    expect(gapless(rows)).toBe(true);
    expectInOrder(rows);
    expect(await readMirror(system)).toEqual(rows.map((r) => r.message_id).toSorted(bySequence));
  });

  it('delivers at once, without waiting for its next look', async () => {
    start({ tuning: { pollMs: 60_000 } });
    await write(system, [row(1, 1)]);
    await allDelivered(1);
    await write(system, [row(1, 2)]);
    expect((await allDelivered(2)).map((r) => r.message_id)).toEqual([`${caseId(1)}/1`, `${caseId(1)}/2`]);
  });

  it('hands a referral on, and holds back the rest of its case alone while that fails', async () => {
    const tries: string[] = [];
    let isAway = true;
    start({
      publish: async ({ payload: { referral_id } }) => {
        tries.push(referral_id ?? '');
        if (referral_id === 'r-1' && isAway)
          throw Object.assign(new Error('张三 15990119800101001X'), { code: 'ECONNREFUSED' });
      },
    });
    await write(system, [row(1, 1), referralRow(1, 2, 'r-1'), row(1, 3), row(2, 1), referralRow(2, 2, 'r-2')]);
    const held = await until(20_000, async () => {
      const rows = await readOutbox(system);
      return rows.some((r) => r.attempts >= 3) ? rows : null;
    });
    expect(held?.map((r) => [r.message_id, r.delivery_no === null, r.last_error])).toEqual([
      [`${caseId(1)}/1`, false, null],
      [`${caseId(2)}/1`, false, null],
      [`${caseId(2)}/2`, false, null],
      [`${caseId(1)}/2`, true, 'ECONNREFUSED'],
      [`${caseId(1)}/3`, true, null],
    ]);
    isAway = false;
    const rows = await allDelivered(5);
    expect(gapless(rows)).toBe(true);
    expectInOrder(rows);
    expect(tries.filter((id) => id === 'r-2')).toHaveLength(1);
    expect(tries.filter((id) => id === 'r-1').length).toBeGreaterThanOrEqual(4);
  });

  it('hands no referral on that leaves on paper', async () => {
    start();
    const paper: OutboxRow = referralRow(1, 1, 'r-paper');
    await write(system, [{ ...paper, payload: { ...paper.payload, channel: 'offline' } }, referralRow(1, 2, 'r-page')]);
    await allDelivered(2);
    expect(handedOn).toEqual(['r-page']);
  });

  it('publishes a referral under its case, with the id that repetitions are told by', async () => {
    const bus = await system.bus();
    const seen: { key: string | null; id: string | undefined; value: unknown }[] = [];
    await bus.subscribe({
      group: 'housing',
      topics: ['referral.housing'],
      handle: async ({ messages }) => {
        for (const { key, headers, value } of messages)
          seen.push({ key, id: headers['message_id'], value: JSON.parse(value.toString()) });
      },
    });
    start({ publish: referralPublisher(system.bus) });
    const sent = referralRow(3, 4, 'r-7');
    await write(system, [row(3, 3), sent]);
    await allDelivered(2);
    await until(20_000, () => (seen.length > 0 ? true : null));
    expect(seen).toEqual([{ key: caseId(3), id: `${caseId(3)}/4`, value: sent.payload }]);
  });

  it('keeps a row that nobody can read, says so, and goes on with the other cases', async () => {
    start();
    await write(system, [row(1, 1), row(2, 1)]);
    await allDelivered(2);
    await system.postgres.query(
      `insert into outbox (message_id, topic, key, payload, created_at) values ('x/1', 'case.events', 'x', '{"name": "张三"}', now())`,
    );
    await write(system, [row(3, 1)]);
    const rows = await until(20_000, async () => {
      const now = await readOutbox(system);
      return now.some((r) => r.attempts >= 2) ? now : null;
    });
    expect(rows?.map((r) => [r.key, r.delivery_no, r.last_error])).toEqual([
      [caseId(1), 1, null],
      [caseId(2), 2, null],
      [caseId(3), 3, null],
      ['x', null, 'ZodError'],
    ]);
  });

  // The engine itself refuses: with its table away every statement to it fails, as when a server is away.
  it('loses and doubles nothing while ClickHouse is away, and tells departments all the same', async () => {
    await system.clickhouse.command('write', 'RENAME TABLE case_events_mirror TO case_events_away');
    start();
    await write(system, [row(1, 1), referralRow(1, 2, 'r-1'), row(2, 1)]);
    const waiting = await until(20_000, async () => {
      const now = await readOutbox(system);
      return now.every((r) => r.attempts >= 3) ? now : null;
    });
    expect(waiting?.map((r) => [r.delivery_no, r.last_error])).toEqual(
      Array.from({ length: 3 }, () => [null, 'clickhouse UNKNOWN_TABLE']),
    );
    await write(system, [row(1, 3)]);
    await system.clickhouse.command('write', 'RENAME TABLE case_events_away TO case_events_mirror');
    const rows = await allDelivered(4);
    expect(gapless(rows)).toBe(true);
    expectInOrder(rows);
    expect(handedOn).toEqual(['r-1']);
    const [raw] = await system.clickhouse.query<{ n: string }>('pages', 'SELECT count() AS n FROM case_events_mirror');
    expect(Number(raw?.n)).toBe(4);
  });

  it('works alone; another takes over when its connection dies', async () => {
    const worked: string[] = [];
    const named = (name: string) => ({
      publish: async (): Promise<void> => {
        worked.push(name);
      },
    });
    const first = start(named('first'));
    await write(system, [referralRow(1, 1, 'r-1')]);
    await allDelivered(1);
    start(named('second'));
    const both = await until(20_000, async () => ((await dispatchers()).length === 2 ? await dispatchers() : null));
    expect(both?.map((d) => d.holds).toSorted()).toEqual([false, true]);
    for (let n = 2; n <= 20; n += 1) await write(system, [referralRow(n, 1, `r-${n}`)]);
    await allDelivered(20);
    expect(new Set(worked)).toEqual(new Set(['first']));
    // The first one's connection dies and its instance stays away.
    await endConnection();
    await first.close();
    for (let n = 21; n <= 30; n += 1) await write(system, [referralRow(n, 1, `r-${n}`)]);
    const rows = await allDelivered(30);
    expect(gapless(rows)).toBe(true);
    expect(worked.slice(20)).toEqual(Array.from({ length: 10 }, () => 'second'));
  });

  it('comes back by itself when its connection dies', async () => {
    start();
    await write(system, [row(1, 1)]);
    await allDelivered(1);
    await endConnection();
    await write(system, [row(1, 2)]);
    expect(gapless(await allDelivered(2))).toBe(true);
  });

  const dispatchers = async (): Promise<{ pid: number; holds: boolean }[]> =>
    (
      await owner.query<{ pid: number; holds: boolean }>(
        `select a.pid, l.pid is not null as holds from pg_stat_activity a
           left join pg_locks l on l.pid = a.pid and l.locktype = 'advisory' and l.granted
         where a.application_name = 'yilian outbox'`,
      )
    ).rows;
  const endConnection = async (): Promise<void> => {
    const [holder] = (await dispatchers()).filter((d) => d.holds);
    const { rows } = await owner.query('select pg_terminate_backend($1) as ended', [holder?.pid]);
    expect(rows).toEqual([{ ended: true }]);
  };
});

const bySequence = (a: string, b: string): number => {
  const [[caseA = '', numberA = ''], [caseB = '', numberB = '']] = [a.split('/'), b.split('/')];
  return caseA < caseB ? -1 : caseA > caseB ? 1 : Number(numberA) - Number(numberB);
};

describe(`a program that is killed ${KILLS} times while it delivers (seed ${SEED})`, () => {
  /** Resolves in the moment in which so many batches have been committed: what should come before that has to be done. */
  const afterBatches = async (home: string, batches: number): Promise<void> => {
    const client = await postgresOf(home);
    client.on('error', () => undefined);
    await client.connect();
    let left = batches;
    const heard = new Promise<void>((resolve) => {
      client.on('notification', () => {
        left -= 1;
        if (left === 0) resolve();
      });
    });
    await client.query('listen yilian_delivered');
    await heard;
    client.end().catch(() => undefined);
  };
  const CASES = 300;
  const EVENTS = 100;

  it('has delivered every row in the end, in order, without a gap, and its mirror tells each once', {
    timeout: 300_000,
  }, async () => {
    const home = await openHome();
    await withSystem(home.path, async (system) => {
      for (let sequence = 1; sequence <= EVENTS; sequence += 1)
        await write(
          system,
          Array.from({ length: CASES }, (_, n) => row(n, sequence)),
        );
    });
    const dice = createDice(SEED);
    const worker = () => home.start(['worker'], { YILIAN_LOG_LEVEL: 'debug' });
    let betweenMirrorAndMark = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // The first start leaves PostgreSQL behind; from then on it can be held before a program comes.
      const hold = kill % 2 === 0 ? null : await holdCommits(home.path, 'outbox');
      const program = worker();
      if (hold === null) {
        await afterBatches(home.path, 1 + dice.below(3));
        // Half of them at once.
        await pause(Math.max(0, dice.next() * 30 - 15));
      } else if (await until(60_000, async () => ((await hold.waits()) ? true : null))) {
        betweenMirrorAndMark += 1;
      }
      expect(await program.kill()).toBe(true);
      await hold?.release();
    }
    expect(betweenMirrorAndMark).toBe(KILLS / 2);
    const program = worker();
    const client = await postgresOf(home.path);
    await client.connect();
    const left = async (): Promise<true | null> => {
      const { rows } = await client.query('select count(*)::int as n from outbox where delivered_at is null');
      return rows[0].n === 0 ? true : null;
    };
    expect(await until(120_000, left, { every: 50 })).toBe(true);
    await client.end();
    await program.kill();
    await withSystem(home.path, async (system) => {
      const rows = await readOutbox(system);
      expect(rows).toHaveLength(CASES * EVENTS);
      expect(gapless(rows)).toBe(true);
      expectInOrder(rows);
      expect(await readMirror(system)).toEqual(rows.map((r) => r.message_id).toSorted(bySequence));
    });
  });
});
