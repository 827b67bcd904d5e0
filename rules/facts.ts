/** Touches the world: facts of matched records (ClickHouse), the only thing that rules read of a department's data. */
import type { FactDraft } from '../ingest/index.ts';
import type { ClickHouse, RowColumns } from '../platform/clickhouse.ts';
import { RowBinary } from '../platform/row-binary.ts';

/** A fact of a person, or with `deleted` the mark that the record says nothing about that person any longer. */
export interface Fact {
  readonly personNo: number;
  readonly key: number;
  readonly draft: FactDraft | null;
  readonly feed: string;
  readonly recordId: string;
  readonly recordVersion: number;
  /** When the file or message was received: a redelivery writes the identical row. */
  readonly receivedAt: Date;
  /** Orders what was said and decided about the record: rank, then how often it was decided. */
  readonly version: number | bigint;
}

/** Decisions about one version are few; a thousand of them fit beside the highest rank (2^53) in 64 bits. */
const DECISIONS = 1_024;

/** Orders everything said and decided about a record: rank first, then decision. A bigint where a number is not exact. */
export const factVersion = (rank: number, decision: number): number | bigint => {
  if (decision >= DECISIONS)
    throw new Error(`a record was decided ${decision} times, which is more than is kept apart`);
  return rank < Number.MAX_SAFE_INTEGER / DECISIONS - 1
    ? rank * DECISIONS + decision
    : BigInt(rank) * BigInt(DECISIONS) + BigInt(decision);
};

const COLUMNS: RowColumns = {
  person_no: 'UInt32',
  fact_key: 'UInt64',
  kind: 'String',
  day: 'Int32',
  month: 'Int32',
  amount: 'Int64',
  amount_b: 'Int64',
  category: 'UInt8',
  grade: 'UInt8',
  water: 'UInt8',
  feed: 'String',
  record_id: 'String',
  record_version: 'UInt64',
  received_at: "DateTime64(3, 'UTC')",
  version: 'UInt64',
  is_deleted: 'UInt8',
};
/** About what a fact takes in bytes. */
const FACT_BYTES = 160;

/** What a withdrawal says. */
const NOTHING: FactDraft = { kind: '', day: 0, month: 0, amount: 0, amountB: 0, category: 0, grade: 0, water: 0 };

export interface FactRows {
  add(fact: Fact): void;
  /** Writes them to the current view and to the history. Writing the same facts again changes nothing. */
  insert(clickhouse: ClickHouse): Promise<void>;
}

/** Facts in the form that ClickHouse takes, for about `expected` of them; no fact is kept as an object. */
export const createFactRows = (expected: number): FactRows => {
  const rows = new RowBinary(expected * FACT_BYTES);
  return {
    add(fact) {
      const said = fact.draft ?? NOTHING;
      rows.uint32(fact.personNo);
      rows.uint64(fact.key);
      rows.text(said.kind);
      rows.int32(said.day);
      rows.int32(said.month);
      rows.int64(said.amount);
      rows.int64(said.amountB);
      rows.uint8(said.category);
      rows.uint8(said.grade);
      rows.uint8(said.water);
      rows.text(fact.feed);
      rows.text(fact.recordId);
      rows.uint64(fact.recordVersion);
      rows.time(fact.receivedAt);
      rows.uint64(fact.version);
      rows.uint8(fact.draft === null ? 1 : 0);
    },
    // The current view is fed by the database itself (facts_current), which spares sending and parsing every row twice.
    insert: (clickhouse) => clickhouse.insertRows('fact_versions', COLUMNS, rows.done()),
  };
};
