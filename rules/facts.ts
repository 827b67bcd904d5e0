/** Touches the world: facts of matched records (ClickHouse), the only thing that rules read of a department's data. */
import type { FactDraft } from '../ingest/index.ts';
import { createTsvTime, tsvLines, tsvText } from '../matchers/index.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';

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

const COLUMNS =
  'person_no fact_key kind day month amount amount_b category grade water feed record_id record_version received_at version is_deleted'.split(
    ' ',
  );

const line = (fact: Fact, at: string): string => {
  const d = fact.draft;
  const said =
    d === null
      ? '\t0\t0\t0\t0\t0\t0\t0'
      : `${d.kind}\t${d.day}\t${d.month}\t${d.amount}\t${d.amountB}\t${d.category}\t${d.grade}\t${d.water}`;
  return `${fact.personNo}\t${fact.key}\t${said}\t${fact.feed}\t${tsvText(fact.recordId)}\t${fact.recordVersion}\t${at}\t${fact.version}\t${d === null ? 1 : 0}\n`;
};

/** Writes facts to the current view and to the history. Writing the same facts again changes nothing. */
export const insertFacts = async (clickhouse: ClickHouse, facts: readonly Fact[]): Promise<void> => {
  const time = createTsvTime();
  const rows = tsvLines(facts, (fact) => line(fact, time(fact.receivedAt)));
  // The current view is fed by the database itself (facts_current), which spares sending and parsing every row twice.
  await clickhouse.insertTsv('fact_versions', COLUMNS, rows);
};
