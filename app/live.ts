/** Touches the world: GET /api/events - what was delivered, as it is delivered, to every open page that may know of it. */
import type { ServerResponse } from 'node:http';
import type { Actor } from '../access/index.ts';
import { DELIVERED_CHANNEL, lastDelivery, readDelivered } from '../alerts/index.ts';
import { keepRunning, type Session } from '../platform/bus/keep-running.ts';
import { createWaker } from '../platform/bus/waker.ts';
import type { Log } from '../platform/log.ts';
import type { Postgres } from '../platform/postgres.ts';
import { reload, sessionEnded } from './live-sight.ts';
import { createStream, type Stream } from './live-stream.ts';

const defaultTuning = {
  heartbeatMs: 20_000,
  /** How long a lost notification can go unnoticed. */
  pollMs: 5_000,
  mostQueued: 1_000,
  mostStreams: 5,
  /** Whoever missed more than this is told to load again. */
  mostBehind: 20_000,
};
const PAGE_ROWS = 500;

export interface LiveRequest {
  readonly actor: Actor;
  /** Names the session, so that its streams can be counted. */
  readonly session: string;
  /** Header Last-Event-ID, or `?last=`. */
  readonly lastEventId: string | undefined;
  readonly response: ServerResponse;
  /** Asked at every heartbeat. */
  readonly sessionStillGood: () => Promise<boolean>;
}

export interface Live {
  /** Answers and keeps the response open. */
  handle(request: LiveRequest): void;
  close(): Promise<void>;
}

const TOO_MANY = JSON.stringify({
  error: 'too_many_streams',
  message: '同时打开的页面过多，请关闭其他页面后刷新。',
});

/** Events for pages, resumable by delivery number. One connection listens for all of them. */
export const createLive = (deps: { postgres: Postgres; log: Log; tuning?: Partial<typeof defaultTuning> }): Live => {
  const { postgres, log } = deps;
  const tuning = { ...defaultTuning, ...deps.tuning };
  /** All that are open, and those of them that have caught up with `head`. */
  const open = new Map<Stream, LiveRequest>();
  const upToDate = new Set<Stream>();
  let head = 0;
  let hasHead = false;
  let closed = false;
  // A page for somebody who catches up must fit into the queue.
  const pageRows = Math.min(PAGE_ROWS, tuning.mostQueued);

  const advance = async (): Promise<void> => {
    if (upToDate.size === 0) {
      const now = await lastDelivery(postgres);
      // Who has caught up with the old head meanwhile must be told what lies between.
      if (upToDate.size === 0) {
        head = now;
        return;
      }
    }
    for (;;) {
      const rows = await readDelivered(postgres, head, pageRows);
      for (const stream of upToDate) stream.push(rows);
      head = rows.at(-1)?.deliveryNo ?? head;
      if (rows.length < pageRows) return;
    }
  };

  const listening: Session = async ({ stop, joined }) => {
    const waker = createWaker();
    const client = await postgres.pool.connect();
    let lost: Error | null = null;
    client.on('error', (error) => {
      lost = error;
      waker.wake();
    });
    client.on('notification', waker.wake);
    stop.addEventListener('abort', waker.wake, { once: true });
    try {
      await client.query("select set_config('application_name', 'yilian live', false)");
      await client.query(`listen ${DELIVERED_CHANNEL}`);
      if (!hasHead) head = await lastDelivery(postgres);
      hasHead = true;
      joined();
      while (!stop.aborted) {
        if (lost !== null) throw lost;
        // What was missed while nobody listened is read here as well.
        await advance();
        await waker.wait(tuning.pollMs);
      }
    } finally {
      stop.removeEventListener('abort', waker.wake);
      client.release(true);
    }
  };

  /** Brings a stream to the present, page by page and no faster than it is read, and then lets it follow. */
  const begin = async (stream: Stream, last: number | null): Promise<void> => {
    await following().started;
    const now = await lastDelivery(postgres);
    // A number from the future is of another store.
    const isKnown = last !== null && last <= now;
    const isFar = isKnown && now - last > tuning.mostBehind;
    stream.open(isKnown && !isFar ? last : now);
    if (isFar) stream.say(reload);
    while (!stream.ended() && stream.cursor() < head) {
      stream.push(await readDelivered(postgres, stream.cursor(), pageRows));
      await stream.drained();
    }
    // In the same turn as the question above: nothing can be delivered between them.
    if (!stream.ended()) upToDate.add(stream);
  };

  const beat = async (): Promise<void> => {
    for (const [stream, request] of [...open]) {
      // Not to be able to ask is no answer: without the database there are no events either.
      const isGood = await request.sessionStillGood().catch(() => true);
      if (isGood) stream.heartbeat();
      else {
        stream.say(sessionEnded);
        stream.end();
      }
    }
  };
  let isBeating = false;
  const tick = (): void => {
    if (isBeating) return;
    isBeating = true;
    beat()
      .catch((error: unknown) => log.error('live.heartbeat-failed', { err: error }))
      .finally(() => {
        isBeating = false;
      });
  };

  /** Listening begins with the first reader: whoever only describes the routes needs no connection. */
  let started: { worker: ReturnType<typeof keepRunning>; heartbeat: NodeJS.Timeout } | null = null;
  const following = (): ReturnType<typeof keepRunning> => {
    if (started !== null) return started.worker;
    const backOff = { firstMs: 200, mostMs: 10_000 };
    const worker = keepRunning(listening, { backOff, log, isPassing: () => true, event: 'live.session-lost' });
    worker.started.catch((error: unknown) => {
      log.error('live.not-started', { err: error });
      // The next reader tries again.
      if (started !== null) clearInterval(started.heartbeat);
      started = null;
    });
    started = { worker, heartbeat: setInterval(tick, tuning.heartbeatMs) };
    return worker;
  };

  return {
    handle(request) {
      const { response, session, actor } = request;
      if (closed) {
        response.destroy();
        return;
      }
      if ([...open.values()].filter((other) => other.session === session).length >= tuning.mostStreams) {
        response.writeHead(429, { 'content-type': 'application/json; charset=utf-8' }).end(TOO_MANY);
        return;
      }
      const stream = createStream(response, actor, {
        mostQueued: tuning.mostQueued,
        onEnd() {
          open.delete(stream);
          upToDate.delete(stream);
        },
      });
      open.set(stream, request);
      const last = /^\d{1,15}$/.test(request.lastEventId ?? '') ? Number(request.lastEventId) : null;
      begin(stream, last).catch((error: unknown) => {
        log.warn('live.stream-failed', { err: error });
        // Torn down, not ended: a browser then comes back by itself.
        response.destroy();
      });
    },
    async close() {
      closed = true;
      for (const stream of [...open.keys()]) stream.end();
      if (started === null) return;
      clearInterval(started.heartbeat);
      await started.worker.close();
    },
  };
};
