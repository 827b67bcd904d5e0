import { join } from 'node:path';
import { type Archive, createArchive, type Deliveries, type ReaderThread, startReaderThread } from '../ingest/index.ts';
import { type Bus, openBus } from '../platform/bus/index.ts';
import { type ClickHouse, openClickHouse } from '../platform/clickhouse.ts';
import type { Config } from '../platform/config.ts';
import { type Cipher, createCipher, openKeys } from '../platform/crypto.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { migrateClickHouse, migratePostgres } from '../platform/migrate.ts';
import { openPostgres, type Postgres } from '../platform/postgres.ts';
import { type Catalogue, loadCatalogue } from '../rules/index.ts';
import { readDeliveries } from './deliveries.ts';
import { modelFile, readModel } from './matching-model.ts';
import { createRegister, type Register } from './register.ts';

/** The opened system: engines migrated and ready, keys, archive and rules. Everything else gets its parts as arguments. */
export interface System {
  /** Folder of the package: rules, migrations and the built pages lie in it. */
  readonly root: string;
  readonly config: Config;
  readonly log: Log;
  readonly postgres: Postgres;
  readonly clickhouse: ClickHouse;
  readonly cipher: Cipher;
  readonly archive: Archive;
  /** A thread that reads feed files of the archive; whoever starts it closes it. */
  readonly startReader: () => ReaderThread;
  readonly catalogue: Catalogue;
  /** When departments are expected to deliver. */
  readonly deliveries: Deliveries;
  /** Who is registered, for the matcher; made when it is first asked for. */
  readonly register: Register;
  readonly bus: () => Promise<Bus>;
  readonly now: () => Date;
}

/** Role that the program works as: it owns nothing, so row-level security binds it. */
const APP_ROLE = 'yilian_app';
/** Pages, sweeps and commands need about ten at once; whoever takes rows holds one more for its lock, the log one a reader. */
const CONNECTIONS = 24;

/**
 * Starts the engines in order and registers how they stop with the lifecycle. The caller holds the home. Throws the
 * engine's own error with its cure; what was started until then is stopped by the lifecycle.
 */
export const openSystem = async (config: Config, log: Log, lifecycle: Lifecycle, root: string): Promise<System> => {
  const catalogue = loadCatalogue(join(root, 'rules'));
  const deliveries = await readDeliveries(config.home);
  const keys = await openKeys({ home: config.home, secretKey: config.secretKey });
  const startPostgres = async () => {
    if (config.postgresUrl !== null) return config.postgresUrl;
    const embedded = await startEmbeddedPostgres({ home: config.home, log });
    lifecycle.add('postgres-server', embedded.stop);
    return embedded.url;
  };
  const startClickHouse = async () => {
    const clickhouse = await openClickHouse({ url: config.clickhouseUrl, home: config.home, log });
    lifecycle.add('clickhouse', clickhouse.close);
    return clickhouse;
  };
  // Both at once: each takes about half a second of the start.
  const [url, clickhouse] = await Promise.all([startPostgres(), startClickHouse()]);
  const owner = await openPostgres({ url, applicationName: 'yilian-migrate', max: 2, log });
  try {
    await migratePostgres({ pool: owner.pool, folder: join(root, 'migrations/postgres'), log });
    await migrateClickHouse({ pool: owner.pool, clickhouse, folder: join(root, 'migrations/clickhouse'), log });
  } finally {
    await owner.close();
  }
  const postgres = await openPostgres({ url, applicationName: 'yilian', role: APP_ROLE, max: CONNECTIONS, log });
  lifecycle.add('postgres', postgres.close);
  const cipher = createCipher(keys);
  const vaultKeys = { encryption: keys.archive, lookup: keys.lookup };
  const folder = join(config.home, 'archive');
  let bus: Promise<Bus> | null = null;
  const openTheBus = (): Promise<Bus> => {
    const { kafkaBrokers, kafkaSessionMs } = config;
    bus ??= openBus({ kafkaBrokers, pool: postgres.pool, log, tuning: { kafkaSessionMs } }).then(
      (opened) => {
        lifecycle.add('bus', () => opened.close());
        return opened;
      },
      (error: unknown) => {
        // Brokers that were away once must not stay away for the life of the process.
        bus = null;
        throw error;
      },
    );
    return bus;
  };
  return {
    root,
    config,
    log,
    postgres,
    clickhouse,
    cipher,
    archive: createArchive(folder, createCipher(vaultKeys)),
    startReader: () => startReaderThread({ folder, keys: vaultKeys }),
    catalogue,
    deliveries,
    register: createRegister({ postgres, cipher, model: () => readModel(modelFile(root)) }),
    bus: openTheBus,
    now: () => new Date(),
  };
};
