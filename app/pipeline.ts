import {
  addVersion,
  countIntake,
  countMonths,
  type DepartmentRecord,
  emptyHistory,
  type Feed,
  judgeVersion,
  keepCompletions,
  needsAuthorisation,
  quarantine,
  type RecordHistory,
  type RowBatch,
  rankOf,
  type TakenRow,
  type WaitsFor,
} from '../ingest/index.ts';
import {
  ANY_FILE,
  insertVersions,
  insertWaiting,
  isLinked,
  type MatchDecision,
  matchRecord,
  type PersonIndex,
  type RecordVersion,
  readHistories,
  type SeenKeys,
  type WaitingRecord,
} from '../matchers/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Tx } from '../platform/postgres.ts';
import { type Fact, factVersion, insertFacts } from '../rules/index.ts';
import { addCounts, type LoadCounts, noCounts } from './load-counts.ts';

/** Where a batch stands: the load, the file in it, and when the file was received. */
export interface BatchOrigin {
  readonly loadNo: number;
  readonly fileNo: number;
  readonly receivedAt: Date;
  /** Messages were received one by one, and of a load that holds a partition's messages the offset alone says where one is. */
  readonly messages?: {
    readonly receivedAt: (position: number) => Date;
    /** What declarations among them wait for (ingest's `keepCompletions`). */
    readonly waitsFor: WaitsFor;
  };
}

export interface PipelineDeps {
  readonly clickhouse: ClickHouse;
  readonly cipher: Cipher;
  readonly persons: PersonIndex;
  /** Whether the family of a person has a finance authorisation in force on the day of receipt. */
  readonly authorised: (personNo: number) => boolean;
  /** False for a file that was taken before: of its rows only those accepted now count towards completeness. */
  readonly countsMonths: boolean;
  /** Keys of the feed that may have been stored before this batch. */
  readonly seen: SeenKeys;
  /** One PostgreSQL transaction that holds the batch's effects and its progress. */
  readonly commit: (work: (tx: Tx) => Promise<void>, counts: LoadCounts, batch: RowBatch) => Promise<void>;
  readonly markDirty: (tx: Tx, personNos: ReadonlySet<number>) => Promise<void>;
  /** Told what became of each record, in the transaction of the batch and after its refused rows are kept. */
  readonly settle?: (tx: Tx, results: readonly RowResult[]) => Promise<void>;
}

/** What became of one row of a batch that was not refused. */
export interface RowResult {
  readonly line: number;
  readonly recordId: string;
  readonly outcome: 'accepted' | 'duplicate' | 'not_authorised' | 'completion';
}

interface Outcome {
  readonly counts: LoadCounts;
  readonly versions: RecordVersion[];
  readonly facts: Fact[];
  readonly waiting: WaitingRecord[];
  readonly months: Map<number, number>;
  readonly touched: Set<number>;
  /** Places of the rows that changed nothing. */
  readonly duplicates: Set<number>;
}

/**
 * One batch from rows to facts, on one screen: refuse the bad -> match -> ask for the family's authorisation -> compare
 * versions -> store facts -> mark dirty and move on, in that order. A crash at any point repeats the batch: what was
 * written is written identically, what was counted was counted with the position that it belongs to.
 */
export const processBatch = async (
  deps: PipelineDeps,
  feed: Feed,
  batch: RowBatch,
  from: BatchOrigin,
): Promise<void> => {
  const decided: DecidedRow[] = [];
  for (const row of batch.rows) if (row.kind === 'record') decided.push(decide(deps, feed, row));
  const admitted = decided.filter((row) => row.admitted);
  const first = decided[0]?.position ?? 0;
  const histories = await readHistories(
    deps.clickhouse,
    feed.name,
    admitted.map((row) => row.record.key).filter(deps.seen.mayHold),
    {
      loadNo: from.loadNo,
      fileNo: from.messages === undefined ? from.fileNo : ANY_FILE,
      position: first,
    },
  );
  const outcome = store(deps, admitted, histories, from);
  outcome.counts.records.not_authorised += decided.length - admitted.length;
  const rejected = countRows(outcome.counts, batch.rows, from, deps);
  const accepted = { ...noCounts().records, accepted: outcome.counts.records.accepted };
  await insertFacts(deps.clickhouse, outcome.facts);
  await insertWaiting(deps.clickhouse, outcome.waiting, false);
  await insertVersions(deps.clickhouse, outcome.versions);
  for (const { key } of outcome.versions) deps.seen.add(key);
  await deps.commit(
    async (tx) => {
      await quarantine(
        tx,
        rejected.map((entry) => ({ ...entry, feed: feed.name })),
      );
      await keepCompletions(
        tx,
        batch.rows.flatMap((row) => (row.kind === 'completion' ? [row.completion] : [])),
        from.receivedAt,
        from.messages?.waitsFor,
      );
      await countMonths(tx, feed.name, outcome.months, from.receivedAt);
      await countIntake(
        tx,
        feed.name,
        shanghaiDay(from.receivedAt),
        deps.countsMonths ? outcome.counts.records : accepted,
      );
      await deps.settle?.(tx, resultsOf(decided, batch.rows, outcome.duplicates));
      await deps.markDirty(tx, outcome.touched);
    },
    outcome.counts,
    batch,
  );
};

interface DecidedRow {
  readonly record: DepartmentRecord;
  readonly position: number;
  readonly line: number;
  readonly decision: MatchDecision | null;
  readonly admitted: boolean;
}

const resultsOf = (
  decided: readonly DecidedRow[],
  rows: readonly TakenRow[],
  duplicates: ReadonlySet<number>,
): RowResult[] => [
  ...decided.map(({ record, line, position, admitted }): RowResult => {
    const outcome = !admitted ? 'not_authorised' : duplicates.has(position) ? 'duplicate' : 'accepted';
    return { line, recordId: record.recordId, outcome };
  }),
  ...rows.flatMap((row): RowResult[] =>
    row.kind === 'completion' ? [{ line: row.at.line, recordId: '', outcome: 'completion' }] : [],
  ),
];

/** Whose record it is, and whether it may be used. A withdrawal is found by its record id and needs neither. */
const decide = (deps: PipelineDeps, feed: Feed, row: Extract<TakenRow, { kind: 'record' }>): DecidedRow => {
  const { record, at } = row;
  if (record.op === 'delete') return { record, position: at.offset, line: at.line, decision: null, admitted: true };
  const decision = matchRecord(deps.persons, record.identity);
  const admitted =
    !needsAuthorisation(feed, record.fact) || (isLinked(decision.outcome) && deps.authorised(decision.personNo));
  return { record, position: at.offset, line: at.line, decision, admitted };
};

const store = (
  deps: PipelineDeps,
  rows: readonly DecidedRow[],
  histories: Map<string, RecordHistory>,
  from: BatchOrigin,
): Outcome => {
  const outcome: Outcome = {
    counts: noCounts(),
    versions: [],
    facts: [],
    waiting: [],
    months: new Map(),
    touched: new Set(),
    duplicates: new Set(),
  };
  const { records: counts } = outcome.counts;
  for (const { record, decision, position } of rows) {
    const history = histories.get(record.recordId) ?? emptyHistory();
    histories.set(record.recordId, history);
    const rank = rankOf(record);
    const verdict = judgeVersion(history, rank, record.content);
    counts[verdict.status] += 1;
    if (verdict.status === 'duplicate') outcome.duplicates.add(position);
    if (verdict.conflicting) counts.conflicting += 1;
    if (record.countedMonth !== null && (deps.countsMonths || verdict.status === 'accepted')) {
      outcome.months.set(record.countedMonth, (outcome.months.get(record.countedMonth) ?? 0) + 1);
    }
    if (!verdict.fresh) continue;
    addVersion(history, rank, record.content);
    const version: RecordVersion = {
      feed: record.feed,
      key: record.key,
      recordId: record.recordId,
      rank,
      content: record.content,
      ...{ loadNo: from.loadNo, fileNo: from.fileNo, position },
      receivedAt: from.messages?.receivedAt(position) ?? from.receivedAt,
      outcome: decision?.outcome ?? 'withdrawn',
      personNo: decision?.personNo ?? 0,
      reasons: decision?.reasons ?? [],
      decision: 0,
    };
    outcome.versions.push(version);
    if (verdict.status === 'accepted') take(deps, outcome, history, record, decision, version);
  }
  return outcome;
};

/** A lead is kept also when nobody can tell whom it is about (feeds.md, leads); of other feeds nothing but the count is. */
const NEVER_DROPPED = 'leads';

/** The accepted version is in force: its fact stands, and what an earlier version said about somebody else falls. */
const take = (
  deps: PipelineDeps,
  outcome: Outcome,
  history: RecordHistory,
  record: DepartmentRecord,
  decision: MatchDecision | null,
  version: RecordVersion,
): void => {
  const fact = (personNo: number, draft: DepartmentRecord['fact']): Fact => ({
    personNo,
    key: record.key,
    draft,
    feed: record.feed,
    recordId: record.recordId,
    recordVersion: record.version,
    receivedAt: version.receivedAt,
    version: factVersion(version.rank, version.decision),
  });
  if (history.owner !== 0 && history.owner !== version.personNo) {
    outcome.facts.push(fact(history.owner, null));
    outcome.touched.add(history.owner);
  }
  history.owner = version.personNo;
  if (version.personNo !== 0) {
    outcome.facts.push(fact(version.personNo, record.fact));
    outcome.touched.add(version.personNo);
  } else if (decision !== null && (decision.idNumber !== '' || record.feed === NEVER_DROPPED)) {
    outcome.waiting.push({
      idHash: decision.idNumber === '' ? '' : deps.cipher.lookupHash(decision.idNumber).toString('hex'),
      feed: record.feed,
      key: record.key,
      recordId: record.recordId,
      rank: version.rank,
      outcome: decision.outcome,
      day: record.fact?.day ?? 0,
      payload: deps.cipher.seal(JSON.stringify({ record, origin: originOf(version) })),
      receivedAt: version.receivedAt,
      decision: 0,
    });
  }
};

const originOf = ({ loadNo, fileNo, position }: RecordVersion) => ({ loadNo, fileNo, position });

const countRows = (counts: LoadCounts, rows: readonly TakenRow[], from: BatchOrigin, deps: PipelineDeps) => {
  const rejected = [];
  for (const row of rows) {
    if (row.kind === 'completion') counts.completions += 1;
    if (row.kind === 'record') counts.records.read += 1;
    if (row.kind !== 'rejected') continue;
    rejected.push({
      fileNo: from.fileNo,
      position: row.at.line,
      rejection: row.rejection,
      receivedAt: from.messages?.receivedAt(row.at.offset) ?? from.receivedAt,
      rawSealed: deps.cipher.seal(row.raw),
      rawLength: row.raw.length,
      regionCode: row.region ?? null,
    });
    if (row.declaration) continue;
    addCounts(counts, { read: 1, rejected: 1 });
    counts.rejected_by_reason[row.rejection.reason] = (counts.rejected_by_reason[row.rejection.reason] ?? 0) + 1;
  }
  return rejected;
};
