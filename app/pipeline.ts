import {
  addVersion,
  type Completion,
  countIntake,
  countMonths,
  type DepartmentRecord,
  emptyHistory,
  type Feed,
  type JudgedRows,
  judgeVersion,
  keepCompletions,
  needsAuthorisation,
  type QuarantineEntry,
  quarantine,
  type RecordHistory,
  type RowBatch,
  rankOf,
  type TakenRow,
  type WaitsFor,
} from '../ingest/index.ts';
import {
  ANY_FILE,
  type AskedQuestion,
  askReviewers,
  createVersionRows,
  insertExplanations,
  insertWaiting,
  isByVerdict,
  isLinked,
  type Judgements,
  type KeptExplanation,
  type MatchDecision,
  obey,
  type RecordVersion,
  readHistories,
  repeatedKeys,
  type SeenKeys,
  scoreOf,
  type VersionRows,
  type WaitingRecord,
  type Whose,
} from '../matchers/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Tx } from '../platform/postgres.ts';
import { createFactRows, type Fact, type FactRows, factVersion } from '../rules/index.ts';
import { addCounts, type LoadCounts, noCounts } from './load-counts.ts';
import { questionOf } from './settle.ts';

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
  readonly whose: Whose;
  /** What reviewers found out; read after the right to take rows was given, so that no verdict is missed. */
  readonly judgements: Judgements;
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

/** Rows of one origin in their order. */
export interface BatchPart {
  readonly rows: JudgedRows;
  readonly from: BatchOrigin;
}

/** As `PipelineDeps`, with the counts of every part. */
export interface PartsDeps extends Omit<PipelineDeps, 'commit'> {
  readonly commit: (work: (tx: Tx) => Promise<void>, counts: readonly LoadCounts[]) => Promise<void>;
}

/** What a batch comes to. */
interface Outcome {
  /** By part. */
  readonly counts: readonly LoadCounts[];
  readonly versions: VersionRows;
  readonly facts: FactRows;
  readonly waiting: WaitingRecord[];
  readonly explanations: KeptExplanation[];
  readonly asked: AskedQuestion[];
  readonly months: Map<number, number>;
  readonly touched: Set<number>;
  readonly rejected: QuarantineEntry[];
  /** By part. */
  readonly completions: Completion[][];
  /** What became of each row, where somebody wants to be told. */
  readonly results: RowResult[] | null;
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
  const outcome = await judge(deps, feed, parts, await readKnown(deps, feed, parts));
  await outcome.facts.insert(deps.clickhouse);
  await insertWaiting(deps.clickhouse, outcome.waiting, false);
  await insertExplanations(deps.clickhouse, outcome.explanations);
  await outcome.versions.insert(deps.clickhouse);
  const receivedAt = new Date(Math.max(...parts.map(({ from }) => from.receivedAt.getTime())));
  await deps.commit(async (tx) => {
    await quarantine(tx, outcome.rejected);
    for (const [part, { from }] of parts.entries()) {
      await keepCompletions(tx, outcome.completions[part] as Completion[], from.receivedAt, from.messages?.waitsFor);
      const { records } = outcome.counts[part] as LoadCounts;
      const counted = deps.countsMonths ? records : { ...noCounts().records, accepted: records.accepted };
      await countIntake(tx, feed.name, shanghaiDay(from.receivedAt), counted);
    }
    await countMonths(tx, feed.name, outcome.months, receivedAt);
    await deps.settle?.(tx, outcome.results ?? []);
    await deps.markDirty(tx, outcome.touched);
    await askReviewers(tx, outcome.asked, receivedAt);
  }, outcome.counts);
};

/** What was said before about the records of a batch. */
interface Known {
  readonly histories: Map<string, RecordHistory>;
  /** Keys of records that may come more than once in the batch; of the others nothing need be remembered. */
  readonly repeated: ReadonlySet<number>;
}

const rowsIn = (parts: readonly BatchPart[]): number => parts.reduce((sum, { rows }) => sum + rows.length, 0);

function* keysOf(parts: readonly BatchPart[]): Generator<number, void> {
  for (const { rows } of parts) {
    if (rows.recordKeys !== undefined) yield* rows.recordKeys();
    else for (const row of rows) if (row.kind === 'record') yield row.record.key;
  }
}

const readKnown = async (deps: PartsDeps, feed: Feed, parts: readonly BatchPart[]): Promise<Known> => {
  const stored: number[] = [];
  for (const key of keysOf(parts)) if (deps.seen.mayHold(key)) stored.push(key);
  const before = parts.map(({ rows: [first], from }) => ({
    loadNo: from.loadNo,
    fileNo: from.messages === undefined ? from.fileNo : ANY_FILE,
    position: first?.at.offset ?? 0,
  }));
  const histories = await readHistories(deps.clickhouse, feed.name, stored, before);
  return { histories, repeated: repeatedKeys(keysOf(parts), rowsIn(parts)) };
};

const judge = async (deps: PartsDeps, feed: Feed, parts: readonly BatchPart[], known: Known): Promise<Outcome> => {
  const size = rowsIn(parts);
  const outcome: Outcome = {
    counts: parts.map(noCounts),
    versions: createVersionRows(size),
    facts: createFactRows(size),
    waiting: [],
    explanations: [],
    asked: [],
    months: new Map(),
    touched: new Set(),
    rejected: [],
    completions: parts.map(() => []),
    results: deps.settle === undefined ? null : [],
  };
  for (const [part, { rows, from }] of parts.entries()) {
    const counts = outcome.counts[part] as LoadCounts;
    for (const row of rows) {
      if (row.kind === 'record') {
        const found = decide(deps, feed, row.record);
        const decision = found instanceof Promise ? await found : found;
        const said = judgeRecord(deps, outcome, counts, row, from, known, admitted(deps, feed, row.record, decision));
        outcome.results?.push({ line: row.at.line, recordId: row.record.recordId, outcome: said });
      } else if (row.kind === 'rejected') outcome.rejected.push(refuse(deps, feed, counts, row, from));
      else {
        counts.completions += 1;
        outcome.completions[part]?.push(row.completion);
        outcome.results?.push({ line: row.at.line, recordId: '', outcome: 'completion' });
      }
    }
  }
  return outcome;
};

type RecordRow = Extract<TakenRow, { kind: 'record' }>;

/** Whose record it is. A promise only where the matcher has to be made first; a withdrawal is found by its record id. */
const decide = (
  { whose }: PartsDeps,
  feed: Feed,
  { op, identity, fact }: DepartmentRecord,
): MatchDecision | null | Promise<MatchDecision> =>
  op === 'delete' ? null : whose(identity, feed.name, fact?.day ?? null);

/** The decision as verdicts leave it, if the record may be used. */
const admitted = (
  deps: PartsDeps,
  feed: Feed,
  { identity, fact }: DepartmentRecord,
  found: MatchDecision | null,
): MatchDecision | null | 'not_authorised' => {
  if (found === null) return null;
  const decision = obey(deps.judgements, identity, found);
  const mayBeUsed =
    !needsAuthorisation(feed, fact) || (isLinked(decision.outcome) && deps.authorised(decision.personNo));
  return mayBeUsed ? decision : 'not_authorised';
};

const judgeRecord = (
  deps: PartsDeps,
  outcome: Outcome,
  { records: counts }: LoadCounts,
  { record, at }: RecordRow,
  from: BatchOrigin,
  { histories, repeated }: Known,
  decision: MatchDecision | null | 'not_authorised',
): RowResult['outcome'] => {
  counts.read += 1;
  if (decision === 'not_authorised') {
    counts.not_authorised += 1;
    return 'not_authorised';
  }
  const history = histories.get(record.recordId) ?? emptyHistory();
  if (repeated.has(record.key)) histories.set(record.recordId, history);
  const rank = rankOf(record);
  const verdict = judgeVersion(history, rank, record.content);
  counts[verdict.status] += 1;
  if (verdict.conflicting) counts.conflicting += 1;
  if (record.countedMonth !== null && (deps.countsMonths || verdict.status === 'accepted')) {
    outcome.months.set(record.countedMonth, (outcome.months.get(record.countedMonth) ?? 0) + 1);
  }
  if (!verdict.fresh) return verdict.status;
  addVersion(history, rank, record.content);
  const version: RecordVersion = {
    feed: record.feed,
    key: record.key,
    recordId: record.recordId,
    rank,
    content: record.content,
    loadNo: from.loadNo,
    fileNo: from.fileNo,
    position: at.offset,
    receivedAt: from.messages?.receivedAt(at.offset) ?? from.receivedAt,
    outcome: decision?.outcome ?? 'withdrawn',
    personNo: decision?.personNo ?? 0,
    score: decision === null ? 0 : scoreOf(decision),
    reasons: decision?.reasons ?? [],
    decision: 0,
  };
  outcome.versions.add(version);
  if (decision?.explained !== undefined) outcome.explanations.push({ of: version, explained: decision.explained });
  deps.seen.add(record.key);
  if (verdict.status === 'accepted') take(deps, outcome, history, record, decision, version);
  return verdict.status;
};

/** A lead is kept also when nobody can tell whom it is about (feeds.md, leads); of other feeds nothing but the count is. */
const NEVER_DROPPED = 'leads';

/** Who may be found or asked about later waits; so does what a verdict decided, which somebody may take back. */
const waits = (feed: string, decision: MatchDecision): boolean =>
  isByVerdict(decision) ||
  (!isLinked(decision.outcome) &&
    (decision.idNumber !== '' || decision.outcome === 'review' || feed === NEVER_DROPPED));

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
    outcome.facts.add(fact(history.owner, null));
    outcome.touched.add(history.owner);
  }
  history.owner = version.personNo;
  if (version.personNo !== 0) {
    outcome.facts.add(fact(version.personNo, record.fact));
    outcome.touched.add(version.personNo);
  }
  if (decision === null || !waits(record.feed, decision)) return;
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
  if (decision.outcome === 'review') outcome.asked.push(questionOf(deps.cipher, record, decision, version.receivedAt));
};

const originOf = ({ loadNo, fileNo, position }: RecordVersion) => ({ loadNo, fileNo, position });

/** What is kept of a refused row; a declaration that can't be read is counted nowhere. */
const refuse = (
  deps: PartsDeps,
  feed: Feed,
  counts: LoadCounts,
  row: Extract<TakenRow, { kind: 'rejected' }>,
  from: BatchOrigin,
): QuarantineEntry => {
  const { rejection, at, raw } = row;
  if (!row.declaration) {
    addCounts(counts, { read: 1, rejected: 1 });
    counts.rejected_by_reason[rejection.reason] = (counts.rejected_by_reason[rejection.reason] ?? 0) + 1;
  }
  return {
    feed: feed.name,
    fileNo: from.fileNo,
    position: at.line,
    rejection,
    receivedAt: from.messages?.receivedAt(at.offset) ?? from.receivedAt,
    rawSealed: deps.cipher.seal(raw),
    rawLength: raw.length,
    regionCode: row.region ?? null,
  };
};
