/** Touches the world: the addresses at which analysts tell whether two registered persons are one. */
import { z } from 'zod';
import { type Actor, noteAudit, type Route, RouteProblem, scopeOf } from '../access/index.ts';
import { formatShanghai } from '../platform/calendar.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import {
  type PairDone,
  type PairVerdictRequest,
  pairDone,
  pairVerdictRequest,
  type UndoRequest,
  undoRequest,
} from './contract.ts';
import { countSeen, readPair, type StoredPair, savePairClaim, savePairEvents } from './duplicate-store.ts';
import { CLAIM_MS, decideReading, decideUndo, refuseClaim } from './review/decide-review.ts';
import type { Question, ReviewEvent, ReviewRefusal } from './review/question.ts';
import { refusalWords } from './review/refusal-words.ts';

const refuse = (refusal: ReviewRefusal | 'half_seen'): never => {
  throw new RouteProblem(409, refusal, refusalWords[refusal]);
};

const find = async (tx: Tx, id: string): Promise<StoredPair> => {
  const pair = await readPair(tx, id, true);
  if (pair !== null) return pair;
  throw new RouteProblem(
    404,
    'not_found',
    '没有找到这一对疑似重复人员，或者两人都不在您的辖区内。请返回列表重新选择。',
  );
};

/** Of two persons in two banners only who sees both can say whether they are one. */
const findWhole = async (tx: Tx, id: string): Promise<StoredPair> => {
  const pair = await find(tx, id);
  return (await countSeen(tx, pair)) === 2 ? pair : refuse('half_seen');
};

const done = ({ questionId, version, state, second, claimedUntil }: Question): PairDone => ({
  ...{ pair_id: questionId, version, state, second },
  claimed_until: claimedUntil === null ? null : formatShanghai(claimedUntil),
});

const claim = (postgres: Postgres, actor: Actor, id: string, now: Date): Promise<PairDone> =>
  postgres.transaction(
    async (tx) => {
      const pair = await findWhole(tx, id);
      const refused = refuseClaim(pair, actor.id, now);
      if (refused !== null) return refuse(refused);
      const claimedUntil = new Date(now.getTime() + CLAIM_MS);
      await savePairClaim(tx, id, actor.id, claimedUntil);
      return done({ ...pair, claimedUntil });
    },
    { scope: scopeOf(actor) },
  );

/** Gives a claim back, so that somebody else can go on. */
const giveBack = (postgres: Postgres, actor: Actor, id: string, now: Date): Promise<PairDone> =>
  postgres.transaction(
    async (tx) => {
      const pair = await find(tx, id);
      const isMine = pair.claimedBy === actor.id;
      if (isMine) await savePairClaim(tx, id, null, null);
      const isOver = isMine || (pair.claimedUntil ?? now) <= now;
      return done({ ...pair, claimedUntil: isOver ? null : pair.claimedUntil });
    },
    { scope: scopeOf(actor) },
  );

type Decided = { readonly events: readonly ReviewEvent[] } | { readonly refused: ReviewRefusal };

/** What is said of a pair, its correction order and the line of the log are one transaction. */
const say = (
  postgres: Postgres,
  actor: Actor,
  id: string,
  now: Date,
  { act, reason, decide }: { act: string; reason: string | null; decide: (pair: StoredPair) => Decided },
): Promise<PairDone> =>
  postgres.transaction(
    async (tx) => {
      const before = await findWhole(tx, id);
      const decided = decide(before);
      if ('refused' in decided) return refuse(decided.refused);
      const after = await savePairEvents(tx, before, decided.events, { actor: actor.id, at: now });
      const read = decided.events.find((event) => event.type === 'read');
      await noteAudit(tx, {
        ...{ at: now, actor: actor.id, role: actor.role, act, subject: id, reason },
        detail: { version: after.version, verdict: read?.verdict ?? null, second: after.second },
      });
      return done(after);
    },
    { scope: scopeOf(actor) },
  );

const params = z.object({ pair_id: z.string().min(1).max(64) });
const common = { method: 'POST', act: 'judge_duplicate', params, reply: pairDone } as const;
const nothing = z.strictObject({});
type Asked = Parameters<Route['answer']>[0];
const idOf = ({ params: given }: Asked): string => given['pair_id'] ?? '';

/** Commands on pairs of registered persons. Who may see a pair is asked of the row policies. */
export const duplicateRoutes = ({ postgres }: { readonly postgres: Postgres }): Route[] => [
  {
    ...{ ...common, url: '/api/duplicates/:pair_id/claim', summary: 'Take a pair for 15 minutes', body: nothing },
    answer: async (asked) => ({ body: await claim(postgres, asked.actor, idOf(asked), asked.now) }),
  },
  {
    ...{ ...common, url: '/api/duplicates/:pair_id/release', summary: 'Give a claimed pair back', body: nothing },
    answer: async (asked) => ({ body: await giveBack(postgres, asked.actor, idOf(asked), asked.now) }),
  },
  {
    ...{ ...common, url: '/api/duplicates/:pair_id/verdict', summary: 'Say whether two registered persons are one' },
    body: pairVerdictRequest,
    answer: async (asked) => {
      const { version, verdict, note } = asked.body as PairVerdictRequest;
      const reading = { reader: asked.actor.id, version, verdict, personNo: null, note };
      const decide = (pair: StoredPair) => decideReading(pair, reading, [], asked.now);
      const told = { act: 'judge_duplicate', reason: note, decide };
      return { body: await say(postgres, asked.actor, idOf(asked), asked.now, told) };
    },
  },
  {
    ...{ ...common, url: '/api/duplicates/:pair_id/undo', summary: 'Take a verdict on a pair back, with a reason' },
    body: undoRequest,
    answer: async (asked) => {
      const { version, reason } = asked.body as UndoRequest;
      const decide = (pair: StoredPair) => decideUndo(pair, { reader: asked.actor.id, version, reason }, asked.now);
      const told = { act: 'undo_duplicate', reason, decide };
      return { body: await say(postgres, asked.actor, idOf(asked), asked.now, told) };
    },
  },
];
