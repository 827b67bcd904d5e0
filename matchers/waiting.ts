/** Touches the world: records that wait because nobody registered is theirs, for the rules that may judge them (ClickHouse). */
import type { ClickHouse } from '../platform/clickhouse.ts';

export interface UnregisteredAsked {
  /** Feeds whose waiting records may be judged. */
  readonly feeds: readonly string[];
  /** Days (since, until] that a record may be about. */
  readonly since: number;
  readonly until: number;
  /** With a moment, only what was received by then. */
  readonly knownAt: Date | null;
}

/** A waiting record that is in force; its content is still sealed. */
export interface UnregisteredRecord {
  /** Keyed hash (hex) of the id number, '' where there is none. */
  readonly idHash: string;
  readonly feed: string;
  readonly recordId: string;
  readonly payload: Buffer;
  readonly receivedAt: Date;
}

/** Id numbers at once: bounds what is opened in memory. */
const PAGE = 5_000;

const received = (knownAt: Date | null): string =>
  knownAt === null ? '' : `AND received_at <= {known_at:DateTime64(3, 'UTC')}`;

const asked = ({ knownAt }: UnregisteredAsked): string =>
  `is_deleted = 0 AND outcome = 'unregistered' AND feed IN {feeds:Array(String)} AND day > {since:Int32} AND day <= {until:Int32} ${received(knownAt)}`;

const paramsOf = ({ feeds, since, until, knownAt }: UnregisteredAsked): Record<string, unknown> => ({
  ...{ feeds, since, until },
  ...(knownAt === null ? {} : { known_at: knownAt }),
});

/** Waiting records of id numbers; a version that a later one replaced or withdrew waits for nothing. */
const readOf = async (
  clickhouse: ClickHouse,
  options: UnregisteredAsked,
  hashes: readonly string[],
): Promise<UnregisteredRecord[]> => {
  const rows = await clickhouse.query<{
    id_hash: string;
    feed: string;
    record_id: string;
    payload: string;
    received: string;
  }>(
    'sweep',
    `WITH waiting AS (
       SELECT id_hash, feed, key, record_id, rank, payload, received_at FROM waiting_records AS w FINAL
       WHERE ${asked(options)} AND w.id_hash IN {hashes:Array(String)}
     )
     SELECT id_hash, feed, record_id, payload, toString(toUnixTimestamp64Milli(received_at)) AS received FROM waiting
     WHERE (feed, key, record_id, rank) IN (
       SELECT feed, key, record_id, max(rank) FROM record_versions
       WHERE (feed, key) IN (SELECT feed, key FROM waiting) ${received(options.knownAt)} GROUP BY feed, key, record_id
     )
     ORDER BY id_hash, feed, record_id`,
    { ...paramsOf(options), hashes },
  );
  return rows.map((row) => ({
    idHash: row.id_hash,
    feed: row.feed,
    recordId: row.record_id,
    payload: Buffer.from(row.payload, 'base64'),
    receivedAt: new Date(Number(row.received)),
  }));
};

/** Waiting records in pages that never part the records of one id number; those without a number come first. */
export async function* readUnregistered(
  clickhouse: ClickHouse,
  options: UnregisteredAsked,
): AsyncGenerator<UnregisteredRecord[]> {
  if (options.feeds.length === 0) return;
  yield await readOf(clickhouse, options, ['']);
  for (let after = ''; ; ) {
    const hashes = await clickhouse.query<{ id_hash: string }>(
      'sweep',
      `SELECT DISTINCT id_hash FROM waiting_records AS w FINAL WHERE ${asked(options)} AND w.id_hash > {after:String}
       ORDER BY id_hash LIMIT {page:UInt32}`,
      { ...paramsOf(options), after, page: PAGE },
    );
    const last = hashes.at(-1);
    if (last === undefined) return;
    yield await readOf(
      clickhouse,
      options,
      hashes.map((row) => row.id_hash),
    );
    after = last.id_hash;
  }
}

/** Id numbers (keyed hashes, hex) with a record in review. */
export const readReviewHashes = async (clickhouse: ClickHouse): Promise<string[]> => {
  const rows = await clickhouse.query<{ id_hash: string }>(
    'write',
    `SELECT DISTINCT id_hash FROM waiting_records FINAL WHERE is_deleted = 0 AND outcome = 'review' ORDER BY id_hash`,
  );
  return rows.map((row) => row.id_hash);
};

/** A record that waits, or that a verdict decided, and is in force. */
export interface HeldRecord {
  readonly feed: string;
  readonly recordId: string;
  readonly day: number;
  readonly payload: Buffer;
  readonly receivedAt: Date;
}

/** Records held of an id number (keyed hash, hex; '' of those without one), the oldest first; none that was replaced or withdrawn. */
export const readHeld = async (clickhouse: ClickHouse, idHash: string): Promise<HeldRecord[]> => {
  const rows = await clickhouse.query<{
    feed: string;
    record_id: string;
    day: number;
    payload: string;
    received: string;
  }>(
    'pages',
    `WITH held AS (
       SELECT feed, key, record_id, rank, day, payload, received_at FROM waiting_records AS w FINAL
       WHERE is_deleted = 0 AND w.id_hash = {hash:String}
     )
     SELECT feed, record_id, day, payload, toString(toUnixTimestamp64Milli(received_at)) AS received FROM held
     WHERE (feed, key, record_id, rank) IN (
       SELECT feed, key, record_id, max(rank) FROM record_versions
       WHERE (feed, key) IN (SELECT feed, key FROM held) GROUP BY feed, key, record_id
     )
     ORDER BY received_at, feed, record_id`,
    { hash: idHash },
  );
  return rows.map((row) => ({
    ...{ feed: row.feed, recordId: row.record_id, day: row.day },
    payload: Buffer.from(row.payload, 'base64'),
    receivedAt: new Date(Number(row.received)),
  }));
};

/** Takes away for good what unregistered people's records say that were received before a moment. Returns how many. */
export const dropWaiting = async (clickhouse: ClickHouse, before: Date): Promise<number> => {
  const old = `outcome = 'unregistered' AND received_at < {before:DateTime64(3, 'UTC')}`;
  const [row] = await clickhouse.query<{ n: string }>(
    'write',
    `SELECT count() AS n FROM waiting_records WHERE ${old}`,
    { before },
  );
  const n = Number(row?.n ?? 0);
  // Rewriting the parts of a table is worth it only where there is something to take away.
  if (n > 0) {
    await clickhouse.command(
      'write',
      `ALTER TABLE waiting_records DELETE WHERE outcome = 'unregistered' AND received_at < fromUnixTimestamp64Milli(${before.getTime()}, 'UTC') SETTINGS mutations_sync = 1`,
    );
  }
  return n;
};
