import { readFile, readlink } from 'node:fs/promises';

/** Whether the process runs. One that has ended but was not collected by its parent (a zombie) does not count. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const fields = await statFields(pid);
  return fields === null || fields[0] !== 'Z';
}

/** The folder that the process works in, or null where the machine does not tell (macOS, somebody else's process). */
export function processFolder(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(() => null);
}

/**
 * What tells this process from a later one with the same number: when it began, in ticks since the machine booted, and
 * which boot that was. Null where /proc can't say.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  const began = (await statFields(pid))?.[19];
  if (began === undefined) return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}/${began}`;
}

/** Fields of /proc/<pid>/stat from the state on; the name before it is in brackets and may hold spaces and brackets. */
async function statFields(pid: number): Promise<string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}
