import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { FRAME, readFrames, sendFrame } from './attach-frames.ts';
import { socketPath } from './attach-path.ts';
import { announceSocket } from './home.ts';
import type { Log } from './log.ts';

/** A command of another process, run in this one because this one holds the engines. */
export type AttachedCommand = {
  argv: string[];
  /** Folder that relative paths in `argv` belong to: the caller's, not ours. */
  cwd: string;
  stdout: Writable;
  stderr: Writable;
  /** Aborted when the caller went away (Ctrl-C, kill, closed terminal) or we are stopping. */
  signal: AbortSignal;
};

const requestSchema = z.object({ argv: z.array(z.string()), cwd: z.string() });
const REQUEST_LIMIT = 1_000_000;
const PATIENCE_MS = 5_000;
/** Exit code of a program that Ctrl-C ended, as shells have it. */
const ABORTED = 130;

/**
 * Listens in `home` for commands of other processes of the same user, and writes the address into the lock file.
 *
 * @param run gives the command's exit code; what it throws goes to the caller's stderr as one line, with exit code 1
 * @returns `close` takes no more commands, aborts those that run and waits for them
 */
export async function serveAttach({
  home,
  run,
  log,
}: {
  home: string;
  run: (command: AttachedCommand) => Promise<number>;
  log?: Log;
}): Promise<{ socket: string; close(): Promise<void> }> {
  const path = await socketPath(home);
  const running = new Map<Socket, { controller: AbortController; done: Promise<void> }>();

  const server = createServer((socket) => {
    // A caller that goes away while we write: its 'close' event is what counts.
    socket.on('error', () => undefined);
    const controller = new AbortController();
    socket.once('close', () => controller.abort());
    const done = serveOne(socket, controller.signal, run, log).finally(() => running.delete(socket));
    running.set(socket, { controller, done });
  });

  // Only the holder of the home comes here, so one that lies there is of a dead process.
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  await announceSocket(home, path);

  return {
    socket: path,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const { controller } of running.values()) controller.abort();
      // A caller that does not read (its output is in a pager) would hold the stop up for as long as it likes.
      const impatience = setTimeout(() => {
        for (const socket of running.keys()) socket.destroy();
      }, PATIENCE_MS);
      await Promise.all([...running.values()].map(({ done }) => done));
      await closed;
      clearTimeout(impatience);
    },
  };
}

async function serveOne(
  socket: Socket,
  signal: AbortSignal,
  run: (command: AttachedCommand) => Promise<number>,
  log: Log | undefined,
): Promise<void> {
  const [stdout, stderr] = [framed(socket, FRAME.stdout), framed(socket, FRAME.stderr)];
  let code = 1;
  try {
    const request = requestSchema.parse(JSON.parse(await readLine(socket, signal)));
    // Nothing more comes; reading on is how we notice that the caller is gone.
    socket.resume();
    code = await run({ ...request, stdout, stderr, signal });
  } catch (error) {
    if (signal.aborted) return;
    log?.error('attach.command-failed', { err: error });
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    // What the command wrote without waiting is still queued, and the code is the last word.
    await Promise.all([stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
    await sendFrame(socket, FRAME.exit, Buffer.from(String(code)));
    socket.destroySoon();
  }
}

function framed(socket: Socket, kind: number): Writable {
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, callback) {
      sendFrame(socket, kind, chunk).then(() => callback(), callback);
    },
  });
}

function readLine(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\n');
      if (end < 0 && read.length <= REQUEST_LIMIT) return;
      socket.off('data', onData);
      socket.pause();
      if (end < 0) reject(new Error('the request is too long'));
      else resolve(read.subarray(0, end).toString());
    };
    socket.on('data', onData);
    // The caller left before it asked, or we are stopping.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * Runs a command in the process that listens on `socket`, with its output here. When `signal` is aborted, or this
 * process dies, the other side cancels the command.
 *
 * @returns the command's exit code; 130 after an abort
 * @throws Error when nobody listens, or the other process ended in the middle
 */
export async function attachAndRun({
  socket: path,
  argv,
  cwd,
  stdout,
  stderr,
  signal,
}: {
  socket: string;
  argv: string[];
  cwd: string;
  stdout: Writable;
  stderr: Writable;
  signal?: AbortSignal;
}): Promise<number> {
  const socket = connect(path);
  const abort = () => socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  // A reader that closes our output (`| head`) wants no more of it.
  stdout.once('error', abort);
  try {
    if (signal?.aborted) return ABORTED;
    await once(socket, 'connect');
    socket.write(`${JSON.stringify({ argv, cwd })}\n`);
    for await (const { kind, payload } of readFrames(socket)) {
      if (kind === FRAME.exit) return Number(payload.toString());
      await writeTo(kind === FRAME.stdout ? stdout : stderr, payload);
    }
  } catch (error) {
    if (signal?.aborted || stdout.errored) return ABORTED;
    throw new Error(`the running yilian did not answer on ${path}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', abort);
    stdout.off('error', abort);
    socket.destroy();
  }
  if (signal?.aborted || stdout.errored) return ABORTED;
  throw new Error('the running yilian ended before the command did');
}

async function writeTo(stream: Writable, payload: Buffer): Promise<void> {
  if (!stream.write(payload) && !stream.destroyed) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
}
