/** Touches the world: one reader of the events that pages are told of (server-sent events on a plain response). */
import type { ServerResponse } from 'node:http';
import type { Actor } from '../access/index.ts';
import type { DeliveredRow } from '../alerts/index.ts';
import type { LiveEvent } from '../dashboards/queries/contract.ts';
import { COUNTS, liveEventFor } from './live-sight.ts';

/** So many heartbeats long nothing got through: the reader is gone, and TCP has not noticed. */
const STUCK_HEARTBEATS = 3;

const dataLines = (event: LiveEvent): string => `data: ${JSON.stringify(event)}\n\n`;

export interface Stream {
  /** The last delivery that this reader was told of, or was not to be told of. */
  cursor(): number;
  /** Begins after a delivery; a reader that is cut off before its first event resumes from there. */
  open(cursor: number): void;
  push(rows: readonly DeliveredRow[]): void;
  say(event: LiveEvent): void;
  heartbeat(): void;
  /** Resolves when everything pushed was taken, or the stream has ended. */
  drained(): Promise<void>;
  ended(): boolean;
  end(): void;
}

/** A reader that takes nothing is cut off at `mostQueued` events: it comes back by itself and resumes. */
export const createStream = (
  response: ServerResponse,
  actor: Actor,
  options: { mostQueued: number; onEnd: () => void },
): Stream => {
  let at = 0;
  let isOpen = false;
  let isOver = false;
  let isBlocked = false;
  let stuck = 0;
  const queue: string[] = [];
  const waiting: (() => void)[] = [];
  const settle = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };

  const over = (): void => {
    if (isOver) return;
    isOver = true;
    queue.length = 0;
    settle();
    options.onEnd();
  };

  const write = (text: string): void => {
    if (isOver) return;
    if (!isBlocked) {
      isBlocked = !response.write(text);
      return;
    }
    queue.push(text);
    if (queue.length > options.mostQueued) {
      response.destroy();
      over();
    }
  };

  response.on('close', over);
  // A connection that the reader tore down: `close` follows.
  response.on('error', () => undefined);
  response.on('drain', () => {
    isBlocked = false;
    stuck = 0;
    while (!isBlocked && queue.length > 0) isBlocked = !response.write(queue.shift());
    if (!isBlocked) settle();
  });

  return {
    cursor: () => at,
    open(cursor) {
      // Torn down while its place was looked up.
      if (isOver) return;
      isOpen = true;
      at = cursor;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // A proxy that collects answers would hold events back.
        'x-accel-buffering': 'no',
      });
      write(`retry: 3000\nid: ${cursor}\n\n`);
    },
    push(rows) {
      let hasHint = false;
      for (const { deliveryNo, payload } of rows) {
        if (deliveryNo <= at) continue;
        at = deliveryNo;
        const event = liveEventFor(actor, payload);
        if (event === null || (hasHint && event.type === COUNTS)) continue;
        hasHint ||= event.type === COUNTS;
        write(`id: ${deliveryNo}\n${dataLines(event)}`);
      }
    },
    say(event) {
      if (isOpen) write(dataLines(event));
    },
    heartbeat() {
      // Without a beginning there is no place to resume from yet.
      if (!isOpen) return;
      stuck = isBlocked ? stuck + 1 : 0;
      if (stuck >= STUCK_HEARTBEATS) response.destroy();
      // Also moves the place to resume from past events that this reader was not told of.
      if (!isBlocked) write(`: \nid: ${at}\n\n`);
    },
    drained: () => (isOver || !isBlocked ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    ended: () => isOver,
    end() {
      if (!isOver && isOpen) response.end();
      if (!isOver && !isOpen) response.destroy();
      over();
    },
  };
};
