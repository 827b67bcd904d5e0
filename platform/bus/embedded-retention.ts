import type pg from 'pg';
import { dropOldMessages } from './embedded-store.ts';
import { inTransaction } from './in-transaction.ts';
import type { BusSettings } from './settings.ts';

const EVERY_MS = 3_600_000;
/** Small enough that a statement is done in well under a second and holds nobody up. */
const DROP_AT_ONCE = 10_000;
/** Class and number of the advisory lock that lets one process at a time do it. */
const DROPPING_LOCK = [0x6275_7364, 0];

/**
 * What Kafka's broker does by itself: old messages go, or the log would outgrow everything else in the database. Only
 * what every group has read goes, so a group that nobody runs any more keeps its topics whole until it is deleted.
 */
export function startDroppingOldMessages({ pool, settings }: { pool: pg.Pool; settings: BusSettings }) {
  const { keepDays, log } = settings;
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  async function drop(days: number): Promise<void> {
    let dropped = DROP_AT_ONCE;
    while (!closed && dropped >= DROP_AT_ONCE) {
      dropped = await inTransaction(pool, async (db) => {
        const { rows } = await db.query<{ mine: boolean }>(
          'select pg_try_advisory_xact_lock($1, $2) as mine',
          DROPPING_LOCK,
        );
        return rows[0]?.mine ? dropOldMessages(db, days, DROP_AT_ONCE) : 0;
      });
      if (dropped > 0) log.info('bus.old-messages-dropped', { dropped, keepDays: days });
    }
  }

  const timer = setInterval(() => {
    if (keepDays !== null) {
      running = drop(keepDays).catch((error) => log.warn('bus.dropping-failed', { err: error }));
    }
  }, EVERY_MS);
  timer.unref();

  return {
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
