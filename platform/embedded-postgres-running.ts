import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { isRetryable, postgresCode } from './postgres-errors.ts';
import { isAlive, processFolder } from './process.ts';
import { until } from './until.ts';

/** What a server writes about itself into its data folder; `status` is 'starting', 'ready', 'stopping' or empty. */
export type ServerNote = { pid: number; port: number; status: string };

const PID_FILE = 'postmaster.pid';
const SETTLE_MS = 10 * 60_000;

/** The note in the data folder, or null when there is none (yet). Its lines are PostgreSQL's own (miscadmin.h). */
export async function readServerNote(data: string): Promise<ServerNote | null> {
  const text = await readFile(join(data, PID_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port, status: lines[7]?.trim() ?? '' };
}

/** `left` is the server to adopt. `crashed`: there was one, it is dead, and parts of it may take a moment to end. */
export type Found = { left: ServerNote | null; crashed: boolean };

/**
 * The server that a killed process left running on this data folder, when it is really that one: the process that its
 * note names works in this folder, and answers on its port to our password. One that is in its start (it may replay
 * its log for minutes) or its end is waited for.
 *
 * A note without such a process is removed. PostgreSQL does so itself, but not where nobody collects dead processes, as
 * in many containers, or where the number went to another program; its shared memory keeps a second server out anyway.
 *
 * @throws Error when a server runs on this folder but does not let us in
 */
export async function findRunningServer(data: string, urlAt: (port: number) => string): Promise<Found> {
  let refusal: unknown = null;
  const found = await until(SETTLE_MS, async (): Promise<Found | null> => {
    const note = await readServerNote(data);
    if (note === null) return { left: null, crashed: false };
    if (await runsElsewhere(note.pid, data)) {
      await rm(join(data, PID_FILE), { force: true });
      return { left: null, crashed: true };
    }
    if (note.status === 'stopping' || !(note.port > 0)) return null;
    try {
      if (await isServerOf(data, urlAt(note.port), note)) return { left: note, crashed: false };
      await rm(join(data, PID_FILE), { force: true });
      return { left: null, crashed: true };
    } catch (error) {
      refusal = error;
      if (isRetryable(error)) return null;
      throw notLetIn(data, note.pid, error);
    }
  });
  if (found === null) throw notLetIn(data, (await readServerNote(data))?.pid ?? 0, refusal);
  return found;
}

/** Whether the process is gone, or known to be some other program: a server works in its data folder all its life. */
async function runsElsewhere(pid: number, data: string): Promise<boolean> {
  if (!(await isAlive(pid))) return true;
  const folder = await processFolder(pid);
  return folder !== null && folder !== (await realpath(data));
}

function notLetIn(data: string, pid: number, cause: unknown): Error {
  const code = postgresCode(cause);
  return new Error(
    `a PostgreSQL server (process ${pid}) runs on ${data} but does not let this program in${code === null ? '' : ` (${code})`}. ` +
      `End it with \`kill -INT ${pid}\` and start again.`,
    { cause },
  );
}

/** Asks the server itself too, for machines that don't tell where a process works (macOS). */
async function isServerOf(data: string, url: string, note: ServerNote): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
    const here = await realpath(data);
    // Where the home was renamed under a running server, the process knows the new name and the setting the old one.
    if ((await processFolder(note.pid)) === here) return true;
    return (await realpath(rows[0]?.folder ?? '').catch(() => null)) === here;
  } finally {
    await client.end().catch(() => undefined);
  }
}
