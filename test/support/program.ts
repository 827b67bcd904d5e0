/**
 * The built program from outside: every call is a process of its own on a home of its own, or attaches to one that
 * holds the home, as it does while the system runs. What a killed one leaves running (its PostgreSQL) ends with the home.
 */
import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { attachAndRun } from '../../platform/attach.ts';
import { socketPath } from '../../platform/attach-path.ts';
import { readServerNote } from '../../platform/embedded-postgres-running.ts';
import { isAlive, processFolder } from '../../platform/process.ts';
import { until } from '../../platform/until.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'bin/yilian.js');

export const exportNames = ['warnings', 'duties', 'cases', 'matches', 'quarantine', 'facts'] as const;
export type ExportName = (typeof exportNames)[number];

/** What `evaluate --json` and the end of `load --json` count. */
export interface JudgedCounts {
  readonly findings: number;
  readonly warnings: { readonly opened: number; readonly observed: number; readonly cleared: number };
  readonly duties: { readonly opened: number; readonly cleared: number };
  readonly cases: { readonly opened: number; readonly joined: number };
  readonly as_of: string;
}

/** What `load --json` prints, without the seconds that it took. */
export interface LoadedCounts extends JudgedCounts {
  readonly records: Readonly<Record<string, number>>;
  readonly rejected_by_reason: Readonly<Record<string, number>>;
  readonly completions: number;
  readonly matches: Readonly<Record<string, number>>;
}

/** A line of `export warnings` or `export duties`. */
export interface WarningLine {
  readonly warning_id: string;
  readonly rule_id: string;
  readonly subject: { readonly household_id: string | null; readonly person_id: string | null };
  readonly level: 'red' | 'orange' | 'yellow' | 'blue';
  readonly direction: string;
  readonly as_of: string;
  readonly status: 'open' | 'snoozed' | 'cleared' | 'closed';
  readonly baseline: boolean;
  readonly case_id: string | null;
  readonly indicators: Readonly<Record<string, unknown>>;
  readonly records: readonly string[];
}

/** A line of `export matches`. */
export interface MatchLine {
  readonly feed: string;
  readonly record_id: string;
  readonly outcome: string;
  readonly person_id: string | null;
  readonly household_id: string | null;
  readonly reasons: readonly string[];
}

/** A line of `export facts`. */
export interface FactLine {
  readonly person_id: string;
  readonly feed: string;
  readonly record_id: string;
  readonly record_version: number;
  readonly occurred_on: string;
}

export interface Running {
  /** Resolves when its stderr holds the text, or when it has ended. */
  said(text: string): Promise<void>;
  /** SIGKILL: no handler runs. Resolves when the process is gone; true when it was still alive. */
  kill(): Promise<boolean>;
  /** SIGTERM. Resolves when the process is gone. */
  stop(): Promise<void>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export interface Home {
  readonly path: string;
  /** Holds the engines open in a process of their own: calls that follow attach to it and cost only their work. */
  serve(): Promise<Running>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  load(directory: string, asOf: string): Promise<LoadedCounts>;
  evaluate(asOf: string, rule?: string): Promise<JudgedCounts>;
  /** An export as it was printed. */
  export(what: ExportName): Promise<string>;
  /** Warnings and duties of all statuses. */
  warnings(): Promise<WarningLine[]>;
  matches(): Promise<MatchLine[]>;
  facts(): Promise<FactLine[]>;
  /** Every export, by its name. */
  exportAll(): Promise<Record<ExportName, string>>;
  /** Exit code of `verify-chain`. */
  verifyChain(): Promise<number>;
  remove(): Promise<void>;
}

const lines = <T>(text: string): T[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));

const homes = new Set<Home>();
const folders = new Set<string>();
let template: Promise<Home> | null = null;

/** Removes every home and folder of this test file, and ends what still runs in them. */
afterAll(async () => {
  await Promise.all([...homes].map((home) => home.remove()));
  await Promise.all([...folders].map((folder) => rm(folder, { recursive: true, force: true })));
});

const newest = async (folder: string): Promise<number> => {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const sources = entries.filter((e) => e.isFile() && /(?<!\.test)\.ts$/.test(e.name));
  const times = await Promise.all(sources.map((e) => stat(join(e.parentPath, e.name)).then(({ mtimeMs }) => mtimeMs)));
  return Math.max(0, ...times);
};

/** Compiles when a source is newer than the program, so that no test proves a program that is no longer ours. */
const build = async (): Promise<void> => {
  const rooms = [
    'access',
    'ingest',
    'registry',
    'matchers',
    'rules',
    'alerts',
    'dashboards/queries',
    'app',
    'platform',
  ];
  const changed = Math.max(...(await Promise.all(rooms.map((room) => newest(room).catch(() => 0)))));
  const built = await stat(join(ROOT, 'dist/app/main.js')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (built >= changed) return;
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')]);
};

/** Ends the PostgreSQL that a killed program left in its home. */
const endPostgres = async (home: string): Promise<void> => {
  const data = join(home, 'postgres');
  const note = await readServerNote(data);
  if (note === null || !(await isAlive(note.pid))) return;
  // The number of a server that is gone may belong to somebody else by now; a server works in its data folder.
  const folder = await processFolder(note.pid);
  if (folder !== null && folder !== (await realpath(data))) return;
  process.kill(note.pid, 'SIGQUIT');
  if ((await until(20_000, async () => ((await isAlive(note.pid)) ? null : true))) === null) {
    throw new Error(`PostgreSQL ${note.pid} of ${home} does not end`);
  }
};

export const homeAt = (path: string): Home => {
  const running = new Set<Running>();
  const start: Home['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, YILIAN_HOME: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const heard = new EventEmitter();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      heard.emit('more');
    });
    const ended = once(child, 'close').then(([code]) => {
      running.delete(started);
      return { code: code as number | null, stdout, stderr };
    });
    const started: Running = {
      ended,
      async said(text) {
        while (!stderr.includes(text) && child.exitCode === null && child.signalCode === null) {
          await Promise.race([once(heard, 'more'), ended]);
        }
      },
      async stop() {
        child.kill('SIGTERM');
        await ended;
      },
      async kill() {
        const wasAlive = child.exitCode === null && child.kill('SIGKILL');
        const { code } = await ended;
        return wasAlive && code === null;
      },
    };
    running.add(started);
    return started;
  };
  let socket: string | null = null;
  const attached = async (args: readonly string[], on: string) => {
    const written = { stdout: '', stderr: '' };
    const into = (stream: keyof typeof written): Writable =>
      new Writable({
        decodeStrings: false,
        write(chunk: Buffer, _, done) {
          written[stream] += chunk.toString('latin1');
          done();
        },
      });
    const [stdout, stderr] = [into('stdout'), into('stderr')];
    const code = await attachAndRun({ socket: on, argv: [...args], cwd: ROOT, stdout, stderr });
    // Letters may have been cut by the frames that carried them.
    const text = (stream: keyof typeof written): string => Buffer.from(written[stream], 'latin1').toString('utf8');
    return { code, stdout: text('stdout'), stderr: text('stderr') };
  };
  const call = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await (socket === null ? start(args).ended : attached(args, socket));
    if (code !== 0) throw new Error(`yilian ${args.join(' ')} ended with ${code}:\n${stderr}`);
    return stdout;
  };
  /** Several calls cost one start of the engines, also where nobody holds them. */
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    if (socket !== null || running.size > 0) return await work();
    const server = await home.serve();
    try {
      return await work();
    } finally {
      socket = null;
      await server.stop();
    }
  };
  const home: Home = {
    path,
    async serve() {
      const server = start(['api'], { YILIAN_PORT: '0' });
      const listens = socketPath(path);
      const answers = async (): Promise<string | null> => {
        const at = await listens;
        const ended = await attached(['export', 'referrals'], at).catch(() => null);
        return ended?.code === 0 ? at : null;
      };
      const ended = server.ended.then(({ stderr }) => Promise.reject(new Error(`yilian api ended:\n${stderr}`)));
      ended.catch(() => undefined);
      socket = await Promise.race([until(60_000, answers, { every: 50 }), ended]);
      if (socket === null) throw new Error(`nobody answers in ${path}`);
      return server;
    },
    start,
    async load(directory, asOf) {
      const { seconds: _, ...counts } = JSON.parse(await call(['load', directory, '--as-of', asOf, '--json']));
      return counts;
    },
    async evaluate(asOf, rule) {
      const only = rule === undefined ? [] : ['--rule', rule];
      const { seconds: _, ...counts } = JSON.parse(await call(['evaluate', '--as-of', asOf, ...only, '--json']));
      return counts;
    },
    export: (what) => call(['export', what]),
    warnings: () =>
      held(async () => [
        ...lines<WarningLine>(await call(['export', 'warnings'])),
        ...lines<WarningLine>(await call(['export', 'duties'])),
      ]),
    async matches() {
      return lines<MatchLine>(await call(['export', 'matches']));
    },
    async facts() {
      return lines<FactLine>(await call(['export', 'facts']));
    },
    exportAll: () =>
      held(async () => {
        const texts: [string, string][] = [];
        for (const what of exportNames) texts.push([what, await call(['export', what])]);
        return Object.fromEntries(texts) as Record<ExportName, string>;
      }),
    async verifyChain() {
      const args = ['verify-chain', '--json'];
      return (await (socket === null ? start(args).ended : attached(args, socket))).code ?? -1;
    },
    async remove() {
      homes.delete(home);
      await Promise.all([...running].map((process) => process.kill()));
      await endPostgres(path);
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  homes.add(home);
  return home;
};

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'yilian-home-'));

/** A home whose engines were made and migrated once, to be copied: that is most of what a new home costs. */
const makeTemplate = async (): Promise<Home> => {
  await build();
  const home = homeAt(await newFolder());
  const { code, stderr } = await home.start(['export', 'warnings']).ended;
  if (code !== 0) throw new Error(`the program does not start in a new home:\n${stderr}`);
  return home;
};

/** A new, empty home. It is removed at the end of the test file; remove it earlier to save the space. */
export const openHome = async (): Promise<Home> => {
  template ??= makeTemplate();
  const { path: source } = await template;
  const path = await newFolder();
  // The server's files keep their owner: run by root, they belong to somebody else.
  await run('cp', ['-a', `${source}/.`, path]);
  return homeAt(path);
};

/** A new, empty home whose engines are held open for the calls to come. */
export const openServedHome = async (): Promise<Home> => {
  const home = await openHome();
  await home.serve();
  return home;
};

/** A folder that is removed at the end of the test file. */
export const openFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'yilian-exchange-'));
  folders.add(folder);
  return folder;
};
