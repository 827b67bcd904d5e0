/** Touches the world: versions of records with their match decisions, and the records that wait (ClickHouse). */

import { emptyHistory, type RecordHistory } from '../ingest/index.ts';
import type { ClickHouse, RowColumns } from '../platform/clickhouse.ts';
import { RowBinary } from '../platform/row-binary.ts';
import type { MatchOutcome } from './contract.ts';

/** One version of one record, where it came from and what was decided about it. */
export interface RecordVersion {
  readonly feed: string;
  readonly key: number;
  readonly recordId: string;
  readonly rank: number;
  readonly content: number;
  readonly loadNo: number;
  readonly fileNo: number;
  readonly position: number;
  readonly receivedAt: Date;
  readonly outcome: MatchOutcome | 'withdrawn';
  readonly personNo: number;
  /** 0 to 1 (`scoreOf`). */
  readonly score: number;
  readonly reasons: readonly string[];
  /** How often the decision about this version was taken anew. */
  readonly decision: number;
}

const VERSION_COLUMNS: RowColumns = {
  feed: 'String',
  key: 'UInt64',
  record_id: 'String',
  rank: 'UInt64',
  content: 'UInt64',
  load_no: 'UInt32',
  file_no: 'UInt32',
  position: 'UInt64',
  received_at: "DateTime64(3, 'UTC')",
  outcome: 'String',
  person_no: 'UInt32',
  score: 'Float64',
  reasons: 'Array(String)',
  decision: 'UInt32',
};
/** About what a version takes in bytes. */
const VERSION_BYTES = 180;

export interface VersionRows {
  add(version: RecordVersion): void;
  insert(clickhouse: ClickHouse): Promise<void>;
}

/** Versions in the form that ClickHouse takes, for about `expected` of them; no version is kept as an object. */
export const createVersionRows = (expected: number): VersionRows => {
  const rows = new RowBinary(expected * VERSION_BYTES);
  return {
    add(v) {
      rows.text(v.feed);
      rows.uint64(v.key);
      rows.text(v.recordId);
      rows.uint64(v.rank);
      rows.uint64(v.content);
      rows.uint32(v.loadNo);
      rows.uint32(v.fileNo);
      rows.uint64(v.position);
      rows.time(v.receivedAt);
      rows.text(v.outcome);
      rows.uint32(v.personNo);
      rows.float64(v.score);
      rows.texts(v.reasons);
      rows.uint32(v.decision);
    },
    insert: (clickhouse) => clickhouse.insertRows('record_versions', VERSION_COLUMNS, rows.done()),
  };
};

/** Stands for every file of a load. */
export const ANY_FILE = 0;

/** A place in a file of a load. */
export interface LoadPosition {
  readonly loadNo: number;
  readonly fileNo: number;
  readonly position: number;
}

/**
 * Histories of the given records as they were before all of `before`: rows that the same load wrote from that position of the same file
 * on are left out, because a batch that a crash interrupted is taken again and must not meet itself.
 */
export const readHistories = async (
  clickhouse: ClickHouse,
  feed: string,
  keys: readonly number[],
  before: readonly LoadPosition[],
): Promise<Map<string, RecordHistory>> => {
  if (keys.length === 0) return new Map();
  const rows = await clickhouse.query<{ record_id: string; ranks: string[]; contents: string[]; owner: number }>(
    'write',
    `SELECT record_id, groupArray(rank) AS ranks, groupArray(content) AS contents, argMax(person_no, (rank, decision)) AS owner
     FROM record_versions
     PREWHERE feed = {feed:String} AND key IN {keys:Array(UInt64)}
     WHERE NOT arrayExists((load, file, place) -> load_no = load AND (file = 0 OR file_no = file) AND position >= place,
       {loads:Array(UInt32)}, {files:Array(UInt32)}, {positions:Array(UInt64)})
     GROUP BY record_id`,
    {
      ...{ feed, keys, loads: before.map((b) => b.loadNo), files: before.map((b) => b.fileNo) },
      positions: before.map((b) => b.position),
    },
  );
  return new Map(
    rows.map((row) => {
      const history = emptyHistory();
      history.ranks.push(...row.ranks.map(Number));
      history.contents.push(...row.contents.map(Number));
      history.highest = Math.max(...history.ranks);
      history.owner = row.owner;
      return [row.record_id, history];
    }),
  );
};

/** Whether any record of a feed has ever been stored. */
export const hasVersions = async (clickhouse: ClickHouse, feed: string): Promise<boolean> => {
  const rows = await clickhouse.query('write', 'SELECT 1 FROM record_versions WHERE feed = {feed:String} LIMIT 1', {
    feed,
  });
  return rows.length > 0;
};

/** Versions counted in one statement: memory stays the same however large a load was. */
const COUNTED_AT_ONCE = 500_000;
/** One above the largest key (52 bits). */
const KEYS = 2 ** 52;

/** Decisions of a load that are in force: how many of each outcome. */
export const countOutcomes = async (clickhouse: ClickHouse, loadNo: number): Promise<Map<string, number>> => {
  const [size] = await clickhouse.query<{ n: string }>(
    'write',
    'SELECT count() AS n FROM record_versions WHERE load_no = {load:UInt32}',
    { load: loadNo },
  );
  const slices = Math.max(1, Math.ceil(Number(size?.n ?? 0) / COUNTED_AT_ONCE));
  const counts = new Map<string, number>();
  for (let slice = 0; slice < slices; slice += 1) {
    const from = Math.floor((KEYS / slices) * slice);
    const to = Math.floor((KEYS / slices) * (slice + 1));
    const rows = await clickhouse.query<{ outcome: string; n: string }>(
      'write',
      `SELECT outcome, count() AS n FROM (
         SELECT argMax(outcome, (rank, decision)) AS outcome, argMax(load_no, (rank, decision)) AS load
         FROM record_versions
         WHERE key >= {from:UInt64} AND key < {to:UInt64} AND (feed, key) IN (
           SELECT feed, key FROM record_versions WHERE load_no = {load:UInt32} AND key >= {from:UInt64} AND key < {to:UInt64})
         GROUP BY feed, key, record_id
       ) WHERE load = {load:UInt32} AND outcome != 'withdrawn' GROUP BY outcome`,
      { load: loadNo, from, to },
    );
    for (const row of rows) counts.set(row.outcome, (counts.get(row.outcome) ?? 0) + Number(row.n));
  }
  return counts;
};

/** A record that waits: its encrypted content, found by the keyed hash (hex) of its id number. */
export interface WaitingRecord {
  readonly idHash: string;
  readonly feed: string;
  readonly key: number;
  readonly recordId: string;
  readonly rank: number;
  readonly outcome: MatchOutcome;
  readonly day: number;
  readonly payload: Buffer;
  readonly receivedAt: Date;
  /** How often the decision about it was taken anew. */
  readonly decision: number;
}

const WAITING_COLUMNS: RowColumns = {
  id_hash: 'String',
  feed: 'String',
  key: 'UInt64',
  record_id: 'String',
  rank: 'UInt64',
  outcome: 'String',
  day: 'Int32',
  payload: 'String',
  received_at: "DateTime64(3, 'UTC')",
  version: 'UInt64',
  is_deleted: 'UInt8',
};
/** About what a waiting record takes in bytes. */
const WAITING_BYTES = 1_200;

/** Writes waiting records; `gone` takes them off again (they were linked, or nothing of them may be kept any longer). */
export const insertWaiting = (
  clickhouse: ClickHouse,
  records: readonly WaitingRecord[],
  gone: boolean,
): Promise<void> => {
  const rows = new RowBinary(records.length * WAITING_BYTES);
  for (const w of records) {
    rows.text(w.idHash);
    rows.text(w.feed);
    rows.uint64(w.key);
    rows.text(w.recordId);
    rows.uint64(w.rank);
    rows.text(w.outcome);
    rows.int32(w.day);
    rows.text(gone ? '' : w.payload.toString('base64'));
    rows.time(w.receivedAt);
    rows.uint64(w.decision * 2 + (gone ? 1 : 0));
    rows.uint8(gone ? 1 : 0);
  }
  return clickhouse.insertRows('waiting_records', WAITING_COLUMNS, rows.done());
};

/** Waiting records of id numbers, by their keyed hashes (hex, lower case). */
export const readWaiting = async (clickhouse: ClickHouse, idHashes: readonly string[]): Promise<WaitingRecord[]> => {
  const rows = await clickhouse.query<{
    id_hash: string;
    feed: string;
    key: string;
    record_id: string;
    rank: string;
    outcome: MatchOutcome;
    day: number;
    payload: string;
    received_at: string;
    decision: string;
  }>(
    'write',
    `SELECT id_hash, feed, key, record_id, rank, outcome, day, payload,
       toString(toUnixTimestamp64Milli(received_at)) AS received_at, intDiv(version, 2) AS decision
     FROM waiting_records AS w FINAL WHERE is_deleted = 0 AND w.id_hash IN {hashes:Array(String)}`,
    { hashes: idHashes },
  );
  return rows.map((row) => ({
    idHash: row.id_hash,
    feed: row.feed,
    key: Number(row.key),
    recordId: row.record_id,
    rank: Number(row.rank),
    outcome: row.outcome,
    day: row.day,
    payload: Buffer.from(row.payload, 'base64'),
    receivedAt: new Date(Number(row.received_at)),
    decision: Number(row.decision),
  }));
};
