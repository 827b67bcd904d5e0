// One system for all tests in a browser: the built program with the built pages in a new home, as `npm start` runs it. It
// fills itself with the fictional banner and its ten stories. Without a browser nothing is started and the tests are skipped.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { until } from '../../platform/until.ts';
import { findChromium } from '../support/browser.ts';
import { freePort, getJson } from '../support/http.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null: no browser here. */
    chromium: string | null;
    port: number;
    /** Folder of the system, for commands that attach to it. */
    home: string;
  }
}

const ROOT = resolve(import.meta.dirname, '../..');
/** Far more than it should take: a loaded machine is no failure of the pages. */
const START_MS = 300_000;

const run = promisify(execFile);

/** What is built already is built again in a second or two, and no test proves a program that is no longer ours. */
const build = async (): Promise<void> => {
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: ROOT });
  await run(process.execPath, ['bin/build-web.js'], { cwd: ROOT });
};

export default async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const chromium = findChromium();
  const port = await freePort();
  provide('chromium', chromium);
  provide('port', port);
  if (chromium === null) return;
  await build();

  const home = await mkdtemp(join(tmpdir(), 'yilian-e2e-'));
  provide('home', home);
  const began = performance.now();
  const child = spawn(process.execPath, ['bin/yilian.js', 'start'], {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'] },
      ...{ YILIAN_HOME: home, YILIAN_PORT: String(port), YILIAN_LOG_LEVEL: 'warn' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (text: string): void => {
    said += text;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    if (code !== 0) throw new Error(`the system ended with ${code}:\n${said}`);
  };

  const gone = ended.then(() => 'ended' as const);
  const health = async (): Promise<string | null> => {
    const status = (await getJson(port, '/api/health'))?.body['status'];
    return status === 'ok' ? status : null;
  };
  const well = await Promise.race([gone, until(START_MS, health, { every: 100 })]);
  if (well !== 'ok') {
    if (well === null) await stop().catch(() => undefined);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    throw new Error(`the system ${well === null ? `was not well after ${START_MS / 1000} s` : 'ended'}:\n${said}`);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`e2e: an empty home became a system with its stories in ${seconds.toFixed(1)} s`);
  return stop;
};
