/** Touches the world: the running system - attach socket, HTTP, jobs, and a fictional banner in an empty store. */

import type { AttachedCommand } from '../platform/attach.ts';
import { serveAttach } from '../platform/attach.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import { isEmpty, isSynthetic, loadDemo } from './demo.ts';
import { createHttp } from './http.ts';
import { startJobs } from './jobs.ts';
import type { System } from './system.ts';

export interface StartOptions {
  /** Which parts run: `start` all of them, `worker` the jobs, `api` the HTTP face. */
  readonly parts: { readonly http: boolean; readonly jobs: boolean; readonly demo: boolean };
  readonly stdout: NodeJS.WritableStream & { write(text: string): boolean };
  readonly stderr: import('node:stream').Writable;
  /** Runs a command of another process on these engines. */
  readonly run: (command: AttachedCommand) => Promise<number>;
}

/** What a port that is taken means for whoever starts the program. */
export class PortTaken extends Error {
  constructor(host: string, port: number) {
    super(`${host}:${port} is in use by another program. Stop it, or set YILIAN_PORT to a free port.`);
    this.name = 'PortTaken';
  }
}

const listen = async (http: ReturnType<typeof createHttp>, host: string, port: number): Promise<string> => {
  try {
    return await http.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortTaken(host, port);
    throw error;
  }
};

/** Runs until the lifecycle's signal; everything started is registered with it. */
export const startSystem = async (system: System, lifecycle: Lifecycle, options: StartOptions): Promise<void> => {
  const { config, log } = system;
  const state = { loading: false, synthetic: await isSynthetic(system) };
  const embedded = config.postgresUrl === null || config.clickhouseUrl === null;
  if (embedded) {
    const attach = await serveAttach({ home: config.home, run: options.run, log });
    lifecycle.add('attach', attach.close);
  }
  if (options.parts.http) {
    const http = createHttp(system, state);
    const address = await listen(http, config.host, config.port);
    lifecycle.add('http', () => http.close());
    options.stdout.write(`一链 yilian: ${address} (data in ${config.home}; Ctrl-C stops)\n`);
  }
  if (options.parts.demo && (state.synthetic || (await isEmpty(system)))) await fill(system, lifecycle, state, options);
  if (options.parts.jobs) lifecycle.add('jobs', startJobs(system, lifecycle.signal));
};

/** Loads the fictional banner, or goes on with it where an earlier start was interrupted. */
const fill = async (
  system: System,
  lifecycle: Lifecycle,
  state: { loading: boolean; synthetic: boolean },
  options: StartOptions,
): Promise<void> => {
  const [judged] = await system.postgres.query("select 1 from loads where state = 'judged' limit 1");
  if (judged !== undefined) return;
  state.loading = true;
  state.synthetic = true;
  options.stderr.write('the store is empty: loading a fictional banner (模拟数据)\n');
  await loadDemo(system, options.stderr, lifecycle.signal);
  state.loading = false;
  options.stdout.write('the fictional banner is ready\n');
};
