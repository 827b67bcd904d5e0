import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { createLog } from './log.ts';
import { isRetryable, openPostgres, PG_UNIQUE_VIOLATION, type Postgres } from './postgres.ts';

const log = createLog({ level: 'silent' });
let home: string;
let server: EmbeddedPostgres;
let postgres: Postgres;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'yilian-postgres-'));
  server = await startEmbeddedPostgres({ home, log });
  postgres = await openPostgres({ url: server.url, applicationName: 'test', log });
}, 60_000);
afterAll(async () => {
  await postgres.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

describe('values', () => {
  it('come as numbers, dates and text, each without a change', async () => {
    const [row] = await postgres.query(
      `select 9007199254740991::int8 as big, array[1, null]::int8[] as bigs, date '2026-02-28' as day,
              array[date '2026-02-28'] as days, 0.10::numeric as money, array[1.10] as moneys,
              timestamptz '2026-01-01T00:00:00+08' as at, null::int8 as nothing`,
    );
    expect(row).toEqual({
      ...{ big: 9007199254740991, bigs: [1, null], day: '2026-02-28', days: ['2026-02-28'] },
      ...{ money: '0.10', moneys: ['1.10'], at: new Date('2025-12-31T16:00:00Z'), nothing: null },
    });
  });

  it('throws for a bigint that a number does not hold', async () => {
    await expect(postgres.query('select 9007199254740993::int8 as big')).rejects.toThrow('select it as text');
    expect(await postgres.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('transactions', () => {
  it('keep everything or nothing', async () => {
    await postgres.query('create table kept (id int primary key)');
    await postgres.transaction((tx) => tx.query('insert into kept values (1)'));
    const broken = postgres.transaction(async (tx) => {
      await tx.query('insert into kept values (2)');
      await tx.query('insert into kept values (1)');
    });
    await expect(broken).rejects.toMatchObject({ code: PG_UNIQUE_VIOLATION });
    expect(await postgres.query('select id from kept')).toEqual([{ id: 1 }]);
  });

  it('call a deadlock and a lost connection something to try again, a violation not', async () => {
    const lost = postgres.transaction(async (tx) => {
      const [me] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await postgres.query('select pg_terminate_backend($1, 5000)', [me?.pid]);
      await tx.query('select 1');
    });
    const error = await lost.catch((thrown: unknown) => thrown);
    expect(isRetryable(error)).toBe(true);
    expect(isRetryable(Object.assign(new Error(), { code: '40P01' }))).toBe(true);
    expect(isRetryable(Object.assign(new Error(), { code: PG_UNIQUE_VIOLATION }))).toBe(false);
    expect(isRetryable(new Error('deadlock detected'))).toBe(false);
    expect(await postgres.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('role and scope', () => {
  let bound: Postgres;
  beforeAll(async () => {
    await postgres.query('create role reader');
    await postgres.query('create table region_row (region text)');
    await postgres.query(`insert into region_row values ('150102'), ('150203')`);
    await postgres.query('alter table region_row enable row level security');
    await postgres.query(
      `create policy by_scope on region_row using
         (current_setting('yilian.scope') = '*' or region = any (string_to_array(current_setting('yilian.scope'), ',')))`,
    );
    await postgres.query('grant select on region_row to reader');
    bound = await openPostgres({ url: server.url, applicationName: 'test', role: 'reader', max: 1, log });
  });
  afterAll(() => bound.close());
  const seen = (rows: unknown[]) => rows.length;

  it('sees nothing without a scope', async () => {
    expect(seen(await bound.query('select from region_row'))).toBe(0);
    expect(seen(await bound.transaction((tx) => tx.query('select from region_row')))).toBe(0);
  });

  it('sees its scope, for that transaction only', async () => {
    expect(await bound.query('select region from region_row', [], { scope: '150102' })).toEqual([{ region: '150102' }]);
    expect(seen(await bound.transaction((tx) => tx.query('select from region_row'), { scope: '*' }))).toBe(2);
    expect(seen(await bound.query('select from region_row'))).toBe(0);
  });

  it('has the rights of the role only', async () => {
    await expect(bound.query('create table mine ()')).rejects.toMatchObject({ code: '42501' });
  });
});

it('fails where a server is missing, as something to try again, and where a password is wrong, as not', async () => {
  const missing = await openPostgres({ url: 'postgres://u:p@127.0.0.1:9/x', applicationName: 'test' }).catch((e) => e);
  expect(isRetryable(missing)).toBe(true);
  const wrong = server.url.replace(/:[0-9a-f]+@/, ':wrong@');
  const refused = await openPostgres({ url: wrong, applicationName: 'test' }).catch((e) => e);
  expect(refused).toMatchObject({ code: '28P01' });
  expect(isRetryable(refused)).toBe(false);
});
