import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { BusWorkerLine, BusWorkerTask } from './bus-worker.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');

export type KillableWorkers = {
  start(task: BusWorkerTask): KillableWorker;
  /** Kills those that still run and deletes the compiled program. */
  remove(): Promise<void>;
};
type KillableWorker = {
  /** Grows while it works. */
  lines: BusWorkerLine[];
  /** SIGKILL: no handler runs, nothing is said to anybody. Resolves when the process is gone. */
  kill(): Promise<void>;
};

/** Node 20 runs no TypeScript: the worker is compiled first, inside node_modules so that it finds its packages. */
export async function compileWorker(): Promise<KillableWorkers> {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'bus-worker-'));
  const project = join(folder, 'tsconfig.json');
  await writeFile(
    project,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        outDir: folder,
        rootDir: ROOT,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: [],
      files: [join(import.meta.dirname, 'bus-worker.ts')],
    }),
  );
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);

  const running = new Set<KillableWorker>();
  return {
    start(task) {
      const child = spawn(process.execPath, [join(folder, 'test/support/kafka/bus-worker.js'), JSON.stringify(task)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      const lines: BusWorkerLine[] = [];
      createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
      const worker: KillableWorker = {
        lines,
        async kill() {
          running.delete(worker);
          child.kill('SIGKILL');
          await exited;
        },
      };
      running.add(worker);
      return worker;
    },
    async remove() {
      await Promise.all([...running].map((worker) => worker.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
