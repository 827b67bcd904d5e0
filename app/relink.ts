/** Touches the world: records that waited for somebody who is registered now go through the same door. */
import type { DepartmentRecord } from '../ingest/index.ts';
import {
  createVersionRows,
  insertWaiting,
  isLinked,
  matchRecord,
  type PersonIndex,
  type RecordVersion,
  readHistories,
  readWaiting,
  type WaitingRecord,
} from '../matchers/index.ts';
import { addMonths, shanghaiDay } from '../platform/calendar.ts';
import { groupBy } from '../platform/group-by.ts';
import { markPersonsDirty, readChangedIdHashes, readRevision } from '../registry/index.ts';
import { createFactRows, factVersion } from '../rules/index.ts';
import type { System } from './system.ts';
import { WAITING_MONTHS } from './unregistered.ts';

const PAGE = 5_000;

/**
 * Looks again at records of unregistered people whose id number now belongs to somebody, new or changed since the last
 * look: those that match are linked, one under another name goes to the reviewers. Repeating it changes nothing: a
 * record that was decided is unregistered no longer.
 */
export const relinkWaiting = async (system: System, persons: PersonIndex, asOf: number): Promise<number> => {
  const { postgres, clickhouse, cipher } = system;
  const [seen] = await postgres.query<{ revision: number }>(
    'select coalesce(max(revision), 0)::bigint as revision from relinked',
  );
  const newest = await readRevision(postgres, null);
  const hashes = await readChangedIdHashes(postgres, seen?.revision ?? 0);
  let linked = 0;
  for (let at = 0; at < hashes.length; at += PAGE) {
    const waiting = await readWaiting(clickhouse, hashes.slice(at, at + PAGE));
    const decided = waiting.flatMap((entry) => {
      if (entry.outcome !== 'unregistered' || asOf >= addMonths(shanghaiDay(entry.receivedAt), WAITING_MONTHS))
        return [];
      const { record, origin } = JSON.parse(cipher.open(entry.payload).toString('utf8')) as Payload;
      const decision = matchRecord(persons, record.identity);
      return decision.outcome === 'unregistered' ? [] : [{ entry, record, origin, decision }];
    });
    if (decided.length === 0) continue;
    await settle(system, decided);
    linked += decided.filter(({ decision }) => isLinked(decision.outcome)).length;
  }
  await postgres.query('insert into relinked (revision) values ($1) on conflict do nothing', [newest]);
  return linked;
};

/** What is sealed of a waiting record: itself, and where it came from. */
interface Payload {
  readonly record: DepartmentRecord;
  readonly origin: Pick<RecordVersion, 'loadNo' | 'fileNo' | 'position'>;
}

interface Decided extends Payload {
  readonly entry: WaitingRecord;
  readonly decision: ReturnType<typeof matchRecord>;
}

/** Who is unregistered is decided about once when the record comes, and once when somebody is registered. */
const DECIDED_ANEW = 1;

const settle = async (system: System, decided: readonly Decided[]): Promise<void> => {
  const { clickhouse, postgres } = system;
  const versions = createVersionRows(decided.length);
  const facts = createFactRows(decided.length);
  const touched: number[] = [];
  for (const [feed, of] of groupBy(decided, (d) => d.entry.feed)) {
    const histories = await readHistories(
      clickhouse,
      feed,
      of.map((d) => d.entry.key),
      [],
    );
    for (const { entry, record, origin, decision } of of) {
      // A version that is no longer in force waits for nothing; it only stops waiting.
      if (histories.get(entry.recordId)?.highest !== entry.rank) continue;
      versions.add({
        ...{ feed, key: entry.key, recordId: entry.recordId, rank: entry.rank, content: record.content },
        ...origin,
        receivedAt: entry.receivedAt,
        ...{
          outcome: decision.outcome,
          personNo: decision.personNo,
          reasons: [...decision.reasons, 'registered_later'],
        },
        decision: DECIDED_ANEW,
      });
      if (!isLinked(decision.outcome)) continue;
      touched.push(decision.personNo);
      facts.add({
        personNo: decision.personNo,
        key: entry.key,
        draft: record.fact,
        feed,
        recordId: entry.recordId,
        recordVersion: record.version,
        receivedAt: entry.receivedAt,
        version: factVersion(entry.rank, DECIDED_ANEW),
      });
    }
  }
  await facts.insert(clickhouse);
  await versions.insert(clickhouse);
  await postgres.transaction((tx) => markPersonsDirty(tx, touched), { scope: '*' });
  const isInReview = ({ decision }: Decided): boolean => decision.outcome === 'review';
  await insertWaiting(
    clickhouse,
    decided.filter(isInReview).map(({ entry }) => ({ ...entry, outcome: 'review', decision: DECIDED_ANEW })),
    false,
  );
  await insertWaiting(
    clickhouse,
    decided.filter((d) => !isInReview(d)).map(({ entry }) => entry),
    true,
  );
};
