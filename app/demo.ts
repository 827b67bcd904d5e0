/** Touches the world: a fictional banner for a store that is empty. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { formatDay, shanghaiDay } from '../platform/calendar.ts';
import { loadDirectory } from './load.ts';
import { createProgress } from './progress.ts';
import { simulate } from './simulate/index.ts';
import type { System } from './system.ts';

const HOUSEHOLDS = 600;
const SEED = 20_260_930;

/** Whether nothing was ever loaded here. */
export const isEmpty = async (system: System): Promise<boolean> =>
  (await system.postgres.query('select 1 from loads limit 1')).length === 0;

/** Whether this store holds the fictional banner. */
export const isSynthetic = async (system: System): Promise<boolean> =>
  (await system.postgres.query('select 1 from synthetic_store limit 1')).length > 0;

/**
 * Simulates a banner up to today and loads it. The store is marked as synthetic before the first row is taken; an
 * interrupted demo begins again at the next start with the same records and ends the same.
 */
export const loadDemo = async (system: System, stderr: Writable, signal: AbortSignal): Promise<void> => {
  await system.postgres.query(
    'insert into synthetic_store (singleton, seeded_at) values (true, $1) on conflict do nothing',
    [system.now()],
  );
  const folder = await mkdtemp(join(tmpdir(), 'yilian-demo-'));
  try {
    const [store] = await system.postgres.query<{ seeded_at: Date }>('select seeded_at from synthetic_store');
    const asOf = shanghaiDay(store?.seeded_at ?? system.now());
    await simulate({ households: HOUSEHOLDS, seed: SEED, out: folder, asOf: formatDay(asOf) });
    await loadDirectory(system, folder, { asOf, progress: createProgress(stderr), signal, name: 'demo' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
