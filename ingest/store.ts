/** Touches the world: received files, their progress, quarantine and completeness (PostgreSQL). */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Archived } from './archive.ts';
import type { Completion, Rejection } from './contract.ts';

/** Registers a received file; the same name and content is the same file, received when it first came. */
export const registerFile = async (
  postgres: Postgres,
  file: { feed: string; name: string; archived: Archived; receivedAt: Date },
): Promise<{ fileNo: number; receivedAt: Date }> => {
  const { feed, name, archived } = file;
  await postgres.query(
    `insert into received_files (feed, name, sha256, size, encoding, received_at)
     select $1, $2, $3, $4, $5, $6
     where not exists (select from received_files where feed = $1 and name = $2 and sha256 = $3)`,
    [feed, name, archived.sha256, archived.size, archived.encoding, file.receivedAt],
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
}

/** Keeps refused rows with their reason and original bytes; the same row of the same file is kept once. */
export const quarantine = async (tx: Tx, entries: readonly QuarantineEntry[]): Promise<void> => {
  // Raw lines may be large: statements of at most a few hundred rows keep the parameters small.
  for (let at = 0; at < entries.length; at += 200) {
    const part = entries.slice(at, at + 200);
    await tx.query(
      `insert into quarantine (feed, file_no, position, reason, field, received_at, raw_sealed, raw_length)
       select * from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[], $8::bigint[])
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
      ],
    );
  }
};

/** Keeps declarations of completeness; a repeated one changes nothing. */
export const keepCompletions = async (tx: Tx, completions: readonly Completion[], receivedAt: Date): Promise<void> => {
  if (completions.length === 0) return;
  await tx.query(
    `insert into completions (feed, region_prefix, month, records, received_at)
     select feed, region_prefix, month, records, $5
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) as c (feed, region_prefix, month, records)
     on conflict (feed, region_prefix, month, records) do nothing`,
    [
      completions.map((c) => c.feed),
      completions.map((c) => c.regionPrefix),
      completions.map((c) => c.month),
      completions.map((c) => c.records),
      receivedAt,
    ],
  );
};

/** Adds rows, accepted or duplicate, to the months that completeness counts them in. */
export const countMonths = async (
  tx: Tx,
  feed: string,
  months: ReadonlyMap<number, number>,
  receivedAt: Date,
): Promise<void> => {
  if (months.size === 0) return;
  await tx.query(
    `insert into feed_months (feed, month, rows, received_at)
     select $1, month, rows, $4 from unnest($2::int[], $3::bigint[]) as m (month, rows)
     on conflict (feed, month, received_at) do update set rows = feed_months.rows + excluded.rows`,
    [feed, [...months.keys()], [...months.values()], receivedAt],
  );
};

/** Every declaration that is in effect: those without a count, and those whose month holds that many rows. */
export const readEffectiveCompletions = (
  postgres: Postgres,
  knownAt: Date | null,
): Promise<{ feed: string; region_prefix: string; month: number; effective: boolean }[]> =>
  postgres.query(
    `select c.feed, c.region_prefix, c.month, bool_or(c.records is null or coalesce(m.rows, 0) >= c.records) as effective
     from completions c left join (
       select feed, month, sum(rows) as rows from feed_months
       where $1::timestamptz is null or received_at <= $1 group by feed, month
     ) m using (feed, month)
     where $1::timestamptz is null or c.received_at <= $1
     group by c.feed, c.region_prefix, c.month`,
    [knownAt],
  );
