/** Touches the world: received files, their progress, quarantine and completeness (PostgreSQL). */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Archived } from './archive.ts';
import type { Completion, Rejection, RejectReason } from './contract.ts';

/** Registers a received file; the same name and content is the same file, received when it first came. */
export const registerFile = async (
  postgres: Pick<Postgres, 'query'>,
  file: { feed: string; name: string; archived: Archived; receivedAt: Date; regions?: readonly string[] | null },
): Promise<{ fileNo: number; receivedAt: Date }> => {
  const { feed, name, archived } = file;
  await postgres.query(
    `insert into received_files (feed, name, sha256, size, encoding, received_at, regions)
     select $1, $2, $3, $4, $5, $6, $7
     where not exists (select from received_files where feed = $1 and name = $2 and sha256 = $3)`,
    [feed, name, archived.sha256, archived.size, archived.encoding, file.receivedAt, file.regions ?? null],
  );
  const [row] = await postgres.query<{ file_no: number; received_at: Date }>(
    'select file_no, received_at from received_files where feed = $1 and name = $2 and sha256 = $3',
    [feed, name, archived.sha256],
  );
  if (row === undefined) throw new Error(`received file ${feed}/${name} was not registered`);
  return { fileNo: row.file_no, receivedAt: row.received_at };
};

export interface QuarantineEntry {
  readonly feed: string;
  readonly fileNo: number;
  /** Physical line in the file. */
  readonly position: number;
  readonly rejection: Rejection;
  readonly receivedAt: Date;
  readonly rawSealed: Buffer;
  readonly rawLength: number;
  /** Where the row says that it belongs; null where it says nothing that is a region. */
  readonly regionCode?: string | null;
}

/** Keeps refused rows with their reason and original bytes; the same row of the same file is kept once. */
export const quarantine = async (tx: Tx, entries: readonly QuarantineEntry[]): Promise<void> => {
  // Raw lines may be large: statements of at most a few hundred rows keep the parameters small.
  for (let at = 0; at < entries.length; at += 200) {
    const part = entries.slice(at, at + 200);
    await tx.query(
      `insert into quarantine (feed, file_no, position, reason, field, received_at, raw_sealed, raw_length, region_code)
       select * from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[], $8::bigint[], $9::text[])
       on conflict (file_no, position) do nothing`,
      [
        part.map((e) => e.feed),
        part.map((e) => e.fileNo),
        part.map((e) => e.position),
        part.map((e) => e.rejection.reason),
        part.map((e) => e.rejection.field),
        part.map((e) => e.receivedAt),
        part.map((e) => e.rawSealed),
        part.map((e) => e.rawLength),
        part.map((e) => e.regionCode ?? null),
      ],
    );
  }
};

/** A refused row of a file, without its bytes. */
export interface RefusedRow extends Record<string, unknown> {
  readonly position: number;
  readonly reason: RejectReason;
  readonly field: string | null;
}

export const countRefused = async (postgres: Postgres, fileNo: number): Promise<number> => {
  const [row] = await postgres.query<{ rows: number }>(
    'select count(*)::int as rows from quarantine where file_no = $1',
    [fileNo],
  );
  return row?.rows ?? 0;
};

/** Refused rows of a file behind a position, in their order, at most `most` of them. */
export const readRefused = (
  postgres: Postgres,
  fileNo: number,
  { after, most }: { after: number; most: number },
): Promise<RefusedRow[]> =>
  postgres.query<RefusedRow>(
    `select position, reason, field from quarantine where file_no = $1 and position > $2 order by position limit $3`,
    [fileNo, after, most],
  );

/** Offsets by partition that have to be passed before a declaration is in effect; null: it is at once. */
export type WaitsFor = Readonly<Record<string, number>> | null;

/**
 * Keeps declarations of completeness; a repeated one changes nothing but that it ends the wait of one that waits. One
 * that says how many records there are waits for these and for nothing else.
 */
export const keepCompletions = async (
  tx: Tx,
  completions: readonly Completion[],
  receivedAt: Date,
  waitsFor: WaitsFor = null,
): Promise<void> => {
  if (completions.length === 0) return;
  await tx.query(
    `insert into completions (feed, region_prefix, month, records, received_at, waits_for)
     select distinct on (feed, region_prefix, month, records)
       feed, region_prefix, month, records, $5::timestamptz, case when records is null then $6::jsonb end
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) as c (feed, region_prefix, month, records)
     on conflict (feed, region_prefix, month, records)
       do update set waits_for = null
       where excluded.waits_for is null and completions.waits_for is not null`,
    [
      completions.map((c) => c.feed),
      completions.map((c) => c.regionPrefix),
      completions.map((c) => c.month),
      completions.map((c) => c.records),
      receivedAt,
      waitsFor === null ? null : JSON.stringify(waitsFor),
    ],
  );
};

/** Declarations of a feed that wait, by their number. */
export const readWaitingCompletions = (
  postgres: Postgres,
  feed: string,
): Promise<{ completion_no: number; waits_for: Record<string, number> }[]> =>
  postgres.query('select completion_no, waits_for from completions where feed = $1 and waits_for is not null', [feed]);

/** What these declarations waited for has come. */
export const endWaits = async (tx: Tx, completionNos: readonly number[]): Promise<void> => {
  await tx.query('update completions set waits_for = null where completion_no = any($1::bigint[])', [completionNos]);
};

/** How far a partition is taken. */
export interface TopicOffset extends Record<string, unknown> {
  readonly generation: number;
  /** The first offset that is not taken. */
  readonly next: number;
  readonly newest: Date;
}

/** How far partitions of a topic are taken, by partition; those that never were are not in it. */
export const readTopicOffsets = async (
  postgres: Postgres,
  topic: string,
  partitions: readonly number[],
): Promise<Map<number, TopicOffset>> => {
  const rows = await postgres.query<TopicOffset & { partition: number }>(
    'select partition, generation, next, newest from topic_offsets where topic = $1 and partition = any($2::int[])',
    [topic, partitions],
  );
  return new Map(rows.map(({ partition, ...offset }) => [partition, offset]));
};

/** Moves a partition on from where it was read to be. False when somebody else has moved it meanwhile. */
export const moveTopicOffset = async (
  tx: Tx,
  place: { topic: string; partition: number },
  from: TopicOffset | null,
  to: TopicOffset,
): Promise<boolean> => {
  const moved = await tx.query(
    from === null
      ? `insert into topic_offsets (topic, partition, generation, next, newest) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning 1`
      : `update topic_offsets set generation = $3, next = $4, newest = $5
         where topic = $1 and partition = $2 and generation = $6 and next = $7 returning 1`,
    [
      ...[place.topic, place.partition, to.generation, to.next, to.newest],
      ...(from === null ? [] : [from.generation, from.next]),
    ],
  );
  return moved.length > 0;
};

/** Tells how much of a file that grows is kept. */
export const growFile = async (tx: Tx, fileNo: number, bytes: number): Promise<void> => {
  await tx.query('update received_files set size = size + $2 where file_no = $1', [fileNo, bytes]);
};

/** Adds rows, accepted or duplicate, to the months that completeness counts them in. */
export const countMonths = async (
  tx: Tx,
  feed: string,
  months: ReadonlyMap<number, number>,
  receivedAt: Date,
): Promise<void> => {
  if (months.size === 0) return;
  // In one order, so that two who count the same months never wait for each other in a circle.
  const ordered = [...months].sort(([a], [b]) => a - b);
  await tx.query(
    `insert into feed_months (feed, month, rows, received_at)
     select $1, month, rows, $4 from unnest($2::int[], $3::bigint[]) as m (month, rows)
     on conflict (feed, month, received_at) do update set rows = feed_months.rows + excluded.rows`,
    [feed, ordered.map(([month]) => month), ordered.map(([, rows]) => rows), receivedAt],
  );
};

/** Every declaration that is in effect: those without a count, and those whose month holds that many rows. */
export const readEffectiveCompletions = (
  postgres: Postgres,
  knownAt: Date | null,
): Promise<{ feed: string; region_prefix: string; month: number; effective: boolean }[]> =>
  postgres.query(
    `select c.feed, c.region_prefix, c.month, bool_or(c.waits_for is null and (c.records is null or coalesce(m.rows, 0) >= c.records)) as effective
     from completions c left join (
       select feed, month, sum(rows) as rows from feed_months
       where $1::timestamptz is null or received_at <= $1 group by feed, month
     ) m using (feed, month)
     where $1::timestamptz is null or c.received_at <= $1
     group by c.feed, c.region_prefix, c.month`,
    [knownAt],
  );
