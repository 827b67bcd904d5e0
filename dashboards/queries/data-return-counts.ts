/** Touches the world: the counts of what a department's data did, by month (PostgreSQL). */
import type { Tx } from '../../platform/postgres.ts';

export interface ReturnAsked {
  readonly feeds: readonly string[];
  /** First and last month as `YYYY-MM`. */
  readonly from: string;
  readonly to: string;
}

interface Intake extends Record<string, unknown> {
  readonly month: string;
  readonly accepted: number;
  readonly duplicate: number;
  readonly not_authorised: number;
}

const monthOf = (moment: string): string => `to_char(${moment} at time zone 'Asia/Shanghai', 'YYYY-MM')`;
const values = ({ feeds, from, to }: ReturnAsked): unknown[] => [feeds, from, to];

export const readIntake = (tx: Tx, asked: ReturnAsked): Promise<Intake[]> =>
  tx.query<Intake>(
    `select to_char(day, 'YYYY-MM') as month, sum(accepted)::int as accepted, sum(duplicate)::int as duplicate,
       sum(not_authorised)::int as not_authorised
     from feed_intake where feed = any($1::text[]) and to_char(day, 'YYYY-MM') between $2 and $3 group by 1`,
    values(asked),
  );

/** Refused rows, and those of them that came to something when they were corrected. */
export const readDefects = (
  tx: Tx,
  asked: ReturnAsked,
): Promise<{ month: string; reason: string; rejected: number; corrected: number }[]> =>
  tx.query(
    `select ${monthOf('q.received_at')} as month, q.reason, count(*)::int as rejected,
       (count(*) filter (where t.outcome is not null and t.outcome <> 'rejected'))::int as corrected
     from quarantine q left join quarantine_fates t using (quarantine_no)
     where q.feed = any($1::text[]) and ${monthOf('q.received_at')} between $2 and $3
       -- What was refused again when it was corrected is the same defect, not a second one.
       and not exists (select from quarantine_fates o where o.next_no = q.quarantine_no)
     group by 1, 2`,
    values(asked),
  );

const restsOn = (warning: string): string =>
  `exists (select from jsonb_array_elements_text(${warning}.records) as r (record) where split_part(record, '/', 1) = any($1::text[]))`;

/** Warnings that rest on a record of these feeds. */
export const readWarnings = (tx: Tx, asked: ReturnAsked): Promise<{ month: string; warnings: number }[]> =>
  tx.query(
    `select ${monthOf('w.opened_at')} as month, count(*)::int as warnings from warnings w
     where w.kind = 'warning' and ${monthOf('w.opened_at')} between $2 and $3 and ${restsOn('w')} group by 1`,
    values(asked),
  );

/**
 * Families whose closed case was found true and brought aid, and had a warning that rests on these feeds. A family counts
 * once in a month, by the last closing of its case.
 */
export const readHelped = (tx: Tx, asked: ReturnAsked): Promise<{ month: string; families: number }[]> =>
  tx.query(
    `select month, count(distinct household_no)::int as families from (
       select c.household_no, max(${monthOf(`(e.event ->> 'at')::timestamptz`)}) as month
       from cases c join case_events e on e.case_id = c.case_id and e.type = 'closed'
       where c.state = 'closed' and c.progress ->> 'verification' = 'confirmed'
         and exists (select from warnings w where w.case_id = c.case_id and ${restsOn('w')})
         and exists (
           select from case_events a where a.case_id = c.case_id and (a.type = 'referral_fulfilled'
             or (a.type = 'disposed' and a.event -> 'what' ->> 'disposition' in ('enrol', 'adjust', 'one_off_aid', 'emergency_aid'))))
       group by c.case_id, c.household_no
     ) closed where month between $2 and $3 group by month`,
    values(asked),
  );
