import type { Log } from './log.ts';

export type Lifecycle = {
  /** Aborted when stopping begins: what runs in rounds (a batch, a sweep) finishes its round and takes no other. */
  signal: AbortSignal;
  /** Something that was started and how it ends. Parts end in reverse order, each after the one before has ended. */
  add(name: string, stop: () => Promise<void>): void;
  /** Ends everything once; a part that fails to end does not keep the others from ending. Never throws. */
  stop(reason: string): Promise<void>;
  /** From here SIGTERM and SIGINT stop and exit, a second one exits at once, and an error nobody caught is the end. */
  onSignals(): void;
};

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * @param exit how the process ends, and `on` how it hears; the process's own unless a test says otherwise
 */
export function createLifecycle({
  log,
  exit = (code) => process.exit(code),
  on = (event, listener) => process.on(event as NodeJS.Signals, listener as () => void),
}: {
  log: Log;
  exit?: (code: number) => void;
  on?: (event: string, listener: (...args: never[]) => void) => void;
}): Lifecycle {
  const controller = new AbortController();
  const parts: { name: string; stop: () => Promise<void> }[] = [];
  let stopping: Promise<void> | null = null;
  let failed = false;

  async function stopPart({ name, stop }: (typeof parts)[number]): Promise<void> {
    const began = performance.now();
    try {
      await stop();
      log.debug('lifecycle.part-stopped', { part: name, ms: Math.round(performance.now() - began) });
    } catch (error) {
      failed = true;
      log.error('lifecycle.part-failed-to-stop', { part: name, err: error });
    }
  }

  async function stopParts(): Promise<void> {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await stopPart(part);
  }

  function stop(reason: string): Promise<void> {
    if (stopping === null) {
      log.info('lifecycle.stopping', { reason });
      controller.abort(new Error(`stopping: ${reason}`));
      stopping = stopParts().then(() => log.info('lifecycle.stopped', { reason, failed }));
    }
    return stopping;
  }

  function onSignal(signal: keyof typeof EXIT_BY_SIGNAL): void {
    if (stopping !== null) {
      log.warn('lifecycle.exit-at-once', { signal });
      exit(EXIT_BY_SIGNAL[signal]);
      return;
    }
    void stop(signal).then(() => exit(failed ? 1 : 0));
  }

  // What is in memory can't be trusted any more, so nothing is tidied up: offsets stay, and the next start repeats.
  function crash(event: string, error: unknown): void {
    log.error(event, { err: error });
    exit(1);
  }

  return {
    signal: controller.signal,
    add(name, stopIt) {
      parts.push({ name, stop: stopIt });
      // A start that was still under way when stopping began: what it starts now ends now.
      if (stopping !== null) stopping = stopping.then(stopParts);
    },
    stop,
    onSignals() {
      on('SIGTERM', () => onSignal('SIGTERM'));
      on('SIGINT', () => onSignal('SIGINT'));
      on('uncaughtException', (error: Error) => crash('process.uncaught-exception', error));
      on('unhandledRejection', (reason: unknown) => crash('process.unhandled-rejection', reason));
    },
  };
}
