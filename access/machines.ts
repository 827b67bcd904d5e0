/** Touches the world: credentials of departments' programs. Tokens are random; only their hashes are kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Postgres } from '../platform/postgres.ts';
import type { By } from './accounts.ts';
import type { Actor } from './contract.ts';
import { noteAudit } from './store.ts';

export interface MachineGiven {
  readonly name: string;
  readonly department: string;
  /** Feeds that it may send. */
  readonly feeds: readonly string[];
  /** Prefixes of the regions that its rows may be about. */
  readonly regions: readonly string[];
}

export interface Machine extends Record<string, unknown> {
  readonly machine_id: string;
  readonly name: string;
  readonly department: string;
  readonly feeds: string[];
  readonly regions: string[];
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export interface Machines {
  list(): Promise<Machine[]>;
  /** The token, which is kept nowhere; null when there is a credential of this name already. */
  add(given: MachineGiven, by: By): Promise<string | null>;
  /** Ends a credential at once and for ever. False when none of this name is in force. */
  revoke(name: string, by: By): Promise<boolean>;
  /** Whose token it is, or null: none, unknown, revoked. */
  find(token: string, now: Date): Promise<Actor | null>;
}

/** Says in a leaked file or log what it is. */
const PREFIX = 'ylm_';
/** When it was last used is written at most this often. */
const SEEN_EVERY_MS = 60_000;

const COLUMNS = 'machine_id, name, department, feeds, regions, created_at, last_used_at, revoked_at';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export const createMachines = (postgres: Postgres): Machines => ({
  list: () => postgres.query<Machine>(`select ${COLUMNS} from machines order by name`),
  add: async ({ name, department, feeds, regions }, { actor, now }) => {
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const id = `m-${randomBytes(8).toString('hex')}`;
    return postgres.transaction(async (tx) => {
      const made = await tx.query(
        `insert into machines (machine_id, name, department, feeds, regions, token_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
        [id, name, department, [...feeds], [...regions], hashOf(token), now],
      );
      if (made.length === 0) return null;
      const detail = { department, feeds, regions };
      await noteAudit(tx, { at: now, actor, role: 'operator', act: 'add_machine', subject: id, detail });
      return token;
    });
  },
  revoke: (name, { actor, now }) =>
    postgres.transaction(async (tx) => {
      const [row] = await tx.query<{ machine_id: string }>(
        'update machines set revoked_at = $2 where name = $1 and revoked_at is null returning machine_id',
        [name, now],
      );
      if (row === undefined) return false;
      await noteAudit(tx, { at: now, actor, role: 'operator', act: 'revoke_machine', subject: row.machine_id });
      return true;
    }),
  find: async (token, now) => {
    const [machine] = await postgres.query<Machine>(
      `select ${COLUMNS} from machines where token_hash = $1 and revoked_at is null`,
      [hashOf(token)],
    );
    if (machine === undefined) return null;
    const { machine_id: id, department, feeds, regions, last_used_at: last } = machine;
    if (last === null || now.getTime() - last.getTime() >= SEEN_EVERY_MS) {
      await postgres.query('update machines set last_used_at = $2 where machine_id = $1', [id, now]);
    }
    return { id, role: 'machine', department, feeds, regions };
  },
});
