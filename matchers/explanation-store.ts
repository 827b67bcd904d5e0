/** Touches the world: what evidence said, kept with the decision that it made (ClickHouse). */
import type { ClickHouse, RowColumns } from '../platform/clickhouse.ts';
import { RowBinary } from '../platform/row-binary.ts';
import type { Explained } from './match-decision.ts';
import type { Explanation } from './person/explanation.ts';
import type { RecordVersion } from './store.ts';

/** An explanation with the decision that it belongs to. */
export interface KeptExplanation {
  readonly of: Pick<RecordVersion, 'feed' | 'key' | 'recordId' | 'rank' | 'decision' | 'receivedAt'>;
  readonly explained: Explained;
}

const COLUMNS: RowColumns = {
  feed: 'String',
  key: 'UInt64',
  record_id: 'String',
  rank: 'UInt64',
  decision: 'UInt32',
  received_at: "DateTime64(3, 'UTC')",
  model: 'String',
  persons: 'Array(UInt32)',
  bits: 'Array(Float64)',
  explanation: 'String',
};
/** About what an explanation takes in bytes. */
const ROW_BYTES = 2_000;

/** Keeps explanations. Repeating it writes identical rows. */
export const insertExplanations = (clickhouse: ClickHouse, kept: readonly KeptExplanation[]): Promise<void> => {
  const rows = new RowBinary(kept.length * ROW_BYTES);
  for (const { of, explained } of kept) {
    rows.text(of.feed);
    rows.uint64(of.key);
    rows.text(of.recordId);
    rows.uint64(of.rank);
    rows.uint32(of.decision);
    rows.time(of.receivedAt);
    rows.text(explained.explanation.model);
    rows.uint32s(explained.persons);
    rows.float64s(explained.bits);
    rows.text(JSON.stringify(explained.explanation));
  }
  return clickhouse.insertRows('match_explanations', COLUMNS, rows.done());
};

/** The newest explanation of a record, whatever was decided since; null where evidence was never asked. */
export const readExplanation = async (
  clickhouse: ClickHouse,
  { feed, recordId, key }: Pick<RecordVersion, 'feed' | 'recordId' | 'key'>,
): Promise<Explained | null> => {
  const [row] = await clickhouse.query<{ persons: number[]; bits: number[]; explanation: string }>(
    'pages',
    `SELECT persons, bits, explanation FROM match_explanations
     WHERE feed = {feed:String} AND key = {key:UInt64} AND record_id = {record_id:String}
     ORDER BY rank DESC, decision DESC LIMIT 1`,
    { feed, key, record_id: recordId },
  );
  if (row === undefined) return null;
  const { persons, bits, explanation } = row;
  return { persons, bits, explanation: JSON.parse(explanation) as Explanation };
};
