/** Touches the world: what waits for reviewers, a page at a time, and how they do (PostgreSQL). */
import { type Actor, scopeOf } from '../../access/index.ts';
import type { ClaimedIdentity } from '../../ingest/index.ts';
import { agreementOf, type ReviewState, type ReviewVerdict } from '../../matchers/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import { type Conditions, createConditions } from './conditions.ts';
import type { ReviewFigures, ReviewPage, ReviewQuery } from './contract-review.ts';
import { cursorId, cursorMoment, momentSql, readCursor, writeCursor } from './cursor.ts';
import type { QueryDeps } from './deps.ts';
import { maskName } from './mask.ts';

interface Row extends Record<string, unknown> {
  question_id: string;
  version: number;
  state: ReviewState;
  identity_sealed: Buffer;
  feeds: string[];
  reasons: string[];
  candidates: number[];
  urgency: number;
  first_received_at: Date;
  received_key: string;
  second: string;
  verdict: ReviewVerdict | null;
  claimed_by: string | null;
}

const UNANSWERED = `(q.state in ('open', 'disputed') or (q.state = 'decided' and q.second = 'wanted'))`;
const order = {
  urgency: 'q.urgency, q.first_received_at, q.question_id',
  oldest: 'q.first_received_at, q.question_id',
} as const;
const digits = /^\d$/;

/** Questions that a reader asks for; one whose first reader the reader was is for somebody else. */
export const conditionsOf = (actor: Actor, query: Pick<ReviewQuery, 'state' | 'feed' | 'region'>): Conditions => {
  const conditions = createConditions();
  if (query.state === 'waiting') {
    conditions.add(UNANSWERED);
    conditions.add(`not ${conditions.bind(actor.id)}::text = any(q.readers)`);
  } else conditions.add(`q.state = 'decided' and not ${UNANSWERED}`);
  if (query.feed !== undefined) conditions.add(`${conditions.bind(query.feed)}::text = any(q.feeds)`);
  if (query.region !== undefined) {
    conditions.add(`exists (select from memberships m join household_states h on h.household_no = m.household_no
      where m.person_no = any(q.candidates) and m.replaced is null and h.replaced is null
        and starts_with(h.region_code, ${conditions.bind(query.region)}::text))`);
  }
  return conditions;
};

/** Questions in the reader's regions. */
export const readReview = async (deps: QueryDeps, actor: Actor, query: ReviewQuery, now: Date): Promise<ReviewPage> => {
  const conditions = conditionsOf(actor, query);
  const filtered = conditions.sql();
  const counted = [...conditions.values];
  const isUrgency = query.sort === 'urgency';
  const keys = readCursor(
    query.sort,
    isUrgency ? [digits, cursorMoment, cursorId] : [cursorMoment, cursorId],
    query.after,
  );
  if (keys !== null) {
    const [moment, id] = keys.slice(-2);
    const at = `(${conditions.bind(moment)}::timestamp at time zone 'UTC')`;
    const place = isUrgency ? `(${conditions.bind(Number(keys[0]))}::smallint, ${at}, ` : `(${at}, `;
    conditions.add(`(${order[query.sort]}) > ${place}${conditions.bind(id)}::text)`);
  }
  return deps.postgres.transaction(
    async (tx) => {
      const [total] = await tx.query<{ n: number }>(
        `select count(*)::int as n from review_questions q where ${filtered}`,
        counted,
      );
      const rows = await tx.query<Row>(
        `select q.question_id, q.version, q.state, q.identity_sealed, q.feeds, q.reasons, q.candidates, q.urgency, q.first_received_at,
           ${momentSql('q.first_received_at')} as received_key, q.second, q.verdict,
           case when q.claimed_until > ${conditions.bind(now)}::timestamptz then q.claimed_by end as claimed_by
         from review_questions q where ${conditions.sql()} order by ${order[query.sort]} limit ${conditions.bind(query.limit)}::int`,
        conditions.values,
      );
      const last = rows.at(-1);
      const lastKeys = last === undefined ? [] : [last.received_key, last.question_id];
      return {
        questions: rows.map((row) => ({
          ...{ question_id: row.question_id, version: row.version, state: row.state, feeds: row.feeds },
          name: maskName((JSON.parse(deps.cipher.open(row.identity_sealed).toString('utf8')) as ClaimedIdentity).name),
          ...{ reasons: row.reasons, candidates: row.candidates.length, urgency: row.urgency },
          first_received_at: formatShanghai(row.first_received_at),
          second: row.second === 'wanted' || row.state === 'disputed',
          claimed: row.claimed_by === null ? ('none' as const) : row.claimed_by === actor.id ? 'mine' : 'another',
          verdict: query.state === 'decided' ? row.verdict : null,
        })),
        total: total?.n ?? 0,
        next:
          last === undefined || rows.length < query.limit
            ? null
            : writeCursor(query.sort, isUrgency ? [last.urgency, ...lastKeys] : lastKeys),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: scopeOf(actor) },
  );
};

/** How the reviewers of the reader's regions do. Two readers of one question, as Cohen's kappa. */
export const readReviewFigures = (deps: QueryDeps, actor: Actor): Promise<ReviewFigures> =>
  deps.postgres.transaction(
    async (tx) => {
      const [counts] = await tx.query<{ waiting: number; decided: number; overturned: number }>(
        `select count(*) filter (where ${UNANSWERED})::int as waiting, count(*) filter (where q.state = 'decided')::int as decided,
           count(*) filter (where q.overturned)::int as overturned from review_questions q`,
      );
      const pairs = await tx.query<{ first: string; second: string }>(
        `select a.verdict || coalesce(':' || a.person_no, '') as first, b.verdict || coalesce(':' || b.person_no, '') as second
         from review_events a join review_events b on b.question_id = a.question_id and b.round = a.round
         where a.type = 'read' and a.reading = 1 and b.type = 'read' and b.reading = 2`,
      );
      const wrong = await tx.query<{ feed: string; questions: number }>(
        `select feed, count(*)::int as questions from review_questions q, unnest(q.feeds) as feed
         where q.state = 'decided' and q.verdict = 'wrong_data' group by feed order by feed`,
      );
      // Which person was meant matters for whether two agree, not for how often a kind of answer is given.
      const {
        pairs: readTwice,
        agreed,
        kappa,
      } = agreementOf(
        pairs.map(({ first, second }) => {
          const kind = (verdict: string): string => verdict.split(':')[0] ?? '';
          return first === second || kind(first) !== kind(second)
            ? ([kind(first), kind(second)] as const)
            : ([kind(first), 'another_person'] as const);
        }),
      );
      return {
        ...{ waiting: counts?.waiting ?? 0, decided: counts?.decided ?? 0, overturned: counts?.overturned ?? 0 },
        ...{ read_twice: readTwice, agreed, kappa, wrong_data: wrong },
      };
    },
    { scope: scopeOf(actor) },
  );
