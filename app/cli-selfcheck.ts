/** Touches the world: `yilian selfcheck`, one record's way through a system of its own that is removed afterwards. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { shanghaiDay } from '../platform/calendar.ts';
import type { Config } from '../platform/config.ts';
import { claimHome } from '../platform/home.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import { createLog } from '../platform/log.ts';
import type { CommandContext } from './commands.ts';
import { beginDemo } from './demo/index.ts';
import { explainError } from './explain-error.ts';
import { createProgress } from './progress.ts';
import { StepFailed } from './selfcheck-person.ts';
import { type Step, selfcheckSteps } from './selfcheck-walk.ts';
import { startSystem } from './start.ts';
import { openSystem } from './system.ts';

const NAME_WIDTH = 62;

/** What is written to it, for the address that the running system names. */
const collect = () => {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
};

/** Embedded engines in a folder of their own, whatever servers this installation uses: no real data is touched. */
const ownConfig = (config: Config, home: string): Config => ({
  ...config,
  // Its own inbox too: what a department left in the real one is not for a system that is thrown away.
  ...{ home, inbox: join(home, 'inbox'), postgresUrl: null, clickhouseUrl: null, kafkaBrokers: null, secretKey: null },
  ...{ host: '127.0.0.1', port: 0, logLevel: 'error' },
});

/** Everything that is opened is registered with the lifecycle, the removal of the folder first, so it happens last. */
const openOwn = async (
  given: Config,
  root: string,
  lifecycle: Lifecycle,
): Promise<{ steps: readonly Step[]; home: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'yilian-selfcheck-'));
  lifecycle.add('selfcheck-folder', () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const [home, directory] = [join(folder, 'home'), join(folder, 'exchange')];
  await mkdir(directory);
  const config = ownConfig(given, home);
  const claim = await claimHome(home, { command: 'selfcheck' });
  if (!claim.ok) throw new Error(claim.message);
  lifecycle.add('home', claim.release);
  const system = await openSystem(config, createLog({ level: config.logLevel }), lifecycle, root);
  await beginDemo(system);
  const said = collect();
  await startSystem(system, lifecycle, {
    parts: { http: true, jobs: true, demo: false },
    stdout: said.stream,
    stderr: collect().stream,
    run: async () => 1,
  });
  const address = /http:\/\/[\d.]+:\d+/.exec(said.text())?.[0];
  if (address === undefined) throw new Error('the pages listen nowhere');
  const progress = createProgress(collect().stream);
  const today = shanghaiDay(system.now());
  const { signal } = lifecycle;
  return { steps: selfcheckSteps({ system, address, directory, today, progress, signal }), home };
};

/** Prints a line per step, pass or fail; exit 1 when a step failed, and those after it are not tried. */
export const selfcheck = async (
  config: Config,
  root: string,
  { argv, stdout, signal }: CommandContext,
  lifecycle: Lifecycle,
): Promise<number> => {
  parseArgs({ args: [...argv], options: {} });
  let failed = 0;
  const tell = (verdict: string, name: string, ms: number, word: string): void => {
    stdout.write(`${verdict}  ${name.padEnd(NAME_WIDTH)} ${String(Math.round(ms)).padStart(6)} ms  ${word}\n`);
  };
  const check = async ({ name, run }: Step): Promise<void> => {
    const began = performance.now();
    try {
      const word = await run();
      tell('pass', name, performance.now() - began, word);
    } catch (error) {
      if (signal.aborted) throw error;
      failed += 1;
      tell(
        'FAIL',
        name,
        performance.now() - began,
        error instanceof StepFailed ? error.message : explainError(error).text,
      );
    }
  };
  let steps: readonly Step[] = [];
  await check({
    name: 'a system of its own starts',
    run: async () => {
      const own = await openOwn(config, root, lifecycle);
      steps = own.steps;
      return own.home;
    },
  });
  for (const [i, step] of steps.entries()) {
    if (failed > 0) {
      stdout.write(`-     ${steps.length - i} more steps were not tried\n`);
      break;
    }
    await check(step);
  }
  stdout.write(failed === 0 ? 'everything works\n' : 'something does not work\n');
  return failed === 0 ? 0 : 1;
};
