import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { createLog } from '../platform/log.ts';
import { migratePostgres } from '../platform/migrate.ts';
import { openPostgres, type Postgres } from '../platform/postgres.ts';
import { endTakenMarks, markPersonsDirty, readDirtyMarks, takeDirtyMarks } from './dirty-marks.ts';

const log = createLog({ level: 'silent' });
let home: string;
let server: EmbeddedPostgres;
let postgres: Postgres;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'yilian-marks-'));
  server = await startEmbeddedPostgres({ home, log });
  postgres = await openPostgres({ url: server.url, applicationName: 'marks', max: 4, log });
  const folder = join(import.meta.dirname, '../migrations/postgres');
  await migratePostgres({ pool: postgres.pool, folder, log });
  // Person n lives in household n; nothing else of the registry is asked.
  await postgres.query(`set session_replication_role = replica;
    insert into memberships (person_no, household_no, recorded, ordinal, revision)
      select n, n, 1, 1, 1 from generate_series(1, 3) n`);
}, 60_000);
afterAll(async () => {
  await postgres.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => postgres.query('truncate dirty_households, taken_dirty_marks'));

const mark = (...persons: number[]) => postgres.transaction((tx) => markPersonsDirty(tx, persons), { scope: '*' });
const end = () => postgres.transaction(endTakenMarks, { scope: '*' });

it('keeps a mark that is made while a sweep runs for the next one', async () => {
  await mark(1, 2);
  expect((await takeDirtyMarks(postgres)).households).toEqual([1, 2]);
  await mark(2, 3);
  await end();
  expect((await readDirtyMarks(postgres)).households).toEqual([2, 3]);
});

it('keeps a mark that was begun before a sweep and became visible after it had looked', async () => {
  await mark(1);
  let commit: () => void = () => undefined;
  let marked: () => void = () => undefined;
  const isMarked = new Promise<void>((resolve) => {
    marked = resolve;
  });
  const batch = postgres.transaction(
    async (tx) => {
      await markPersonsDirty(tx, [2]);
      marked();
      await new Promise<void>((resolve) => {
        commit = resolve;
      });
    },
    { scope: '*' },
  );
  await isMarked;
  // A newer mark that is visible: an older one must not go with it unseen.
  await mark(3);
  const { households } = await takeDirtyMarks(postgres);
  commit();
  await batch;
  await end();
  expect([households, (await readDirtyMarks(postgres)).households]).toEqual([[1, 3], [2]]);
});

it('takes up what a sweep left that did not come to its end', async () => {
  await mark(1);
  await takeDirtyMarks(postgres);
  await mark(3);
  expect((await takeDirtyMarks(postgres)).households).toEqual([1, 3]);
  await end();
  expect(await readDirtyMarks(postgres)).toEqual({ households: [], sequence: 0 });
});

it('marks a household once until a sweep takes it, and tells of the newest mark', async () => {
  await mark(1);
  await mark(1);
  const first = await readDirtyMarks(postgres);
  await mark(2);
  const second = await takeDirtyMarks(postgres);
  expect(first.households).toEqual([1]);
  expect(second.sequence).toBeGreaterThan(first.sequence);
});
