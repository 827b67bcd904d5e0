import type pg from 'pg';
import type { Lease } from './embedded-store.ts';

/** First halves of the advisory lock numbers: "bus" and a letter, so that nothing else in the database meets them. */
const LEASE_CLASS = 0x6275_736c;
const MEMBER_CLASS = 0x6275_736d;

/**
 * Which worker has which partition. A lease is an advisory lock of the worker's own connection: when the worker dies, so
 * does the connection, and with it the lease and the transaction of the batch it was in; no clock is involved. Members
 * of a group share a second lock, so each can count the others and work out its own share without a leader. A wrong
 * count (somebody is just joining) only delays: without the lease nobody reads.
 */
export async function joinLeases(connection: pg.ClientBase, leases: readonly Lease[]) {
  // One lock for a topic's readers, numbered by the lease of its first partition.
  const memberLocks = new Map<string, number>();
  for (const { topic, leaseId } of leases) if (!memberLocks.has(topic)) memberLocks.set(topic, leaseId);
  await connection.query('select pg_advisory_lock_shared($1, id) from unnest($2::int[]) as id', [
    MEMBER_CLASS,
    [...memberLocks.values()],
  ]);
  const held = new Map<number, Lease>();

  /** Gives up what is another member's share now, takes what is ours and free; what is held then, in order of id. */
  async function refresh(): Promise<Lease[]> {
    const places = await readPlaces();
    const isOurs = ({ topic, partition }: Lease) => {
      const lock = memberLocks.get(topic)!;
      const { place, members } = places.get(lock)!;
      // Shifted by the lock's number, or the first member would get partition 0 of every topic.
      return (partition + lock) % members === place;
    };
    const surplus = [...held.values()].filter((lease) => !isOurs(lease));
    const wanted = leases.filter((lease) => !held.has(lease.leaseId) && isOurs(lease));
    if (surplus.length > 0) {
      await connection.query('select pg_advisory_unlock($1, id) from unnest($2::int[]) as id', [
        LEASE_CLASS,
        surplus.map((lease) => lease.leaseId),
      ]);
      for (const lease of surplus) held.delete(lease.leaseId);
    }
    if (wanted.length > 0) {
      const { rows } = await connection.query<[number, boolean]>({
        text: 'select id, pg_try_advisory_lock($1, id) from unnest($2::int[]) as id',
        values: [LEASE_CLASS, wanted.map((lease) => lease.leaseId)],
        rowMode: 'array',
      });
      const taken = new Set(rows.filter(([, got]) => got).map(([id]) => id));
      for (const lease of wanted) if (taken.has(lease.leaseId)) held.set(lease.leaseId, lease);
    }
    return [...held.values()].sort((a, b) => a.leaseId - b.leaseId);
  }

  /** For each member lock: how many hold it, and which of them, counted by process id, this connection is. */
  async function readPlaces(): Promise<Map<number, { place: number; members: number }>> {
    const { rows } = await connection.query<[number, string | number, string | number]>({
      name: 'bus_members',
      text: `select objid::bigint::int, count(*) filter (where pid < pg_backend_pid()), count(*) from pg_locks
             where locktype = 'advisory' and granted and mode = 'ShareLock' and objsubid = 2
               and database = (select oid from pg_database where datname = current_database())
               and classid = $1::int::oid and objid = any($2::int[]::oid[])
             group by objid`,
      values: [MEMBER_CLASS, [...memberLocks.values()]],
      rowMode: 'array',
    });
    return new Map(rows.map(([lock, place, members]) => [lock, { place: Number(place), members: Number(members) }]));
  }

  return { refresh };
}
