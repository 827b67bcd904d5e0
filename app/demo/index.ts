/** Touches the world: a fictional banner for a store that is empty. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { createDemoAccounts, hasUsers } from '../../access/index.ts';
import type { CommandDeps } from '../../alerts/index.ts';
import { formatDay, shanghaiDay } from '../../platform/calendar.ts';
import { loadDirectory } from '../load.ts';
import { createProgress } from '../progress.ts';
import { simulate } from '../simulate/index.ts';
import { sweep } from '../sweep.ts';
import type { System } from '../system.ts';
import { playActs } from './play.ts';
import { storiesOfNeed } from './stories-of-need.ts';
import { storiesOfOtherTurns } from './stories-of-other-turns.ts';
import type { Story } from './story.ts';
import { writeDelivery } from './write-delivery.ts';

const HOUSEHOLDS = 600;
const SEED = 20_260_930;

/** The one banner of so few households. */
const BANNERS = ['159901'];

/** Whether nothing was ever loaded here, and nobody was given an account: a store that waits for real data has some. */
export const isEmpty = async ({ postgres }: System): Promise<boolean> =>
  (await postgres.query('select 1 from loads limit 1')).length === 0 && !(await hasUsers(postgres));

/** Whether this store holds the fictional banner. */
export const isSynthetic = async (system: System): Promise<boolean> =>
  (await system.postgres.query('select 1 from synthetic_store limit 1')).length > 0;

/** Marks the store as one of fictional data, before the first row is taken, and gives it the accounts of the demo. */
export const beginDemo = (system: System): Promise<void> =>
  system.postgres.transaction(async (tx) => {
    const now = system.now();
    await tx.query('insert into synthetic_store (singleton, seeded_at) values (true, $1) on conflict do nothing', [
      now,
    ]);
    await createDemoAccounts(tx, now, BANNERS);
  });

/** The banner as it was before the stories begin: everything found then is baseline. */
const BEFORE = -33;

const stories: readonly Story[] = [...storiesOfNeed, ...storiesOfOtherTurns];

/** Days on which something arrives about the stories; the first brings their registry. */
const daysOfDelivery = (): number[] =>
  [...new Set([BEFORE, ...stories.flatMap((s) => [...s.deliveries.map(({ on }) => on), s.wages?.on ?? BEFORE])])].sort(
    (a, b) => a - b,
  );

const isJudged = async ({ postgres }: System, name: string): Promise<boolean> =>
  (await postgres.query("select 1 from loads where directory = $1 and state = 'judged'", [name])).length > 0;

/**
 * Loads the fictional banner as of 33 days ago, then what arrives of the ten stories day by day, with what people did in
 * between, and judges everything as of today. In a store that `beginDemo` marked. An interrupted demo goes on at the next
 * start with the same records and acts and ends the same.
 */
export const loadDemo = async (
  system: System,
  commands: CommandDeps,
  stderr: Writable,
  signal: AbortSignal,
): Promise<void> => {
  const [store] = await system.postgres.query<{ seeded_at: Date }>('select seeded_at from synthetic_store');
  const today = shanghaiDay(store?.seeded_at ?? system.now());
  const load = async (
    name: string,
    on: number,
    shown: Writable,
    write: (folder: string) => Promise<unknown>,
  ): Promise<void> => {
    if (await isJudged(system, name)) return;
    const folder = await mkdtemp(join(tmpdir(), 'yilian-demo-'));
    try {
      await write(folder);
      await loadDirectory(system, folder, { asOf: today + on, progress: createProgress(shown), signal, name });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await load('demo', BEFORE, stderr, (out) =>
    simulate({ households: HOUSEHOLDS, seed: SEED, out, asOf: formatDay(today + BEFORE) }),
  );
  const days = daysOfDelivery();
  for (const [i, on] of days.entries()) {
    stderr.write(`stories: day ${i + 1} of ${days.length}\n`);
    await load(`demo-stories-${i + 1}`, on, new PassThrough().resume(), (folder) =>
      writeDelivery(folder, stories, { today, on, first: i === 0 }),
    );
    await playActs(commands, stories, { today, from: on, before: days[i + 1] ?? 1 });
  }
  await sweep(system, { asOf: today, at: system.now(), scope: 'all', signal });
  await system.postgres.query('update synthetic_store set ready_at = $1', [system.now()]);
};

/** Whether the fictional banner is told to its end. */
export const isDemoReady = async ({ postgres }: System): Promise<boolean> =>
  (await postgres.query('select 1 from synthetic_store where ready_at is not null')).length > 0;
