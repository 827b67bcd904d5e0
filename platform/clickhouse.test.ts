import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CH_UNKNOWN_TABLE, type ClickHouse, ClickHouseFailure, isRetryable, openClickHouse } from './clickhouse.ts';
import { createLog } from './log.ts';
import { RowBinary } from './row-binary.ts';

const log = createLog({ level: 'silent' });

describe('the embedded ClickHouse', () => {
  let home: string;
  let clickhouse: ClickHouse;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'yilian-clickhouse-'));
    clickhouse = await openClickHouse({ url: null, home, log });
  }, 60_000);
  afterAll(async () => {
    await clickhouse.close();
    await rm(home, { recursive: true, force: true });
  });

  it('gives 64-bit integers as text in every lane, also after a statement with settings of its own', async () => {
    await clickhouse.query('pages', 'select 1 settings max_threads = 7, output_format_json_quote_64bit_integers = 0');
    for (const lane of ['write', 'sweep', 'pages'] as const) {
      expect(await clickhouse.query(lane, 'select 18446744073709551615 as n')).toEqual([{ n: '18446744073709551615' }]);
    }
    expect(await clickhouse.query('pages', `select getSetting('max_threads') = 7 as kept`)).toEqual([{ kept: 0 }]);
  });

  it('takes parameters of every kind without changing them', async () => {
    const text = 'a\'b"c\\d\te\nf中';
    const at = new Date('2026-02-03T04:05:06.789Z');
    const rows = await clickhouse.query(
      'pages',
      `select {s:String} as s, {l:Array(String)} as l, {n:Nullable(UInt32)} as n, {d:DateTime64(3, 'UTC')} as d,
              {t:DateTime('UTC')} as t, length({i:Array(UInt32)}) as i`,
      { s: text, l: [text, ''], n: null, d: at, t: new Date(1e12), i: Array.from({ length: 50_000 }, (_, i) => i) },
    );
    expect(rows).toEqual([
      { s: text, l: [text, ''], n: null, d: '2026-02-03 04:05:06.789', t: '2001-09-09 01:46:40', i: '50000' },
    ]);
  });

  it('inserts a tab-separated text whole, or nothing of it', async () => {
    await clickhouse.command('write', `create table t (id UInt64, kind Enum8('a' = 1)) engine = MergeTree order by id`);
    await clickhouse.insertTsv('t', ['id', 'kind'], '1\ta\n2\ta\n');
    await clickhouse.insertTsv('t', ['id', 'kind'], '');
    await expect(clickhouse.insertTsv('t', ['id', 'kind'], '3\ta\n4\tb\n')).rejects.toMatchObject({
      type: 'UNKNOWN_ELEMENT_OF_ENUM',
    });
    expect(await clickhouse.query('pages', 'select id from t order by id')).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('inserts binary rows whole, or nothing of them, and leaves no file behind', async () => {
    await clickhouse.command(
      'write',
      `create table b (id UInt64, kind LowCardinality(String), at DateTime64(3, 'UTC'), why Array(LowCardinality(String)))
       engine = MergeTree order by id`,
    );
    const columns = { id: 'UInt64', kind: 'String', at: "DateTime64(3, 'UTC')", why: 'Array(String)' };
    const rows = new RowBinary(0);
    for (const id of [2, 2n ** 64n - 1n]) {
      rows.uint64(id);
      rows.text("牧'户\t\0");
      rows.time(new Date('2026-02-03T04:05:06.789Z'));
      rows.texts(['a', '']);
    }
    await clickhouse.insertRows('b', columns, rows.done());
    await clickhouse.insertRows('b', columns, Buffer.alloc(0));
    const cut = rows.done().subarray(0, -1);
    await expect(clickhouse.insertRows('b', columns, cut)).rejects.toMatchObject({ type: 'ATTEMPT_TO_READ_AFTER_EOF' });
    const row = { kind: "牧'户\t\0", at: '2026-02-03 04:05:06.789', why: ['a', ''] };
    expect(await clickhouse.query('pages', 'select * from b order by id')).toEqual([
      { id: '2', ...row },
      { id: '18446744073709551615', ...row },
    ]);
    expect((await readdir(join(home, 'clickhouse'))).filter((name) => name.endsWith('.bin'))).toEqual([]);
  });

  it('runs one statement of a lane after the other, and lanes beside each other', async () => {
    const order: string[] = [];
    await Promise.all([
      clickhouse.query('sweep', 'select sleep(0.5)').then(() => order.push('long sweep')),
      clickhouse.query('sweep', 'select 1').then(() => order.push('next sweep')),
      clickhouse.query('pages', 'select 1').then(() => order.push('page')),
    ]);
    expect(order).toEqual(['page', 'long sweep', 'next sweep']);
  });

  it('keeps no lane waiting for a long statement of another, also where values are given', async () => {
    const order: string[] = [];
    await Promise.all([
      clickhouse.query('sweep', 'select sleep({s:Float64})', { s: 0.5 }).then(() => order.push('long sweep')),
      clickhouse.query('write', 'select {n:UInt8}', { n: 1 }).then(() => order.push('intake')),
    ]);
    expect(order).toEqual(['intake', 'long sweep']);
  });

  it('reads back any text that it was given, alone and in a list', async () => {
    const texts = fc.array(fc.string({ unit: fc.oneof(fc.constantFrom(...`'"\\{}:\0\n\t\b[],`), fc.string()) }));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), texts, async (s, l) => {
        const whole = Buffer.from(s).toString();
        const list = l.map((text) => Buffer.from(text).toString());
        const [row] = await clickhouse.query('pages', 'select {s:String} as s, {l:Array(String)} as l', {
          s: whole,
          l: list,
        });
        expect(row).toEqual({ s: whole, l: list });
      }),
      { numRuns: 200 },
    );
  });

  it('names what a statement was given no value for', async () => {
    await expect(clickhouse.query('pages', 'select {n:UInt8}')).rejects.toThrow(/`?n`?/);
    await expect(clickhouse.query('pages', 'select {n:UInt8}', { n: 'x' })).rejects.toBeInstanceOf(ClickHouseFailure);
  });

  it('fails with the code of ClickHouse, and the lane goes on', async () => {
    const error = await clickhouse.query('pages', 'select * from nowhere').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClickHouseFailure);
    expect(error).toMatchObject({ code: CH_UNKNOWN_TABLE, type: 'UNKNOWN_TABLE' });
    expect(isRetryable(error)).toBe(false);
    expect(await clickhouse.query('pages', 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('says that a server is not there, as something to try again', async () => {
  const error = await openClickHouse({ url: 'http://127.0.0.1:9', home: '/nowhere', log }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ClickHouseFailure);
  expect(isRetryable(error)).toBe(true);
});
