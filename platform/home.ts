import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive, processIdentity } from './process.ts';
import { createDurably, writeDurably } from './write-durably.ts';

const lockFile = z.object({
  pid: z.number().int().positive(),
  /** Begin of the process; null where the machine can't say. A process number alone is given out again. */
  identity: z.string().nullable(),
  command: z.string(),
  /** Where `npx yilian ...` of another process attaches, once somebody listens there. */
  socket: z.string().nullable(),
  since: z.string(),
  /** Written by the holder at its end. */
  released: z.boolean(),
});
type Lock = z.infer<typeof lockFile>;

export type Claim =
  | { ok: true; release(): Promise<void> }
  | { ok: false; pid: number; command: string; socket: string | null; message: string };

/**
 * Makes this process the only one that opens the engines in `home`; creates the folder, closed to others. A lock whose
 * process is gone, killed or not, counts for nothing.
 *
 * Locks are numbered files and only the highest counts. A number is taken by link(2), so by one process only, and only
 * once the one before it is dead or released, which never changes back: two starters that both find a dead lock can't
 * both follow it. (Taking over one fixed name would need a look and a change at once, for which Node has no lock.)
 *
 * @param command what this process does, for the message that others get
 * @throws Error with the cure when the folder can't be made or written
 */
export async function claimHome(home: string, { command }: { command: string }): Promise<Claim> {
  try {
    await prepareFolder(home);
    return await claim(home, command);
  } catch (error) {
    throw explain(home, error);
  }
}

/** Tells others where to attach. Only for the process that holds the home. */
export async function announceSocket(home: string, socket: string): Promise<void> {
  const highest = await highestLock(home);
  if (highest?.lock?.pid !== process.pid) throw new Error(`${home} is not held by this process`);
  await writeLock(home, highest.number, { ...highest.lock, socket });
}

async function claim(home: string, command: string): Promise<Claim> {
  const identity = await processIdentity(process.pid);
  const mine: Lock = {
    ...{ pid: process.pid, identity, command, socket: null, since: new Date().toISOString(), released: false },
  };
  for (;;) {
    const highest = await highestLock(home);
    if (highest?.lock && (await isHeld(highest.lock))) {
      const { pid, command: other, socket, since } = highest.lock;
      const message =
        `${home} is in use by process ${pid} (${other}) since ${since}. ` +
        `Stop it (kill ${pid}), or set YILIAN_HOME to another folder.`;
      return { ok: false, pid, command: other, socket, message };
    }
    const number = (highest?.number ?? 0) + 1;
    if (!(await createDurably(lockPath(home, number), text(mine)))) continue;
    // While we looked, others may have taken this number and the next, and removed this one again.
    if ((await highestLock(home))?.number !== number) {
      await rm(lockPath(home, number), { force: true });
      continue;
    }
    for (const old of await lockNumbers(home)) if (old < number) await rm(lockPath(home, old), { force: true });
    return { ok: true, release: () => writeLock(home, number, { ...mine, released: true }) };
  }
}

async function isHeld(lock: Lock): Promise<boolean> {
  if (lock.released) return false;
  const identity = await processIdentity(lock.pid);
  const same = identity === null || lock.identity === null || identity === lock.identity;
  if (same && (await isAlive(lock.pid))) return true;
  // In another container the number means nothing, but a socket on a shared folder answers all the same.
  return lock.socket !== null && (await answers(lock.socket));
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

async function highestLock(home: string): Promise<{ number: number; lock: Lock | null } | null> {
  for (;;) {
    const number = Math.max(0, ...(await lockNumbers(home)));
    if (number === 0) return null;
    const content = await readFile(lockPath(home, number), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    // Gone since the listing: a higher one made it old.
    if (content === null) continue;
    return { number, lock: parseLock(content) };
  }
}

/** Locks appear whole or not at all, so one that can't be read was damaged from outside and holds nothing. */
function parseLock(content: string): Lock | null {
  try {
    return lockFile.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

async function lockNumbers(home: string): Promise<number[]> {
  return (await readdir(home)).flatMap((name) => {
    const number = /^lock\.(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

const lockPath = (home: string, number: number) => join(home, `lock.${number}`);
const text = (lock: Lock) => `${JSON.stringify(lock)}\n`;
const writeLock = (home: string, number: number, lock: Lock) => writeDurably(lockPath(home, number), text(lock));

/** 0700; the embedded PostgreSQL of root opens it for one group to pass (0710). Others never get in. */
async function prepareFolder(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(home);
  if ((mode & 0o007) !== 0 && uid === process.getuid?.()) await chmod(home, mode & 0o770);
}

function explain(home: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const reasons: Record<string, string> = {
    EACCES: 'this user may not write there. Give it the folder (chown), or set YILIAN_HOME to one it may write',
    EPERM: 'this user may not write there. Give it the folder (chown), or set YILIAN_HOME to one it may write',
    EROFS: 'the disk is read-only. Set YILIAN_HOME to a folder that can be written',
    EEXIST: 'there is a file of that name. Move it away, or set YILIAN_HOME to a folder',
    ENOTDIR: 'a part of the path is a file. Move it away, or set YILIAN_HOME to a folder',
    ENOSPC: 'the disk is full. Make room, or set YILIAN_HOME to a folder on another disk',
    EDQUOT: 'the disk quota is used up. Make room, or set YILIAN_HOME to a folder on another disk',
    ENAMETOOLONG: 'the path is too long. Set YILIAN_HOME to a shorter one',
  };
  const reason = code === undefined ? undefined : reasons[code];
  return reason === undefined ? error : new Error(`YILIAN_HOME ${home} can't be used: ${reason}.`, { cause: error });
}
