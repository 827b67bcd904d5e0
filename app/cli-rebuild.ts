import type { Writable } from 'node:stream';
import {
  type Feed,
  type FeedMapping,
  feeds,
  judgeMessages,
  openReceived,
  type ReceiptLimits,
  type RowBatch,
  readFeed,
  type TextEncodingName,
  unframeMessages,
} from '../ingest/index.ts';
import { everyKey, type Judgements, readJudgements, type Whose } from '../matchers/index.ts';
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import { refreshMirror } from '../registry/index.ts';
import { type SystemCommand, UsageError } from './commands.ts';
import { formOf } from './exchange-directory.ts';
import { lockRegister } from './intake-lock.ts';
import { type BatchOrigin, processBatch } from './pipeline.ts';
import { createProgress, type Progress } from './progress.ts';
import { sweep } from './sweep.ts';
import type { System } from './system.ts';
import { dropOldWaiting } from './unregistered.ts';

interface ArchivedFile extends Record<string, unknown> {
  origin: string;
  load_no: number;
  file_no: number;
  feed: string;
  name: string;
  sha256: Buffer;
  size: number;
  encoding: TextEncodingName;
  regions: string[] | null;
  received_at: Date;
  as_of: string;
  latest_day: string;
  /** How far the load came in this file; the rest has not been received yet. */
  position: number;
  done: boolean;
  /** How the load read it. */
  mapping: FeedMapping | null;
}

const TABLES = ['facts', 'fact_versions', 'record_versions', 'waiting_records', 'match_explanations'];

interface Replayed {
  readonly batch: RowBatch;
  readonly messages?: NonNullable<BatchOrigin['messages']>;
}

const limitsOf = (file: ArchivedFile): ReceiptLimits => ({
  latestDay: parseIsoDay(file.latest_day) as number,
  receiptDay: parseIsoDay(file.as_of) as number,
});

/** What a topic brought, in the pieces that it was archived in. */
async function* messagesOf({ archive }: System, file: ArchivedFile, feed: Feed): AsyncGenerator<Replayed> {
  for await (const piece of archive.readStream(file.sha256)) {
    const messages = unframeMessages(piece);
    const times = new Map(messages.map(({ offset, receivedAt }) => [offset, receivedAt]));
    const end = (messages.at(-1)?.offset ?? 0) + 1;
    yield {
      batch: { rows: judgeMessages(feed, messages, limitsOf(file), new Map()), next: { line: end, offset: end } },
      messages: { receivedAt: (offset) => times.get(offset) ?? file.received_at, waitsFor: null },
    };
  }
}

async function* rowsOf(system: System, file: ArchivedFile, feed: Feed, progress: Progress): AsyncGenerator<Replayed> {
  const known = formOf(file.name);
  if (known === null) throw new Error(`archived file ${file.feed}/${file.name} is of no form that this program reads`);
  const { sha256, encoding, mapping, regions } = file;
  const source = { feed, ...known, sha256, encoding, mapping, regions };
  const { open, close } = await openReceived(system.archive, source, progress.bytes);
  const { batchRows } = system.config;
  const from = { line: 1, offset: 0 };
  const options = { from, limits: limitsOf(file), batchRows, unknown: new Map() };
  try {
    for await (const batch of readFeed({ ...source, open }, options)) yield { batch };
  } finally {
    await close();
  }
}

const replay = async (
  system: System,
  file: ArchivedFile,
  whose: Whose,
  judgements: Judgements,
  progress: Progress,
  authorised: Uint8Array,
): Promise<void> => {
  const feed = feeds.get(file.feed);
  if (feed === undefined) throw new Error(`archived file ${file.feed}/${file.name} belongs to no feed of this program`);
  const origin = { loadNo: file.load_no, fileNo: file.file_no, receivedAt: file.received_at };
  const replayed = file.origin === 'topic' ? messagesOf(system, file, feed) : rowsOf(system, file, feed, progress);
  for await (const { batch, ...more } of replayed) {
    const taken = file.done ? batch.rows : [...batch.rows].filter((row) => row.at.offset < file.position);
    await processBatch(
      {
        ...{
          clickhouse: system.clickhouse,
          cipher: system.cipher,
          whose,
          judgements,
          countsMonths: false,
          seen: everyKey,
        },
        authorised: (personNo) => authorised[personNo] === 1,
        // Quarantine, completeness and counts lie in PostgreSQL and stand; only ClickHouse is made anew.
        commit: async () => undefined,
        markDirty: async () => undefined,
      },
      feed,
      { rows: taken, next: batch.next },
      { ...origin, ...more },
    );
    progress.rows(taken.length);
    if (taken.length < batch.rows.length) return;
  }
};

/** Facts and match decisions anew from the archive of received files, in the order they were taken. */
export const rebuildFacts = async (
  system: System,
  stderr: Writable,
  signal: AbortSignal,
): Promise<{ files: number }> => {
  // Nobody takes rows meanwhile: they would be compared with histories that are not there yet.
  const release = await lockRegister(system.postgres, signal);
  try {
    return await rebuildLocked(system, stderr, signal);
  } finally {
    release();
  }
};

const rebuildLocked = async (system: System, stderr: Writable, signal: AbortSignal): Promise<{ files: number }> => {
  const { postgres, clickhouse } = system;
  const files = await postgres.query<ArchivedFile>(
    `select l.load_no, f.file_no, f.feed, f.name, f.sha256, f.size, f.encoding, f.regions, l.origin, f.received_at, l.as_of, l.latest_day,
       lf.position, lf.done, lf.mapping
     from load_files lf join loads l using (load_no) join received_files f using (file_no)
     order by lf.taken_no`,
  );
  // Until the mark is gone sweeps refuse to run: a crash in the middle leaves no half-truth, only work to repeat.
  await postgres.query("insert into maintenance (task, begun_at) values ('rebuild-facts', $1) on conflict do nothing", [
    system.now(),
  ]);
  for (const table of TABLES) await clickhouse.command('write', `TRUNCATE TABLE ${table}`);
  await refreshMirror(postgres, clickhouse);
  const register = await system.register.current();
  const judgements = await readJudgements(postgres, system.cipher);
  const progress = createProgress(stderr);
  progress.phase(
    'rebuilding',
    files.reduce((sum, file) => sum + file.size, 0),
  );
  for (const file of files) {
    signal.throwIfAborted();
    const authorised = await register.authorisedOn(parseIsoDay(file.as_of) as number);
    await replay(system, file, register.whose, judgements, progress, authorised);
  }
  progress.end();
  await postgres.query("delete from maintenance where task = 'rebuild-facts'");
  return { files: files.length };
};

/** `yilian rebuild facts`. Evaluates the day of the newest load again at the end. */
export const rebuildCommand: SystemCommand = async (system, { argv, stdout, stderr, signal }) => {
  if (argv.length !== 1 || argv[0] !== 'facts') throw new UsageError('yilian rebuild facts');
  const { files } = await rebuildFacts(system, stderr, signal);
  const [newest] = await system.postgres.query<{ as_of: string; received_at: Date }>(
    'select as_of, received_at from loads order by as_of desc, load_no desc limit 1',
  );
  if (newest !== undefined) {
    const asOf = parseIsoDay(newest.as_of) as number;
    await dropOldWaiting(system, asOf);
    await sweep(system, { asOf, at: newest.received_at, scope: 'all', signal });
    stdout.write(`facts rebuilt from ${files} files, rules evaluated as of ${formatDay(asOf)}\n`);
  } else stdout.write('nothing was ever loaded: there is nothing to rebuild\n');
  return 0;
};
