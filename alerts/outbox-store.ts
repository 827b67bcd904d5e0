/** Touches the world: what leaves by the outbox (PostgreSQL), and the coded mirror of events (ClickHouse). */
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Tx } from '../platform/postgres.ts';
import { messageId, type OutboxPayload, type OutboxRow } from './outbox-payload.ts';

/** The dispatcher listens here for rows that were committed. */
export const OUTBOX_CHANNEL = 'yilian_outbox';
/** Open pages are told here that rows were delivered. */
export const DELIVERED_CHANNEL = 'yilian_delivered';

/** A row as it is stored: what its payload holds is not known before it was parsed. */
export interface StoredRow {
  readonly outboxNo: number;
  readonly messageId: string;
  readonly topic: string;
  /** The case. */
  readonly key: string;
  readonly payload: unknown;
  readonly attempts: number;
}

type Db = Pick<Tx, 'query'>;

/**
 * Writes rows with the events that they tell of, in the events' transaction, and wakes the dispatcher when it commits.
 * Rows of one case have to be inserted in their sequence and under the lock of the case's row: the order of their
 * numbers is the order in which they leave.
 */
export const insertOutbox = async (tx: Db, rows: readonly OutboxRow[], at: Date): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query(
    `insert into outbox (message_id, topic, key, payload, created_at)
     select message_id, topic, key, payload, $5 from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])
       with ordinality as r (message_id, topic, key, payload, place) order by place`,
    [
      rows.map(({ payload }) => messageId(payload)),
      rows.map(({ topic }) => topic),
      rows.map(({ payload }) => payload.case_id),
      rows.map(({ payload }) => JSON.stringify(payload)),
      at,
    ],
  );
  await tx.query('select pg_notify($1, $2)', [OUTBOX_CHANNEL, '']);
};

/** Rows that wait, oldest first, without those of the cases that have to wait longer. */
export const readWaiting = async (db: Db, heldCases: readonly string[], limit: number): Promise<StoredRow[]> => {
  const rows = await db.query<{
    outbox_no: number;
    message_id: string;
    topic: string;
    key: string;
    payload: unknown;
    attempts: number;
  }>(
    `select outbox_no, message_id, topic, key, payload, attempts from outbox
     where delivered_at is null and key <> all($1::text[]) order by outbox_no limit $2`,
    [heldCases, limit],
  );
  return rows.map((row) => ({
    outboxNo: row.outbox_no,
    messageId: row.message_id,
    topic: row.topic,
    key: row.key,
    payload: row.payload,
    attempts: row.attempts,
  }));
};

/**
 * Gives rows their delivery numbers in the order given, on from the last one, and tells the pages at the commit. The
 * newest row keeps the count: whoever clears out old rows has to leave it.
 *
 * @throws when one of them was delivered before: two dispatchers at once would make gaps
 */
export const markDelivered = async (tx: Db, outboxNos: readonly number[], at: Date): Promise<void> => {
  const marked = await tx.query(
    `with last as (select coalesce(max(delivery_no), 0) as no from outbox)
     update outbox o set delivered_at = $2, delivery_no = last.no + given.place, last_error = null
     from unnest($1::bigint[]) with ordinality as given (outbox_no, place), last
     where o.outbox_no = given.outbox_no and o.delivered_at is null returning 1`,
    [outboxNos, at],
  );
  if (marked.length !== outboxNos.length) throw new Error('rows of the outbox were delivered by somebody else');
  await tx.query('select pg_notify($1, $2)', [DELIVERED_CHANNEL, '']);
};

/** Notes that rows could not be handed on. `code` names the trouble and nobody's data. */
export const markFailed = async (db: Db, outboxNos: readonly number[], code: string): Promise<void> => {
  await db.query('update outbox set attempts = attempts + 1, last_error = $2 where outbox_no = any($1::bigint[])', [
    outboxNos,
    code,
  ]);
};

/** The number that the newest delivered row has; 0 before the first. */
export const lastDelivery = async (db: Db): Promise<number> => {
  const [row] = await db.query<{ no: number }>('select coalesce(max(delivery_no), 0) as no from outbox');
  return row?.no ?? 0;
};

export interface DeliveredRow {
  readonly deliveryNo: number;
  readonly payload: OutboxPayload;
}

/** Delivered rows after a number, in order. What was delivered had been parsed. */
export const readDelivered = async (db: Db, after: number, limit: number): Promise<DeliveredRow[]> => {
  const rows = await db.query<{ delivery_no: number; payload: OutboxPayload }>(
    'select delivery_no, payload from outbox where delivery_no > $1 order by delivery_no limit $2',
    [after, limit],
  );
  return rows.map((row) => ({ deliveryNo: row.delivery_no, payload: row.payload }));
};

const MIRROR_COLUMNS = [
  'case_id',
  'sequence',
  'household_no',
  'type',
  'at',
  'role',
  'region_code',
  'track',
  'level',
  'referral_id',
  'service',
  'department',
  'code',
];

/** Tells ClickHouse of events. Told twice they are still one: (case, sequence) is the row's identity there. */
export const mirrorEvents = async (clickhouse: ClickHouse, events: readonly OutboxPayload[]): Promise<void> => {
  // The schema of a payload allows no tab, line end or backslash, so nothing has to be escaped.
  const lines = events.map((e) =>
    [
      e.case_id,
      e.sequence,
      e.household_no,
      e.type,
      new Date(e.at).toISOString().slice(0, 23).replace('T', ' '),
      e.role,
      e.region_code,
      e.track,
      e.level,
      e.referral_id ?? '',
      e.service ?? '',
      e.department ?? '',
      e.code ?? '',
    ].join('\t'),
  );
  await clickhouse.insertTsv('case_events_mirror', MIRROR_COLUMNS, lines.map((line) => `${line}\n`).join(''));
};
