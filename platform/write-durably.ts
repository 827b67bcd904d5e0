import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The whole file or none of it, also when the machine goes down: written beside, synced, renamed. Mode 0600 unless told. */
export async function writeDurably(file: string, content: string, mode = 0o600): Promise<void> {
  await writeBeside(file, content, (beside) => rename(beside, file), mode);
}

/**
 * The same, but never over a file that is there.
 *
 * @returns false when somebody else made the file first; of many at once exactly one gets true
 */
export async function createDurably(file: string, content: string): Promise<boolean> {
  try {
    await writeBeside(file, content, async (beside) => {
      await link(beside, file);
      await rm(beside);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function writeBeside(
  file: string,
  content: string,
  put: (beside: string) => Promise<void>,
  mode = 0o600,
): Promise<void> {
  const beside = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await put(beside);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes names that were added or renamed in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
