/** Touches the world: pushes that named an idempotency key, and what they were answered (PostgreSQL). */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { PushAnswer } from './push-answer.ts';

/** How long a key is known. */
const KEPT_DAYS = 30;

export interface PushKey {
  readonly machineId: string;
  readonly feed: string;
  readonly key: string;
}

export interface KnownPush extends Record<string, unknown> {
  readonly body_sha256: Buffer;
  readonly load_no: number;
  readonly answer: PushAnswer | null;
}

export const readPush = async (db: Pick<Tx, 'query'>, { machineId, feed, key }: PushKey): Promise<KnownPush | null> => {
  const [row] = await db.query<KnownPush>(
    'select body_sha256, load_no, answer from pushes where machine_id = $1 and feed = $2 and key = $3',
    [machineId, feed, key],
  );
  return row ?? null;
};

export const insertPush = async (
  tx: Tx,
  { machineId, feed, key }: PushKey,
  push: { bodySha256: Buffer; loadNo: number; now: Date },
): Promise<void> => {
  await tx.query(`delete from pushes where received_at < $1::timestamptz - interval '${KEPT_DAYS} days'`, [push.now]);
  await tx.query(
    'insert into pushes (machine_id, feed, key, body_sha256, load_no, received_at) values ($1, $2, $3, $4, $5, $6)',
    [machineId, feed, key, push.bodySha256, push.loadNo, push.now],
  );
};

export const answerPush = async (tx: Tx, loadNo: number, answer: PushAnswer): Promise<void> => {
  await tx.query('update pushes set answer = $2 where load_no = $1', [loadNo, JSON.stringify(answer)]);
};

/** A push that was interrupted in the middle, with the file it came as. */
export interface UnfinishedPush extends Record<string, unknown> {
  readonly directory: string;
  readonly file_no: number;
  readonly feed: string;
  readonly name: string;
  readonly sha256: Buffer;
  readonly size: number;
  readonly received_at: Date;
  readonly regions: string[] | null;
}

/** Pushes of which rows may have been taken and no end was noted. */
export const readUnfinishedPushes = (postgres: Postgres): Promise<UnfinishedPush[]> =>
  postgres.query<UnfinishedPush>(
    `select l.directory, f.file_no, f.feed, f.name, f.sha256, f.size, f.received_at, f.regions
     from loads l join load_files using (load_no) join received_files f using (file_no)
     where l.origin = 'push' and l.state <> 'judged' order by l.load_no`,
  );
