/** Touches the world: addresses of quarantine. */
import { z } from 'zod';
import type { Route, RouteRequest } from '../../access/index.ts';
import {
  type CorrectionRequest,
  correctionAnswer,
  correctionRequest,
  type KindQuery,
  kindQuery,
  kindValues,
  type QuarantineFilters,
  type QuarantineQuery,
  quarantineCounts,
  quarantineDetail,
  quarantineFilters,
  quarantinePage,
  quarantineQuery,
  quarantineReveal,
  quarantineRevealed,
} from './contract.ts';
import { createCorrections } from './correct.ts';
import { createKinds } from './kinds.ts';
import { createQuarantineReader, type ReadDeps } from './read.ts';
import { givenOf } from './store.ts';

const params = z.object({ quarantine_no: z.string().regex(/^\d{1,15}$/) });
const numberOf = ({ params: given }: RouteRequest): number => Number(given['quarantine_no']);

export const quarantineRoutes = (deps: ReadDeps): Route[] => {
  const reader = createQuarantineReader(deps);
  const corrections = createCorrections(deps.system);
  const kinds = createKinds(deps.system);
  return [
    {
      ...{
        method: 'GET',
        url: '/api/quarantine',
        act: 'see_quarantine',
        query: quarantineQuery,
        reply: quarantinePage,
      },
      summary: 'Refused rows, newest first, a page at a time',
      answer: async ({ actor, query }) => ({ body: await reader.list(actor, query as QuarantineQuery) }),
    },
    {
      ...{ method: 'GET', url: '/api/quarantine/counts', act: 'see_quarantine' },
      summary: 'Refused rows per feed, reason, field, day and state',
      ...{ query: quarantineFilters, reply: quarantineCounts },
      answer: async ({ actor, query }) => ({ body: await reader.counts(actor, query as QuarantineFilters) }),
    },
    {
      ...{ method: 'GET', url: '/api/quarantine/values', act: 'see_quarantine', query: kindQuery, reply: kindValues },
      summary: 'Waiting rows of one kind by the value that is to blame (masked)',
      answer: async ({ actor, query }) => ({ body: await kinds.valuesOf(givenOf(actor), query as KindQuery) }),
    },
    {
      ...{
        method: 'GET',
        url: '/api/quarantine/:quarantine_no',
        act: 'see_quarantine',
        params,
        reply: quarantineDetail,
      },
      summary: 'A refused row beside its reason, and what became of it',
      answer: async (asked) => ({ body: await reader.detail(asked.actor, numberOf(asked)) }),
    },
    {
      ...{ method: 'POST', url: '/api/quarantine/:quarantine_no/reveal', act: 'correct_quarantine' },
      summary: 'Shows a refused row in full; needs a reason and is logged',
      ...{ params, body: quarantineReveal, reply: quarantineRevealed },
      answer: async (asked) => {
        const { reason } = asked.body as z.infer<typeof quarantineReveal>;
        return { body: await reader.reveal(asked.actor, numberOf(asked), reason, asked.now) };
      },
    },
    {
      ...{ method: 'POST', url: '/api/quarantine/corrections', act: 'correct_quarantine' },
      summary: 'Corrects or dismisses refused rows: all of them, or none with the reason',
      ...{ body: correctionRequest, reply: correctionAnswer },
      answer: async ({ actor, body }) => ({ body: await corrections.correct(actor, body as CorrectionRequest) }),
    },
  ];
};
