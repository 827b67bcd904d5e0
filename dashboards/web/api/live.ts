import { createContext, useContext, useEffect, useRef } from 'react';
import type { LiveEvent } from '../../queries/contract.ts';
import { sessionGate } from './session-gate.ts';

export type { LiveEvent };

type Listener = (event: LiveEvent) => void;
export interface Live {
  readonly listen: (listener: Listener) => () => void;
}

const TRY_AGAIN_AFTER_MS = 10_000;

/**
 * One stream of events for the whole application. The browser resumes it by Last-Event-ID; where the server refused it
 * altogether (session ended), it is asked again after a while.
 */
export const openLive = (onState: (connected: boolean) => void): Live & { close: () => void } => {
  const listeners = new Set<Listener>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  let closed = false;
  const signInAgain = async (): Promise<void> => {
    source.close();
    await sessionGate.signedInAgain();
    if (!closed) connect();
  };
  const connect = (): void => {
    source = new EventSource('/api/events');
    source.onopen = () => onState(true);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as LiveEvent;
      if (event.type === 'session_ended') return void signInAgain();
      for (const listener of listeners) listener(event);
    };
    source.onerror = () => {
      onState(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, TRY_AGAIN_AFTER_MS);
    };
  };
  connect();
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      source.close();
    },
  };
};

export const LiveContext = createContext<Live | null>(null);

/** Calls `listener` for each event while the component is shown. */
export const useLive = (listener: Listener): void => {
  const live = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => live?.listen((event) => latest.current(event)), [live]);
};
