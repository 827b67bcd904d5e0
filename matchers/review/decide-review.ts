import type { ReviewVerdict } from '../contract.ts';
import type { Question, ReviewEvent, ReviewRefusal } from './question.ts';
import { isSampled } from './sample.ts';

/** How long a question is somebody's alone, in milliseconds. */
export const CLAIM_MS = 15 * 60_000;

const claimant = ({ claimedBy, claimedUntil }: Question, now: Date): string | null =>
  claimedUntil !== null && claimedUntil > now ? claimedBy : null;

/** Whether a question waits for somebody to read it. */
export const isWaiting = ({ state, second }: Pick<Question, 'state' | 'second'>): boolean =>
  state === 'open' || state === 'disputed' || (state === 'decided' && second === 'wanted');

/** Why this person may not take the question now, or null. Taking one's own again prolongs it. */
export const refuseClaim = (question: Question, reader: string, now: Date): ReviewRefusal | null => {
  const by = claimant(question, now);
  if (by !== null && by !== reader) return 'claimed_by_another';
  if (!isWaiting(question)) return 'already_decided';
  // Of somebody's own words one's own second opinion says nothing.
  return question.readers.includes(reader) ? 'own_reading' : null;
};

export interface Reading {
  readonly reader: string;
  readonly version: number;
  readonly verdict: ReviewVerdict;
  /** With `same` whose the records are. */
  readonly personNo: number | null;
  readonly note: string | null;
}

type Decided = { readonly events: readonly ReviewEvent[] } | { readonly refused: ReviewRefusal };

/**
 * A verdict on a question that its reader has claimed. The first one of a round holds at once. A second reader who agrees
 * confirms it; one who does not takes it back, and a third, who is neither of them, decides. Pure.
 *
 * @param candidates persons whom the reader was shown
 */
export const decideReading = (
  question: Question,
  { reader, version, verdict, personNo, note }: Reading,
  candidates: readonly number[],
  now: Date,
): Decided => {
  const refused = refuseClaim(question, reader, now);
  if (refused !== null) return { refused };
  if (claimant(question, now) !== reader) return { refused: 'not_claimed' };
  if (version !== question.version) return { refused: 'stale_version' };
  if (personNo !== null && !candidates.includes(personNo)) return { refused: 'not_a_candidate' };
  const reading = question.readers.length + 1;
  const read: ReviewEvent = { type: 'read', reading, verdict, personNo, note };
  const agrees = question.verdict === verdict && question.personNo === personNo;
  if (question.state !== 'decided' || agrees) return { events: [read] };
  return { events: [read, { type: 'overturned', by: 'second_reader', note: null }] };
};

/** Takes a verdict back; what followed from it is undone. Pure. */
export const decideUndo = (
  question: Question,
  { reader, version, reason }: { reader: string; version: number; reason: string },
  now: Date,
): Decided => {
  const by = claimant(question, now);
  if (by !== null && by !== reader) return { refused: 'claimed_by_another' };
  if (question.state !== 'decided') return { refused: 'nothing_to_undo' };
  if (version !== question.version) return { refused: 'stale_version' };
  return { events: [{ type: 'overturned', by: 'undo', note: reason }] };
};

const afterReading = (question: Question, event: Extract<ReviewEvent, { type: 'read' }>, reader: string): Question => {
  const { reading, verdict, personNo } = event;
  const readers = [...question.readers, reader];
  const first = question.overturned || isSampled(question.questionId, question.round) ? 'wanted' : 'none';
  const second = reading === 1 ? first : reading === 2 ? 'agreed' : 'settled';
  return { ...question, state: 'decided', verdict, personNo, second, readers, claimedBy: null, claimedUntil: null };
};

const none = { verdict: null, personNo: null, second: 'none', claimedBy: null, claimedUntil: null } as const;

/** The question after an event of an actor. Pure; the order of events is their history. */
export const evolveQuestion = (question: Question, event: ReviewEvent, actor: string): Question => {
  const next = { ...question, version: question.version + 1 };
  switch (event.type) {
    case 'read':
      return afterReading(next, event, actor);
    case 'overturned':
      return event.by === 'second_reader'
        ? { ...next, ...none, state: 'disputed', overturned: true }
        : { ...next, ...none, state: 'open', overturned: true, readers: [], round: next.round + 1 };
    case 'released':
      return { ...next, ...none, state: 'released', readers: [] };
    case 'reopened':
      return { ...next, ...none, state: 'open', readers: [], round: next.round + 1 };
    default:
      return event satisfies never;
  }
};

/** Whether two states of a question say different things of whose records these are: facts have to follow. */
export const saysOther = (before: Question, after: Question): boolean =>
  before.verdict !== after.verdict || before.personNo !== after.personNo;
