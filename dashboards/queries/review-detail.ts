/** Touches the world: one question side by side with those it asks about (PostgreSQL, ClickHouse). */
import { type Actor, noteAudit, RouteProblem, scopeOf } from '../../access/index.ts';
import type { ClaimedIdentity, DepartmentRecord } from '../../ingest/index.ts';
import { claimedKey, readHeld, readQuestion, readShown, type StoredQuestion } from '../../matchers/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { ReviewDetail, ReviewRevealed } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { readCandidates, readMembers, saidOf, shownPerson } from './person-shown.ts';
import { masked, saidBy } from './review-compare.ts';
import { mayKnowScore, readScored } from './review-explanation.ts';

const find = async (tx: Tx, questionId: string): Promise<StoredQuestion> => {
  const question = await readQuestion(tx, questionId, false);
  if (question !== null) return question;
  throw new RouteProblem(404, 'not_found', '没有找到这一复核事项，或者它不在您的辖区内。');
};

const identityOf = (deps: QueryDeps, { identitySealed }: StoredQuestion): ClaimedIdentity =>
  JSON.parse(deps.cipher.open(identitySealed).toString('utf8')) as ClaimedIdentity;

interface EventRow extends Record<string, unknown> {
  version: number;
  at: Date;
  actor: string;
  name: string | null;
  type: ReviewDetail['history'][number]['type'];
  verdict: ReviewDetail['verdict'];
  person_id: string | null;
  note: string | null;
}

/** Whoever may still read a question must not know what others said of it; who has read it knows. */
const isBlind = ({ state, second, readers }: StoredQuestion, actor: Actor): boolean =>
  !readers.includes(actor.id) && (state === 'disputed' || (state === 'decided' && second === 'wanted'));

const readHistory = async (tx: Tx, question: StoredQuestion, actor: Actor): Promise<ReviewDetail['history']> => {
  const rows = await tx.query<EventRow>(
    `select e.version, e.at, e.actor, u.name, e.type, e.verdict, p.person_id, e.note from review_events e
     left join persons p using (person_no) left join users u on u.user_id = e.actor
     where e.question_id = $1 and ($2::boolean is false or e.round < $3) order by e.version`,
    [question.questionId, isBlind(question, actor), question.round],
  );
  return rows.map(({ name, actor, at, ...row }) => ({ ...row, at: formatShanghai(at), actor: name ?? actor }));
};

export const readReviewDetail = async (
  deps: QueryDeps,
  actor: Actor,
  questionId: string,
  now: Date,
): Promise<ReviewDetail> => {
  const day = formatDay(shanghaiDay(now));
  const shown = await deps.postgres.transaction(
    async (tx) => {
      const question = await find(tx, questionId);
      const persons = await readShown(tx, question);
      const candidates = await readCandidates(tx, [...persons.keys()], day);
      const households = candidates.flatMap(({ household_no: no }) => (no === null ? [] : [no]));
      const members = await readMembers(tx, households, day);
      return { question, candidates, members, history: await readHistory(tx, question, actor) };
    },
    { scope: scopeOf(actor) },
  );
  const { question, candidates, members, history } = shown;
  const identity = identityOf(deps, question);
  const key = claimedKey(identity);
  const claims = saidBy(identity);
  const held = (await readHeld(deps.clickhouse, question.idHash)).flatMap(({ payload, ...row }) => {
    const { record } = JSON.parse(deps.cipher.open(payload).toString('utf8')) as { record: DepartmentRecord };
    return claimedKey(record.identity) === key ? [{ ...row, key: record.key }] : [];
  });
  const shownPersons = new Map(candidates.map((row) => [row.person_no, row.person_id]));
  const newest = mayKnowScore(question, actor.id) ? held.at(-1) : undefined;
  const { scores, explanation } = await readScored(deps.clickhouse, newest, shownPersons);
  const blind = isBlind(question, actor);
  const { claimedUntil } = question;
  const isClaimed = claimedUntil !== null && claimedUntil > now;
  const person = candidates.find(({ person_no: no }) => no === question.personNo);
  return {
    ...{ question_id: question.questionId, version: question.version, state: question.state, second: question.second },
    claimed: !isClaimed ? 'none' : question.claimedBy === actor.id ? 'mine' : 'another',
    claimed_until: isClaimed ? formatShanghai(claimedUntil) : null,
    reasons: [...question.reasons],
    claims: masked(claims),
    candidates: candidates.map((row) => {
      const said = saidOf(deps, row);
      return { ...shownPerson(row, said, claims, members), score: scores.get(row.person_no) ?? null };
    }),
    explanation,
    more_candidates: Math.max(0, question.candidates.length - candidates.length),
    records: held.map(({ feed, recordId, day: on, receivedAt }) => ({
      ...{ feed, record_id: recordId, occurred_on: formatDay(on), received_at: formatShanghai(receivedAt) },
    })),
    verdict: blind ? null : question.verdict,
    person_id: blind ? null : (person?.person_id ?? null),
    settled: question.settled,
    history,
    synthetic: deps.isSynthetic(),
  };
};

/** The line of the log and the values are one transaction: what could not be logged is not shown. */
export const revealReview = (
  deps: QueryDeps,
  actor: Actor,
  questionId: string,
  reason: string,
  now: Date,
): Promise<ReviewRevealed> =>
  deps.postgres.transaction(
    async (tx) => {
      const question = await find(tx, questionId);
      const candidates = await readCandidates(
        tx,
        [...(await readShown(tx, question)).keys()],
        formatDay(shanghaiDay(now)),
      );
      await noteAudit(tx, {
        ...{ at: now, actor: actor.id, role: actor.role, act: 'see_match_identity', subject: questionId, reason },
        detail: { persons: candidates.map(({ person_id }) => person_id) },
      });
      return {
        claims: saidBy(identityOf(deps, question)),
        candidates: candidates.map((row) => ({ person_id: row.person_id, fields: saidOf(deps, row) })),
      };
    },
    { scope: scopeOf(actor) },
  );
