import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** sun_path holds 104 bytes on macOS (108 on Linux), the closing zero among them; a longer one is cut off silently. */
const LIMIT = 103;

/**
 * Where the socket of `home` goes: inside it, or where that is too long, in a folder of our own in the temporary
 * folder, closed to others and named for the home.
 *
 * @throws Error when somebody else made that folder
 */
export async function socketPath(home: string): Promise<string> {
  const inside = join(home, 'attach.sock');
  if (fits(inside)) return inside;
  const hash = createHash('sha256')
    .update(await realpath(home))
    .digest('hex')
    .slice(0, 16);
  const name = `yilian-${process.getuid?.() ?? 'user'}-${hash}`;
  const folder = [join(tmpdir(), name), join('/tmp', name)].find((candidate) => fits(join(candidate, 'attach.sock')));
  if (folder === undefined) throw new Error(`no path short enough for a socket of ${home}`);
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) {
    throw new Error(`${folder} belongs to somebody else; remove it or set TMPDIR`);
  }
  await chmod(folder, 0o700);
  return join(folder, 'attach.sock');
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LIMIT;
}
