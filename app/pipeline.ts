import {
  addVersion,
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
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Tx } from '../platform/postgres.ts';
import { type Fact, factVersion, insertFacts } from '../rules/index.ts';
import { addCounts, type LoadCounts, noCounts } from './load-counts.ts';

/** Where rows come from: the load, the file in it, and when the file was received. */
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
}

/** Rows of one origin in their order. */
export interface BatchPart {
  readonly rows: readonly TakenRow[];
  readonly from: BatchOrigin;
}

/** As `PipelineDeps`, with the counts of every part. */
export interface PartsDeps extends Omit<PipelineDeps, 'commit'> {
  readonly commit: (work: (tx: Tx) => Promise<void>, counts: readonly LoadCounts[]) => Promise<void>;
}

interface Outcome {
  /** By part. */
  readonly counts: readonly LoadCounts[];
  readonly versions: RecordVersion[];
  readonly facts: Fact[];
  readonly waiting: WaitingRecord[];
  readonly months: Map<number, number>;
  readonly touched: Set<number>;
}

/** `processParts` of what one origin brought. */
export const processBatch = (deps: PipelineDeps, feed: Feed, batch: RowBatch, from: BatchOrigin): Promise<void> => {
  const commit: PartsDeps['commit'] = (work, [counts]) => deps.commit(work, counts as LoadCounts, batch);
  return processParts({ ...deps, commit }, feed, [{ rows: batch.rows, from }]);
};

/**
 * One batch from rows to facts, on one screen: refuse the bad -> match -> ask for the family's authorisation -> compare
 * versions -> store facts -> mark dirty and move on, in that order. A crash at any point repeats the batch: what was
 * written is written identically, what was counted was counted with the position that it belongs to.
 */
export const processParts = async (deps: PartsDeps, feed: Feed, parts: readonly BatchPart[]): Promise<void> => {
  const decided: DecidedRow[] = [];
  for (const [part, { rows }] of parts.entries()) {
    for (const row of rows) if (row.kind === 'record') decided.push(decide(deps, feed, row, part));
  }
  const admitted = decided.filter((row) => row.admitted);
  const histories = await readHistories(
    deps.clickhouse,
    feed.name,
    admitted.map((row) => row.record.key).filter(deps.seen.mayHold),
    parts.map(({ rows, from }) => ({
      loadNo: from.loadNo,
      fileNo: from.messages === undefined ? from.fileNo : ANY_FILE,
      position: rows.find((row) => row.kind === 'record')?.at.offset ?? 0,
    })),
  );
  const outcome = store(deps, admitted, histories, parts);
  for (const { admitted, part } of decided) {
    if (!admitted) (outcome.counts[part] as LoadCounts).records.not_authorised += 1;
  }
  const rejected = parts.flatMap(({ rows, from }, part) =>
    countRows(outcome.counts[part] as LoadCounts, rows, from, deps),
  );
  await insertFacts(deps.clickhouse, outcome.facts);
  await insertWaiting(deps.clickhouse, outcome.waiting, false);
  await insertVersions(deps.clickhouse, outcome.versions);
  for (const { key } of outcome.versions) deps.seen.add(key);
  const receivedAt = new Date(Math.max(...parts.map(({ from }) => from.receivedAt.getTime())));
  await deps.commit(async (tx) => {
    await quarantine(
      tx,
      rejected.map((entry) => ({ ...entry, feed: feed.name })),
    );
    for (const { rows, from } of parts) {
      const said = rows.flatMap((row) => (row.kind === 'completion' ? [row.completion] : []));
      await keepCompletions(tx, said, from.receivedAt, from.messages?.waitsFor);
    }
    await countMonths(tx, feed.name, outcome.months, receivedAt);
    await deps.markDirty(tx, outcome.touched);
  }, outcome.counts);
};

interface DecidedRow {
  readonly record: DepartmentRecord;
  readonly position: number;
  /** The part that it stands in. */
  readonly part: number;
  readonly decision: MatchDecision | null;
  readonly admitted: boolean;
}

/** Whose record it is, and whether it may be used. A withdrawal is found by its record id and needs neither. */
const decide = (deps: PartsDeps, feed: Feed, row: Extract<TakenRow, { kind: 'record' }>, part: number): DecidedRow => {
  const { record, at } = row;
  if (record.op === 'delete') return { record, position: at.offset, part, decision: null, admitted: true };
  const decision = matchRecord(deps.persons, record.identity);
  const admitted =
    !needsAuthorisation(feed, record.fact) || (isLinked(decision.outcome) && deps.authorised(decision.personNo));
  return { record, position: at.offset, part, decision, admitted };
};

const store = (
  deps: PartsDeps,
  rows: readonly DecidedRow[],
  histories: Map<string, RecordHistory>,
  parts: readonly BatchPart[],
): Outcome => {
  const outcome: Outcome = {
    counts: parts.map(noCounts),
    versions: [],
    facts: [],
    waiting: [],
    months: new Map(),
    touched: new Set(),
  };
  for (const { record, decision, position, part } of rows) {
    const { records: counts } = outcome.counts[part] as LoadCounts;
    const { from } = parts[part] as BatchPart;
    const history = histories.get(record.recordId) ?? emptyHistory();
    histories.set(record.recordId, history);
    const rank = rankOf(record);
    const verdict = judgeVersion(history, rank, record.content);
    counts[verdict.status] += 1;
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
  deps: PartsDeps,
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

const countRows = (counts: LoadCounts, rows: readonly TakenRow[], from: BatchOrigin, deps: PartsDeps) => {
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
    });
    if (row.declaration) continue;
    addCounts(counts, { read: 1, rejected: 1 });
    counts.rejected_by_reason[row.rejection.reason] = (counts.rejected_by_reason[row.rejection.reason] ?? 0) + 1;
  }
  return rejected;
};
