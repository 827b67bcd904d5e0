/** Touches the world: records that waited for somebody who is registered now go through the same door. */
import {
  hasQuestions,
  isLinked,
  readJudgements,
  readReviewHashes,
  readWaiting,
  type WaitingRecord,
  type Whose,
} from '../matchers/index.ts';
import { addMonths, shanghaiDay } from '../platform/calendar.ts';
import { readChangedIdHashes, readRevision } from '../registry/index.ts';
import { decideAnew, openWaiting, type Redecided, settle } from './settle.ts';
import type { System } from './system.ts';
import { WAITING_MONTHS } from './unregistered.ts';

const PAGE = 5_000;
/** Under what records wait that state no usable number. */
const NO_NUMBER = '';

/** Who is in no registry is looked for so many months; whoever is in review until somebody decides. */
const isOver = ({ outcome, receivedAt }: WaitingRecord, asOf: number): boolean =>
  outcome === 'unregistered' && asOf >= addMonths(shanghaiDay(receivedAt), WAITING_MONTHS);

/**
 * Looks again at records whose id number belongs, or no longer belongs, to somebody who is new or changed since the last
 * look, and at those without one when anything has changed: those of unregistered people are linked; of those in review the reviewer is told what has changed;
 * those that a verdict decided stay as it says. Repeating
 * it changes nothing: a record about which the same is decided again is left as it is.
 */
export const relinkWaiting = async (system: System, whose: Whose, asOf: number): Promise<number> => {
  const { postgres, clickhouse, cipher } = system;
  const [seen] = await postgres.query<{ revision: number }>(
    'select coalesce(max(revision), 0)::bigint as revision from relinked',
  );
  const newest = await readRevision(postgres, null);
  const changed = await readChangedIdHashes(postgres, seen?.revision ?? 0);
  // Records that came into review before there were questions: all of them are asked about, once.
  const neverAsked = (await hasQuestions(postgres)) ? [] : await readReviewHashes(clickhouse);
  // Whoever is new or changed may be anybody of those that are named without a number.
  const nameless = newest > (seen?.revision ?? 0) ? [NO_NUMBER] : [];
  const hashes = [...new Set([...changed, ...neverAsked, ...nameless])];
  const judgements = await readJudgements(postgres, cipher);
  let linked = 0;
  for (let at = 0; at < hashes.length; at += PAGE) {
    const waiting = await readWaiting(clickhouse, hashes.slice(at, at + PAGE));
    const decided: Redecided[] = [];
    for (const entry of waiting) {
      if (isOver(entry, asOf)) continue;
      const content = openWaiting(cipher, entry);
      const found = await decideAnew(judgements, whose, entry, content.record);
      if (found === null) continue;
      if (found.outcome === 'unregistered' && entry.outcome === 'unregistered') continue;
      const late = entry.outcome === 'unregistered' ? ['registered_later'] : [];
      decided.push({ ...content, entry, decision: { ...found, reasons: [...found.reasons, ...late] } });
    }
    if (decided.length === 0) continue;
    await settle(system, decided);
    linked += decided.filter(({ entry, decision }) => !isLinked(entry.outcome) && isLinked(decision.outcome)).length;
  }
  await postgres.query('insert into relinked (revision) values ($1) on conflict do nothing', [newest]);
  return linked;
};
