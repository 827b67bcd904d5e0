/** Touches the world: pairs of registered persons who may be one, and what came of them (PostgreSQL). */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { OrderClosed, OrderKind, ReviewState, ReviewVerdict, SecondReading } from './contract.ts';
import type { DuplicateGround, FoundPair } from './duplicates/compare-persons.ts';
import { orderOf } from './duplicates/order-of.ts';
import type { Explanation } from './person/explanation.ts';
import { evolveQuestion } from './review/decide-review.ts';
import type { Question, ReviewEvent } from './review/question.ts';

const SYSTEM = 'system';

interface Row extends Record<string, unknown> {
  pair_id: string;
  first_no: number;
  second_no: number;
  ground: DuplicateGround;
  bits: number;
  explanation: Explanation;
  numbers: Buffer;
  found_at: Date;
  state: ReviewState;
  version: number;
  round: number;
  verdict: ReviewVerdict | null;
  second: SecondReading;
  overturned: boolean;
  readers: string[];
  claimed_by: string | null;
  claimed_until: Date | null;
}

/** A pair as a question: are they one person? */
export interface StoredPair extends Question {
  readonly persons: readonly [first: number, second: number];
  readonly ground: DuplicateGround;
  readonly bits: number;
  readonly explanation: Explanation;
  /** Keyed hash over both id numbers as they were when the pair was looked at last. */
  readonly numbers: Buffer;
  readonly foundAt: Date;
}

/** A pair that was found, with the hash over its numbers of now. */
export type PairToKeep = FoundPair & { readonly numbers: Buffer };

const COLUMNS = `p.pair_id, p.first_no, p.second_no, p.ground, p.bits, p.explanation, p.numbers, p.found_at, p.state, p.version, p.round,
  p.verdict, p.second, p.overturned, p.readers, p.claimed_by, p.claimed_until`;

const toPair = (row: Row): StoredPair => ({
  ...{ questionId: row.pair_id, persons: [row.first_no, row.second_no], ground: row.ground, bits: row.bits },
  ...{ explanation: row.explanation, numbers: row.numbers, foundAt: row.found_at, state: row.state },
  ...{ version: row.version, round: row.round, verdict: row.verdict, personNo: null, second: row.second },
  ...{ overturned: row.overturned, readers: row.readers, claimedBy: row.claimed_by, claimedUntil: row.claimed_until },
});

const pairId = ({ first, second }: Pick<FoundPair, 'first' | 'second'>): string => `d-${first}-${second}`;

/** A pair that the transaction's scope shows, or null. `lock`: nobody else changes it before the transaction ends. */
export const readPair = async (tx: Tx, id: string, lock: boolean): Promise<StoredPair | null> => {
  const [row] = await tx.query<Row>(
    `select ${COLUMNS} from duplicate_pairs p where p.pair_id = $1 ${lock ? 'for update of p' : ''}`,
    [id],
  );
  return row === undefined ? null : toPair(row);
};

/** How many of a pair's two persons the transaction's scope shows: only who sees both can tell. */
export const countSeen = async (tx: Tx, { persons }: StoredPair): Promise<number> => {
  const [row] = await tx.query<{ n: number }>(
    'select count(*)::int as n from person_states where replaced is null and person_no = any($1::int[])',
    [persons],
  );
  return row?.n ?? 0;
};

export const savePairClaim = async (tx: Tx, id: string, reader: string | null, until: Date | null): Promise<void> => {
  await tx.query('update duplicate_pairs set claimed_by = $2, claimed_until = $3 where pair_id = $1', [
    ...[id, reader, until],
  ]);
};

const closeOrder = async (tx: Tx, id: string, why: OrderClosed, at: Date): Promise<void> => {
  await tx.query(
    'update correction_orders set closed_at = $2, closed_why = $3 where pair_id = $1 and closed_at is null',
    [id, at, why],
  );
};

const openOrder = async (tx: Tx, id: string, kind: OrderKind, by: string, at: Date): Promise<void> => {
  await tx.query(
    `insert into correction_orders (pair_id, kind, opened_at, opened_by) values ($1, $2, $3, $4)
     on conflict (pair_id) where closed_at is null do nothing`,
    [id, kind, at, by],
  );
};

/** Appends events to a pair's history, keeps what it is after them, and lets the correction order follow. */
export const savePairEvents = async (
  tx: Tx,
  before: StoredPair,
  events: readonly ReviewEvent[],
  { actor, at, closed = 'withdrawn' }: { actor: string; at: Date; closed?: OrderClosed },
): Promise<Question> => {
  let now: Question = before;
  for (const event of events) {
    now = evolveQuestion(now, event, actor);
    const said = event.type === 'read' ? event : { reading: null, verdict: null, note: null };
    const note = event.type === 'overturned' ? event.note : said.note;
    await tx.query(
      `insert into duplicate_events (pair_id, version, at, actor, type, round, reading, verdict, note)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [...[before.questionId, now.version, at, actor, event.type, now.round], ...[said.reading, said.verdict, note]],
    );
  }
  await tx.query(
    `update duplicate_pairs set state = $2, version = $3, verdict = $4, second = $5, overturned = $6, readers = $7,
       claimed_by = $8, claimed_until = $9, round = $10 where pair_id = $1`,
    [
      ...[before.questionId, now.state, now.version, now.verdict, now.second, now.overturned],
      ...[now.readers, now.claimedBy, now.claimedUntil, now.round],
    ],
  );
  const [was, is] = [orderOf(before.ground, before.verdict), orderOf(before.ground, now.verdict)];
  if (was !== is && was !== null) await closeOrder(tx, before.questionId, closed, at);
  if (was !== is && is !== null) await openOrder(tx, before.questionId, is, actor, at);
  return now;
};

const keepFound = async (tx: Tx, found: readonly PairToKeep[], at: Date): Promise<number> => {
  const rows = await tx.query<{ is_new: boolean }>(
    `insert into duplicate_pairs (pair_id, first_no, second_no, ground, bits, explanation, numbers, found_at, state, version, round,
       second, overturned, readers)
     select pair_id, first_no, second_no, ground, bits, explanation, decode(numbers, 'hex'), $2, 'open', 0, 1, 'none', false, '{}'
     from jsonb_to_recordset($1::jsonb) as f (pair_id text, first_no int, second_no int, ground text, bits float8, explanation jsonb,
       numbers text)
     on conflict (pair_id) do update set ground = excluded.ground, bits = excluded.bits, explanation = excluded.explanation,
       numbers = excluded.numbers
       where duplicate_pairs.numbers <> excluded.numbers or duplicate_pairs.ground <> excluded.ground
         or duplicate_pairs.state in ('open', 'disputed', 'released')
     returning xmax = 0 as is_new`,
    [
      JSON.stringify(
        found.map((pair) => ({
          ...{ pair_id: pairId(pair), first_no: pair.first, second_no: pair.second, ground: pair.ground },
          ...{ bits: pair.bits, explanation: pair.explanation, numbers: pair.numbers.toString('hex') },
        })),
      ),
      at,
    ],
  );
  return rows.filter((row) => row.is_new).length;
};

/**
 * Keeps pairs that were found, each once. What was decided stays so while both numbers are what they were; where one has
 * changed, the question is another. Repeating it changes nothing. Returns how many are to be asked about that were not before.
 */
export const keepPairs = async (tx: Tx, found: readonly PairToKeep[], at: Date): Promise<number> => {
  if (found.length === 0) return 0;
  const byId = new Map(found.map((pair) => [pairId(pair), pair]));
  const standing = await tx.query<Row>(
    `select ${COLUMNS} from duplicate_pairs p where p.pair_id = any($1::text[]) order by p.pair_id for update of p`,
    [[...byId.keys()]],
  );
  let again = 0;
  for (const pair of standing.map(toPair)) {
    const { numbers } = byId.get(pair.questionId) as PairToKeep;
    const isOther = !pair.numbers.equals(numbers);
    if (pair.state === 'released' || (pair.state === 'decided' && isOther)) {
      again += 1;
      const told = { actor: SYSTEM, at, closed: 'number_changed' as const };
      await savePairEvents(tx, pair, [{ type: 'reopened' }], told);
      continue;
    }
    // Who had left and is back: the answer is known, and the registry has to be told once more.
    const kind = orderOf(pair.ground, pair.verdict);
    if (kind !== null) await openOrder(tx, pair.questionId, kind, SYSTEM, at);
  }
  return again + (await keepFound(tx, [...byId.values()], at));
};

/** Pairs that wait for an answer, or whose correction the registry's keeper owes. */
export const readUnsettledPairs = async (
  postgres: Postgres,
): Promise<(Pick<StoredPair, 'questionId' | 'persons' | 'numbers'> & { readonly isOrdered: boolean })[]> => {
  const rows = await postgres.query<Pick<Row, 'pair_id' | 'first_no' | 'second_no' | 'numbers'> & { ordered: boolean }>(
    `select p.pair_id, p.first_no, p.second_no, p.numbers, o.order_no is not null as ordered from duplicate_pairs p
     left join correction_orders o on o.pair_id = p.pair_id and o.closed_at is null
     where p.state in ('open', 'disputed') or o.order_no is not null order by p.pair_id`,
    [],
    { scope: '*' },
  );
  return rows.map((row) => ({
    ...{ questionId: row.pair_id, persons: [row.first_no, row.second_no] as const, numbers: row.numbers },
    isOrdered: row.ordered,
  }));
};

/** Nothing is left to ask about these pairs: those that wait are taken back, what was decided stays. */
export const releasePairs = async (tx: Tx, ids: readonly string[], at: Date): Promise<void> => {
  for (const id of ids) {
    const pair = await readPair(tx, id, true);
    if (pair === null || (pair.state !== 'open' && pair.state !== 'disputed')) continue;
    await savePairEvents(tx, pair, [{ type: 'released' }], { actor: SYSTEM, at });
  }
};

/** Corrections that the registry has made. */
export const closeOrders = async (
  tx: Tx,
  closed: readonly { readonly questionId: string; readonly why: OrderClosed }[],
  at: Date,
): Promise<void> => {
  for (const { questionId, why } of closed) await closeOrder(tx, questionId, why, at);
};

/** Up to which revision everybody was compared; 0 where nobody was. */
export const readScanned = async (postgres: Postgres): Promise<number> => {
  const [row] = await postgres.query<{ revision: number }>('select revision from duplicate_scans');
  return row?.revision ?? 0;
};

export const noteScanned = async (tx: Tx, revision: number, model: string, at: Date): Promise<void> => {
  await tx.query(
    `insert into duplicate_scans as s (revision, model, ended_at) values ($1, $2, $3)
     on conflict (singleton) do update set revision = greatest(s.revision, excluded.revision), model = excluded.model,
       ended_at = excluded.ended_at`,
    [revision, model, at],
  );
};
