/** Touches the world: two registered persons side by side (PostgreSQL). */
import { type Actor, noteAudit, RouteProblem, scopeOf } from '../../access/index.ts';
import { probabilityOfBits, readPair, type StoredPair } from '../../matchers/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { DuplicateDetail, DuplicateRevealed } from './contract-duplicate.ts';
import { reviewFields } from './contract-review.ts';
import type { QueryDeps } from './deps.ts';
import { readCandidates, readMembers, saidOf, shownPerson } from './person-shown.ts';
import type { Said } from './review-compare.ts';
import { asShown, mayKnowScore } from './review-explanation.ts';

const find = async (tx: Tx, id: string): Promise<StoredPair> => {
  const pair = await readPair(tx, id, false);
  if (pair !== null) return pair;
  throw new RouteProblem(
    404,
    'not_found',
    '没有找到这一对疑似重复人员，或者两人都不在您的辖区内。请返回列表重新选择。',
  );
};

/** Whoever may still read a pair must not know what others said of it; who has read it knows. */
const isBlind = ({ state, second, readers }: StoredPair, actor: Actor): boolean =>
  !readers.includes(actor.id) && (state === 'disputed' || (state === 'decided' && second === 'wanted'));

interface EventRow extends Record<string, unknown> {
  version: number;
  at: Date;
  actor: string;
  name: string | null;
  type: DuplicateDetail['history'][number]['type'];
  verdict: DuplicateDetail['verdict'];
  note: string | null;
}

const readHistory = async (tx: Tx, pair: StoredPair, actor: Actor): Promise<DuplicateDetail['history']> => {
  const rows = await tx.query<EventRow>(
    `select e.version, e.at, e.actor, u.name, e.type, e.verdict, e.note from duplicate_events e
     left join users u on u.user_id = e.actor
     where e.pair_id = $1 and ($2::boolean is false or e.round < $3) order by e.version`,
    [pair.questionId, isBlind(pair, actor), pair.round],
  );
  return rows.map(({ name, actor: by, at, ...row }) => ({ ...row, at: formatShanghai(at), actor: name ?? by }));
};

type Order = NonNullable<DuplicateDetail['order']>;

const readOrder = async (tx: Tx, id: string): Promise<Order | null> => {
  type Row = Omit<Order, 'opened_at' | 'closed_at'> & { opened_at: Date; closed_at: Date | null };
  const [row] = await tx.query<Row>(
    `select order_no, kind, opened_at, closed_at, closed_why from correction_orders where pair_id = $1
     order by order_no desc limit 1`,
    [id],
  );
  if (row === undefined) return null;
  const closed = row.closed_at === null ? null : formatShanghai(row.closed_at);
  return { ...row, opened_at: formatShanghai(row.opened_at), closed_at: closed };
};

/** What is not known of somebody who is registered elsewhere. */
const NOTHING = Object.fromEntries(reviewFields.map((field) => [field, null])) as unknown as Said;

export const readDuplicateDetail = async (
  deps: QueryDeps,
  actor: Actor,
  id: string,
  now: Date,
): Promise<DuplicateDetail> => {
  const day = formatDay(shanghaiDay(now));
  const { pair, persons, members, history, order } = await deps.postgres.transaction(
    async (tx) => {
      const found = await find(tx, id);
      const seen = await readCandidates(tx, found.persons, day);
      const households = seen.flatMap(({ household_no: no }) => (no === null ? [] : [no]));
      return {
        ...{ pair: found, persons: seen, members: await readMembers(tx, households, day) },
        ...{ history: await readHistory(tx, found, actor), order: await readOrder(tx, id) },
      };
    },
    { scope: scopeOf(actor) },
  );
  const said = persons.map((row) => saidOf(deps, row));
  const blind = isBlind(pair, actor);
  const knows = mayKnowScore(pair, actor.id);
  const { claimedUntil } = pair;
  const isClaimed = claimedUntil !== null && claimedUntil > now;
  return {
    ...{ pair_id: pair.questionId, version: pair.version, state: pair.state, ground: pair.ground },
    second: pair.second,
    claimed: !isClaimed ? 'none' : pair.claimedBy === actor.id ? 'mine' : 'another',
    claimed_until: isClaimed ? formatShanghai(claimedUntil) : null,
    persons: persons.map((row, i) => ({
      ...shownPerson(row, said[i] as Said, said[1 - i] ?? NOTHING, members),
      score: knows ? probabilityOfBits(pair.bits) : null,
    })),
    explanation: knows ? asShown(pair.explanation) : null,
    verdict: blind ? null : pair.verdict,
    order: blind ? null : order,
    history,
    synthetic: deps.isSynthetic(),
  };
};

/** The line of the log and the values are one transaction: what could not be logged is not shown. */
export const revealDuplicate = (
  deps: QueryDeps,
  actor: Actor,
  id: string,
  reason: string,
  now: Date,
): Promise<DuplicateRevealed> =>
  deps.postgres.transaction(
    async (tx) => {
      const { persons } = await find(tx, id);
      const seen = await readCandidates(tx, persons, formatDay(shanghaiDay(now)));
      await noteAudit(tx, {
        ...{ at: now, actor: actor.id, role: actor.role, act: 'see_duplicate_identity', subject: id, reason },
        detail: { persons: seen.map(({ person_id }) => person_id) },
      });
      return { candidates: seen.map((row) => ({ person_id: row.person_id, fields: saidOf(deps, row) })) };
    },
    { scope: scopeOf(actor) },
  );
