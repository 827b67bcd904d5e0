import type { SpawnOptions } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, chown, readFile, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';

/** Whom the server runs as; null is "as we are". */
export type Owner = { uid: number; gid: number } | null;

export type Command = { file: string; args: string[]; options: SpawnOptions };

/** Nothing of the caller's environment: PGDATA, PGPORT or a locale of theirs would change the server. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * PostgreSQL refuses to run as root, so root hands it to somebody: whoever owns the data already, else the user
 * `postgres`, else `nobody`. Everybody else runs it as themselves.
 *
 * @throws Error with the cure when the data belongs to another ordinary user, or root finds nobody to hand it to
 */
export async function chooseOwner(data: string): Promise<Owner> {
  const mine = process.getuid?.() ?? -1;
  const existing = await stat(data).catch(() => null);
  if (mine !== 0) {
    if (existing !== null && mine >= 0 && existing.uid !== mine) {
      throw new Error(
        `${data} belongs to user id ${existing.uid} and this is user id ${mine}. Run as that user, or point YILIAN_HOME elsewhere.`,
      );
    }
    requireName(mine);
    return null;
  }
  if (existing !== null && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users) ?? [];
    if (uid !== undefined && gid !== undefined && uid !== '0') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and /etc/passwd has neither a user postgres nor nobody. Run as an ordinary user, ' +
      'create one (`useradd --system postgres`), or set YILIAN_POSTGRES_URL to a PostgreSQL server.',
  );
}

/** initdb looks its user up and gives up without an entry, as under an arbitrary number in a container. */
function requireName(uid: number): void {
  try {
    userInfo();
  } catch (error) {
    throw new Error(
      `PostgreSQL needs an entry for user id ${uid} in /etc/passwd and there is none. Add one, run as another user, ` +
        'or set YILIAN_POSTGRES_URL to a PostgreSQL server.',
      { cause: error },
    );
  }
}

/**
 * Lets the owner's group walk through our home, and nobody else: 0710 in place of 0700. Without it the server would
 * need a capability only because of a folder that is ours to arrange.
 */
export async function letThrough(home: string, owner: Owner): Promise<void> {
  if (owner === null) return;
  const { uid, gid, mode } = await stat(home);
  const open = (mode & 0o001) !== 0 || (gid === owner.gid && (mode & 0o010) !== 0);
  if (uid !== 0 || open) return;
  await giveAway(home, 0, owner.gid);
  await chmod(home, 0o710);
}

/** @throws Error with the cure where this root may not: a container that knows no user but its root, for one */
export async function giveAway(path: string, uid: number, gid: number): Promise<void> {
  try {
    await chown(path, uid, gid);
  } catch (error) {
    throw new Error(
      `PostgreSQL can't run as root, and this root may not give files to user id ${uid} or group id ${gid}. ` +
        'Run as an ordinary user, or set YILIAN_POSTGRES_URL to a PostgreSQL server.',
      { cause: error },
    );
  }
}

/**
 * `file` run as `owner`, able to reach every one of `paths`. Folders above them may be closed to that user (a checkout
 * below /root, `mktemp -d`); then `setpriv` leaves it the one capability to pass them. The kernel drops a capability
 * for access(2), with which PostgreSQL looks for itself, unless no_setuid_fixup is set.
 *
 * @throws Error with the cure when a folder is closed and this machine has no way around it
 */
export async function commandAs(owner: Owner, file: string, args: string[], paths: string[]): Promise<Command> {
  const options: SpawnOptions = { cwd: '/', env: ENVIRONMENT };
  if (owner === null) return { file, args, options };
  const closed = await firstClosed(owner, paths);
  const executable = await isOpen(owner, file);
  if (closed === null && executable) return { file, args, options: { ...options, ...owner } };

  const setpriv = await findSetpriv();
  const capability = await passingCapability(executable);
  if (setpriv === null || capability === null) {
    throw new Error(
      `PostgreSQL can't run as root, and user id ${owner.uid}, whom it would run as, can't reach ${closed ?? file}` +
        `${setpriv === null ? ' (no setpriv of util-linux here to let it through)' : ' (no capability dac_read_search here to let it through)'}. ` +
        `Open it (chmod o+x ${closed ?? file}), put the project and YILIAN_HOME elsewhere, run as an ordinary user, ` +
        'or set YILIAN_POSTGRES_URL to a PostgreSQL server.',
    );
  }
  const caps = `-all,+${capability}`;
  return {
    file: setpriv,
    args: [
      ...[`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'],
      ...[`--inh-caps=${caps}`, `--ambient-caps=${caps}`, `--bounding-set=${caps}`, '--', file, ...args],
    ],
    options,
  };
}

/** The first folder on the way to any of `paths` that `owner` can't walk through, or null. */
async function firstClosed(owner: { uid: number; gid: number }, paths: string[]): Promise<string | null> {
  for (const path of paths) {
    const folders: string[] = [];
    for (let at = await realpath(path); ; at = dirname(at)) {
      folders.unshift(at);
      if (at === dirname(at)) break;
    }
    for (const folder of folders) if (!(await isOpen(owner, folder))) return folder;
  }
  return null;
}

/** By mode only: an access list that says otherwise shows as PostgreSQL's own "Permission denied". */
async function isOpen(owner: { uid: number; gid: number }, path: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}

async function findSetpriv(): Promise<string | null> {
  for (const file of ['/usr/bin/setpriv', '/bin/setpriv']) {
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

/** The weakest that is enough and that we hold: containers often have dac_override but not dac_read_search. */
async function passingCapability(executable: boolean): Promise<string | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const mask = (field: string) => BigInt(`0x${new RegExp(`^${field}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`);
  const held = mask('CapPrm') & mask('CapBnd');
  // Reading rights let nobody start a program that is not executable for them.
  if (executable && (held & (1n << 2n)) !== 0n) return 'dac_read_search';
  return (held & (1n << 1n)) !== 0n ? 'dac_override' : null;
}
