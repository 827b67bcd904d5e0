import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type AttachedCommand, attachAndRun } from '../platform/attach.ts';
import { type Config, parseConfig } from '../platform/config.ts';
import { claimHome } from '../platform/home.ts';
import { createLifecycle, type Lifecycle } from '../platform/lifecycle.ts';
import { createLog } from '../platform/log.ts';
import { doctor } from './cli-doctor.ts';
import { evaluateCommand } from './cli-evaluate.ts';
import { exportCommand } from './cli-export.ts';
import { feedsCommand } from './cli-feeds.ts';
import { feedsNoteCommand } from './cli-feeds-note.ts';
import { loadCommand } from './cli-load.ts';
import { machinesCommand } from './cli-machines.ts';
import { matchingCommand } from './cli-matching.ts';
import { rebuildCommand } from './cli-rebuild.ts';
import { registryCommand } from './cli-registry.ts';
import { selfcheck } from './cli-selfcheck.ts';
import { simulateCommand } from './cli-simulate.ts';
import { usersCommand } from './cli-users.ts';
import { verifyChainCommand } from './cli-verify-chain.ts';
import { type CommandContext, type SystemCommand, UsageError } from './commands.ts';
import { explainError } from './explain-error.ts';
import { startSystem } from './start.ts';
import { openSystem, type System } from './system.ts';

/** Folder of the package: rules and migrations lie beside `dist`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Commands on opened engines: on this process's own, or in the process that holds the home. */
const systemCommands: Readonly<Record<string, SystemCommand>> = {
  load: loadCommand,
  evaluate: evaluateCommand,
  export: exportCommand,
  rebuild: rebuildCommand,
  registry: registryCommand,
  users: usersCommand,
  machines: machinesCommand,
  'verify-chain': verifyChainCommand,
  // `feeds check` needs no engine and never comes here.
  feeds: feedsNoteCommand,
  // Opening the engines migrates them.
  migrate: async (_, { stdout }) => {
    stdout.write('both databases are up to date\n');
    return 0;
  },
};

/** Roles that stay: the whole system, or one part of it in production. */
const roles = {
  start: { http: true, jobs: true, demo: true },
  api: { http: true, jobs: false, demo: false },
  worker: { http: false, jobs: true, demo: false },
} as const;

const USAGE = `yilian (一链) - usage:
  yilian start                                    the whole system (npm start)
  yilian load DIR [--as-of DATE] [--json]         take an exchange directory
  yilian evaluate [--as-of DATE] [--rule ID] [--json]
  yilian export warnings|duties|cases|referrals|matches|verdicts|corrections|quarantine|facts [--format jsonl|csv|xlsx] [--out FILE]
  yilian feeds check FILE [--feed NAME] [--mapping FILE] [--json]   what would be taken, without taking it
  yilian feeds note --department D --month YYYY-MM [--format csv|xlsx] [--out FILE]   quality note for a department
  yilian matching train DIR | evaluate DIR        learn the matcher's model; how right it is where the truth is known
  yilian simulate --households N --seed S [--months M] --out DIR
  yilian verify-chain [--case ID] [--json]
  yilian registry duplicates [--all] [--json]     persons whom the registry may hold twice
  yilian rebuild facts
  yilian selfcheck                                one record's way through a system of its own, a line per step
  yilian users list | add | reset | disable | enable   accounts
  yilian machines list | add | revoke             credentials of departments' programs, for HTTP push
  yilian migrate | worker | api | doctor
`;

const nothing = (): void => undefined;

const guarded = async (work: () => Promise<number>, context: CommandContext): Promise<number> => {
  try {
    return await work();
  } catch (error) {
    if (context.signal.aborted) {
      context.stderr.write('interrupted; run the same command again to go on\n');
      return 1;
    }
    const { text, code } = explainError(error);
    context.stderr.write(`${text}\n`);
    return code;
  }
};

/** A home that several processes use: it only has to be there. */
const shareHome = async (home: string) => {
  await mkdir(home, { recursive: true, mode: 0o700 });
  return { ok: true as const, release: async () => undefined };
};

const onOwnEngines = async (
  config: Config,
  name: string,
  context: CommandContext,
  lifecycle: Lifecycle,
  work: (system: System) => Promise<number>,
): Promise<number> => {
  // With both servers outside, nothing in the home is for one process alone.
  const shared = config.postgresUrl !== null && config.clickhouseUrl !== null;
  const claim = shared ? await shareHome(config.home) : await claimHome(config.home, { command: name });
  if (!claim.ok) {
    if (claim.socket === null || name in roles) {
      context.stderr.write(`${claim.message}\n`);
      return 1;
    }
    return attachAndRun({ ...context, socket: claim.socket, argv: [name, ...context.argv] });
  }
  lifecycle.add('home', claim.release);
  const level = name in roles || config.logLevel !== 'info' ? config.logLevel : 'warn';
  const running = work(await openSystem(config, createLog({ level }), lifecycle, ROOT));
  // Added last, so ended first: a batch that is running is finished before the engines close under it.
  if (!(name in roles)) lifecycle.add('command', () => running.then(nothing, nothing));
  return running;
};

/** A command that another process sent here. */
const runAttached =
  (system: System) =>
  async (command: AttachedCommand): Promise<number> => {
    const [name = '', ...argv] = command.argv;
    const run = systemCommands[name];
    const context = { ...command, argv };
    return guarded(async () => {
      if (run === undefined) throw new UsageError(`yilian: no command ${name}`);
      return run(system, context);
    }, context);
  };

const stay = async (
  name: keyof typeof roles,
  system: System,
  context: CommandContext,
  lifecycle: Lifecycle,
): Promise<number> => {
  await startSystem(system, lifecycle, {
    parts: roles[name],
    stdout: context.stdout,
    stderr: context.stderr,
    run: runAttached(system),
  });
  // The lifecycle ends the process when it is told to.
  return new Promise<number>(() => undefined);
};

const isRole = (name: string): name is keyof typeof roles => Object.hasOwn(roles, name);

const dispatch = (name: string, config: Config, context: CommandContext, lifecycle: Lifecycle): Promise<number> => {
  if (name === 'simulate') return simulateCommand(context);
  if (name === 'feeds' && context.argv[0] !== 'note') return feedsCommand(config, context);
  if (name === 'matching') return matchingCommand(config, ROOT, context);
  if (name === 'doctor') return doctor(config, ROOT, context);
  if (name === 'selfcheck') return selfcheck(config, ROOT, context, lifecycle);
  if (isRole(name))
    return onOwnEngines(config, name, context, lifecycle, (system) => stay(name, system, context, lifecycle));
  const command = Object.hasOwn(systemCommands, name) ? systemCommands[name] : undefined;
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `yilian: no command ${name}\n${USAGE}`);
  return onOwnEngines(config, name, context, lifecycle, (system) => command(system, context));
};

/** Entry of the program: `yilian COMMAND ...`. Ends the process. */
export const main = async (argv: readonly string[]): Promise<void> => {
  const [name = '', ...rest] = argv;
  // A reader that closed the pipe has seen enough (`yilian export matches | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(USAGE);
    return;
  }
  const parsed = parseConfig(process.env, process.cwd());
  if (!parsed.ok) {
    process.stderr.write(`${parsed.problems.join('\n')}\n`);
    process.exit(2);
  }
  // A role that is told to stop has done its work; a command that was interrupted has not.
  const lifecycle = createLifecycle({
    log: createLog({ level: 'warn' }),
    exit: (code) => process.exit(code === 0 && !isRole(name) ? 1 : code),
  });
  lifecycle.onSignals();
  const { signal } = lifecycle;
  const context: CommandContext = {
    argv: rest,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  };
  const code = await guarded(() => dispatch(name, parsed.config, context, lifecycle), context);
  await lifecycle.stop(name);
  process.exit(code);
};
