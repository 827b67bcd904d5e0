/** Touches the world: what became of refused rows, and what was taken of each feed by day (PostgreSQL). */
import { formatDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';

/** Adds what was taken of a feed to the day on which it was received. */
export const countIntake = async (
  tx: Tx,
  feed: string,
  day: number,
  counts: { accepted: number; duplicate: number; conflicting: number; not_authorised: number },
): Promise<void> => {
  const { accepted, duplicate, conflicting, not_authorised } = counts;
  if (accepted + duplicate + not_authorised === 0) return;
  await tx.query(
    `insert into feed_intake as i (feed, day, accepted, duplicate, conflicting, not_authorised) values ($1, $2, $3, $4, $5, $6)
     on conflict (feed, day) do update set accepted = i.accepted + excluded.accepted, duplicate = i.duplicate + excluded.duplicate,
       conflicting = i.conflicting + excluded.conflicting, not_authorised = i.not_authorised + excluded.not_authorised`,
    [feed, formatDay(day), accepted, duplicate, conflicting, not_authorised],
  );
};

/** One decision about refused rows of a feed. */
export interface Correction {
  readonly correctionId: string;
  readonly feed: string;
  readonly kind: 'edit' | 'mapping' | 'dismiss';
  readonly changeSealed: Buffer | null;
  readonly reason: string;
  readonly actor: string;
  readonly role: string;
  readonly madeAt: Date;
  /** The corrected rows as they are sent again; null: dismissed. */
  readonly fileNo: number | null;
}

/** A refused row that a correction is about, and its line in the correction's file. */
export interface Fate {
  readonly quarantineNo: number;
  readonly line: number | null;
}

/**
 * Keeps a correction with the fates of its rows. Those that somebody else has decided about are told back: then the
 * caller gives up the transaction, because a correction is of all its rows or of none.
 */
export const keepCorrection = async (
  tx: Tx,
  correction: Correction,
  fates: readonly Fate[],
): Promise<{ decided: number[] }> => {
  const [made] = await tx.query<{ correction_no: number }>(
    `insert into corrections (correction_id, feed, kind, change_sealed, reason, actor, role, made_at, entries, file_no)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning correction_no`,
    [
      ...[correction.correctionId, correction.feed, correction.kind, correction.changeSealed, correction.reason],
      ...[correction.actor, correction.role, correction.madeAt, fates.length, correction.fileNo],
    ],
  );
  const kept = await tx.query<{ quarantine_no: number }>(
    `insert into quarantine_fates (quarantine_no, correction_no, line)
     select quarantine_no, $1, line from unnest($2::bigint[], $3::bigint[]) as f (quarantine_no, line)
     order by quarantine_no on conflict do nothing returning quarantine_no`,
    [made?.correction_no, fates.map((fate) => fate.quarantineNo), fates.map((fate) => fate.line)],
  );
  const mine = new Set(kept.map((row) => row.quarantine_no));
  return { decided: fates.map((fate) => fate.quarantineNo).filter((no) => !mine.has(no)) };
};

/** Writes what came of corrected rows beside them: of the taken ones what is said, the others are in quarantine again. */
export const settleFates = async (
  tx: Tx,
  fileNo: number,
  results: readonly { readonly line: number; readonly recordId: string; readonly outcome: string }[],
): Promise<void> => {
  await tx.query(
    `update quarantine_fates f set outcome = r.outcome, record_id = nullif(r.record_id, '')
     from unnest($2::bigint[], $3::text[], $4::text[]) as r (line, record_id, outcome), corrections c
     where c.file_no = $1 and f.correction_no = c.correction_no and f.line = r.line`,
    [fileNo, results.map((r) => r.line), results.map((r) => r.recordId), results.map((r) => r.outcome)],
  );
  await tx.query(
    `update quarantine_fates f set outcome = 'rejected', next_no = q.quarantine_no
     from corrections c, quarantine q
     where c.file_no = $1 and f.correction_no = c.correction_no and f.outcome is null
       and q.file_no = $1 and q.position = f.line`,
    [fileNo],
  );
};
