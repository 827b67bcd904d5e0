import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { compilePlatform } from './child-for-tests.ts';
import { announceSocket, claimHome } from './home.ts';

let folder: string;
let home: string;
let child: Awaited<ReturnType<typeof compilePlatform>>;
beforeAll(async () => {
  child = await compilePlatform();
}, 60_000);
afterAll(() => child.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-home-'));
  home = join(folder, 'home');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CLAIM = (end: string) => `
  import { claimHome } from './platform/home.js';
  const claim = await claimHome(process.argv[2], { command: 'yilian start' });
  console.log(JSON.stringify({ ...claim, me: process.pid }));
  ${end}
`;

it('gives a home to one holder, tells others who holds it, and is free after its release', async () => {
  const claim = await claimHome(home, { command: 'yilian start' });
  if (!claim.ok) throw new Error(claim.message);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await announceSocket(home, '/somewhere/attach.sock');

  const refused = JSON.parse((await child.run(CLAIM(''), { args: [home] })).stdout);
  expect(refused).toMatchObject({
    ...{ ok: false, pid: process.pid, command: 'yilian start', socket: '/somewhere/attach.sock' },
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });

  await claim.release();
  const next = await claimHome(home, { command: 'yilian load' });
  expect(next.ok).toBe(true);
});

it('takes over from a killed holder', async () => {
  const { stdout, signal } = await child.run(CLAIM(`process.kill(process.pid, 'SIGKILL');`), { args: [home] });
  expect([signal, JSON.parse(stdout).ok]).toEqual(['SIGKILL', true]);
  expect((await claimHome(home, { command: 'next' })).ok).toBe(true);
});

it.runIf(process.platform === 'linux')('is not fooled by a process number that was given out again', async () => {
  const first = await claimHome(home, { command: 'first' });
  expect(first.ok).toBe(true);
  const lock = join(home, 'lock.1');
  const held = JSON.parse(await readFile(lock, 'utf8'));
  // The same number, another begin: what a restarted container with its process 1 looks like.
  await writeFile(lock, JSON.stringify({ ...held, identity: 'another-boot/1' }));
  expect((await claimHome(home, { command: 'next' })).ok).toBe(true);
});

it('lets exactly one of many take over a dead lock', async () => {
  for (let round = 0; round < 5; round++) {
    await child.run(CLAIM(`process.kill(process.pid, 'SIGKILL');`), { args: [home] });
    // Claims in one process share its number and its begin, so each of them sees the winner as somebody else.
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimHome(home, { command: 'many' })));
    const winners = claims.filter((claim) => claim.ok);
    expect(winners).toHaveLength(1);
    await winners[0]?.release();
  }
}, 60_000);

it('says what is wrong with a folder and how to cure it', async () => {
  await writeFile(home, '');
  await expect(claimHome(home, { command: 'x' })).rejects.toThrow(/there is a file of that name.*Move it away/);
  await expect(claimHome(join(home, 'below'), { command: 'x' })).rejects.toThrow('a part of the path is a file');
});

it.runIf(userInfo().uid === 0)('says when this user may not write there', async () => {
  await claimHome(home, { command: 'x' });
  const { stderr, code } = await child.run(CLAIM(''), { args: [home], uid: 65534 });
  expect(code).toBe(1);
  expect(stderr).toContain('this user may not write there');
});
