import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AttachedCommand, attachAndRun, serveAttach } from './attach.ts';
import { claimHome } from './home.ts';

let folder: string;
let home: string;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-attach-'));
  home = join(folder, 'home');
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(run: (command: AttachedCommand) => Promise<number>): Promise<string> {
  const claim = await claimHome(home, { command: 'yilian start' });
  if (!claim.ok) throw new Error(claim.message);
  const server = await serveAttach({ home, run });
  closers.push(server.close);
  const other = await claimHome(home, { command: 'yilian load' });
  if (other.ok || other.socket !== server.socket) throw new Error('the socket is not in the lock file');
  return other.socket;
}

function collect(): { stream: Writable; text: () => string; grew: EventEmitter } {
  const chunks: Buffer[] = [];
  const grew = new EventEmitter();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      grew.emit('grew');
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString(), grew };
}

it('carries arguments there, output and exit code back, in order and whole', async () => {
  const socket = await serve(async ({ argv, cwd, stdout, stderr }) => {
    stderr.write('开始\n');
    for (let line = 0; line < 20_000; line++) stdout.write(`${line} 低保家庭\n`);
    stdout.write(JSON.stringify({ argv, cwd }));
    return 7;
  });
  const [out, err] = [collect(), collect()];
  const code = await attachAndRun({
    ...{ socket, argv: ['load', 'a b', '--json'], cwd: '/tmp', stdout: out.stream, stderr: err.stream },
  });
  expect(code).toBe(7);
  const lines = out.text().split('\n');
  expect(lines).toHaveLength(20_001);
  expect(lines[19_999]).toBe('19999 低保家庭');
  expect(JSON.parse(lines[20_000] ?? '')).toEqual({ argv: ['load', 'a b', '--json'], cwd: '/tmp' });
  expect(err.text()).toBe('开始\n');
});

it('shows output while the command runs, and cancels it when the caller aborts', async () => {
  const ended = new EventEmitter();
  const socket = await serve(async ({ stdout, signal }) => {
    stdout.write('started\n');
    await once(signal, 'abort');
    ended.emit('ended');
    return 1;
  });
  const abort = new AbortController();
  const [out, err] = [collect(), collect()];
  const seenEnd = once(ended, 'ended');
  const seenOutput = once(out.grew, 'grew');
  const code = attachAndRun({
    ...{ socket, argv: [], cwd: '/', stdout: out.stream, stderr: err.stream, signal: abort.signal },
  });
  await seenOutput;
  abort.abort();
  expect(await code).toBe(130);
  await seenEnd;
});

it('gives a thrown error as one line and exit code 1', async () => {
  const socket = await serve(() => Promise.reject(new Error('no such directory: ./x')));
  const [out, err] = [collect(), collect()];
  expect(await attachAndRun({ socket, argv: [], cwd: '/', stdout: out.stream, stderr: err.stream })).toBe(1);
  expect(err.text()).toBe('no such directory: ./x\n');
});

it('ends with what runs when it stops, and with callers that ask nothing', async () => {
  const socket = await serve(async ({ signal, stdout }) => {
    stdout.write('.');
    await once(signal, 'abort');
    return 3;
  });
  const silent = createConnection(socket);
  await once(silent, 'connect');
  const [out, err] = [collect(), collect()];
  const grew = once(out.grew, 'grew');
  const code = attachAndRun({ socket, argv: [], cwd: '/', stdout: out.stream, stderr: err.stream });
  await grew;
  await closers.pop()?.();
  expect(await code).toBe(3);
  silent.destroy();
});

it('says so when nobody listens', async () => {
  const [out, err] = [collect(), collect()];
  const nobody = attachAndRun({
    ...{ socket: join(folder, 'none.sock'), argv: [], cwd: '/' },
    stdout: out.stream,
    stderr: err.stream,
  });
  await expect(nobody).rejects.toThrow('did not answer');
});

it('works from a home whose path is too long for a socket', async () => {
  home = join(folder, 'x'.repeat(120), 'home');
  await mkdir(home, { recursive: true });
  const socket = await serve(async () => 0);
  expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(103);
  closers.push(() => rm(join(socket, '..'), { recursive: true, force: true }));
  const [out, err] = [collect(), collect()];
  expect(await attachAndRun({ socket, argv: [], cwd: '/', stdout: out.stream, stderr: err.stream })).toBe(0);
});
