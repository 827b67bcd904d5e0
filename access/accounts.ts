/** Touches the world: accounts as an operator of the machine makes and ends them. */
import { randomBytes } from 'node:crypto';
import type { Postgres } from '../platform/postgres.ts';
import type { Role } from './contract.ts';
import { generatePassword, hashPassword } from './password.ts';
import {
  deleteSessionsOf,
  insertUser,
  listUsers,
  noteAudit,
  readUser,
  setDisabled,
  setPassword,
  type User,
} from './store.ts';

/** Who does it, and when: for the audit log. */
export interface By {
  readonly actor: string;
  readonly now: Date;
}

export interface AccountGiven {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly regions: readonly string[];
  readonly department: string | null;
}

export interface Accounts {
  list(): Promise<User[]>;
  /** The password, which is kept nowhere; null when the account is there already. */
  add(given: AccountGiven, by: By): Promise<string | null>;
  /** A new password; ends a lock and every session. Null when there is no such account. */
  reset(account: string, by: By): Promise<string | null>;
  /** Disables, which ends every session at once, or enables again. False when there is no such account. */
  setEnabled(account: string, enabled: boolean, by: By): Promise<boolean>;
}

export const createAccounts = (postgres: Postgres): Accounts => {
  const audit = (
    { actor, now: at }: By,
    act: string,
    subject: string,
    detail: Record<string, unknown> | null = null,
  ) => {
    return { at, actor, role: 'operator', act, subject, detail };
  };
  return {
    list: () => listUsers(postgres),
    add: async (given, by) => {
      const password = generatePassword();
      const passwordHash = await hashPassword(password);
      const user = { ...given, regions: [...given.regions], user_id: `u-${randomBytes(8).toString('hex')}` };
      return postgres.transaction(async (tx) => {
        if (!(await insertUser(tx, { ...user, demo: false, passwordHash, createdAt: by.now }))) return null;
        const { role, regions, department } = given;
        await noteAudit(tx, audit(by, 'add_user', user.user_id, { role, regions, department }));
        return password;
      });
    },
    reset: async (account, by) => {
      const password = generatePassword();
      const passwordHash = await hashPassword(password);
      return postgres.transaction(async (tx) => {
        const user = await readUser(tx, account);
        if (user === null) return null;
        await setPassword(tx, user.user_id, passwordHash);
        await deleteSessionsOf(tx, user.user_id);
        await noteAudit(tx, audit(by, 'reset_password', user.user_id));
        return password;
      });
    },
    setEnabled: (account, enabled, by) =>
      postgres.transaction(async (tx) => {
        const user = await readUser(tx, account);
        if (user === null) return false;
        await setDisabled(tx, user.user_id, enabled ? null : by.now);
        if (!enabled) await deleteSessionsOf(tx, user.user_id);
        await noteAudit(tx, audit(by, enabled ? 'enable_user' : 'disable_user', user.user_id));
        return true;
      }),
  };
};
