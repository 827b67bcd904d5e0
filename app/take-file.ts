/** Touches the world: one received file from the archive through the reader thread and the pipeline, with its progress. */
import {
  type Archived,
  type Feed,
  type FeedMapping,
  type ReaderThread,
  type ReceiptLimits,
  registerFile,
  type UnknownColumns,
} from '../ingest/index.ts';
import { createSeenKeys, everyKey, hasVersions, readJudgements, type SeenKeys } from '../matchers/index.ts';
import type { Tx } from '../platform/postgres.ts';
import { markPersonsDirty } from '../registry/index.ts';
import type { FeedSource } from './exchange-directory.ts';
import { lockFeed } from './intake-lock.ts';
import { sumCounts } from './load-counts.ts';
import { beginFile, isTakenByOthers, type Load, noteProgress, wantFullSweep } from './load-store.ts';
import { type PipelineDeps, processBatch } from './pipeline.ts';
import type { Progress } from './progress.ts';
import type { System } from './system.ts';

/** A file that lies in the archive and is known by its number. */
export interface ReceivedFile extends Pick<FeedSource, 'form' | 'packed' | 'declarations'> {
  readonly feed: Feed;
  readonly archived: Archived;
  readonly fileNo: number;
  readonly receivedAt: Date;
  /** Region prefixes that its sender may speak about; null where that is not limited. */
  readonly regions: readonly string[] | null;
  /** What its sender calls differently; null where nothing. */
  readonly mapping: FeedMapping | null;
}

/** What the files that are taken in one go share. */
export interface TakeRun {
  readonly limits: ReceiptLimits;
  readonly reader: Pick<ReaderThread, 'read'>;
  readonly unknown: UnknownColumns;
  /** By feed, the keys that may be stored: of a feed that had none when this run began only those of this run. */
  readonly seen: Map<string, SeenKeys>;
  /** Persons whose households this run has marked dirty already; null where sweeps answer marks meanwhile. */
  readonly marked: Set<number> | null;
  readonly progress: Pick<Progress, 'bytes' | 'rows'>;
  readonly signal: AbortSignal;
  /** Told what became of each record, in the transaction of its batch. */
  readonly settle?: NonNullable<PipelineDeps['settle']>;
}

/** Copies a feed's file into the archive and gives it its number. */
export const receiveFile = async (
  system: System,
  source: FeedSource,
  receivedAt: Date,
  mapping: FeedMapping | null,
): Promise<ReceivedFile> => {
  const { feed, name, form, packed, declarations } = source;
  const archived = await system.archive.receive(source.path);
  const registered = await registerFile(system.postgres, { feed: feed.name, name, archived, receivedAt });
  return { feed, form, packed, declarations, archived, regions: null, mapping, ...registered };
};

/** One filter a feed and run; a feed that was taken from before, or by somebody else meanwhile, is looked up for every record. */
const seenKeysOf = async (system: System, feed: string, load: Load, seen: TakeRun['seen']): Promise<SeenKeys> => {
  const known = seen.get(feed);
  const all =
    known === undefined
      ? await hasVersions(system.clickhouse, feed)
      : known !== everyKey && (await isTakenByOthers(system.postgres, feed, load.loadNo));
  const keys = all ? everyKey : (known ?? createSeenKeys());
  seen.set(feed, keys);
  return keys;
};

/** Takes a file of a load to its end, from where an interruption left it. `ordinal`: its place in the order of receipt. */
export const takeFile = async (
  system: System,
  file: ReceivedFile,
  ordinal: number,
  load: Load,
  run: TakeRun,
): Promise<void> => {
  const release = await lockFeed(system.postgres, file.feed.name, 'alone', { signal: run.signal });
  if (release === null) throw new Error('a wait without an end has ended');
  try {
    await takeHeldFile(system, file, ordinal, load, run);
  } finally {
    release();
  }
};

/** `takeFile` for whoever holds the right to take rows of the feed alone (intake-lock.ts). */
export const takeHeldFile = async (
  system: System,
  file: ReceivedFile,
  ordinal: number,
  load: Load,
  run: TakeRun,
): Promise<void> => {
  const { postgres } = system;
  const { feed, fileNo, receivedAt, form, packed, declarations, regions } = file;
  const progress = await beginFile(postgres, load.loadNo, fileNo, ordinal, file.mapping);
  if (progress.done) return;
  const register = await system.register.current();
  const authorised = await register.authorisedOn(run.limits.receiptDay);
  const deps = {
    clickhouse: system.clickhouse,
    cipher: system.cipher,
    whose: register.whose,
    judgements: await readJudgements(postgres, system.cipher),
    authorised: (personNo: number) => authorised[personNo] === 1,
    countsMonths: !progress.repeated,
    ...(run.settle === undefined ? {} : { settle: run.settle }),
    seen: await seenKeysOf(system, feed.name, load, run.seen),
    markDirty: async (tx: Tx, touched: ReadonlySet<number>) => {
      const fresh = [...touched].filter((personNo) => run.marked?.has(personNo) !== true);
      await markPersonsDirty(tx, fresh);
      for (const personNo of fresh) run.marked?.add(personNo);
    },
  };
  const at = { loadNo: load.loadNo, fileNo };
  let last = { offset: progress.position, line: progress.line };
  const from = { line: progress.line, offset: progress.position };
  const { sha256, encoding } = file.archived;
  const place = { feed: feed.name, sha256, packed, form, declarations, encoding, regions, mapping: progress.mapping };
  const request = { ...place, from, limits: run.limits, batchRows: system.config.batchRows };
  const heard = { unknown: run.unknown, bytes: run.progress.bytes };
  for await (const batch of run.reader.read(request, heard)) {
    run.signal.throwIfAborted();
    await processBatch(
      {
        ...deps,
        commit: async (work, counts, { next }) => {
          const sum = sumCounts(load.counts, counts);
          await postgres.transaction(
            async (tx) => {
              await work(tx);
              // A load of a directory judges everything by itself.
              if (run.marked === null && counts.completions > 0) await wantFullSweep(tx);
              await noteProgress(tx, { ...at, position: next.offset, line: next.line, done: false }, sum);
            },
            { scope: '*' },
          );
          load.counts = sum;
        },
      },
      feed,
      batch,
      { ...at, receivedAt },
    );
    last = batch.next;
    run.progress.rows(batch.rows.length);
  }
  await postgres.transaction(
    (tx) => noteProgress(tx, { ...at, position: last.offset, line: last.line, done: true }, load.counts),
    { scope: '*' },
  );
};
