/** Touches the world: refused rows with their fates, as lists, counts and one by one (PostgreSQL). */
import type { Actor } from '../../access/index.ts';
import type { FeedMapping, RejectReason, TextEncodingName } from '../../ingest/index.ts';
import type { Postgres, Tx } from '../../platform/postgres.ts';
import type { KindQuery, QuarantineFilters, QuarantineState } from './contract.ts';

type Db = Pick<Tx, 'query'> | Pick<Postgres, 'query'>;

/** A refused row as it is held, with the file that it came in. */
export interface EntryRow extends Record<string, unknown> {
  readonly quarantine_no: number;
  readonly feed: string;
  readonly file_no: number;
  readonly position: number;
  readonly reason: RejectReason;
  readonly field: string | null;
  readonly received_at: Date;
  readonly region_code: string | null;
  readonly raw_sealed: Buffer;
  readonly raw_length: number;
  readonly state: QuarantineState;
  readonly file: string;
  readonly sha256: Buffer;
  readonly encoding: TextEncodingName;
  readonly regions: string[] | null;
  readonly origin: string | null;
  readonly mapping: FeedMapping | null;
}

/** What an entry is now. One without a fate waits. */
const STATE = `case when t.quarantine_no is null then 'waiting' when t.line is null then 'dismissed' when t.outcome is null then 'sent'
  when t.outcome = 'rejected' then 'rejected_again' else 'corrected' end`;
const DAY = `to_char(q.received_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`;
const FROM = `quarantine q join received_files f using (file_no) left join quarantine_fates t using (quarantine_no)`;
const ENTRY = `q.quarantine_no, q.feed, q.file_no, q.position, q.reason, q.field, q.received_at, q.region_code, q.raw_sealed, q.raw_length,
  ${STATE} as state, f.name as file, f.sha256, f.encoding, f.regions, l.origin, l.mapping`;
/** How the file was read when it was first taken. */
const READ_AS = `left join lateral (
    select o.origin, lf.mapping from load_files lf join loads o using (load_no) where lf.file_no = q.file_no order by lf.load_no limit 1
  ) l on true`;

/**
 * Rows of the reader's regions: where the row says its region, by that; else where the sender may speak about some only,
 * by these. A row that says nothing is shown to whoever may see quarantine: nobody else could correct it.
 */
const SEEN = `exists (select from unnest($1::text[]) as g (given) where case
    when q.region_code is not null then starts_with(q.region_code, given)
    when f.regions is null then true
    else exists (select from unnest(f.regions) as r (region) where starts_with(region, given) or starts_with(given, region)) end)`;

export const givenOf = (actor: Actor): string[] => (actor.role === 'system' ? [''] : actor.regions.filter(Boolean));

/** Adds the filters that are set behind what is bound already. */
const where = (given: readonly string[], filters: QuarantineFilters, but?: keyof QuarantineFilters) => {
  const values: unknown[] = [given];
  const sql = [SEEN];
  const columns = { feed: 'q.feed', reason: 'q.reason', field: `coalesce(q.field, '-')`, state: STATE, day: DAY };
  for (const [name, column] of Object.entries(columns)) {
    const value = filters[name as keyof QuarantineFilters];
    if (value === undefined || name === but) continue;
    values.push(value);
    sql.push(`${column} = $${values.length}`);
  }
  return { values, sql: sql.join(' and ') };
};

export const listEntries = async (
  db: Db,
  given: readonly string[],
  filters: QuarantineFilters,
  page: { after: number | null; limit: number },
): Promise<EntryRow[]> => {
  const { sql, values } = where(given, filters);
  return db.query<EntryRow>(
    `select ${ENTRY} from ${FROM} ${READ_AS} where ${sql} and q.quarantine_no < coalesce($${values.length + 1}::bigint, 9223372036854775807)
     order by q.quarantine_no desc limit $${values.length + 2}`,
    [...values, page.after, page.limit],
  );
};

export const countEntries = async (db: Db, given: readonly string[], filters: QuarantineFilters): Promise<number> => {
  const { sql, values } = where(given, filters);
  const [row] = await db.query<{ total: number }>(`select count(*)::int as total from ${FROM} where ${sql}`, values);
  return row?.total ?? 0;
};

/** Most days that are told apart. */
const MOST_DAYS = 62;
const FACETS = { feed: 'q.feed', reason: 'q.reason', field: `coalesce(q.field, '-')`, day: DAY, state: STATE } as const;

export const countFacet = async (
  db: Db,
  given: readonly string[],
  filters: QuarantineFilters,
  facet: keyof typeof FACETS,
): Promise<{ value: string; count: number }[]> => {
  const { sql, values } = where(given, filters, facet);
  const order = facet === 'day' ? `value desc limit ${MOST_DAYS}` : 'count desc, value';
  return db.query(
    `select ${FACETS[facet]} as value, count(*)::int as count from ${FROM} where ${sql} group by 1 order by ${order}`,
    values,
  );
};

/** Entries by their numbers, those only that the reader may see. */
export const readEntries = (db: Db, given: readonly string[], numbers: readonly number[]): Promise<EntryRow[]> =>
  db.query<EntryRow>(
    `select ${ENTRY} from ${FROM} ${READ_AS} where ${SEEN} and q.quarantine_no = any($2::bigint[]) order by q.quarantine_no`,
    [given, numbers],
  );

/** The newest rows of a kind that wait. */
export const readWaiting = (db: Db, given: readonly string[], kind: KindQuery, most: number): Promise<EntryRow[]> =>
  listEntries(db, given, { ...kind, state: 'waiting' }, { after: null, limit: most });

export interface FateRow extends Record<string, unknown> {
  readonly correction_id: string;
  readonly kind: 'edit' | 'mapping' | 'dismiss';
  readonly reason: string;
  readonly name: string | null;
  readonly actor: string;
  readonly role: string;
  readonly made_at: Date;
  readonly outcome: 'accepted' | 'duplicate' | 'not_authorised' | 'completion' | 'rejected' | null;
  readonly record_id: string | null;
  readonly next_no: number | null;
}

export const readFate = async (db: Db, quarantineNo: number): Promise<FateRow | null> => {
  const [row] = await db.query<FateRow>(
    `select c.correction_id, c.kind, c.reason, c.actor, u.name, c.role, c.made_at, t.outcome, t.record_id, t.next_no
     from quarantine_fates t join corrections c using (correction_no) left join users u on u.user_id = c.actor
     where t.quarantine_no = $1`,
    [quarantineNo],
  );
  return row ?? null;
};

/** The entry whose correction was refused as this one. */
export const readCameOf = async (db: Db, quarantineNo: number): Promise<number | null> => {
  const [row] = await db.query<{ quarantine_no: number }>(
    'select quarantine_no from quarantine_fates where next_no = $1',
    [quarantineNo],
  );
  return row?.quarantine_no ?? null;
};

/** How many rows of a correction came to what; null where there is no such correction. */
export const countFates = async (
  db: Db,
  correctionId: string,
): Promise<{ made_by: string; counts: Map<string, number> } | null> => {
  const rows = await db.query<{ actor: string; came: string; count: number }>(
    `select c.actor, case when t.line is null then 'dismissed' else coalesce(t.outcome, 'sent') end as came, count(*)::int as count
     from corrections c join quarantine_fates t using (correction_no) where c.correction_id = $1 group by 1, 2`,
    [correctionId],
  );
  const [first] = rows;
  return first === undefined
    ? null
    : { made_by: first.actor, counts: new Map(rows.map(({ came, count }) => [came, count])) };
};

/** A correction that was kept and not taken to its end. */
export interface UnfinishedCorrection extends Record<string, unknown> {
  readonly correction_id: string;
  readonly feed: string;
  readonly file_no: number;
  readonly sha256: Buffer;
  readonly size: number;
  readonly received_at: Date;
  readonly regions: string[] | null;
}

export const readUnfinished = (db: Db): Promise<UnfinishedCorrection[]> =>
  db.query<UnfinishedCorrection>(
    `select c.correction_id, f.feed, f.file_no, f.sha256, f.size, f.received_at, f.regions
     from corrections c join received_files f using (file_no) join loads l on l.origin = 'correction' and l.directory = c.correction_id
     where l.state <> 'judged' order by c.correction_no`,
  );
