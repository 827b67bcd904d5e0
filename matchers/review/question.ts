import type { ReviewState, ReviewVerdict, SecondReading } from '../contract.ts';

/** A claimed identity that the matcher could not decide about, as far as rules of reviewing need it. */
export interface Question {
  readonly questionId: string;
  readonly state: ReviewState;
  /** Number of its newest event. */
  readonly version: number;
  readonly verdict: ReviewVerdict | null;
  readonly personNo: number | null;
  readonly second: SecondReading;
  /** A verdict on it was taken back once: the next one is read by a second person. */
  readonly overturned: boolean;
  /** User ids of those who read this round, in order. */
  readonly readers: readonly string[];
  readonly claimedBy: string | null;
  readonly claimedUntil: Date | null;
  readonly round: number;
}

/** What happened to a question. Undone and overruled verdicts begin a new round. */
export type ReviewEvent =
  | {
      readonly type: 'read';
      /** 1, 2 or, where two did not agree, 3. */
      readonly reading: number;
      readonly verdict: ReviewVerdict;
      readonly personNo: number | null;
      readonly note: string | null;
    }
  /** A verdict no longer holds: a person took it back, or a second reader did not agree (`by`). */
  | { readonly type: 'overturned'; readonly by: 'undo' | 'second_reader'; readonly note: string | null }
  /** The registry or the department changed, and nothing is left to ask. */
  | { readonly type: 'released' }
  /** There is something to ask again: a candidate nobody was asked about. */
  | { readonly type: 'reopened' };

export type ReviewRefusal =
  | 'claimed_by_another'
  | 'not_claimed'
  | 'stale_version'
  | 'already_decided'
  | 'own_reading'
  | 'not_a_candidate'
  | 'nothing_to_undo';
