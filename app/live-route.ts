/** Touches the world: the address that pages follow events on. */
import { SESSION_COOKIE } from '../access/index.ts';
import { liveEvent } from '../dashboards/queries/contract.ts';
import type { RawRoute } from './http.ts';
import type { Live } from './live.ts';

const first = (given: unknown): string | undefined => (typeof given === 'string' ? given : undefined);

export const eventsRoute = (live: Live): RawRoute => ({
  method: 'GET',
  url: '/api/events',
  act: 'follow_events',
  summary: 'What happens, as it happens (server-sent events; resumes by Last-Event-ID)',
  produces: { type: 'text/event-stream', schema: liveEvent },
  serve: async (request, reply, { actor, stillSignedIn }) => {
    reply.hijack();
    live.handle({
      actor,
      session: request.cookies[SESSION_COOKIE] ?? actor.id,
      lastEventId: first(request.headers['last-event-id']) ?? first((request.query as Record<string, unknown>)['last']),
      response: reply.raw,
      sessionStillGood: stillSignedIn,
    });
  },
  close: live.close,
});
