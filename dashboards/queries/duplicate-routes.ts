/** Touches the world: the addresses at which analysts see whom the registry may hold twice. */
import { z } from 'zod';
import { type Route, scopeOf } from '../../access/index.ts';
import {
  type DuplicatesQuery,
  duplicateDetail,
  duplicatePage,
  duplicateRevealed,
  duplicatesQuery,
  type OrdersQuery,
  orderPage,
  ordersQuery,
} from './contract-duplicate.ts';
import { reviewRevealRequest } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { readDuplicateDetail, revealDuplicate } from './duplicate-detail.ts';
import { readDuplicates, readOrders } from './duplicate-list.ts';

const params = z.object({ pair_id: z.string().min(1).max(64) });
const get = { method: 'GET', act: 'see_duplicates' } as const;

export const duplicateQueryRoutes = (deps: QueryDeps): Route[] => [
  {
    ...{ ...get, url: '/api/duplicates', summary: 'Persons whom the registry may hold twice, a page at a time' },
    ...{ query: duplicatesQuery, reply: duplicatePage },
    answer: async ({ actor, query, now }) => ({
      body: await readDuplicates(deps, actor, query as DuplicatesQuery, now),
    }),
  },
  {
    ...{ ...get, url: '/api/duplicates/:pair_id', summary: 'Two registered persons side by side, masked' },
    ...{ params, reply: duplicateDetail },
    answer: async ({ actor, params: given, now }) => ({
      body: await readDuplicateDetail(deps, actor, given['pair_id'] ?? '', now),
    }),
  },
  {
    ...{ method: 'POST', url: '/api/duplicates/:pair_id/reveal', act: 'see_duplicate_identity' },
    summary: 'Shows two registered persons in full; needs a reason and is logged',
    ...{ params, body: reviewRevealRequest, reply: duplicateRevealed },
    answer: async ({ actor, params: given, body, now }) => {
      const { reason } = body as z.infer<typeof reviewRevealRequest>;
      return { body: await revealDuplicate(deps, actor, given['pair_id'] ?? '', reason, now) };
    },
  },
  {
    ...{ ...get, url: '/api/correction-orders', summary: "What the registry's keeper is asked to put right" },
    ...{ query: ordersQuery, reply: orderPage },
    answer: async ({ actor, query }) => ({ body: await readOrders(deps, scopeOf(actor), query as OrdersQuery) }),
  },
];
