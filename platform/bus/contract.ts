import type pg from 'pg';
import type { Tx } from '../postgres.ts';

export type MessageHeaders = Readonly<Record<string, string>>;

export type Message = {
  /** Letters, digits, dot, dash and underscore (the names Kafka takes). The first call that names a topic creates it. */
  topic: string;
  /** Messages of one key land in one partition and stay in order. Null: any partition, no order. */
  key: string | null;
  value: Buffer;
  headers?: MessageHeaders;
};

export type DeliveredMessage = {
  /** Place in the partition; grows, and says nothing across partitions. On Kafka there can be gaps. */
  offset: number;
  key: string | null;
  value: Buffer;
  headers: MessageHeaders;
  /** When the log took it in, by the log's clock: a redelivered message says the same time again. */
  receivedAt: Date;
};

export type Batch = {
  topic: string;
  partition: number;
  /** At least one, in order of offset. Where one batch ends is different after every redelivery. */
  messages: readonly DeliveredMessage[];
  /**
   * Whether this worker still owns the partition; a handler that works for long asks between its steps. The bus keeps
   * the partition alive by itself for as long as the process lives, so a slow handler loses nothing by not asking.
   *
   * @throws PartitionLostError when another worker may have the batch by now: stop, its effects would come twice
   */
  heartbeat(): Promise<void>;
  /**
   * Embedded log: the transaction that also moves the offset, so effects written through it happen exactly once. The bus
   * begins and ends it; the handler does neither, and awaits every statement before it returns. Null on Kafka, where the
   * handler opens its own and must be able to bear a batch twice.
   */
  tx: Tx | null;
};

export type Subscription = {
  /** Workers of one group share the partitions; every group sees every message. A new group begins at the oldest. */
  group: string;
  topics: readonly string[];
  /** Messages in a batch at most, 500 unless told. A batch also ends near 8 MB. */
  batchLimit?: number;
  /**
   * Kafka: of how many partitions batches may be in hand at once, 1 unless told; of one partition it is always one. For a
   * handler that takes together what several partitions bring. The embedded log hands out one batch at a time.
   */
  partitionsAtOnce?: number;
  /**
   * The offset moves when this returns. When it throws, the offset stays and the same messages come again after a
   * growing pause, while the other partitions go on.
   */
  handle(batch: Batch): Promise<void>;
};

export type PartitionLag = {
  topic: string;
  partition: number;
  /** The offset the group reads next: everything below it is done. */
  committed: number;
  /** The offset that the next message will get. A group whose `committed` reached this has passed all there was. */
  end: number;
  /** `end` - `committed`. */
  lag: number;
};

type CommonCalls = {
  /**
   * One worker of a group: one batch at a time, whatever the number of partitions, unless `partitionsAtOnce` allows
   * more. Resolves when the worker has joined its group; from then on it mends a lost connection by itself until `close`.
   *
   * @throws whatever kept it from joining (no server, no right); nothing stays behind then
   */
  subscribe(subscription: Subscription): Promise<void>;
  /** Every partition of the topics, in order of topic and partition. A group that never read counts as at the oldest. */
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  /** Ends the running batches, their commits included, then lets go of everything. A second call waits for the first. */
  close(): Promise<void>;
};

export type EmbeddedBus = CommonCalls & {
  engine: 'embedded';
  /**
   * All or nothing. Resolves when the messages are durable, or, with `tx`, when they will be as soon as that transaction
   * commits.
   *
   * @param options.tx publish inside this transaction (read committed). It holds back other publishers to the same
   * partitions until it ends, so publish last; two such transactions that publish twice in a different order can
   * deadlock, which PostgreSQL resolves with 40P01. Embedded log only: Kafka cannot join a transaction of PostgreSQL.
   * @throws MessageRefusedError before anything is written
   */
  publish(messages: readonly Message[], options?: { tx?: pg.PoolClient }): Promise<void>;
};

export type KafkaBus = CommonCalls & {
  engine: 'kafka';
  /**
   * Resolves when all in-sync replicas have the messages. After an error a first part of them may have been published;
   * publishing them all again is right, because consumers bear duplicates.
   *
   * @throws MessageRefusedError before anything is sent
   */
  publish(messages: readonly Message[]): Promise<void>;
};

/** At-least-once, in order within a partition. Narrow on `engine` where a transaction has to be shared. */
export type Bus = EmbeddedBus | KafkaBus;

/** A message that neither engine would carry: a name Kafka refuses, or too many bytes. Trying again does not help. */
export class MessageRefusedError extends Error {
  override readonly name = 'MessageRefusedError';
}

/** The partition has, or may have, another worker by now. The batch comes again there. */
export class PartitionLostError extends Error {
  override readonly name = 'PartitionLostError';
}

export class BusClosedError extends Error {
  override readonly name = 'BusClosedError';
  constructor() {
    super('the bus is closed');
  }
}
