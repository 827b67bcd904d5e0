import { z } from 'zod';
import { type RefusedRow, rejectReason, rejectWords } from '../ingest/index.ts';
import { formatShanghai } from '../platform/calendar.ts';
import type { LoadCounts } from './load-counts.ts';

/** Refused rows that an answer lists; the others are counted. */
export const MOST_LISTED = 1_000;

const count = z.number().int();

/** What a push is answered: everything of it is kept, or refused with its reason. */
export const pushAnswer = z.object({
  feed: z.string(),
  /** ISO 8601. */
  received_at: z.string(),
  /** Of the archived body, hexadecimal. */
  sha256: z.string(),
  records: z.object({
    ...{ read: count, accepted: count, duplicate: count, conflicting: count, rejected: count, not_authorised: count },
  }),
  /** Declarations of complete months that were taken. */
  completions: count,
  rejected_by_reason: z.record(z.string(), count),
  /** The first refused rows. */
  rejected: z.array(
    z.object({
      /** Place in the array, or line, from 1. */
      row: count,
      reason: rejectReason,
      /** English name of the column that is to blame. */
      field: z.string().nullable(),
      /** Chinese: what is wrong, and what to do. */
      message: z.string(),
      cure: z.string(),
    }),
  ),
  /** Whether there are more refused rows than are listed. */
  more_rejected: z.boolean(),
});
export type PushAnswer = z.infer<typeof pushAnswer>;

/** `refused`: one row more than is listed, if there are as many. */
export const answerOf = (given: {
  feed: string;
  receivedAt: Date;
  sha256: Buffer;
  counts: LoadCounts;
  refused: readonly RefusedRow[];
}): PushAnswer => ({
  ...{ feed: given.feed, received_at: formatShanghai(given.receivedAt), sha256: given.sha256.toString('hex') },
  ...{ records: given.counts.records, completions: given.counts.completions },
  rejected_by_reason: given.counts.rejected_by_reason,
  rejected: given.refused.slice(0, MOST_LISTED).map(({ position, reason, field }) => ({
    ...{ row: position, reason, field, message: rejectWords[reason].what, cure: rejectWords[reason].cure },
  })),
  more_rejected: given.refused.length > MOST_LISTED,
});
