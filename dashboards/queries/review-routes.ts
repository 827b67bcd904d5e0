/** Touches the world: the addresses at which reviewers see questions. */
import { z } from 'zod';
import type { Route } from '../../access/index.ts';
import {
  type ReviewQuery,
  reviewDetail,
  reviewFacets,
  reviewFigures,
  reviewPage,
  reviewQuery,
  reviewRevealed,
  reviewRevealRequest,
} from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { readReviewDetail, revealReview } from './review-detail.ts';
import { readReviewFacets } from './review-facets.ts';
import { readReview, readReviewFigures } from './review-list.ts';

const params = z.object({ question_id: z.string().min(1).max(64) });
const get = { method: 'GET', act: 'see_matches' } as const;

export const reviewQueryRoutes = (deps: QueryDeps): Route[] => [
  {
    ...{ ...get, url: '/api/review', summary: 'Identities that a reviewer has to decide about, a page at a time' },
    ...{ query: reviewQuery, reply: reviewPage },
    answer: async ({ actor, query, now }) => ({ body: await readReview(deps, actor, query as ReviewQuery, now) }),
  },
  {
    ...{
      ...get,
      url: '/api/review/facets',
      summary: 'Feeds and regions that the list can be narrowed to, with counts',
    },
    ...{ query: reviewQuery, reply: reviewFacets },
    answer: async ({ actor, query }) => ({ body: await readReviewFacets(deps, actor, query as ReviewQuery) }),
  },
  {
    ...{ ...get, url: '/api/review/figures', summary: 'How reviewing goes: counts, and how far two readers agree' },
    reply: reviewFigures,
    answer: async ({ actor }) => ({ body: await readReviewFigures(deps, actor) }),
  },
  {
    ...{ ...get, url: '/api/review/:question_id', summary: 'A claimed identity beside its candidates, masked' },
    ...{ params, reply: reviewDetail },
    answer: async ({ actor, params: given, now }) => ({
      body: await readReviewDetail(deps, actor, given['question_id'] ?? '', now),
    }),
  },
  {
    ...{ method: 'POST', url: '/api/review/:question_id/reveal', act: 'see_match_identity' },
    summary: 'Shows a question in full; needs a reason and is logged',
    ...{ params, body: reviewRevealRequest, reply: reviewRevealed },
    answer: async ({ actor, params: given, body, now }) => {
      const { reason } = body as z.infer<typeof reviewRevealRequest>;
      return { body: await revealReview(deps, actor, given['question_id'] ?? '', reason, now) };
    },
  },
];
