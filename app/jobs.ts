/** Touches the world: what runs by itself - dirty households every few seconds, everything every night, the outbox always. */
import cron from 'node-cron';
import { shanghaiDay } from '../platform/calendar.ts';
import { scanDuplicates } from './duplicates.ts';
import { startInbox } from './inbox.ts';
import { endFullSweepWanted, readFullSweepWanted } from './load-store.ts';
import { referralPublisher, startOutbox } from './outbox.ts';
import { createPush } from './push.ts';
import { createCorrections } from './quarantine/index.ts';
import { settleLeft } from './review.ts';
import { sweep } from './sweep.ts';
import type { System } from './system.ts';
import { startTopics } from './topics.ts';
import { dropOldWaiting } from './unregistered.ts';

/** Absence needs no record to be true: once a night every household is looked at. */
const NIGHTLY = '30 2 * * *';
const DIRTY_EVERY_MS = 5_000;
/** Declarations of completeness have everything looked at, but not oftener than this. */
const FULL_EVERY_MS = 60_000;
/**
 * A load judges what it took by itself; until then half of a delivery would speak. An abandoned one waits no longer, and
 * a file of the inbox not so long that others' warnings would wait for it.
 */
const LOAD_IN_PROGRESS = `select 1 from loads where state <> 'judged' and started_at > $1::timestamptz -
  case origin when 'directory' then interval '6 hours' when 'inbox' then interval '10 minutes' else interval '0' end limit 1`;

/** Starts the schedules; the returned function stops them and waits for what is running. */
export const startJobs = (system: System, signal: AbortSignal): (() => Promise<void>) => {
  const { log, postgres } = system;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  const topics = startTopics(system, signal);
  let fullAt = 0;
  /** Since when a sweep of everything is wanted, where it is time for one. */
  const fullSweepDue = async (now: Date): Promise<string | null> =>
    now.getTime() - fullAt < FULL_EVERY_MS ? null : readFullSweepWanted(postgres);

  const run = (name: string, scope: 'all' | 'dirty'): Promise<void> => {
    running = running
      .then(async () => {
        if (signal.aborted || (scope === 'dirty' && (await topics.isBehind()))) return;
        const now = system.now();
        // Verdicts that a running load or a crash left behind, before anybody judges without them.
        await settleLeft(system);
        if ((await postgres.query(LOAD_IN_PROGRESS, [now])).length > 0) return;
        const wanted = await fullSweepDue(now);
        const everything = scope === 'all' || wanted !== null;
        if (everything) await dropOldWaiting(system, shanghaiDay(now));
        const counts = await sweep(system, {
          ...{ asOf: shanghaiDay(now), at: now, scope: everything ? 'all' : 'dirty', signal },
          afterwards: async (tx) => (wanted === null ? undefined : endFullSweepWanted(tx, wanted)),
        });
        if (everything) fullAt = now.getTime();
        if (everything || counts.findings > 0) log.info('sweep.done', { job: name, ...counts });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error('sweep.failed', { job: name, err: error });
      });
    return running;
  };

  /** Beside everything else: nobody waits for it. A load does it by itself; this is for what was interrupted, and for who has left since. */
  let looking: Promise<void> = Promise.resolve();
  const lookForDuplicates = (): Promise<void> => {
    looking = looking
      .then(async () => {
        if (signal.aborted) return;
        const { persons, found } = await scanDuplicates(system, {
          ...{ asOf: shanghaiDay(system.now()), signal },
          progress: { phase: () => undefined, rows: () => undefined, bytes: () => undefined },
        });
        if (persons > 0) log.info('duplicates.done', { persons, found });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error('duplicates.failed', { err: error });
      });
    return looking;
  };

  const night = async (): Promise<void> => {
    await run('nightly', 'all');
    await lookForDuplicates();
  };
  const nightly = cron.schedule(NIGHTLY, night, { timezone: 'Asia/Shanghai' });
  const dirty = (): void => {
    timer = setTimeout(
      () => run('dirty', 'dirty').finally(() => (signal.aborted ? undefined : dirty())),
      DIRTY_EVERY_MS,
    );
  };
  dirty();
  const resumed = createPush(system)
    .resume(signal)
    .catch((error: unknown) => {
      if (!signal.aborted) log.error('push.not-resumed', { err: error });
    });
  const corrected = createCorrections(system)
    .resume(signal)
    .catch((error: unknown) => {
      if (!signal.aborted) log.error('correction.not-resumed', { err: error });
    });
  const inbox = startInbox(system, { signal, judge: () => run('inbox', 'dirty') });
  const outbox = startOutbox({
    ...system,
    publish: system.config.kafkaBrokers === null ? null : referralPublisher(system.bus),
  });
  signal.addEventListener('abort', () => outbox.close(), { once: true });
  return async () => {
    await nightly.destroy();
    if (timer !== null) clearTimeout(timer);
    await Promise.all([inbox.close(), resumed, corrected, looking]);
    await running;
    await outbox.close();
    await topics.close();
  };
};
