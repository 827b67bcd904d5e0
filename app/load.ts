/** Touches the world: `yilian load DIR`, an exchange directory through the whole pipeline. */
import type { OpenedCounts } from '../alerts/index.ts';
import {
  type FeedMapping,
  quarantine,
  type ReceiptLimits,
  registerFile,
  type UnknownColumns,
} from '../ingest/index.ts';
import { countOutcomes, matchOutcomes, readDegree, statedByIdNumber, trustedIdNumber } from '../matchers/index.ts';
import { formatDay, shanghaiDay, startOfShanghaiDay } from '../platform/calendar.ts';
import { importRegistry, refreshMirror } from '../registry/index.ts';
import { scanDuplicates } from './duplicates.ts';
import { type ExchangeDirectory, readExchangeDirectory } from './exchange-directory.ts';
import { lockRegister } from './intake-lock.ts';
import type { LoadCounts } from './load-counts.ts';
import { checkHeaders } from './load-headers.ts';
import { beginLoad, type Load, noteJudged, noteRegistry, noteTaken } from './load-store.ts';
import { readMappings } from './mappings.ts';
import type { Progress } from './progress.ts';
import { relinkWaiting } from './relink.ts';
import { sweep } from './sweep.ts';
import type { System } from './system.ts';
import { receiveFile, takeFile } from './take-file.ts';
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
    const release = await lockRegister(system.postgres, options.signal);
    try {
      await takeRegistry(system, directory, load, asOf, limits, options.progress);
      await refreshMirror(system.postgres, system.clickhouse);
      await relinkWaiting(system, (await system.register.current()).whose, asOf);
      await dropOldWaiting(system, asOf);
    } finally {
      release();
    }
    await takeFeeds(system, directory, mappings, load, limits, options);
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
  // After the warnings: nobody in need waits for it, and no lock is held.
  const { found } = await scanDuplicates(system, { asOf, progress: options.progress, signal: options.signal });
  options.progress.end();
  if (found > 0) options.progress.note(`${found} pairs of registered persons may be one person: see 疑似重复人员`);
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
  limits: ReceiptLimits,
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

const takeFeeds = async (
  system: System,
  directory: ExchangeDirectory,
  mappings: ReadonlyMap<string, FeedMapping>,
  load: Load,
  limits: ReceiptLimits,
  options: LoadOptions,
): Promise<void> => {
  options.progress.phase(
    'records',
    directory.feeds.reduce((sum, { size }) => sum + size, 0),
  );
  const unknown: UnknownColumns = new Map();
  const reader = system.startReader();
  const { progress, signal } = options;
  const run = { limits, reader, unknown, seen: new Map(), marked: new Set<number>(), progress, signal };
  try {
    for (const [ordinal, source] of directory.feeds.entries()) {
      const mapping = mappings.get(source.feed.name) ?? null;
      await takeFile(system, await receiveFile(system, source, load.receivedAt, mapping), ordinal, load, run);
    }
  } finally {
    await reader.close();
  }
  for (const [header, n] of unknown) options.progress.note(`unknown column ${header}: kept out (${n})`);
};
