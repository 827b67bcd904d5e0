/** Touches the world: who is signed in. Cookies are random; only their hashes are kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Postgres } from '../platform/postgres.ts';
import type { Actor } from './contract.ts';
import { checkPassword } from './password.ts';
import {
  clearFailures,
  countFailure,
  deleteSession,
  deleteSessionsBefore,
  insertSession,
  noteAudit,
  readSession,
  readUser,
  type SessionRow,
  touchSession,
  type User,
} from './store.ts';

export const SESSION_COOKIE = 'yilian_session';

const MINUTE = 60_000;
const IDLE_MS = 30 * MINUTE;
const LONGEST_MS = 12 * 60 * MINUTE;
/** A page asks often; when somebody was last seen is written at most this often. */
const SEEN_EVERY_MS = MINUTE;
const MOST_FAILURES = 5;
const LOCK_MS = 15 * MINUTE;
/** Each check of a password takes 32 MiB and a thread, so they go one by one, and no more than this may wait. */
const MOST_WAITING = 50;

export interface Session {
  readonly user: User;
  readonly actor: Actor;
  /** When it ends unless something is done. */
  readonly endsAt: Date;
}

export type Admitted = {
  readonly ok: true;
  readonly cookie: string;
  readonly session: Session;
  readonly seconds: number;
};
/** Why not is for the audit log only: the answer to the person is the same for all but `busy`. */
export type NotAdmitted = { readonly ok: false; readonly busy: boolean };

export interface Sessions {
  /** `before` is the cookie that the browser had: its session ends. */
  signIn(given: {
    account: string;
    password: string;
    before: string | null;
    now: Date;
  }): Promise<Admitted | NotAdmitted>;
  find(cookie: string, now: Date, options: { prolong: boolean }): Promise<Session | null>;
  end(cookie: string, now: Date): Promise<void>;
}

const hashOf = (cookie: string): Buffer => createHash('sha256').update(cookie).digest();

const sessionOf = (row: SessionRow): Session => {
  const { last_seen_at, expires_at, ...user } = row;
  return {
    user,
    actor: { id: user.user_id, role: user.role, regions: user.regions, department: user.department },
    endsAt: new Date(Math.min(last_seen_at.getTime() + IDLE_MS, expires_at.getTime())),
  };
};

export const createSessions = (postgres: Postgres): Sessions => {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
    waiting += 1;
    const mine = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  const refuse = async (user: User | null, why: string, now: Date): Promise<NotAdmitted> => {
    await postgres.transaction(async (tx) => {
      const { locked } =
        user !== null && why === 'wrong_password'
          ? await countFailure(tx, user.user_id, { now, most: MOST_FAILURES, until: new Date(now.getTime() + LOCK_MS) })
          : { locked: false };
      // What was typed as an account is not kept: it may be a password or an id number.
      const entry = {
        at: now,
        actor: user?.user_id ?? 'unknown',
        role: user?.role ?? 'unknown',
        subject: user?.user_id ?? null,
      };
      await noteAudit(tx, { ...entry, act: 'sign_in_failed', detail: { why, locked } });
    });
    return { ok: false, busy: false };
  };

  const admit = (user: User, before: string | null, now: Date): Promise<Admitted> =>
    postgres.transaction(async (tx) => {
      const cookie = randomBytes(32).toString('base64url');
      const expiresAt = new Date(now.getTime() + LONGEST_MS);
      await clearFailures(tx, user.user_id);
      await deleteSessionsBefore(tx, { now, seen: new Date(now.getTime() - IDLE_MS) });
      if (before !== null) await deleteSession(tx, hashOf(before));
      await insertSession(tx, { hash: hashOf(cookie), userId: user.user_id, now, expiresAt });
      await noteAudit(tx, { at: now, actor: user.user_id, role: user.role, act: 'sign_in', subject: user.user_id });
      const session = sessionOf({ ...user, last_seen_at: now, expires_at: expiresAt });
      return { ok: true, cookie, session, seconds: LONGEST_MS / 1000 };
    });

  return {
    signIn: async ({ account, password, before, now }) => {
      if (waiting >= MOST_WAITING) return { ok: false, busy: true };
      return oneByOne(async () => {
        const found = await readUser(postgres, account.toLowerCase());
        const right = await checkPassword(found?.password_hash ?? null, password);
        if (found === null) return refuse(null, 'unknown_account', now);
        const { password_hash: _, ...user } = found;
        if (user.disabled_at !== null) return refuse(user, 'disabled', now);
        if (user.locked_until !== null && user.locked_until > now) return refuse(user, 'locked', now);
        return right ? admit(user, before, now) : refuse(user, 'wrong_password', now);
      });
    },
    find: async (cookie, now, { prolong }) => {
      const hash = hashOf(cookie);
      const row = await readSession(postgres, hash);
      if (row === null || row.disabled_at !== null || sessionOf(row).endsAt <= now) return null;
      if (!prolong || now.getTime() - row.last_seen_at.getTime() < SEEN_EVERY_MS) return sessionOf(row);
      await touchSession(postgres, hash, now);
      return sessionOf({ ...row, last_seen_at: now });
    },
    end: (cookie, now) =>
      postgres.transaction(async (tx) => {
        const row = await readSession(tx, hashOf(cookie));
        if (row === null || !(await deleteSession(tx, hashOf(cookie)))) return;
        const { user_id: id, role } = row;
        await noteAudit(tx, { at: now, actor: id, role, act: 'sign_out', subject: id });
      }),
  };
};
