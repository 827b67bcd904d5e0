/** Touches the world: `yilian load DIR`, an exchange directory through the whole pipeline. */
import type { OpenedCounts } from '../alerts/index.ts';
import {
  type Feed,
  type FeedMapping,
  quarantine,
  type ReaderThread,
  registerFile,
  type UnknownColumns,
} from '../ingest/index.ts';
import {
  countOutcomes,
  createPersonIndex,
  createSeenKeys,
  everyKey,
  hasVersions,
  matchOutcomes,
  type PersonIndex,
  readDegree,
  type SeenKeys,
  statedByIdNumber,
  trustedIdNumber,
} from '../matchers/index.ts';
import { formatDay, shanghaiDay, startOfShanghaiDay } from '../platform/calendar.ts';
import {
  importRegistry,
  markPersonsDirty,
  readAuthorisedPersons,
  refreshMirror,
  streamMatchablePersons,
} from '../registry/index.ts';
import { type ExchangeDirectory, type FeedSource, readExchangeDirectory } from './exchange-directory.ts';
import { type LoadCounts, sumCounts } from './load-counts.ts';
import { checkHeaders } from './load-headers.ts';
import { beginFile, beginLoad, type Load, noteJudged, noteProgress, noteRegistry, noteTaken } from './load-store.ts';
import { readMappings } from './mappings.ts';
import { processBatch } from './pipeline.ts';
import type { Progress } from './progress.ts';
import { relinkWaiting } from './relink.ts';
import { sweep } from './sweep.ts';
import type { System } from './system.ts';
import { dropOldWaiting } from './unregistered.ts';

export interface LoadResult extends LoadCounts, OpenedCounts {
  readonly matches: Record<string, number>;
  readonly as_of: string;
  readonly seconds: number;
}

export interface LoadOptions {
  /** Day number, or null for today in Asia/Shanghai. */
  readonly asOf: number | null;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** What an interrupted load is found again by; default the directory's path. */
  readonly name?: string;
}

/**
 * Takes a directory: registry, feeds, matching, facts, rules, warnings, cases. What was interrupted goes on where it
 * stood, also after a kill, and ends with the counts of the whole. Throws DirectoryProblem before anything is taken when
 * the directory as a whole can't be.
 */
export const loadDirectory = async (system: System, given: string, options: LoadOptions): Promise<LoadResult> => {
  const started = performance.now();
  const directory = await readExchangeDirectory(given);
  for (const notice of directory.notices) options.progress.note(notice);
  const now = system.now();
  const asOf = options.asOf ?? shanghaiDay(now);
  // With a day given, the load is a replay: received on that day, whenever it runs.
  const receivedAt = options.asOf === null ? now : startOfShanghaiDay(asOf);
  const limits = { latestDay: options.asOf === null ? asOf + 1 : asOf, receiptDay: asOf };
  const mappings = await readMappings(directory, system.config.home);
  await checkHeaders(directory, mappings);
  const load = await beginLoad(system.postgres, {
    directory: options.name ?? directory.path,
    asOf,
    receivedAt,
    latestDay: limits.latestDay,
    startedAt: now,
  });
  if (load.resumed) options.progress.note(`going on with load ${load.loadNo} where it was interrupted`);
  if (load.state === 'taking') {
    await takeRegistry(system, directory, load, asOf, limits, options.progress);
    await takeFeeds(system, directory, mappings, load, limits, asOf, options);
    await noteTaken(system.postgres, load.loadNo);
  }
  options.progress.phase('rules', 0);
  const outcomes = await countOutcomes(system.clickhouse, load.loadNo);
  const matches = Object.fromEntries(matchOutcomes.map((outcome) => [outcome, outcomes.get(outcome) ?? 0]));
  const result = (counts: OpenedCounts): LoadResult => ({
    ...load.counts,
    matches,
    ...counts,
    as_of: formatDay(asOf),
    seconds: Math.round((performance.now() - started) / 10) / 100,
  });
  const counts = await sweep(system, {
    asOf,
    at: load.receivedAt,
    scope: 'all',
    signal: options.signal,
    afterwards: (tx, opened) => noteJudged(tx, load.loadNo, result(opened), system.now()),
  });
  options.progress.end();
  const { records, rejected_by_reason, completions } = load.counts;
  const { findings, warnings, duties, cases } = counts;
  return {
    records,
    rejected_by_reason,
    completions,
    matches,
    findings,
    warnings,
    duties,
    cases,
    as_of: formatDay(asOf),
    seconds: result(counts).seconds,
  };
};

/** Takes the five registry files in one transaction. */
const takeRegistry = async (
  system: System,
  directory: ExchangeDirectory,
  load: Load,
  asOf: number,
  limits: { latestDay: number; receiptDay: number },
  progress: Progress,
): Promise<void> => {
  if (load.registryRevision !== null) return;
  progress.phase(
    'registry',
    directory.registry.reduce((sum, { size }) => sum + size, 0),
  );
  const sources = new Map();
  const files = new Map<string, number>();
  for (const { file, path } of directory.registry) {
    const archived = await system.archive.receive(path);
    const { fileNo } = await registerFile(system.postgres, {
      feed: 'registry',
      name: file.name,
      archived,
      receivedAt: load.receivedAt,
    });
    files.set(file.name, fileNo);
    sources.set(file, {
      encoding: archived.encoding,
      open: progress.counted(system.archive.read(archived.sha256, false)),
    });
  }
  const refused: Parameters<typeof quarantine>[1][number][] = [];
  await system.postgres.transaction(
    async (tx) => {
      const { revision } = await importRegistry(tx, sources, {
        asOf,
        recordedAt: load.receivedAt,
        limits: { ...limits, latestDay: Number.MAX_SAFE_INTEGER },
        identity: { trusted: trustedIdNumber, stated: statedByIdNumber, certificate: readDegree },
        sealing: system.cipher,
        refuse: async (file, rows) => {
          for (const row of rows) {
            refused.push({
              feed: 'registry',
              fileNo: files.get(file.name) as number,
              position: row.at.line,
              rejection: row.rejection,
              receivedAt: load.receivedAt,
              rawSealed: system.cipher.seal(row.raw),
              rawLength: row.raw.length,
            });
          }
        },
        progress: (_, rows) => progress.rows(rows),
      });
      await quarantine(tx, refused);
      await noteRegistry(tx, load.loadNo, revision);
    },
    { scope: '*' },
  );
};

/** The matcher's index of everybody registered; id numbers are opened in memory only. */
export const buildPersonIndex = async (system: System): Promise<PersonIndex> => {
  const index = createPersonIndex(1024);
  await streamMatchablePersons(system.postgres, (rows) => {
    for (const row of rows) index.add(row.person_no, system.cipher.open(row.id_sealed).toString('utf8'), row.name);
  });
  return index;
};

const takeFeeds = async (
  system: System,
  directory: ExchangeDirectory,
  mappings: ReadonlyMap<string, FeedMapping>,
  load: Load,
  limits: { latestDay: number; receiptDay: number },
  asOf: number,
  options: LoadOptions,
): Promise<void> => {
  const { postgres } = system;
  await refreshMirror(postgres, system.clickhouse);
  const persons = await buildPersonIndex(system);
  await relinkWaiting(system, persons, asOf);
  await dropOldWaiting(system, asOf);
  const authorised = await readAuthorisedPersons(postgres, formatDay(asOf));
  options.progress.phase(
    'records',
    directory.feeds.reduce((sum, { size }) => sum + size, 0),
  );
  const unknown: UnknownColumns = new Map();
  const marked = new Set<number>();
  const seen = new Map<string, SeenKeys>();
  const reader = system.startReader();
  try {
    for (const [ordinal, source] of directory.feeds.entries()) {
      const mapping = mappings.get(source.feed.name) ?? null;
      const context = { mapping, limits, persons, authorised, unknown, marked, seen, reader };
      await takeFile(system, source, ordinal, load, context, options);
    }
  } finally {
    await reader.close();
  }
  for (const [header, n] of unknown) options.progress.note(`unknown column ${header}: kept out (${n})`);
};

/** One filter a feed and run; a feed that was taken from before is looked up for every record. */
const seenKeysOf = async (system: System, feed: string, seen: Map<string, SeenKeys>): Promise<SeenKeys> => {
  const known = seen.get(feed) ?? ((await hasVersions(system.clickhouse, feed)) ? everyKey : createSeenKeys());
  seen.set(feed, known);
  return known;
};

interface FeedContext {
  readonly mapping: FeedMapping | null;
  readonly limits: { latestDay: number; receiptDay: number };
  readonly persons: PersonIndex;
  readonly authorised: Uint8Array;
  readonly unknown: UnknownColumns;
  readonly reader: ReaderThread;
  /** By feed, the keys that may be stored: of a feed that had none when this run began only those of this run. */
  readonly seen: Map<string, SeenKeys>;
  /** Persons whose households this run has marked dirty already. */
  readonly marked: Set<number>;
}

const takeFile = async (
  system: System,
  source: FeedSource,
  ordinal: number,
  load: Load,
  context: FeedContext,
  options: LoadOptions,
): Promise<void> => {
  const { postgres, archive } = system;
  const feed: Feed = source.feed;
  const archived = await archive.receive(source.path);
  const { fileNo, receivedAt } = await registerFile(postgres, {
    feed: feed.name,
    name: source.name,
    archived,
    receivedAt: load.receivedAt,
  });
  const progress = await beginFile(postgres, load.loadNo, fileNo, ordinal, context.mapping);
  if (progress.done) return;
  const deps = {
    clickhouse: system.clickhouse,
    cipher: system.cipher,
    persons: context.persons,
    authorised: (personNo: number) => context.authorised[personNo] === 1,
    countsMonths: !progress.repeated,
    seen: await seenKeysOf(system, feed.name, context.seen),
    markDirty: async (tx: Parameters<typeof markPersonsDirty>[0], touched: ReadonlySet<number>) => {
      const fresh = [...touched].filter((personNo) => !context.marked.has(personNo));
      await markPersonsDirty(tx, fresh);
      for (const personNo of fresh) context.marked.add(personNo);
    },
  };
  const at = { loadNo: load.loadNo, fileNo };
  let last = { offset: progress.position, line: progress.line };
  const from = { line: progress.line, offset: progress.position };
  const { form, packed, declarations } = source;
  const { sha256, encoding } = archived;
  const file = { feed: feed.name, sha256, packed, form, declarations, encoding, mapping: progress.mapping };
  const request = { ...file, from, limits: context.limits, batchRows: system.config.batchRows };
  const heard = { unknown: context.unknown, bytes: options.progress.bytes };
  for await (const batch of context.reader.read(request, heard)) {
    options.signal.throwIfAborted();
    await processBatch(
      {
        ...deps,
        commit: async (work, counts, { next }) => {
          const sum = sumCounts(load.counts, counts);
          await postgres.transaction(
            async (tx) => {
              await work(tx);
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
    options.progress.rows(batch.rows.length);
  }
  await postgres.transaction(
    (tx) => noteProgress(tx, { ...at, position: last.offset, line: last.line, done: true }, load.counts),
    { scope: '*' },
  );
};
