// What open pages are told: everything that they may know of, once each and in order, also over a connection that breaks.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import type { OutboxRow } from '../../alerts/index.ts';
import { createLive, type Live } from '../../app/live.ts';
import { startOutbox } from '../../app/outbox.ts';
import type { System } from '../../app/system.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { type EventReader, readEvents } from '../support/event-reader.ts';
import { postgresOf } from '../support/hold-commits.ts';
import { caseId, payload, referralRow, row, write } from '../support/outbox-rows.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const actor = (role: Actor['role'], regions: string[], department: string | null = null): Actor => ({
  id: `u-${role}`,
  role,
  regions,
  department,
});
const ANALYST = actor('analyst', ['159901']);

let opened: OpenedSystem;
let system: System;
let owner: Awaited<ReturnType<typeof postgresOf>>;
let outbox: { close(): Promise<void> };
let live: Live;
let server: Server;
let who: { actor: Actor; session: string; isGood: boolean };
const readers = new Set<EventReader>();

const serve = async (tuning: Parameters<typeof createLive>[0]['tuning'] = {}): Promise<void> => {
  await stop();
  live = createLive({ ...system, tuning: { pollMs: 200, ...tuning } });
  server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const { actor: reader, session } = who;
    const asked = who;
    live.handle({
      actor: reader,
      session,
      lastEventId: (request.headers['last-event-id'] as string | undefined) ?? query.get('last') ?? undefined,
      response,
      sessionStillGood: async () => asked.isGood,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
};
const stop = async (): Promise<void> => {
  for (const reader of readers) reader.cut();
  readers.clear();
  await live?.close();
  if (server?.listening) await new Promise((resolve) => server.close(resolve));
};
const follow = async (as: Actor, last?: string | null, session = as.id): Promise<EventReader> => {
  who = { actor: as, session, isGood: true };
  const { port } = server.address() as AddressInfo;
  const reader = await readEvents(
    `http://127.0.0.1:${port}/api/events`,
    last === undefined || last === null ? {} : { 'last-event-id': last },
  );
  readers.add(reader);
  return reader;
};
const delivered = async (): Promise<number> => {
  const rows = await until(20_000, async () => {
    const [now] = await system.postgres.query<{ last: number; waiting: number }>(
      'select coalesce(max(delivery_no), 0) as last, count(*) filter (where delivery_no is null) as waiting from outbox',
    );
    return now?.waiting === 0 ? now.last : null;
  });
  if (rows === null) throw new Error('the outbox does not deliver');
  return rows;
};
const tell = async (rows: readonly OutboxRow[]): Promise<number> => {
  await write(system, rows);
  return delivered();
};
/** A heartbeat that names the delivery comes after everything that the reader was told of up to it. */
const heardAll = async (reader: EventReader, delivery: number): Promise<EventReader['events']> => {
  const isThere = await until(20_000, () => (Number(reader.lastId()) >= delivery ? true : null));
  expect(isThere, `told up to ${delivery}`).toBe(true);
  return reader.events;
};
const told = async (reader: EventReader, count: number): Promise<EventReader['events']> => {
  await until(20_000, () => (reader.events.length >= count ? true : null));
  return reader.events;
};

beforeAll(async () => {
  const { path } = await openHome();
  opened = await openSystemOf(path);
  system = opened.system;
  owner = await postgresOf(path);
  await owner.connect();
  outbox = startOutbox({ ...system, publish: null });
  await tell([row(0, 1), row(0, 2), row(0, 3)]);
});
afterEach(stop);
afterAll(async () => {
  await outbox?.close();
  await owner?.end();
  await opened?.close();
});

describe('following', () => {
  it('begins at now, and tells what comes with the number to resume by', async () => {
    await serve();
    const before = await delivered();
    const reader = await follow(ANALYST);
    expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(reader.text()).toBe(`retry: 3000\nid: ${before}\n\n`);
    await tell([row(5, 1, { version: 9 }), referralRow(5, 2, 'r-5')]);
    expect(await told(reader, 2)).toEqual([
      {
        id: before + 1,
        data: {
          type: 'case_received',
          case_id: caseId(5),
          referral_id: null,
          version: 9,
          region_code: '159901001001',
        },
      },
      {
        id: before + 2,
        data: {
          type: 'referral_sent',
          case_id: caseId(5),
          referral_id: 'r-5',
          version: 2,
          region_code: '159901001001',
        },
      },
    ]);
  });

  it('resumes without a gap or a repetition, however often and wherever it is cut', async () => {
    await serve({ mostQueued: 50 });
    const dice = createDice(20_261_124);
    const start = await delivered();
    const seen: number[] = [];
    let last: string | null = String(start);
    let isWriting = true;
    const writing = (async () => {
      for (let sequence = 1; sequence <= 120; sequence += 1)
        await write(
          system,
          Array.from({ length: 5 }, (_, n) => row(100 + n, sequence)),
        );
      isWriting = false;
    })();
    let cuts = 0;
    for (;;) {
      const isLast = !isWriting;
      const reader: EventReader = await follow(ANALYST, last);
      const enough = isLast ? start + 600 - Number(last) : 1 + dice.below(60);
      await until(isLast ? 20_000 : 2_000, () => (reader.events.length >= enough || reader.hasEnded() ? true : null), {
        every: 1,
      });
      reader.cut();
      seen.push(...reader.events.map((e) => e.id));
      last = reader.lastId();
      cuts += 1;
      if (isLast && Number(last) >= start + 600) break;
      expect(cuts).toBeLessThan(500);
    }
    await writing;
    expect(cuts).toBeGreaterThan(5);
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => start + 1 + i));
  });

  it('resumes from a place that it was given before its first event', async () => {
    await serve();
    const reader = await follow(ANALYST);
    reader.cut();
    const before = await delivered();
    await tell([row(6, 1)]);
    const again = await follow(ANALYST, reader.lastId());
    expect((await told(again, 1)).map((e) => e.id)).toEqual([before + 1]);
  });

  it('begins at now with a number that another store gave, or with none that is one', async () => {
    await serve();
    const now = await delivered();
    for (const last of ['999999999', '-1', 'x', '']) {
      expect((await follow(ANALYST, last, `s-${last}`)).lastId()).toBe(String(now));
    }
  });

  it('tells whoever missed too much to load again, and goes on from now', async () => {
    await serve({ mostBehind: 10 });
    const before = await delivered();
    const now = await tell(Array.from({ length: 11 }, (_, i) => row(8, i + 1)));
    const reader = await follow(ANALYST, String(before));
    expect((await told(reader, 1)).map((e) => [e.id, e.data.type, e.data.case_id])).toEqual([[now, 'reload', null]]);
    await tell([row(8, 12)]);
    expect((await told(reader, 2)).map((e) => e.id)).toEqual([now, now + 1]);
  });

  it('goes on when the connection that listens dies', async () => {
    await serve();
    const reader = await follow(ANALYST);
    const { rows } = await owner.query(
      "select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name = 'yilian live'",
    );
    expect(rows).toEqual([{ ended: true }]);
    const before = await delivered();
    await tell([row(9, 1), row(9, 2)]);
    expect((await told(reader, 2)).map((e) => e.id)).toEqual([before + 1, before + 2]);
  });
});

describe('what a reader is told', () => {
  const elsewhere = { region_code: '159902001001' };
  const events = [
    row(20, 1),
    row(21, 1, elsewhere),
    row(22, 1, { ...elsewhere, handling_region: '159901002' }),
    referralRow(20, 2, 'r-20'),
    {
      topic: 'referral.health',
      payload: payload(23, 1, { referral_id: 'r-23', department: 'health', channel: 'portal' }),
    },
    { ...referralRow(21, 2, 'r-21'), payload: { ...referralRow(21, 2, 'r-21').payload, ...elsewhere } },
  ];
  let cases = 30;
  /** The same events for cases that were not told of yet. */
  const fresh = (): OutboxRow[] => {
    cases += 100;
    return events.map((e) => ({
      ...e,
      payload: { ...e.payload, case_id: caseId(Number(`0x${e.payload.case_id.slice(2)}`) + cases) },
    }));
  };
  const names = (seen: EventReader['events']): string[] =>
    seen.map((e) => `${Number(`0x${e.data.case_id?.slice(2)}`) - cases} ${e.data.referral_id ?? '-'}`);

  it.each([
    ['an analyst of the banner', ANALYST, ['20 -', '22 -', '20 r-20', '23 r-23']],
    ['an analyst of the other banner', actor('analyst', ['159902']), ['21 -', '22 -', '21 r-21']],
    ['the township where the aid is given', actor('township', ['159901002']), ['22 -']],
    ['housing of the banner', actor('department', ['159901'], 'housing'), ['20 r-20']],
    ['housing of the league', actor('department', ['1599'], 'housing'), ['20 r-20', '21 r-21']],
    ['health of the banner', actor('department', ['159901'], 'health'), ['23 r-23']],
  ] as const)('%s', async (_, reader, expected) => {
    await serve({ heartbeatMs: 50 });
    const some = await follow(reader);
    const now = await tell(fresh());
    expect(names(await heardAll(some, now))).toEqual(expected);
    // And again from before it all: what lies between is filtered as well.
    const again = await follow(reader, String(now - events.length), 'again');
    expect(names(await heardAll(again, now))).toEqual(expected);
  });

  it('is only that counts changed for leadership, and nothing for who sees no case', async () => {
    await serve({ heartbeatMs: 50 });
    const leader = await follow(actor('leadership', ['1599']));
    const administrator = await follow(actor('administrator', ['1599']));
    const auditor = await follow(actor('auditor', ['1599']));
    const now = await tell(fresh());
    for (const reader of [leader, administrator, auditor]) await heardAll(reader, now);
    for (const event of leader.events) {
      expect(event.data).toEqual({
        type: 'counts',
        case_id: null,
        referral_id: null,
        version: null,
        region_code: '1599',
      });
    }
    expect(leader.events.length).toBeGreaterThan(0);
    expect([administrator.events, auditor.events]).toEqual([[], []]);
    expect(leader.text() + administrator.text() + auditor.text()).not.toMatch(/c-[0-9a-f]{20}|r-2/);
  });
});

describe('a stream', () => {
  it('is alive between events, and its heartbeat moves the place to resume from', async () => {
    await serve({ heartbeatMs: 50 });
    const reader = await follow(actor('department', ['159901'], 'justice'));
    const now = await tell([row(40, 1)]);
    expect(await until(10_000, () => (reader.comments() >= 3 && reader.lastId() === String(now) ? true : null))).toBe(
      true,
    );
    expect(reader.events).toEqual([]);
  });

  it('ends with its session, and says so', async () => {
    await serve({ heartbeatMs: 50 });
    const reader = await follow(ANALYST);
    const session = who;
    expect(await until(10_000, () => (reader.comments() >= 2 ? true : null))).toBe(true);
    expect(reader.hasEnded()).toBe(false);
    session.isGood = false;
    expect(await until(10_000, () => (reader.hasEnded() ? true : null))).toBe(true);
    expect(reader.events.map((e) => e.data.type)).toEqual(['session_ended']);
  });

  it('is refused to a session that has five, until one of them ends', async () => {
    await serve();
    const five: EventReader[] = [];
    for (let n = 0; n < 5; n += 1) five.push(await follow(ANALYST));
    const sixth = await follow(ANALYST);
    expect(sixth.status).toBe(429);
    await until(5_000, () => (sixth.hasEnded() ? true : null));
    expect(JSON.parse(sixth.text())).toEqual({
      error: 'too_many_streams',
      message: '同时打开的页面过多，请关闭其他页面后刷新。',
    });
    expect((await follow(ANALYST, null, 'another session')).status).toBe(200);
    five[0]?.cut();
    const isFree = await until(10_000, async () => ((await follow(ANALYST)).status === 200 ? true : null));
    expect(isFree).toBe(true);
  });

  it('that takes nothing is cut off, holds up nobody, and misses nothing when it comes back', {
    timeout: 180_000,
  }, async () => {
    await serve({ mostQueued: 200 });
    const before = await delivered();
    const slow = await follow(ANALYST, null, 'slow');
    const quick = await follow(ANALYST, null, 'quick');
    slow.stall();
    let sequence = 0;
    // What the two ends' own buffers hold has to be filled first.
    const isCut = await until(120_000, async () => {
      await write(
        system,
        Array.from({ length: 500 }, (_, n) => row(100_000 + n, sequence + 1, { type: 'x'.repeat(60) })),
      );
      sequence += 1;
      const now = await delivered();
      await until(20_000, () => (quick.lastId() === String(now) ? true : null));
      expect(quick.lastId()).toBe(String(now));
      const { length } = await openStreams();
      return length === 1 ? true : null;
    });
    expect(isCut).toBe(true);
    slow.resume();
    await until(10_000, () => (slow.hasEnded() ? true : null));
    const now = await delivered();
    const again = await follow(ANALYST, slow.lastId(), 'slow');
    await until(60_000, () => (again.lastId() === String(now) ? true : null));
    const ids = [...slow.events, ...again.events].map((e) => e.id);
    expect(ids).toEqual(Array.from({ length: now - before }, (_, i) => before + 1 + i));
  });
});

const openStreams = (): Promise<unknown[]> =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(Array.from({ length: count })) : reject(error))),
  );
