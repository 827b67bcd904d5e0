/**
 * Touches the world: the folders of the inbox. A file moves from `<feed>/` over `<feed>/.taking/<claim>/` to `<feed>/done/`
 * or `<feed>/failed/`, each time by one rename: it is always in one of the four, whole.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rmdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { syncFolder } from '../platform/write-durably.ts';

const TAKING = '.taking';
/**
 * Left alone: hidden files, what programs call a file that they are still writing, the feed's mapping, and
 * what stands where our folders belong.
 */
const LEFT_ALONE = /^(?:\.|~\$)|\.(?:part|tmp)$|^(?:done|failed|_mapping\.yaml)$/i;

/** What tells whether a file has changed. */
export interface Seen {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

export interface Waiting extends Seen {
  readonly name: string;
  readonly path: string;
  readonly dev: number;
}

/** A file that is being taken: nobody but this program names it now. */
export interface Claim {
  /** Unique for ever, and in the order of claiming. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

const byBytes = (a: { name: string }, b: { name: string }): number =>
  Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Files of a feed's folder that may be taken once they rest, in the order of receipt (byte order of their names). */
export const readWaiting = async (folder: string): Promise<Waiting[]> => {
  const waiting: Waiting[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || LEFT_ALONE.test(entry.name)) continue;
    const path = join(folder, entry.name);
    const found = await stat(path).catch((error: unknown) => {
      if (isGone(error)) return null;
      throw error;
    });
    if (found === null) continue;
    const { size, mtimeMs, ino, dev } = found;
    waiting.push({ name: entry.name, path, size, mtimeMs, ino, dev });
  }
  return waiting.sort(byBytes);
};

export const seenOf = async (path: string): Promise<Seen> => {
  const { size, mtimeMs, ino } = await stat(path);
  return { size, mtimeMs, ino };
};

export const isUnchanged = (a: Seen, b: Seen): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;

/**
 * Whether a program holds a lock on a file: it is not done with it. Linux tells; elsewhere, and of file systems on other
 * machines, nothing is known, and only growing counts.
 */
export const isLocked = async ({ ino, dev }: Pick<Waiting, 'ino' | 'dev'>): Promise<boolean> => {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  const major = (dev >> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
  const place = `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}:${ino}`;
  return locks.split('\n').some((line) => line.split(/\s+/).includes(place));
};

/** Takes a file out of the sender's hands. From here on another file of the same name is another file. */
export const claimFile = async (folder: string, name: string, now: Date): Promise<Claim> => {
  const id = `${now.getTime().toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
  const place = join(folder, TAKING, id);
  await mkdir(place, { recursive: true, mode: 0o700 });
  const path = join(place, name);
  try {
    await rename(join(folder, name), path);
  } catch (error) {
    await rmdir(place).catch(() => undefined);
    throw error;
  }
  await syncFolder(place);
  await syncFolder(folder);
  return { id, name, path };
};

/** Files that were being taken when the program ended, oldest first. An empty place is what a crash left of a claim. */
export const readClaims = async (folder: string): Promise<Claim[]> => {
  const taking = join(folder, TAKING);
  const ids = await readdir(taking).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
  const claims: Claim[] = [];
  for (const id of ids.sort()) {
    const names = await readdir(join(taking, id));
    if (names.length === 0) await rmdir(join(taking, id)).catch(() => undefined);
    for (const name of names) claims.push({ id, name, path: join(taking, id, name) });
  }
  return claims;
};

/** Gives a file back to the inbox, where its sender went on writing to it. */
export const putBack = async (folder: string, claim: Claim): Promise<void> => {
  const name = await freeName(folder, claim.name);
  await rename(claim.path, join(folder, name));
  await rmdir(join(folder, TAKING, claim.id)).catch(() => undefined);
};

/** The name, or with a number before its ending where a file of that name is there: nothing is ever overwritten. */
export const freeName = async (folder: string, name: string): Promise<string> => {
  const taken = new Set(await readdir(folder));
  const { name: stem, ext } = parse(name);
  const [base, end] = ext === '.gz' ? [parse(stem).name, `${parse(stem).ext}.gz`] : [stem, ext];
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${base}.${n}${end}`;
    if (!taken.has(free)) return free;
  }
};

/** Ends a claim: the file lies where it stays. Its receipt lies there before. */
export const putAway = async (folder: string, claim: Claim, to: 'done' | 'failed', name: string): Promise<void> => {
  await rename(claim.path, join(folder, to, name));
  await syncFolder(join(folder, to));
  await rmdir(join(folder, TAKING, claim.id)).catch(() => undefined);
};
