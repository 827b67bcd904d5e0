// Runs the real program and watches it from outside: its phases, its memory, and PostgreSQL's beside it.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../bin/yilian.js');
const AS_OF = '2026-09-30';

/** The kernel's kB are 1024 bytes; figures and targets here are millions of bytes. */
const megabytes = (kibibytes) => Math.round((kibibytes * 1024) / 1e6);

const kilobytes = (path, name) => {
  const [, figure] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(path, 'latin1')) ?? [];
  return Number(figure ?? 0);
};

/** Figures of /proc; null where there is none (other systems, or the process is gone). */
const tryRead = (read) => {
  try {
    return read();
  } catch {
    return null;
  }
};

const peakMegabytes = (pid) => tryRead(() => megabytes(kilobytes(`/proc/${pid}/status`, 'VmHWM')));

/** PostgreSQL's processes share much memory, so that only their proportional shares add up. */
const postgresMegabytes = (home) =>
  tryRead(() => {
    const server = readFileSync(join(home, 'postgres/postmaster.pid'), 'latin1').split('\n')[0];
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOf(server, name));
    return megabytes(pids.reduce((sum, pid) => sum + (shareOf(pid) ?? 0), 0));
  });

const isOf = (server, pid) =>
  pid === server ||
  tryRead(() => readFileSync(`/proc/${pid}/status`, 'latin1').includes(`\nPPid:\t${server}\n`)) === true;

const shareOf = (pid) => tryRead(() => kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss'));

const larger = (a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b));

const environment = (home) => {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('YILIAN_'));
  // At this level the program says when a phase is over.
  return { ...Object.fromEntries(others), YILIAN_HOME: home, YILIAN_LOG_LEVEL: 'debug' };
};

const parsed = (line) => tryRead(() => JSON.parse(line));

/** Loads a directory into an empty home. Throws with what the program said when it fails. */
export const watchLoad = async (directory, home) => {
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'load', directory, '--as-of', AS_OF, '--json'], {
    env: environment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let peak = null;
  let postgres = null;
  const phases = {};
  let said = '';
  let printed = '';
  // Seldom enough to take nothing from what is measured: the first figure only grows, the second walks through all pages.
  const look = setInterval(() => {
    peak = larger(peak, peakMegabytes(child.pid));
  }, 200);
  const lookBeside = setInterval(() => {
    postgres = larger(postgres, postgresMegabytes(home));
  }, 3_000);
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  createInterface(child.stderr).on('line', (line) => {
    const event = line.startsWith('{') ? parsed(line) : null;
    if (event === null) said = `${said}${line}\n`.slice(-4000);
    if (event?.event !== 'load.phase') return;
    peak = larger(peak, peakMegabytes(child.pid));
    phases[event.phase] = { seconds: event.seconds, rows: event.rows, peakMegabytes: peak };
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    clearInterval(look);
    clearInterval(lookBeside);
  });
  if (code !== 0) throw new Error(`yilian load ended with ${code}\n${said}`);
  for (const name of ['registry', 'records', 'rules']) {
    if (phases[name] === undefined) throw new Error(`yilian load said nothing of its phase ${name}\n${said}`);
  }
  return {
    result: JSON.parse(printed),
    phases,
    seconds: Math.round(performance.now() - started) / 1000,
    peakMegabytes: peak,
    postgresMegabytes: postgres,
  };
};
