import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClickHouse, openClickHouse } from './clickhouse.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { createLog } from './log.ts';
import { migrateClickHouse, migratePostgres, SchemaMismatchError, splitStatements } from './migrate.ts';
import { openPostgres, type Postgres } from './postgres.ts';

const log = createLog({ level: 'silent' });
let home: string;
let folder: string;
let server: EmbeddedPostgres;
let postgres: Postgres;
let other: Postgres;
let clickhouse: ClickHouse;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'yilian-migrate-'));
  server = await startEmbeddedPostgres({ home, log });
  postgres = await openPostgres({ url: server.url, applicationName: 'one' });
  other = await openPostgres({ url: server.url, applicationName: 'other' });
  clickhouse = await openClickHouse({ url: null, home, log });
}, 60_000);
afterAll(async () => {
  await clickhouse.close();
  await postgres.close();
  await other.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
});
let count = 0;
beforeEach(async () => {
  await postgres.query('drop schema public cascade');
  await postgres.query('create schema public');
  folder = join(home, `migrations-${++count}`);
  await mkdir(folder);
});
const put = (name: string, sql: string) => writeFile(join(folder, name), sql);

describe('migratePostgres', () => {
  it('applies each file once, in order of name', async () => {
    await put('202601020000_rows.sql', `insert into t values (1); insert into t values (2);`);
    await put('202601010000_table.sql', 'create table t (id int);');
    expect(await migratePostgres({ pool: postgres.pool, folder, log })).toEqual([
      '202601010000_table.sql',
      '202601020000_rows.sql',
    ]);
    expect(await migratePostgres({ pool: postgres.pool, folder, log })).toEqual([]);
    expect(await postgres.query('select id from t order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('lets one of two starters work and the other wait', async () => {
    await put('202601010000_slow.sql', 'create table t (id int); select pg_sleep(0.3); insert into t values (1);');
    const applied = await Promise.all([
      migratePostgres({ pool: postgres.pool, folder, log }),
      migratePostgres({ pool: other.pool, folder, log }),
    ]);
    expect(applied.map((names) => names.length).sort()).toEqual([0, 1]);
    expect(await postgres.query('select id from t')).toEqual([{ id: 1 }]);
  });

  it('leaves nothing of a file that fails, and goes on from there', async () => {
    await put('202601010000_good.sql', 'create table good ();');
    await put('202601020000_bad.sql', 'create table bad (); select nonsense;');
    await expect(migratePostgres({ pool: postgres.pool, folder, log })).rejects.toThrow('202601020000_bad.sql');
    expect(await postgres.query(`select to_regclass('bad') as bad, to_regclass('good')::text as good`)).toEqual([
      { bad: null, good: 'good' },
    ]);
    await put('202601020000_bad.sql', 'create table bad ();');
    expect(await migratePostgres({ pool: other.pool, folder, log })).toEqual(['202601020000_bad.sql']);
  });

  it('refuses data newer than the program, a changed file, and a name without a time', async () => {
    await put('202601010000_one.sql', 'create table one ();');
    await put('202601020000_two.sql', 'create table two ();');
    await migratePostgres({ pool: postgres.pool, folder, log });
    await put('202601010000_one.sql', 'create table changed ();');
    await expect(migratePostgres({ pool: postgres.pool, folder, log })).rejects.toThrow(/changed afterwards.*one\.sql/);
    await rm(join(folder, '202601020000_two.sql'));
    const older = migratePostgres({ pool: postgres.pool, folder, log });
    await expect(older).rejects.toThrow(/newer than this program.*two\.sql/);
    await expect(older).rejects.toBeInstanceOf(SchemaMismatchError);
    await put('next.sql', 'select 1');
    await expect(migratePostgres({ pool: postgres.pool, folder, log })).rejects.toThrow('YYYYMMDDHHMM_what.sql');
  });
});

describe('migrateClickHouse', () => {
  it('applies statement by statement with its ledger in PostgreSQL, and repeats a file that was cut off', async () => {
    await put(
      '202601010000_facts.sql',
      `-- facts; the current view\ncreate table if not exists f (id UInt64) -- one; each\nengine = MergeTree order by id;\n\n-- end\ninsert into nowhere values (1);\n`,
    );
    const cut = migrateClickHouse({ pool: postgres.pool, clickhouse, folder, log });
    await expect(cut).rejects.toThrow('failed in statement 2');
    await put('202601010000_facts.sql', 'create table if not exists f (id UInt64) engine = MergeTree order by id\n;\n');
    const run = () => migrateClickHouse({ pool: postgres.pool, clickhouse, folder, log });
    expect(await Promise.all([run(), run()])).toEqual(expect.arrayContaining([[], ['202601010000_facts.sql']]));
    expect(await clickhouse.query('pages', 'select count() as n from f')).toEqual([{ n: '0' }]);
    expect(await postgres.query('select name from yilian_clickhouse_migrations')).toHaveLength(1);
  });
});

it('splits at lines that end with a semicolon, not at those inside comments', () => {
  expect(splitStatements(`a\n;\n-- x;\nb; -- y\n\nc 'z;z'\nd;\n-- nothing;`)).toEqual(['a', '-- x;\nb', `c 'z;z'\nd`]);
});
