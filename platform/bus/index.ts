import type pg from 'pg';
import type { Log } from '../log.ts';
import type { Bus } from './contract.ts';
import { createEmbeddedLog } from './embedded-log.ts';
import { type BusSettings, DEFAULT_PARTITIONS, defaultSettings } from './settings.ts';

export * from './contract.ts';

/**
 * The message log of this installation: Kafka when brokers are named, else the durable log in PostgreSQL (tables
 * `bus_*`). Close it before the pool: every embedded subscription holds one of the pool's connections for as long as it
 * lives, because its partition locks live on that connection. The pool must reach PostgreSQL itself, not a pooler that
 * hands a session to another client between transactions.
 *
 * @param partitions of topics that do not exist yet, by topic; 4 where none is given
 * @param tuning tests shorten the waits with it
 * @throws when the brokers cannot be reached
 */
export async function openBus({
  kafkaBrokers,
  pool,
  log,
  partitions = {},
  tuning = {},
}: {
  kafkaBrokers: string[] | null;
  pool: pg.Pool;
  log: Log;
  partitions?: Readonly<Record<string, number>>;
  tuning?: Partial<Omit<BusSettings, 'partitionsOf' | 'log'>>;
}): Promise<Bus> {
  const settings: BusSettings = {
    ...defaultSettings,
    ...tuning,
    partitionsOf: (topic) => partitions[topic] ?? DEFAULT_PARTITIONS,
    log,
  };
  if (kafkaBrokers === null) return createEmbeddedLog({ pool, settings });
  // Loaded only where it is used: an installation without Kafka starts faster.
  const { openKafka } = await import('./kafka.ts');
  return openKafka({ brokers: kafkaBrokers, settings });
}
