/** Touches the world: questions to reviewers, their history, and verdicts as knowledge (PostgreSQL). */
import type { ClaimedIdentity } from '../ingest/index.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import { claimedKey } from './claimed-key.ts';
import type { ReviewState, ReviewVerdict, SecondReading } from './contract.ts';
import type { Judgement, Judgements } from './obey.ts';
import { evolveQuestion } from './review/decide-review.ts';
import type { Question, ReviewEvent } from './review/question.ts';

/** Who reads and writes as this program does. */
const SYSTEM = 'system';

interface Row extends Record<string, unknown> {
  question_id: string;
  identity_hash: Buffer;
  id_hash: string;
  identity_sealed: Buffer;
  candidates: number[];
  reasons: string[];
  feeds: string[];
  state: ReviewState;
  version: number;
  verdict: ReviewVerdict | null;
  person_no: number | null;
  second: SecondReading;
  overturned: boolean;
  readers: string[];
  claimed_by: string | null;
  claimed_until: Date | null;
  settled: boolean;
  round: number;
  judged: number[];
}

/** A question with what it is about. */
export interface StoredQuestion extends Question {
  readonly identityHash: Buffer;
  readonly idHash: string;
  readonly identitySealed: Buffer;
  /** Persons that it asks about, the likeliest first. */
  readonly candidates: readonly number[];
  readonly reasons: readonly string[];
  readonly feeds: readonly string[];
  /** False: facts do not follow the verdict yet. */
  readonly settled: boolean;
  /** Persons whose the records are not, as a verdict says: nobody is asked about them again. */
  readonly judged: readonly number[];
}

const COLUMNS = `q.question_id, q.identity_hash, q.id_hash, q.identity_sealed, q.candidates, q.reasons, q.feeds, q.state, q.version, q.verdict,
  q.person_no, q.second, q.overturned, q.readers, q.claimed_by, q.claimed_until, q.settled,
  array(select j.person_no from link_judgements j where j.question_id = q.question_id and j.kind = 'cannot') as judged,
  (select coalesce(max(e.round), 1) from review_events e where e.question_id = q.question_id)::int as round`;

const toQuestion = (row: Row): StoredQuestion => ({
  ...{ questionId: row.question_id, state: row.state, version: row.version, verdict: row.verdict },
  ...{ personNo: row.person_no, second: row.second, overturned: row.overturned, readers: row.readers },
  ...{ claimedBy: row.claimed_by, claimedUntil: row.claimed_until, round: row.round, settled: row.settled },
  ...{ identityHash: row.identity_hash, idHash: row.id_hash, identitySealed: row.identity_sealed },
  ...{ candidates: row.candidates, reasons: row.reasons, feeds: row.feeds, judged: row.judged },
});

/** Candidates that are shown at most: nobody compares more side by side. */
const MOST_SHOWN = 3;

/** Whom a reader is asked about: those that the transaction's scope shows and nobody said anything about. Ids by number. */
export const readShown = async (tx: Tx, { candidates, judged }: StoredQuestion): Promise<Map<number, string>> => {
  const rows = await tx.query<{ person_no: number; person_id: string }>(
    `select p.person_no, p.person_id from unnest($1::int[]) with ordinality as c (person_no, place)
     join person_states s on s.person_no = c.person_no and s.replaced is null join persons p on p.person_no = c.person_no
     order by c.place`,
    [candidates],
  );
  const asked = rows.filter((row) => !judged.includes(row.person_no));
  return new Map((asked.length === 0 ? rows : asked).slice(0, MOST_SHOWN).map((row) => [row.person_no, row.person_id]));
};

/** A question that the transaction's scope shows, or null. `lock`: nobody else changes it before the transaction ends. */
export const readQuestion = async (tx: Tx, questionId: string, lock: boolean): Promise<StoredQuestion | null> => {
  const [row] = await tx.query<Row>(
    `select ${COLUMNS} from review_questions q where q.question_id = $1 ${lock ? 'for update of q' : ''}`,
    [questionId],
  );
  return row === undefined ? null : toQuestion(row);
};

export const saveClaim = async (
  tx: Tx,
  questionId: string,
  reader: string | null,
  until: Date | null,
): Promise<void> => {
  await tx.query('update review_questions set claimed_by = $2, claimed_until = $3 where question_id = $1', [
    ...[questionId, reader, until],
  ]);
};

const eventRow = (event: ReviewEvent) =>
  event.type === 'read'
    ? { reading: event.reading, verdict: event.verdict, personNo: event.personNo, note: event.note }
    : { reading: null, verdict: null, personNo: null, note: event.type === 'overturned' ? event.note : null };

/** Appends events to a question's history and keeps what it is after them. `settled` false: facts have to follow. */
export const saveEvents = async (
  tx: Tx,
  before: StoredQuestion,
  events: readonly ReviewEvent[],
  { actor, at, settled }: { actor: string; at: Date; settled: boolean },
): Promise<Question> => {
  let now: Question = before;
  for (const event of events) {
    now = evolveQuestion(now, event, actor);
    const { reading, verdict, personNo, note } = eventRow(event);
    await tx.query(
      `insert into review_events (question_id, version, at, actor, type, round, reading, verdict, person_no, note)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [...[before.questionId, now.version, at, actor, event.type, now.round], ...[reading, verdict, personNo, note]],
    );
  }
  await tx.query(
    `update review_questions set state = $2, version = $3, verdict = $4, person_no = $5, second = $6, overturned = $7, readers = $8,
       claimed_by = $9, claimed_until = $10, settled = $11 where question_id = $1`,
    [
      ...[before.questionId, now.state, now.version, now.verdict, now.personNo, now.second, now.overturned],
      ...[now.readers, now.claimedBy, now.claimedUntil, settled],
    ],
  );
  return now;
};

/** Keeps what a verdict says of the persons that were asked about; without one, nothing is known of the identity any more. */
export const saveJudgements = async (
  tx: Tx,
  { questionId, verdict, personNo }: Question,
  shown: readonly number[],
): Promise<void> => {
  if (verdict === null) {
    await tx.query('delete from link_judgements where question_id = $1', [questionId]);
    return;
  }
  const persons = verdict === 'same' && personNo !== null ? [personNo] : verdict === 'different' ? shown : [];
  await tx.query(
    `insert into link_judgements (question_id, person_no, kind) select $1, unnest($2::int[]), $3
     on conflict (question_id, person_no) do update set kind = excluded.kind`,
    [questionId, persons, verdict === 'same' ? 'must' : 'cannot'],
  );
};

/** Every judgement in force. There are as many as people decided, so that all of them fit in memory. */
export const readJudgements = async (
  postgres: Postgres,
  cipher: { open(sealed: Buffer): Buffer },
): Promise<Judgements> => {
  const rows = await postgres.query<{ identity_sealed: Buffer; musts: number[] | null; cannots: number[] | null }>(
    `select q.identity_sealed, array_agg(j.person_no) filter (where j.kind = 'must') as musts,
       array_agg(j.person_no) filter (where j.kind = 'cannot') as cannots
     from link_judgements j join review_questions q using (question_id) group by q.question_id, q.identity_sealed`,
    [],
    { scope: '*' },
  );
  return new Map(
    rows.map(({ identity_sealed, musts, cannots }): [string, Judgement] => {
      const identity = JSON.parse(cipher.open(identity_sealed).toString('utf8')) as ClaimedIdentity;
      return [claimedKey(identity), { must: musts?.[0] ?? 0, cannot: new Set(cannots ?? []) }];
    }),
  );
};

/** Whether reviewers were ever asked anything. */
export const hasQuestions = async (postgres: Postgres): Promise<boolean> =>
  (await postgres.query('select 1 from review_questions limit 1', [], { scope: '*' })).length > 0;

/** Questions whose facts do not follow their verdict yet. */
export const readUnsettled = async (postgres: Postgres): Promise<string[]> => {
  const rows = await postgres.query<{ question_id: string }>(
    'select question_id from review_questions where not settled order by question_id',
    [],
    { scope: '*' },
  );
  return rows.map((row) => row.question_id);
};

/** Facts follow a question's verdict, unless somebody has said something else meanwhile. */
export const noteSettled = async (tx: Tx, { questionId, version }: Question): Promise<void> => {
  await tx.query('update review_questions set settled = true where question_id = $1 and version = $2', [
    ...[questionId, version],
  ]);
};

/** Questions about claimed identities, for whoever changes them in the same transaction. */
export const lockQuestionsOf = async (tx: Tx, hashes: readonly Buffer[]): Promise<StoredQuestion[]> => {
  const rows = await tx.query<Row>(
    `select ${COLUMNS} from review_questions q where q.identity_hash = any($1::bytea[]) order by q.question_id for update of q`,
    [hashes],
  );
  return rows.map(toQuestion);
};

/** Nothing waits for an answer about these identities any more: what was decided stays, open questions go. */
export const releaseQuestions = async (tx: Tx, hashes: readonly Buffer[], at: Date): Promise<void> => {
  if (hashes.length === 0) return;
  for (const question of await lockQuestionsOf(tx, hashes)) {
    if (question.state !== 'open' && question.state !== 'disputed') continue;
    await saveEvents(tx, question, [{ type: 'released' }], { actor: SYSTEM, at, settled: question.settled });
  }
};

/** What the matcher could not decide, to be asked of a reviewer. */
export interface AskedQuestion {
  readonly identityHash: Buffer;
  readonly idHash: string;
  readonly identitySealed: Buffer;
  readonly candidates: readonly number[];
  readonly reasons: readonly string[];
  readonly feed: string;
  readonly urgency: number;
  readonly receivedAt: Date;
}

const asRow = (asked: AskedQuestion) => {
  const hash = asked.identityHash.toString('hex');
  const { candidates, reasons, feed, urgency, receivedAt } = asked;
  return {
    ...{ question_id: `r-${hash.slice(0, 20)}`, identity_hash: hash, id_hash: asked.idHash, candidates, reasons },
    ...{ identity_sealed: asked.identitySealed.toString('hex'), feeds: [feed], urgency, received_at: receivedAt },
  };
};
type AskedRow = ReturnType<typeof asRow>;

const merged = (asked: readonly AskedQuestion[]): AskedRow[] => {
  const rows = new Map<string, AskedRow>();
  for (const row of asked.map(asRow)) {
    const known = rows.get(row.identity_hash);
    if (known === undefined) rows.set(row.identity_hash, row);
    else {
      // The last one holds, as it does where each comes in a batch of its own.
      known.candidates = row.candidates;
      known.reasons = row.reasons;
      known.urgency = Math.min(known.urgency, row.urgency);
      known.feeds = [...new Set([...known.feeds, ...row.feeds])];
    }
  }
  return [...rows.values()];
};

/**
 * Puts identities to the reviewers, each once however many records claim it. A question that was decided stays so, unless
 * it is about a person who was not asked about then. Repeating it changes nothing.
 */
export const askReviewers = async (tx: Tx, asked: readonly AskedQuestion[], at: Date): Promise<void> => {
  if (asked.length === 0) return;
  const rows = merged(asked);
  const standing = await lockQuestionsOf(
    tx,
    rows.map((row) => Buffer.from(row.identity_hash, 'hex')),
  );
  for (const question of standing) {
    const row = rows.find((one) => one.question_id === question.questionId);
    const known = question.verdict === 'different' ? question.judged : question.candidates;
    const isNew = row?.candidates.some((personNo) => !known.includes(personNo)) === true;
    if (question.state !== 'released' && !(question.state === 'decided' && isNew)) continue;
    await saveEvents(tx, question, [{ type: 'reopened' }], { actor: SYSTEM, at, settled: question.settled });
  }
  await tx.query(
    `insert into review_questions as q (question_id, identity_hash, id_hash, identity_sealed, candidates, reasons, feeds, urgency,
       first_received_at, last_received_at, state, version, second, overturned, readers, settled)
     select question_id, decode(identity_hash, 'hex'), id_hash, decode(identity_sealed, 'hex'), candidates, reasons, feeds, urgency,
       received_at, received_at, 'open', 0, 'none', false, '{}', true
     from jsonb_to_recordset($1::jsonb) as a (question_id text, identity_hash text, id_hash text, identity_sealed text,
       candidates int[], reasons text[], feeds text[], urgency smallint, received_at timestamptz)
     on conflict (identity_hash) do update set
       candidates = case when q.state in ('open', 'disputed') then excluded.candidates else q.candidates end,
       reasons = case when q.state in ('open', 'disputed') then excluded.reasons else q.reasons end,
       feeds = array(select distinct unnest(q.feeds || excluded.feeds) order by 1),
       urgency = least(q.urgency, excluded.urgency),
       first_received_at = least(q.first_received_at, excluded.first_received_at),
       last_received_at = greatest(q.last_received_at, excluded.last_received_at)`,
    [JSON.stringify(rows)],
  );
};
