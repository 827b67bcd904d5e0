/** Touches the world: the addresses at which reviewers take questions and answer them. */
import { z } from 'zod';
import { type Actor, noteAudit, type Route, type RouteAnswer, RouteProblem, scopeOf } from '../access/index.ts';
import { formatShanghai } from '../platform/calendar.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import {
  type ReviewDone,
  reviewDone,
  type UndoRequest,
  undoRequest,
  type VerdictRequest,
  verdictRequest,
} from './contract.ts';
import { CLAIM_MS, decideReading, decideUndo, refuseClaim, saysOther } from './review/decide-review.ts';
import type { Question, ReviewEvent, ReviewRefusal } from './review/question.ts';
import { refusalWords } from './review/refusal-words.ts';
import {
  readQuestion,
  readShown,
  releaseQuestions,
  type StoredQuestion,
  saveClaim,
  saveEvents,
  saveJudgements,
} from './review-store.ts';

export interface ReviewDeps {
  readonly postgres: Postgres;
  /** Lets facts follow a question's verdict; false when that has to wait. */
  readonly settle: (questionId: string) => Promise<boolean>;
  /** Whether any record in force still claims the question's identity. */
  readonly isHeld: (question: StoredQuestion) => Promise<boolean>;
}

const refuse = (refusal: ReviewRefusal | 'nothing_left'): never => {
  throw new RouteProblem(409, refusal, refusalWords[refusal]);
};

const find = async (tx: Tx, questionId: string): Promise<StoredQuestion> => {
  const question = await readQuestion(tx, questionId, true);
  if (question !== null) return question;
  throw new RouteProblem(404, 'not_found', '没有找到这一复核事项，或者它不在您的辖区内。');
};

const done = (question: Question, settled: boolean): ReviewDone => ({
  ...{ question_id: question.questionId, version: question.version, state: question.state, second: question.second },
  claimed_until: question.claimedUntil === null ? null : formatShanghai(question.claimedUntil),
  settled,
});

const claim = async (deps: ReviewDeps, actor: Actor, questionId: string, now: Date): Promise<ReviewDone> => {
  const question = await deps.postgres.transaction((tx) => find(tx, questionId), { scope: scopeOf(actor) });
  // What a department corrected meanwhile is nothing to decide about.
  if (!(await deps.isHeld(question))) {
    await deps.postgres.transaction((tx) => releaseQuestions(tx, [question.identityHash], now), { scope: '*' });
    refuse('nothing_left');
  }
  return deps.postgres.transaction(
    async (tx) => {
      const fresh = await find(tx, questionId);
      const refused = refuseClaim(fresh, actor.id, now);
      if (refused !== null) return refuse(refused);
      const claimedUntil = new Date(now.getTime() + CLAIM_MS);
      await saveClaim(tx, questionId, actor.id, claimedUntil);
      return done({ ...fresh, claimedUntil }, fresh.settled);
    },
    { scope: scopeOf(actor) },
  );
};

/** Gives a claim back, so that somebody else can go on. */
const giveBack = (deps: ReviewDeps, actor: Actor, questionId: string, now: Date): Promise<ReviewDone> =>
  deps.postgres.transaction(
    async (tx) => {
      const question = await find(tx, questionId);
      const isMine = question.claimedBy === actor.id;
      if (isMine) await saveClaim(tx, questionId, null, null);
      const { claimedUntil } = question;
      return done(
        { ...question, claimedUntil: isMine || (claimedUntil ?? now) <= now ? null : claimedUntil },
        question.settled,
      );
    },
    { scope: scopeOf(actor) },
  );

interface Said {
  readonly events: readonly ReviewEvent[];
  readonly shown: readonly number[];
  readonly reason: string | null;
}

/** The verdict is knowledge when it is committed; facts follow it, at once or as soon as a running load lets them. */
const say = async (
  deps: ReviewDeps,
  actor: Actor,
  questionId: string,
  now: Date,
  act: 'judge_match' | 'undo_match',
  decide: (tx: Tx, question: StoredQuestion) => Promise<Said>,
): Promise<ReviewDone> => {
  const { question, hasEffect } = await deps.postgres.transaction(
    async (tx) => {
      const before = await find(tx, questionId);
      const { events, shown, reason } = await decide(tx, before);
      const verdict = events.find((event) => event.type === 'read');
      // A second verdict that agrees changes nothing, and one that does not takes the first one's effect back.
      const settled = { actor: actor.id, at: now, settled: before.settled };
      const after = await saveEvents(tx, before, events, settled);
      const other = saysOther(before, after);
      if (other) {
        await saveJudgements(tx, after, shown);
        await tx.query('update review_questions set settled = false where question_id = $1', [questionId]);
      }
      await noteAudit(tx, {
        ...{ at: now, actor: actor.id, role: actor.role, act, subject: questionId, reason },
        detail: { version: after.version, verdict: verdict?.verdict ?? null, second: after.second },
      });
      return { question: after, hasEffect: other };
    },
    { scope: scopeOf(actor) },
  );
  return done(question, hasEffect ? await deps.settle(questionId) : true);
};

const giveVerdict = (deps: ReviewDeps, actor: Actor, questionId: string, asked: VerdictRequest, now: Date) =>
  say(deps, actor, questionId, now, 'judge_match', async (tx, question) => {
    const shown = await readShown(tx, question);
    const personNo = [...shown].find(([, personId]) => personId === asked.person_id)?.[0] ?? null;
    if (asked.person_id !== null && personNo === null) return refuse('not_a_candidate');
    const { version, verdict, note } = asked;
    const candidates = [...shown.keys()];
    const decided = decideReading(question, { reader: actor.id, version, verdict, personNo, note }, candidates, now);
    if ('refused' in decided) return refuse(decided.refused);
    return { events: decided.events, shown: candidates, reason: note };
  });

const undo = (deps: ReviewDeps, actor: Actor, questionId: string, { version, reason }: UndoRequest, now: Date) =>
  say(deps, actor, questionId, now, 'undo_match', async (_, question) => {
    const decided = decideUndo(question, { reader: actor.id, version, reason }, now);
    if ('refused' in decided) return refuse(decided.refused);
    return { events: decided.events, shown: [], reason };
  });

const params = z.object({ question_id: z.string().min(1).max(64) });
const common = { method: 'POST', act: 'judge_match', params, reply: reviewDone } as const;
/** Nothing has to be said, and browsers send something. */
const nothing = z.strictObject({});
type Asked = Parameters<Route['answer']>[0];
const idOf = ({ params: given }: Asked): string => given['question_id'] ?? '';

/** Commands of reviewers. Who may see a question is asked of the row policies. */
export const reviewRoutes = (deps: ReviewDeps): Route[] => [
  {
    ...{ ...common, url: '/api/review/:question_id/claim', summary: 'Take a question for 15 minutes' },
    body: nothing,
    answer: async (asked): Promise<RouteAnswer> => ({ body: await claim(deps, asked.actor, idOf(asked), asked.now) }),
  },
  {
    ...{ ...common, url: '/api/review/:question_id/release', summary: 'Give a claimed question back' },
    body: nothing,
    answer: async (asked) => ({ body: await giveBack(deps, asked.actor, idOf(asked), asked.now) }),
  },
  {
    ...{ ...common, url: '/api/review/:question_id/verdict', summary: 'Say whose the records of an identity are' },
    body: verdictRequest,
    answer: async (asked) => ({
      body: await giveVerdict(deps, asked.actor, idOf(asked), asked.body as VerdictRequest, asked.now),
    }),
  },
  {
    ...{ ...common, url: '/api/review/:question_id/undo', summary: 'Take a verdict back, with a reason' },
    body: undoRequest,
    answer: async (asked) => ({
      body: await undo(deps, asked.actor, idOf(asked), asked.body as UndoRequest, asked.now),
    }),
  },
];
