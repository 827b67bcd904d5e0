/** Touches the world: users, their sessions and the audit log (PostgreSQL). */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Role } from './contract.ts';

type Db = Pick<Postgres, 'query'> | Pick<Tx, 'query'>;

// --- audit -----------------------------------------------------------------------------------------------------------

export interface AuditEntry {
  readonly at: Date;
  readonly actor: string;
  readonly role: string;
  readonly act: string;
  /** Id of what it was done to. */
  readonly subject?: string | null;
  readonly reason?: string | null;
  /** Codes and counts; nothing personal. */
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** Writes one line of the audit log, in the transaction of what it tells of. */
export const noteAudit = async (
  tx: Db,
  { at, actor, role, act, subject, reason, detail }: AuditEntry,
): Promise<void> => {
  await tx.query(
    `insert into audit_log (at, actor, role, act, subject, reason, detail) values ($1, $2, $3, $4, $5, $6, $7)`,
    [at, actor, role, act, subject ?? null, reason ?? null, detail == null ? null : JSON.stringify(detail)],
  );
};

// --- users -----------------------------------------------------------------------------------------------------------

export interface User extends Record<string, unknown> {
  readonly user_id: string;
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly regions: string[];
  readonly department: string | null;
  readonly demo: boolean;
  readonly locked_until: Date | null;
  readonly disabled_at: Date | null;
}

const USER = 'u.user_id, u.account, u.name, u.role, u.regions, u.department, u.demo, u.locked_until, u.disabled_at';

export const listUsers = (db: Db): Promise<User[]> => db.query<User>(`select ${USER} from users u order by account`);

export const hasUsers = async (db: Db): Promise<boolean> => (await db.query('select 1 from users limit 1')).length > 0;

export const readUser = async (db: Db, account: string): Promise<(User & { password_hash: string }) | null> => {
  const [row] = await db.query<User & { password_hash: string }>(
    `select ${USER}, u.password_hash from users u where account = $1`,
    [account],
  );
  return row ?? null;
};

export type NewUser = Pick<User, 'user_id' | 'account' | 'name' | 'role' | 'regions' | 'department' | 'demo'> & {
  readonly passwordHash: string;
  readonly createdAt: Date;
};

/** False when the account is there already. */
export const insertUser = async (db: Db, user: NewUser): Promise<boolean> => {
  const rows = await db.query(
    `insert into users (user_id, account, name, role, regions, department, password_hash, demo, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning 1`,
    [
      ...[user.user_id, user.account, user.name, user.role, user.regions, user.department],
      ...[user.passwordHash, user.demo, user.createdAt],
    ],
  );
  return rows.length > 0;
};

/** A new password also ends a lock. */
export const setPassword = async (db: Db, userId: string, passwordHash: string): Promise<void> => {
  await db.query(`update users set password_hash = $2, failures = 0, locked_until = null where user_id = $1`, [
    userId,
    passwordHash,
  ]);
};

export const setDisabled = async (db: Db, userId: string, disabledAt: Date | null): Promise<void> => {
  await db.query(`update users set disabled_at = $2 where user_id = $1`, [userId, disabledAt]);
};

/** Counts a wrong password; the one that reaches `most` locks until `until`. A lock that is over begins the count anew. */
export const countFailure = async (
  db: Db,
  userId: string,
  { now, most, until }: { now: Date; most: number; until: Date },
): Promise<{ locked: boolean }> => {
  const [row] = await db.query<{ locked: boolean }>(
    `update users set failures = counted, locked_until = case when counted >= $3 then $4::timestamptz end
     from (select case when locked_until <= $2 then 1 else failures + 1 end as counted
             from users where user_id = $1 for update) c
     where user_id = $1 returning locked_until is not null as locked`,
    [userId, now, most, until],
  );
  return row ?? { locked: false };
};

export const clearFailures = async (db: Db, userId: string): Promise<void> => {
  await db.query('update users set failures = 0, locked_until = null where user_id = $1', [userId]);
};

// --- sessions --------------------------------------------------------------------------------------------------------

export interface SessionRow extends User {
  readonly last_seen_at: Date;
  readonly expires_at: Date;
}

export const insertSession = async (
  db: Db,
  session: { hash: Buffer; userId: string; now: Date; expiresAt: Date },
): Promise<void> => {
  await db.query(
    `insert into sessions (session_hash, user_id, created_at, last_seen_at, expires_at) values ($1, $2, $3, $3, $4)`,
    [session.hash, session.userId, session.now, session.expiresAt],
  );
};

/** Also one that is over: `access/session.ts` decides. */
export const readSession = async (db: Db, hash: Buffer): Promise<SessionRow | null> => {
  const [row] = await db.query<SessionRow>(
    `select ${USER}, s.last_seen_at, s.expires_at from sessions s join users u using (user_id) where session_hash = $1`,
    [hash],
  );
  return row ?? null;
};

export const touchSession = async (db: Db, hash: Buffer, now: Date): Promise<void> => {
  await db.query('update sessions set last_seen_at = $2 where session_hash = $1', [hash, now]);
};

/** False when there was none. */
export const deleteSession = async (db: Db, hash: Buffer): Promise<boolean> =>
  (await db.query('delete from sessions where session_hash = $1 returning 1', [hash])).length > 0;

export const deleteSessionsOf = async (db: Db, userId: string): Promise<void> => {
  await db.query('delete from sessions where user_id = $1', [userId]);
};

export const deleteSessionsBefore = async (db: Db, { now, seen }: { now: Date; seen: Date }): Promise<void> => {
  await db.query('delete from sessions where expires_at <= $1 or last_seen_at <= $2', [now, seen]);
};
