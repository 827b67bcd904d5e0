/** Touches the world: what a quality note counts (PostgreSQL). */

import type { RejectReason } from '../../ingest/index.ts';
import type { Postgres } from '../../platform/postgres.ts';

export interface TakenOf extends Record<string, unknown> {
  readonly feed: string;
  readonly accepted: number;
  readonly duplicate: number;
  readonly conflicting: number;
  readonly not_authorised: number;
}

export const readTaken = (postgres: Postgres, feeds: readonly string[], month: string): Promise<TakenOf[]> =>
  postgres.query<TakenOf>(
    `select feed, sum(accepted)::int as accepted, sum(duplicate)::int as duplicate, sum(conflicting)::int as conflicting,
       sum(not_authorised)::int as not_authorised
     from feed_intake where feed = any($1::text[]) and to_char(day, 'YYYY-MM') = $2 group by feed`,
    [feeds, month],
  );

export interface DefectOf extends Record<string, unknown> {
  readonly feed: string;
  readonly reason: RejectReason;
  readonly field: string | null;
  readonly rows: number;
  readonly corrected: number;
  readonly dismissed: number;
  /** The newest of them, to show what they look like. */
  readonly examples: number[];
}

const EXAMPLES = 3;

/** Refused rows by kind. What was refused again when it was corrected is the same defect, not a second one. */
export const readDefectsOf = (postgres: Postgres, feeds: readonly string[], month: string): Promise<DefectOf[]> =>
  postgres.query<DefectOf>(
    `select q.feed, q.reason, q.field, count(*)::int as rows,
       (count(*) filter (where t.outcome is not null and t.outcome <> 'rejected'))::int as corrected,
       (count(*) filter (where t.quarantine_no is not null and t.line is null))::int as dismissed,
       (array_agg(q.quarantine_no order by q.quarantine_no desc))[1:${EXAMPLES}] as examples
     from quarantine q left join quarantine_fates t using (quarantine_no)
     where q.feed = any($1::text[]) and to_char(q.received_at at time zone 'Asia/Shanghai', 'YYYY-MM') = $2
       and not exists (select from quarantine_fates o where o.next_no = q.quarantine_no)
     group by q.feed, q.reason, q.field order by q.feed, rows desc, q.reason, q.field`,
    [feeds, month],
  );
