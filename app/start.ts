/** Touches the world: the running system - attach socket, HTTP, jobs, and a fictional banner in an empty store. */

import type { FastifyInstance } from 'fastify';
import { hasUsers } from '../access/index.ts';
import type { AttachedCommand } from '../platform/attach.ts';
import { serveAttach } from '../platform/attach.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import { FIRST_ACCOUNT } from './cli-users.ts';
import { commandDeps } from './command-deps.ts';
import { beginDemo, isDemoReady, isEmpty, isSynthetic, loadDemo } from './demo/index.ts';
import type { RunState } from './health.ts';
import { createHttp } from './http.ts';
import { startJobs } from './jobs.ts';
import { PortTaken } from './port-taken.ts';
import { httpDeps } from './routes.ts';
import type { System } from './system.ts';

export interface StartOptions {
  /** Which parts run: `start` all of them, `worker` the jobs, `api` the HTTP face. */
  readonly parts: { readonly http: boolean; readonly jobs: boolean; readonly demo: boolean };
  readonly stdout: NodeJS.WritableStream & { write(text: string): boolean };
  readonly stderr: import('node:stream').Writable;
  /** Runs a command of another process on these engines. */
  readonly run: (command: AttachedCommand) => Promise<number>;
}

const listen = async (http: FastifyInstance, host: string, port: number): Promise<string> => {
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
  const isFiction = await isSynthetic(system);
  const demo = options.parts.demo && (isFiction || (await isEmpty(system)));
  const state: RunState = { loading: demo, synthetic: isFiction || demo };
  const embedded = config.postgresUrl === null || config.clickhouseUrl === null;
  if (embedded) {
    const attach = await serveAttach({ home: config.home, run: options.run, log });
    lifecycle.add('attach', attach.close);
  }
  if (options.parts.http) {
    const http = await createHttp(httpDeps(system, state));
    const address = await listen(http, config.host, config.port);
    lifecycle.add('http', () => http.close());
    options.stdout.write(`一链 yilian: ${address} (data in ${config.home}; Ctrl-C stops)\n`);
    if (!state.synthetic && !(await hasUsers(system.postgres))) options.stdout.write(`${FIRST_ACCOUNT}\n`);
  }
  if (demo) await fill(system, lifecycle, state, options);
  if (options.parts.jobs) lifecycle.add('jobs', startJobs(system, lifecycle.signal));
};

/**
 * Loads the fictional banner, or goes on with it where an earlier start was interrupted. After listening: a start that fails
 * because its port is taken must not have made a store of fiction out of an empty one.
 */
const fill = async (system: System, lifecycle: Lifecycle, state: RunState, options: StartOptions): Promise<void> => {
  await beginDemo(system);
  if (!(await isDemoReady(system))) {
    options.stderr.write('the store is empty: loading a fictional banner (模拟数据)\n');
    await loadDemo(system, commandDeps(system), options.stderr, lifecycle.signal);
    options.stdout.write('the fictional banner is ready\n');
  }
  state.loading = false;
};
