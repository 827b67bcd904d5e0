import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type BusSettings, backOffMs } from './settings.ts';

export type Session = (life: {
  /** Aborted when the bus closes: end the running batch, then return. */
  stop: AbortSignal;
  /** To be called once the worker has joined its group. */
  joined(): void;
}) => Promise<void>;

/** How often a first join is tried when only passing trouble is in its way. */
const FIRST_JOINS = 10;

/**
 * A worker's life: one session after the other until `close`. An error before the first `joined` is the caller's and
 * ends it, unless it passes by itself; later ones are waited out, because a server that restarts must not need a restart
 * of everything else.
 */
export function keepRunning(
  session: Session,
  {
    backOff,
    log,
    isPassing = () => false,
    event = 'bus.session-lost',
  }: {
    backOff: BusSettings['backOff'];
    log: Log;
    isPassing?: (error: unknown) => boolean;
    /** What a lost session is called in the log. */
    event?: string;
  },
) {
  const stop = new AbortController();
  let joinedOnce = false;
  let failures = 0;
  let settle!: { resolve: () => void; reject: (error: unknown) => void };
  const started = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const joined = () => {
    joinedOnce = true;
    failures = 0;
    settle.resolve();
  };

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await session({ stop: stop.signal, joined });
      } catch (error) {
        failures += 1;
        if (!joinedOnce && !(isPassing(error) && failures < FIRST_JOINS)) return settle.reject(error);
        log.warn(event, { failures, err: error });
        // The rejection is only the abort itself, which the loop asks about.
        await sleep(backOffMs(failures, backOff), undefined, { signal: stop.signal }).catch(() => {});
      }
    }
    settle.resolve();
  }

  const ended = run();
  return {
    started,
    async close(): Promise<void> {
      stop.abort();
      await ended;
    },
  };
}
