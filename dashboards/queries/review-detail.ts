/** Touches the world: one question side by side with those it asks about (PostgreSQL, ClickHouse). */
import { type Actor, noteAudit, RouteProblem, scopeOf } from '../../access/index.ts';
import type { ClaimedIdentity, DepartmentRecord } from '../../ingest/index.ts';
import { claimedKey, readHeld, readQuestion, readShown, type StoredQuestion } from '../../matchers/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import { type ReviewDetail, type ReviewRevealed, reviewFields } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { maskName } from './mask.ts';
import { memberOn } from './names.ts';
import { compare, masked, type Said, saidBy } from './review-compare.ts';
import { mayKnowScore, readScored } from './review-explanation.ts';

const find = async (tx: Tx, questionId: string): Promise<StoredQuestion> => {
  const question = await readQuestion(tx, questionId, false);
  if (question !== null) return question;
  throw new RouteProblem(404, 'not_found', '没有找到这一复核事项，或者它不在您的辖区内。');
};

interface CandidateRow extends Record<string, unknown> {
  person_no: number;
  person_id: string;
  name: string;
  id_sealed: Buffer | null;
  birth_date: string | null;
  phone_sealed: Buffer | null;
  household_no: number | null;
  household_id: string | null;
  home_phone_sealed: Buffer | null;
  address: string | null;
  region_code: string | null;
  category: string | null;
}

/** Candidates with the household that each belongs to on a day, in the order asked. */
const readCandidates = (tx: Tx, persons: readonly number[], day: string): Promise<CandidateRow[]> =>
  tx.query<CandidateRow>(
    `select p.person_no, p.person_id, s.name, s.id_sealed, s.birth_date, s.phone_sealed, m.household_no, h.household_id,
       home.phone_sealed as home_phone_sealed, home.address, home.region_code, (
         select c.category from household_categories c where c.household_no = m.household_no and c.replaced is null
           and c.category_since <= $2 order by c.category_since desc limit 1) as category
     from unnest($1::int[]) with ordinality as asked (person_no, place)
     join persons p using (person_no) join person_states s on s.person_no = p.person_no and s.replaced is null
     left join lateral (
       select m.household_no from memberships m where m.person_no = p.person_no and ${memberOn('$2')}
       order by m.member_from desc nulls last limit 1) m on true
     left join households h on h.household_no = m.household_no
     left join lateral (
       select st.phone_sealed, st.address, st.region_code from household_states st
       where st.household_no = m.household_no and st.replaced is null
       order by st.held_from <= $2 desc, case when st.held_from <= $2 then st.held_from end desc, st.held_from limit 1) home on true
     order by asked.place`,
    [persons, day],
  );

const readMembers = async (tx: Tx, households: readonly number[], day: string) => {
  const rows = await tx.query<{
    household_no: number;
    person_no: number;
    name: string;
    relation: string;
    birth_year: number | null;
  }>(
    `select m.household_no, m.person_no, s.name, s.relation, extract(year from s.birth_date)::int as birth_year
     from memberships m join person_states s on s.person_no = m.person_no and s.replaced is null
     where m.household_no = any($1::int[]) and ${memberOn('$2')}
     order by (s.relation = 'head') desc, s.birth_date nulls last, m.person_no`,
    [households, day],
  );
  return rows;
};

const saidOf = (deps: QueryDeps, row: CandidateRow): Said => {
  const open = (sealed: Buffer | null): string | null =>
    sealed === null ? null : deps.cipher.open(sealed).toString('utf8');
  return {
    ...{ name: row.name, id_number: open(row.id_sealed), birth_date: row.birth_date },
    phone: open(row.phone_sealed ?? row.home_phone_sealed),
    ...{ address: row.address, region: row.region_code },
  };
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
      const hidden = masked(said);
      return {
        ...{ person_id: row.person_id, household_id: row.household_id, category: row.category },
        fields: Object.fromEntries(
          reviewFields.map((field) => [
            field,
            { value: hidden[field], compare: compare(field, claims[field], said[field]) },
          ]),
        ) as ReviewDetail['candidates'][number]['fields'],
        members: members
          .filter((member) => member.household_no === row.household_no && member.person_no !== row.person_no)
          .map(({ name, relation, birth_year }) => ({ name: maskName(name), relation, birth_year })),
        score: scores.get(row.person_no) ?? null,
      };
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
