/** Touches the world: what was decided anew about waiting records takes its effect (ClickHouse, PostgreSQL). */
import { type DepartmentRecord, feeds, needsAuthorisation } from '../ingest/index.ts';
import {
  type AskedQuestion,
  askReviewers,
  claimedKey,
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
  releaseQuestions,
  scoreOf,
  urgencyOf,
  type WaitingRecord,
  type Whose,
} from '../matchers/index.ts';
import type { Cipher } from '../platform/crypto.ts';
import { groupBy } from '../platform/group-by.ts';
import type { Tx } from '../platform/postgres.ts';
import { markPersonsDirty } from '../registry/index.ts';
import { createFactRows, factVersion } from '../rules/index.ts';
import type { System } from './system.ts';

/** What is sealed of a waiting record: itself, and where it came from. */
export interface WaitingContent {
  readonly record: DepartmentRecord;
  readonly origin: Pick<RecordVersion, 'loadNo' | 'fileNo' | 'position'>;
}

/** A waiting record and what is decided about it now. */
export interface Redecided extends WaitingContent {
  readonly entry: WaitingRecord;
  readonly decision: MatchDecision;
}

export const openWaiting = (cipher: Pick<Cipher, 'open'>, entry: Pick<WaitingRecord, 'payload'>): WaitingContent =>
  JSON.parse(cipher.open(entry.payload).toString('utf8')) as WaitingContent;

/** Keyed hash by which questions and verdicts know a claimed identity. */
export const identityHash = (cipher: Pick<Cipher, 'lookupHash'>, identity: DepartmentRecord['identity']): Buffer =>
  cipher.lookupHash(`claimed\n${claimedKey(identity)}`);

/** What a reviewer is asked about a record that the matcher could not decide. */
export const questionOf = (
  cipher: Pick<Cipher, 'lookupHash' | 'seal'>,
  { feed, identity }: DepartmentRecord,
  { candidates, reasons, idNumber }: MatchDecision,
  receivedAt: Date,
): AskedQuestion => ({
  identityHash: identityHash(cipher, identity),
  idHash: idNumber === '' ? '' : cipher.lookupHash(idNumber).toString('hex'),
  identitySealed: cipher.seal(JSON.stringify(identity)),
  ...{ candidates, reasons, feed, urgency: urgencyOf(feed), receivedAt },
});

/**
 * What is decided about a waiting record by the registry and the verdicts of now; null: it is left as it is. A record leaves
 * review by a verdict only (docs/contract-notes.md): where the registry has changed so that it fits, the reviewer is told so.
 */
export const decideAnew = async (
  judgements: Judgements,
  whose: Whose,
  entry: Pick<WaitingRecord, 'outcome'>,
  { feed, identity, fact }: DepartmentRecord,
): Promise<MatchDecision | null> => {
  const found = obey(judgements, identity, await whose(identity, feed, fact?.day ?? null));
  if (entry.outcome !== 'review' || found.outcome === 'review' || judgements.has(claimedKey(identity))) return found;
  if (!isLinked(found.outcome)) return null;
  const reasons = [...found.reasons, 'registry_changed'];
  return { ...found, outcome: 'review', personNo: 0, reasons, candidates: [found.personNo] };
};

/**
 * A record that a verdict decided keeps waiting, sealed: an undo has to find it again. What only an authorised family's
 * link may keep (feeds.md section 6) does not outlive the link.
 */
const waitsOn = ({ record, decision }: Redecided): boolean => {
  if (isLinked(decision.outcome)) return isByVerdict(decision);
  const feed = feeds.get(record.feed);
  return feed !== undefined && !needsAuthorisation(feed, record.fact);
};

/**
 * Takes decided records through the same door as new ones: facts, then dirty marks, then the state (versions, what waits,
 * questions). A crash in between repeats all of it: until the waiting record says so, nothing counts as done, and every row
 * is written identically again. The caller holds the registry still (intake-lock.ts).
 *
 * @param ended more to do in the transaction that ends it
 */
export const settle = async (
  system: System,
  decided: readonly Redecided[],
  ended: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<void> => {
  const { clickhouse, postgres, cipher } = system;
  const versions = createVersionRows(decided.length);
  const facts = createFactRows(decided.length);
  const touched = new Set<number>();
  const [kept, gone]: [WaitingRecord[], WaitingRecord[]] = [[], []];
  const explanations: KeptExplanation[] = [];
  const asked: AskedQuestion[] = [];
  const answered: Buffer[] = [];
  for (const [feed, of] of groupBy(decided, (d) => d.entry.feed)) {
    const keys = of.map((d) => d.entry.key);
    const histories = await readHistories(clickhouse, feed, keys, []);
    for (const one of of) {
      const { entry, record, origin, decision } = one;
      const history = histories.get(entry.recordId);
      // A version that is no longer in force waits for nothing; it only stops waiting.
      if (history?.highest !== entry.rank) {
        gone.push(entry);
        continue;
      }
      const waits = waitsOn(one);
      if (decision.outcome === 'review' && waits) asked.push(questionOf(cipher, record, decision, entry.receivedAt));
      else answered.push(identityHash(cipher, record.identity));
      if (decision.outcome === entry.outcome && decision.personNo === history.owner) continue;
      const next = { ...entry, outcome: decision.outcome, decision: entry.decision + 1 };
      if (waits) kept.push(next);
      else gone.push(next);
      const version: RecordVersion = {
        ...{ feed, key: entry.key, recordId: entry.recordId, rank: entry.rank, content: record.content, ...origin },
        ...{ receivedAt: entry.receivedAt, outcome: decision.outcome, personNo: decision.personNo },
        ...{ score: scoreOf(decision), reasons: decision.reasons, decision: next.decision },
      };
      versions.add(version);
      if (decision.explained !== undefined) explanations.push({ of: version, explained: decision.explained });
      const fact = (personNo: number, draft: DepartmentRecord['fact']): void => {
        if (personNo === 0) return;
        touched.add(personNo);
        facts.add({
          ...{ personNo, key: entry.key, draft, feed, recordId: entry.recordId, recordVersion: record.version },
          ...{ receivedAt: entry.receivedAt, version: factVersion(entry.rank, next.decision) },
        });
      };
      if (history.owner !== decision.personNo) fact(history.owner, null);
      fact(decision.personNo, record.fact);
    }
  }
  await facts.insert(clickhouse);
  await postgres.transaction((tx) => markPersonsDirty(tx, [...touched]), { scope: '*' });
  await insertExplanations(clickhouse, explanations);
  await versions.insert(clickhouse);
  await insertWaiting(clickhouse, kept, false);
  await insertWaiting(clickhouse, gone, true);
  await postgres.transaction(
    async (tx) => {
      // First: what is asked again begins with facts that follow.
      await ended(tx);
      await releaseQuestions(tx, answered, system.now());
      await askReviewers(tx, asked, system.now());
    },
    { scope: '*' },
  );
};
