// The real program as a worker, and how far it has come as its database tells: an offset there says that everything before it
// is stored as facts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { readServerNote } from '../../dist/platform/embedded-postgres-running.js';

const PROGRAM = join(import.meta.dirname, '../../bin/yilian.js');
/** The kernel counts in these. */
const TICKS = 100;

/** Seconds of processor that a process has used, all its threads together; null where that is not told. */
export const cpuSeconds = (pid) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return null;
  }
};

const environment = (home, more) => {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('YILIAN_'));
  return { ...Object.fromEntries(others), YILIAN_LOG_LEVEL: 'warn', ...more, YILIAN_HOME: home };
};

/** Runs a command to its end; `line` sees every line that it prints. */
export const runCommand = async (home, args, line = () => undefined) => {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: environment(home, {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  createInterface(child.stdout).on('line', line);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`yilian ${args.join(' ')} ended with ${code}\n${said}`);
};

const connect = async (home) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const note = await readServerNote(join(home, 'postgres'));
    if (note?.status === 'ready') {
      const { password } = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8'));
      const place = { host: '127.0.0.1', port: note.port, user: 'yilian', database: 'yilian' };
      const client = new pg.Client({ ...place, password });
      client.on('error', () => undefined);
      const isOpen = await client.connect().then(
        () => true,
        () => false,
      );
      if (isOpen) return client;
    }
    await pause(100);
  }
  throw new Error(`PostgreSQL of ${home} does not answer`);
};

/** `nodeArgs`: for a profile of it. */
export const startWorker = async (home, env, nodeArgs = []) => {
  const child = spawn(process.execPath, [...nodeArgs, PROGRAM, 'worker'], {
    env: environment(home, env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  const closed = once(child, 'close');
  let database = null;
  const offsets = async (topic) => {
    if (child.exitCode !== null) throw new Error(`the worker ended\n${said}`);
    database ??= await connect(home);
    const { rows } = await database.query('select partition, next from topic_offsets where topic = $1', [topic]);
    return new Map(rows.map(({ partition, next }) => [partition, Number(next)]));
  };
  const end = async (signal) => {
    await database?.end().catch(() => undefined);
    child.kill(signal);
    await closed;
  };
  return {
    pid: child.pid,
    /** The first offset of each partition that is not stored yet. */
    offsets,
    async taken(topic) {
      return [...(await offsets(topic)).values()].reduce((sum, next) => sum + next, 0);
    },
    /** Ends as a service is told to end. */
    stop: () => end('SIGTERM'),
    /** SIGKILL: no handler runs, nothing is said to anybody. */
    kill: () => end('SIGKILL'),
    said: () => said,
  };
};
