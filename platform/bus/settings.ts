import type { Log } from '../log.ts';

export type BusSettings = {
  /** Partitions of a topic that does not exist yet; fixed from then on, because another number would move keys. */
  partitionsOf(topic: string): number;
  /** Embedded: how long a lost notification, or a partition that became free, can go unnoticed. */
  pollMs: number;
  /** Pause after a failure: `firstMs`, then twice as long each time, up to `mostMs`. */
  backOff: { firstMs: number; mostMs: number };
  /** Embedded: messages that every group has read are dropped after this many days; null keeps them all. */
  keepDays: number | null;
  /** Kafka: how long the broker waits for a silent worker before it gives its partitions to others. */
  kafkaSessionMs: number;
  log: Log;
};

export const DEFAULT_PARTITIONS = 4;

export const defaultSettings = {
  pollMs: 1000,
  backOff: { firstMs: 200, mostMs: 30_000 },
  keepDays: 30,
  kafkaSessionMs: 30_000,
} as const;

/** Half fixed, half random, so that many workers which failed together do not come back together. */
export function backOffMs(failures: number, { firstMs, mostMs }: BusSettings['backOff']): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return full / 2 + (Math.random() * full) / 2;
}
