/** Touches the world: what the list of questions can be narrowed to (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import type { ReviewFacets, ReviewQuery } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { conditionsOf } from './review-list.ts';

/** Feeds within the region that was chosen, regions within the feed; banners and townships that the reader sees. */
export const readReviewFacets = (deps: QueryDeps, actor: Actor, query: ReviewQuery): Promise<ReviewFacets> => {
  const { state, feed, region } = query;
  const byFeed = conditionsOf(actor, { state, region });
  const byRegion = conditionsOf(actor, { state, feed });
  return deps.postgres.transaction(
    async (tx) => ({
      feed: await tx.query<ReviewFacets['feed'][number]>(
        `select feed as value, null::text as title, count(*)::int as count from review_questions q, unnest(q.feeds) as feed
         where ${byFeed.sql()} group by feed order by count(*) desc, feed`,
        byFeed.values,
      ),
      region: await tx.query<ReviewFacets['region'][number]>(
        `select within.code as value, r.name as title, count(distinct q.question_id)::int as count
         from review_questions q
         join memberships m on m.person_no = any(q.candidates) and m.replaced is null
         join household_states h on h.household_no = m.household_no and h.replaced is null
         cross join lateral (values (left(h.region_code, 6)), (left(h.region_code, 9))) as within (code)
         left join regions r on r.region_code = within.code and r.replaced is null
         where ${byRegion.sql()} group by within.code, r.name order by within.code`,
        byRegion.values,
      ),
    }),
    { scope: scopeOf(actor) },
  );
};
