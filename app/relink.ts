/** Touches the world: records that waited for somebody who is registered now go through the same door. */
import {
  hasQuestions,
  isLinked,
  type PersonIndex,
  readJudgements,
  readReviewHashes,
  readWaiting,
  type WaitingRecord,
} from '../matchers/index.ts';
import { addMonths, shanghaiDay } from '../platform/calendar.ts';
import { readChangedIdHashes, readRevision } from '../registry/index.ts';
import { decideAnew, openWaiting, settle } from './settle.ts';
import type { System } from './system.ts';
import { WAITING_MONTHS } from './unregistered.ts';

const PAGE = 5_000;

/** Who is in no registry is looked for so many months; whoever is in review until somebody decides. */
const isOver = ({ outcome, receivedAt }: WaitingRecord, asOf: number): boolean =>
  outcome === 'unregistered' && asOf >= addMonths(shanghaiDay(receivedAt), WAITING_MONTHS);

/**
 * Looks again at records whose id number belongs, or no longer belongs, to somebody who is new or changed since the last
 * look: those of unregistered people are linked; of those in review the reviewer is told what has changed;
 * those that a verdict decided stay as it says. Repeating
 * it changes nothing: a record about which the same is decided again is left as it is.
 */
export const relinkWaiting = async (system: System, persons: PersonIndex, asOf: number): Promise<number> => {
  const { postgres, clickhouse, cipher } = system;
  const [seen] = await postgres.query<{ revision: number }>(
    'select coalesce(max(revision), 0)::bigint as revision from relinked',
  );
  const newest = await readRevision(postgres, null);
  const changed = await readChangedIdHashes(postgres, seen?.revision ?? 0);
  // Records that came into review before there were questions: all of them are asked about, once.
  const neverAsked = (await hasQuestions(postgres)) ? [] : await readReviewHashes(clickhouse);
  const hashes = [...new Set([...changed, ...neverAsked])];
  const judgements = await readJudgements(postgres, cipher);
  let linked = 0;
  for (let at = 0; at < hashes.length; at += PAGE) {
    const waiting = await readWaiting(clickhouse, hashes.slice(at, at + PAGE));
    const decided = waiting.flatMap((entry) => {
      if (isOver(entry, asOf)) return [];
      const content = openWaiting(cipher, entry);
      const found = decideAnew(judgements, persons, entry, content.record);
      if (found === null) return [];
      if (found.outcome === 'unregistered' && entry.outcome === 'unregistered') return [];
      const late = entry.outcome === 'unregistered' ? ['registered_later'] : [];
      return [{ ...content, entry, decision: { ...found, reasons: [...found.reasons, ...late] } }];
    });
    if (decided.length === 0) continue;
    await settle(system, decided);
    linked += decided.filter(({ entry, decision }) => !isLinked(entry.outcome) && isLinked(decision.outcome)).length;
  }
  await postgres.query('insert into relinked (revision) values ($1) on conflict do nothing', [newest]);
  return linked;
};
