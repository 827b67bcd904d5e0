import { spawn } from 'node:child_process';
import { open, readFile, stat, statfs, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresBinaries } from './embedded-postgres-binaries.ts';
import { commandAs, type Owner } from './embedded-postgres-owner.ts';
import { readServerNote, type ServerNote } from './embedded-postgres-running.ts';
import type { Log } from './log.ts';
import { isAlive } from './process.ts';
import { until } from './until.ts';

const LOG_LIMIT = 10_000_000;
/** After a crash the server first replays its log: minutes on a slow disk, and giving up would only start it over. */
const START_MS = 10 * 60_000;
const STOP_MS = 120_000;
const LINGER_MS = 10_000;

/**
 * Starts the server on a free port and waits until it takes connections. It is no child to take along: own session, so
 * that Ctrl-C in the terminal reaches the program only and the order of stopping stays ours; output into a file, so
 * that it needs no reader.
 *
 * @throws Error with the end of the server's log
 */
export async function launchServer(given: {
  data: string;
  logFile: string;
  owner: Owner;
  binaries: PostgresBinaries;
  /** A server was killed here: the rest of it keeps the data for itself until it has noticed. */
  afterCrash: boolean;
  log: Log;
}): Promise<ServerNote> {
  const end = performance.now() + (given.afterCrash ? LINGER_MS : 0);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const outcome = await launchOn(port, given);
    if (outcome.status === 'ready') return outcome.note;
    // Somebody took the port between asking for it and using it.
    if (attempt < 5 && !(await canListen(port))) continue;
    if (performance.now() >= end) {
      throw new Error(`the embedded PostgreSQL did not start (${outcome.reason}): ${outcome.said}`);
    }
    await pause(200);
  }
}

type Outcome = { status: 'ready'; note: ServerNote } | { status: 'ended'; reason: string; said: string };

async function launchOn(
  port: number,
  { data, logFile, owner, binaries, log }: Parameters<typeof launchServer>[0],
): Promise<Outcome> {
  const args = ['-D', data, '-p', String(port), ...Object.entries(await settings()).map(([k, v]) => `--${k}=${v}`)];
  const command = await commandAs(owner, binaries.postgres, args, [binaries.root, data]);
  if ((await sizeOf(logFile)) > LOG_LIMIT) await truncate(logFile);
  const from = await sizeOf(logFile);
  const output = await open(logFile, 'a', 0o600);
  let ended: string | null = null;
  let ready = false;
  try {
    const child = spawn(command.file, command.args, {
      ...command.options,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    child.once('error', (error) => {
      ended = error.message;
    });
    child.once('exit', (code, signal) => {
      ended = `exit ${signal ?? code}`;
      // Code 0 is a shutdown that somebody asked for.
      if (ready && code !== 0) log.error('postgres.ended-unexpectedly', { code, signal, logFile });
    });
    child.unref();
    const note = await until(START_MS, async () => {
      if (ended !== null) return 'ended' as const;
      const found = await readServerNote(data);
      return found !== null && found.pid === child.pid && found.status === 'ready' ? found : null;
    });
    if (note !== null && note !== 'ended') {
      ready = true;
      return { status: 'ready', note };
    }
    if (ended === null) child.kill('SIGINT');
  } finally {
    await output.close();
  }
  const said = (await readFile(logFile)).subarray(from).toString().trim().slice(-1500);
  return { status: 'ended', reason: ended ?? `not ready after ${START_MS / 60_000} minutes`, said };
}

/** Given on the command line and not kept in the data folder: the program's version decides, not the one of initdb. */
async function settings(): Promise<Record<string, string>> {
  return {
    listen_addresses: '127.0.0.1',
    // Its path would have to be short, and nothing needs it.
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    shared_buffers: '128MB',
    max_connections: '100',
    max_wal_size: '2GB',
    timezone: 'UTC',
    jit: 'off',
    logging_collector: 'off',
    log_min_messages: 'warning',
    // Neither statements nor "Key (id_number)=(...)" may reach the log file.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...((await hasRoomForSharedMemory()) ? {} : { dynamic_shared_memory_type: 'sysv' }),
  };
}

/** Containers often have 64 MB of /dev/shm, in which a parallel query ends with "No space left on device". */
async function hasRoomForSharedMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const found = await statfs('/dev/shm').catch(() => null);
  return found !== null && found.bsize * found.blocks >= 256_000_000;
}

/**
 * Ends the server and waits until its process is gone, or ended and not collected: in a container nobody may collect
 * an adopted one.
 *
 * @throws Error when it still runs after two minutes; its data is safe, as after a crash
 */
export async function stopServer({ data, pid, log }: { data: string; pid: number; log: Log }): Promise<void> {
  if (!(await isAlive(pid))) return;
  process.kill(pid, 'SIGINT');
  const gone = () => until(STOP_MS, async () => ((await isAlive(pid)) ? null : true));
  if ((await gone()) !== null) return;
  log.warn('postgres.stop-forced', { serverPid: pid });
  process.kill(pid, 'SIGQUIT');
  if ((await gone()) === null) throw new Error(`PostgreSQL (process ${pid}) on ${data} does not end`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
