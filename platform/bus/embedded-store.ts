// Every statement of the embedded log. Tables: migrations/postgres/202611220700_bus.sql.
import type pg from 'pg';
import type { DeliveredMessage, MessageHeaders, PartitionLag } from './contract.ts';

/** Publishers tell waiting workers the topic's name on this channel. */
export const CHANNEL = 'bus_messages';

export type Partition = { partitionId: number; partition: number };
export type Lease = { leaseId: number; topic: string; partition: number; partitionId: number };
export type Backlog = { leaseId: number; next: number; end: number };
export type PlacedMessage = {
  partitionId: number;
  offset: number;
  key: Buffer | null;
  headers: string | null;
  value: Buffer;
};

// Columns are read as arrays and numbers made here, so that it works on any pool, whatever its type parsers.
async function rows<R extends unknown[]>(db: pg.ClientBase, text: string, values: unknown[] = []): Promise<R[]> {
  return (await db.query<R>({ text, values, rowMode: 'array' })).rows;
}

/** The topic's partitions in order, made if there are none; an existing topic keeps the number that it has. */
export async function ensureTopic(db: pg.ClientBase, topic: string, partitions: number): Promise<Partition[]> {
  const found = await readPartitions(db, topic);
  if (found.length > 0) return found;
  // Whoever comes second waits here for the first one's transaction and then takes over its number.
  await db.query('insert into bus_topics (topic, partitions) values ($1, $2) on conflict do nothing', [
    topic,
    partitions,
  ]);
  await db.query(
    `insert into bus_partitions (topic, partition)
     select topic, n from bus_topics, generate_series(0, partitions - 1) as n where topic = $1 order by n
     on conflict do nothing`,
    [topic],
  );
  return readPartitions(db, topic);
}

async function readPartitions(db: pg.ClientBase, topic: string): Promise<Partition[]> {
  const found = await rows<[number, number]>(
    db,
    'select partition_id, partition from bus_partitions where topic = $1 order by partition',
    [topic],
  );
  return found.map(([partitionId, partition]) => ({ partitionId, partition }));
}

/**
 * Takes the next offsets of several partitions, and with them the right to publish there until the transaction ends.
 * Locked in order of id first, so that two publishers never wait for each other in a circle.
 */
export async function reserveOffsets(
  db: pg.ClientBase,
  counts: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const ids = [...counts.keys()];
  if (ids.length > 1) {
    await db.query({
      name: 'bus_lock_partitions',
      text: `select from bus_partitions where partition_id = any($1::int[]) order by partition_id for no key update`,
      values: [ids],
    });
  }
  const { rows: reserved } = await db.query<[number, string | number]>({
    name: 'bus_reserve',
    text: `update bus_partitions p set next = p.next + w.messages
           from unnest($1::int[], $2::int[]) as w (id, messages) where p.partition_id = w.id
           returning p.partition_id, p.next - w.messages`,
    values: [ids, [...counts.values()]],
    rowMode: 'array',
  });
  return new Map(reserved.map(([id, first]) => [id, Number(first)]));
}

export async function insertMessages(db: pg.ClientBase, messages: readonly PlacedMessage[]): Promise<void> {
  // statement_timestamp, not now(): the caller's transaction may be old, and times must grow along the partition.
  await db.query({
    name: 'bus_insert',
    text: `insert into bus_messages (partition_id, log_offset, received_at, key, headers, value)
           select p, o, statement_timestamp(), k, h, v
           from unnest($1::int[], $2::bigint[], $3::bytea[], $4::json[], $5::bytea[]) as t (p, o, k, h, v)`,
    values: [
      messages.map((m) => m.partitionId),
      messages.map((m) => m.offset),
      messages.map((m) => m.key),
      messages.map((m) => m.headers),
      messages.map((m) => m.value),
    ],
  });
}

/** Wakes the topics' readers; inside a transaction when, and only if, it commits. */
export async function notifyTopics(db: pg.ClientBase | pg.Pool, topics: readonly string[]): Promise<void> {
  await db.query({
    name: 'bus_notify',
    text: `select pg_notify('${CHANNEL}', t) from unnest($1::text[]) as t`,
    values: [topics],
  });
}

/** The group's place in every partition of the topics; where it has none yet, it begins at the oldest message. */
export async function ensureLeases(db: pg.ClientBase, group: string, topics: readonly string[]): Promise<Lease[]> {
  await db.query(
    `insert into bus_offsets (group_name, partition_id, next)
     select $1, p.partition_id, coalesce(${OLDEST}, p.next)
     from bus_partitions p where p.topic = any($2::text[]) order by p.topic, p.partition
     on conflict do nothing`,
    [group, topics],
  );
  const found = await rows<[number, string, number, number]>(
    db,
    `select o.lease_id, p.topic, p.partition, p.partition_id from bus_offsets o join bus_partitions p using (partition_id)
     where o.group_name = $1 and p.topic = any($2::text[]) order by p.topic, p.partition`,
    [group, topics],
  );
  return found.map(([leaseId, topic, partition, partitionId]) => ({ leaseId, topic, partition, partitionId }));
}

const OLDEST = '(select min(m.log_offset) from bus_messages m where m.partition_id = p.partition_id)';

export async function readLag(db: pg.ClientBase, group: string, topics: readonly string[]): Promise<PartitionLag[]> {
  const found = await rows<[string, number, string | number, string | number]>(
    db,
    `select p.topic, p.partition, coalesce(o.next, ${OLDEST}, p.next), p.next
     from bus_partitions p left join bus_offsets o on o.partition_id = p.partition_id and o.group_name = $1
     where p.topic = any($2::text[]) order by p.topic collate "C", p.partition`,
    [group, topics],
  );
  return found.map(([topic, partition, next, head]) => {
    const [committed, end] = [Number(next), Number(head)];
    return { topic, partition, committed, end, lag: end - committed };
  });
}

/** The leases among these that have something to read. */
export async function readBacklog(db: pg.ClientBase, leaseIds: readonly number[]): Promise<Backlog[]> {
  const { rows: found } = await db.query<[number, string | number, string | number]>({
    name: 'bus_backlog',
    text: `select o.lease_id, o.next, p.next from bus_offsets o join bus_partitions p using (partition_id)
           where o.lease_id = any($1::int[]) and o.next < p.next order by o.lease_id`,
    values: [leaseIds],
    rowMode: 'array',
  });
  return found.map(([leaseId, next, end]) => ({ leaseId, next: Number(next), end: Number(end) }));
}

/**
 * Up to `count` messages from `offset` on, fewer when their values pass `bytes`, but one at least. None only where there
 * is a hole of `count` offsets. Read as a range, not as "the first so many": offsets have no gaps, and on a log that grew
 * faster than its statistics the planner would sort the whole backlog for every batch.
 */
export async function readMessages(
  db: pg.ClientBase,
  { partitionId, offset, count, bytes }: { partitionId: number; offset: number; count: number; bytes: number },
): Promise<DeliveredMessage[]> {
  type Row = [string | number, Buffer | null, MessageHeaders | null, Date, Buffer];
  // octet_length reads the length of a large value without fetching it. Not a named statement as the others: a plan kept
  // from when the table was small would read all of it.
  const found = await rows<Row>(
    db,
    `select log_offset, key, headers, received_at, value from (
       select *, sum(octet_length(value)) over (order by log_offset) - octet_length(value) as before
       from bus_messages where partition_id = $1 and log_offset >= $2 and log_offset < $3
     ) cut where before < $4 order by log_offset`,
    [partitionId, offset, offset + count, bytes],
  );
  return found.map(([at, key, headers, receivedAt, value]) => ({
    offset: Number(at),
    key: key === null ? null : key.toString(),
    value,
    headers: headers ?? {},
    receivedAt,
  }));
}

/** The first message at or after the offset, or null when the partition has none. */
export async function findNextOffset(db: pg.ClientBase, partitionId: number, offset: number): Promise<number | null> {
  const [first] = await rows<[string | number]>(
    db,
    'select log_offset from bus_messages where partition_id = $1 and log_offset >= $2 order by log_offset limit 1',
    [partitionId, offset],
  );
  return first === undefined ? null : Number(first[0]);
}

/** False when the offset is not at `from` any more, that is when somebody else moved it. */
export async function moveOffset(db: pg.ClientBase, leaseId: number, from: number, to: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'bus_move_offset',
    text: 'update bus_offsets set next = $3, moved_at = now() where lease_id = $1 and next = $2',
    values: [leaseId, from, to],
  });
  return rowCount === 1;
}

/** Drops up to `count` of each partition's oldest messages that are that old and that every group has read. */
export async function dropOldMessages(db: pg.ClientBase, keepDays: number, count: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from bus_messages m using (
       select oldest.partition_id, oldest.log_offset
       from (select partition_id, min(next) as read_by_all from bus_offsets group by partition_id) f
       cross join lateral (
         select partition_id, log_offset, received_at from bus_messages
         where partition_id = f.partition_id and log_offset < f.read_by_all order by log_offset limit $2
       ) oldest
       where oldest.received_at < now() - make_interval(days => $1)
     ) old where m.partition_id = old.partition_id and m.log_offset = old.log_offset`,
    [keepDays, count],
  );
  return rowCount ?? 0;
}
