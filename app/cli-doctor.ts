/** Touches the world: `yilian doctor`, what is wrong with this installation and what to do about it. */
import { access, constants, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { hasUsers } from '../access/index.ts';
import { openClickHouse } from '../platform/clickhouse.ts';
import type { Config } from '../platform/config.ts';
import { openKeys } from '../platform/crypto.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { claimHome } from '../platform/home.ts';
import { createLog } from '../platform/log.ts';
import { openPostgres } from '../platform/postgres.ts';
import { loadCatalogue } from '../rules/index.ts';
import { FIRST_ACCOUNT } from './cli-users.ts';
import type { CommandContext } from './commands.ts';

const LEAST_FREE_BYTES = 2 * 1024 ** 3;

type Check = { readonly name: string; readonly run: () => Promise<string> };

/** A finding that is worth a word but keeps nothing from working. */
class Notice extends Error {}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;

const nodeVersion: Check = {
  name: 'Node.js',
  run: async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < 20 || (major === 20 && minor < 19))
      throw new Error(`${process.versions.node} is too old; install 20.19 or newer`);
    return process.versions.node;
  },
};

const disk = (home: string): Check => ({
  name: 'disk space',
  run: async () => {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const text = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${home}`;
    if (free < LEAST_FREE_BYTES) throw new Notice(`${text}; make room before the next load`);
    return text;
  },
});

const broker = (address: string): Check => ({
  name: `Kafka ${address}`,
  run: () =>
    new Promise((done, failed) => {
      const [host = '', port = ''] = address.split(/:(?=\d+$)/);
      const socket = connect({ host, port: Number(port), timeout: 3_000 });
      const fail = (why: string) => () => {
        socket.destroy();
        failed(new Error(`no answer (${why}); check YILIAN_KAFKA_BROKERS and the network`));
      };
      socket.once('connect', () => {
        socket.destroy();
        done('answers');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message)());
      socket.once('timeout', fail('timeout'));
    }),
});

/** Checks that open the engines; only for whoever holds the home. */
const engines = (config: Config, root: string): Check[] => {
  const log = createLog({ level: 'silent' });
  return [
    { name: 'keys', run: async () => openKeys(config).then(() => 'present and the same as last time') },
    {
      name: 'PostgreSQL',
      run: async () => {
        const embedded = config.postgresUrl === null ? await startEmbeddedPostgres({ home: config.home, log }) : null;
        try {
          const postgres = await openPostgres({
            url: config.postgresUrl ?? (embedded?.url as string),
            applicationName: 'yilian-doctor',
            max: 1,
          });
          const [row] = await postgres.query<{ version: string; encoding: string }>(
            "select current_setting('server_version') as version, current_setting('server_encoding') as encoding",
          );
          const [users] = await postgres.query<{ made: boolean }>("select to_regclass('users') is not null as made");
          const accounts = users?.made === true && (await hasUsers(postgres));
          await postgres.close();
          if (row?.encoding !== 'UTF8')
            throw new Error(`the database's encoding is ${row?.encoding}; create it with UTF8`);
          const version = `${row.version}${embedded === null ? '' : ', embedded'}`;
          if (!accounts) throw new Notice(`${version}; ${FIRST_ACCOUNT}`);
          return version;
        } finally {
          await embedded?.stop();
        }
      },
    },
    {
      name: 'ClickHouse',
      run: async () => {
        const clickhouse = await openClickHouse({ url: config.clickhouseUrl, home: config.home, log });
        const [row] = await clickhouse.query<{ version: string }>('pages', 'SELECT version() AS version');
        await clickhouse.close();
        return `${row?.version}${config.clickhouseUrl === null ? ', embedded' : ''}`;
      },
    },
    {
      name: 'rule catalogue',
      run: async () => {
        const { rules } = loadCatalogue(join(root, 'rules'));
        return `${rules.filter((rule) => rule.enabled).length} rules enabled of ${rules.length}`;
      },
    },
  ];
};

/** Prints a line per check; exit 1 when something keeps the program from working. */
export const doctor = async (config: Config, root: string, { stdout }: CommandContext): Promise<number> => {
  let failed = 0;
  const check = async ({ name, run }: Check): Promise<void> => {
    try {
      stdout.write(`ok    ${name}: ${await run()}\n`);
    } catch (error) {
      const notice = error instanceof Notice;
      if (!notice) failed += 1;
      stdout.write(`${notice ? 'note ' : 'FAULT'} ${name}: ${firstLine(error)}\n`);
    }
  };
  await check(nodeVersion);
  const claim = await claimHome(config.home, { command: 'doctor' }).catch((error: unknown) => firstLine(error));
  if (typeof claim === 'string') {
    stdout.write(`FAULT data folder: ${claim}\n`);
    return 1;
  }
  await check({ name: 'data folder', run: async () => access(config.home, constants.W_OK).then(() => config.home) });
  await check(disk(config.home));
  for (const address of config.kafkaBrokers ?? []) await check(broker(address));
  if (claim.ok) {
    for (const part of engines(config, root)) await check(part);
    await claim.release();
  } else {
    stdout.write(`ok    running: process ${claim.pid} (${claim.command}) holds the engines and keeps them open\n`);
  }
  stdout.write(failed === 0 ? 'nothing is wrong\n' : `${failed} faults\n`);
  return failed === 0 ? 0 : 1;
};
