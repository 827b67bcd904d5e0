/** Touches the world: a load and how far it has come (PostgreSQL). */
import type { FeedMapping, ReceiptLimits } from '../ingest/index.ts';
import { formatDay, parseIsoDay, shanghaiDay } from '../platform/calendar.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { LoadCounts } from './load-counts.ts';
import { noCounts } from './load-counts.ts';

export interface Load {
  readonly loadNo: number;
  readonly receivedAt: Date;
  readonly registryRevision: number | null;
  counts: LoadCounts;
  readonly state: 'taking' | 'taken' | 'judged';
  readonly resumed: boolean;
}

interface LoadRow extends Record<string, unknown> {
  load_no: number;
  received_at: Date;
  registry_revision: number | null;
  counts: LoadCounts;
  state: Load['state'];
}

const LOAD_COLUMNS = 'load_no, received_at, registry_revision, counts, state';

const toLoad = (row: LoadRow, resumed: boolean): Load => ({
  loadNo: row.load_no,
  receivedAt: row.received_at,
  registryRevision: row.registry_revision,
  counts: row.counts,
  state: row.state,
  resumed,
});

/** Goes on with the unfinished load of a directory and day, or begins one. */
export const beginLoad = async (
  postgres: Postgres,
  load: { directory: string; asOf: number; receivedAt: Date; latestDay: number; startedAt: Date },
): Promise<Load> => {
  const day = formatDay(load.asOf);
  const [open] = await postgres.query<LoadRow>(
    `select ${LOAD_COLUMNS} from loads where origin = 'directory' and directory = $1 and as_of = $2 and state <> 'judged' order by load_no desc limit 1`,
    [load.directory, day],
  );
  if (open !== undefined) return toLoad(open, true);
  const [fresh] = await postgres.query<LoadRow>(
    `insert into loads (directory, as_of, received_at, counts, state, started_at, latest_day) values ($1, $2, $3, $4, 'taking', $5, $6) returning ${LOAD_COLUMNS}`,
    [load.directory, day, load.receivedAt, JSON.stringify(noCounts()), load.startedAt, formatDay(load.latestDay)],
  );
  return toLoad(fresh as LoadRow, false);
};

/** A load of one received file that came in another way than in a directory. */
export interface Intake extends Load {
  /** Day of receipt, and the last day that a record of it may be about. */
  readonly limits: ReceiptLimits;
}

interface IntakeRow extends LoadRow {
  as_of: string;
  latest_day: string;
}

const toIntake = (row: IntakeRow, resumed: boolean): Intake => ({
  ...toLoad(row, resumed),
  limits: { receiptDay: parseIsoDay(row.as_of) as number, latestDay: parseIsoDay(row.latest_day) as number },
});

/**
 * The load of a file that came in, by the name of its coming, which no other has: begun, or found where it was
 * interrupted or ended. It keeps the day on which it began.
 */
export const beginIntake = async (
  postgres: Pick<Postgres, 'query'>,
  { origin, name, now }: { origin: 'inbox' | 'push' | 'correction'; name: string; now: Date },
): Promise<Intake> => {
  const columns = `${LOAD_COLUMNS}, as_of, latest_day`;
  const [known] = await postgres.query<IntakeRow>(
    `select ${columns} from loads where origin = $1 and directory = $2 order by load_no desc limit 1`,
    [origin, name],
  );
  if (known !== undefined) return toIntake(known, true);
  const today = shanghaiDay(now);
  const [fresh] = await postgres.query<IntakeRow>(
    `insert into loads (origin, directory, as_of, received_at, counts, state, started_at, latest_day)
     values ($1, $2, $3, $4, $5, 'taking', $4, $6) returning ${columns}`,
    [origin, name, formatDay(today), now, JSON.stringify(noCounts()), formatDay(today + 1)],
  );
  return toIntake(fresh as IntakeRow, false);
};

/** What days rows of a load may have that holds what a partition brought on `day`. */
export const topicLimits = (day: number): ReceiptLimits => ({ receiptDay: day, latestDay: day + 1 });

/**
 * The load of what a partition brings on one day: its messages are never at an end, and sweeps don't wait for it. Known by
 * the place and the day of receipt, which a redelivered message keeps.
 */
export const beginTopicLoad = async (
  tx: Pick<Postgres, 'query'>,
  { name, day, now }: { name: string; day: number; now: Date },
): Promise<Intake> => {
  const columns = `${LOAD_COLUMNS}, as_of, latest_day`;
  const values = [name, formatDay(day)];
  const find = () =>
    tx.query<IntakeRow>(
      `select ${columns} from loads where origin = 'topic' and directory = $1 and as_of = $2`,
      values,
    );
  const [known] = await find();
  if (known !== undefined) return toIntake(known, true);
  const [fresh] = await tx.query<IntakeRow>(
    `insert into loads (origin, directory, as_of, received_at, counts, state, started_at, latest_day)
     values ('topic', $1, $2, $3, $4, 'judged', $3, $5) returning ${columns}`,
    [...values, now, JSON.stringify(noCounts()), formatDay(topicLimits(day).latestDay)],
  );
  return toIntake(fresh as IntakeRow, false);
};

/** A declaration of completeness came in: the next sweep looks at everything. */
export const wantFullSweep = async (tx: Tx): Promise<void> => {
  await tx.query(
    `insert into full_sweep_wanted (singleton, since) values (true, clock_timestamp())
     on conflict (singleton) do update set since = excluded.since`,
  );
};

/** Since when a sweep of everything is wanted, as text to the microsecond; null when it isn't. */
export const readFullSweepWanted = async (postgres: Postgres): Promise<string | null> => {
  const [row] = await postgres.query<{ since: string }>('select since::text as since from full_sweep_wanted');
  return row?.since ?? null;
};

/** It is done, unless it was wanted again meanwhile. */
export const endFullSweepWanted = async (tx: Tx, since: string): Promise<void> => {
  await tx.query('delete from full_sweep_wanted where since = $1::timestamptz', [since]);
};

export const noteRegistry = async (tx: Tx, loadNo: number, revision: number): Promise<void> => {
  await tx.query('update loads set registry_revision = $2 where load_no = $1', [loadNo, revision]);
};

export interface FileProgress {
  readonly position: number;
  readonly line: number;
  readonly done: boolean;
  /** Whether an earlier load took the same file to its end: rows that it counted count no second time. */
  readonly repeated: boolean;
  /** How this load reads the file: what it was begun with, also when the mapping has changed since. */
  readonly mapping: FeedMapping | null;
}

/** Progress through a file of a load; begins at the first byte. */
export const beginFile = async (
  postgres: Postgres,
  loadNo: number,
  fileNo: number,
  ordinal: number,
  mapping: FeedMapping | null,
): Promise<FileProgress> => {
  await postgres.query(
    `insert into load_files (load_no, file_no, ordinal, position, line, done, mapping)
     select $1, $2, $3, 0, 1, false, $4
     where not exists (select from load_files where load_no = $1 and file_no = $2)`,
    [loadNo, fileNo, ordinal, mapping === null ? null : JSON.stringify(mapping)],
  );
  const [row] = await postgres.query<{
    position: number;
    line: number;
    done: boolean;
    repeated: boolean;
    mapping: FeedMapping | null;
  }>(
    `select position, line, done, mapping,
       exists (select from load_files o where o.file_no = f.file_no and o.load_no < f.load_no and o.done) as repeated
     from load_files f where load_no = $1 and file_no = $2`,
    [loadNo, fileNo],
  );
  if (row === undefined) throw new Error(`file ${fileNo} of load ${loadNo} has no progress row`);
  return row;
};

/** Whether another load has begun to take rows of a feed. */
export const isTakenByOthers = async (postgres: Postgres, feed: string, loadNo: number): Promise<boolean> =>
  (
    await postgres.query(
      'select 1 from load_files join received_files using (file_no) where feed = $1 and load_no <> $2 limit 1',
      [feed, loadNo],
    )
  ).length > 0;

/** Moves a file's progress and the load's counts on, in the transaction of the batch. */
export const noteProgress = async (
  tx: Tx,
  at: { loadNo: number; fileNo: number; position: number; line: number; done: boolean },
  counts: LoadCounts,
): Promise<void> => {
  await tx.query('update load_files set position = $3, line = $4, done = $5 where load_no = $1 and file_no = $2', [
    at.loadNo,
    at.fileNo,
    at.position,
    at.line,
    at.done,
  ]);
  await tx.query('update loads set counts = $2 where load_no = $1', [at.loadNo, JSON.stringify(counts)]);
};

export const noteTaken = async (postgres: Postgres, loadNo: number): Promise<void> => {
  await postgres.query("update loads set state = 'taken' where load_no = $1 and state = 'taking'", [loadNo]);
};

export const noteJudged = async (tx: Tx, loadNo: number, outcome: unknown, at: Date): Promise<void> => {
  await tx.query("update loads set state = 'judged', outcome = $2, finished_at = $3 where load_no = $1", [
    loadNo,
    JSON.stringify(outcome),
    at,
  ]);
};
