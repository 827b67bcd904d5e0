/** Touches the world: feed files of the archive, read, split and judged in a thread of their own. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Keys } from '../platform/crypto.ts';
import type { Archive } from './archive.ts';
import type { ReceiptLimits } from './column.ts';
import type { RowPosition } from './contract.ts';
import type { Feed } from './feed.ts';
import { feeds } from './feeds/index.ts';
import { judgeMessages, unframeMessages } from './messages.ts';
import { type PackedBatch, type PackedRows, unpackRows } from './pack-rows.ts';
import { type FeedFile, type JudgedRows, type RowBatch, readFeed } from './read-feed.ts';
import type { UnknownColumns } from './rows.ts';

/** Where the archive lies, and what opens it. */
export interface ArchivePlace {
  readonly folder: string;
  readonly keys: Pick<Keys, 'encryption' | 'lookup'>;
}

/** A file of the archive and how it is to be read. */
export interface ReadRequest extends Omit<FeedFile, 'feed' | 'open'> {
  /** Name of the feed. */
  readonly feed: string;
  readonly sha256: Buffer;
  readonly packed: boolean;
  readonly from: RowPosition;
  readonly limits: ReceiptLimits;
  readonly batchRows: number;
}

/** Messages of a feed's topic as they lie in the archive (`frameMessages`), to be judged. */
export interface JudgeRequest {
  /** Name of the feed. */
  readonly feed: string;
  readonly framed: Buffer;
  readonly limits: ReceiptLimits;
}

/** What the thread answers to a `JudgeRequest`. */
export type JudgeAnswer =
  | { readonly type: 'rows'; readonly rows: PackedRows }
  | { readonly type: 'failed'; readonly error: unknown };

/** What the thread answers. `bytes` were read from the archive since its last answer. */
export type ReadAnswer =
  | { readonly type: 'batch'; readonly packed: PackedBatch; readonly bytes: number }
  | { readonly type: 'end'; readonly unknown: UnknownColumns; readonly bytes: number }
  | { readonly type: 'failed'; readonly error: unknown };

export interface ReaderThread {
  /**
   * The rows of a file as `readFeed` gives them; the next batches are read while somebody works on one. Throws what reading
   * throws, after the batches before it. One file at a time.
   */
  read(
    request: ReadRequest,
    heard: { unknown: UnknownColumns; bytes: (count: number) => void },
  ): AsyncGenerator<RowBatch, void>;
  /** Rows of messages as `judgeMessages` gives them. */
  judge(request: JudgeRequest): Promise<JudgedRows>;
  close(): Promise<void>;
}

/** Batches that the thread has ready beside the one it is reading, ahead of whoever works on them; they bound its memory. */
export const READ_AHEAD = 1;

/** What is read dies at once: the larger the nursery, the less of it is copied before it does (decision 26). */
const YOUNG_MEGABYTES = 64;

/** The compiled entry: a thread loads files from disk, not what a test has transformed. */
const ENTRY = new URL('./reader-thread-entry.js', import.meta.url);

/**
 * Starts the thread. Parsing and judging take two thirds of what a record costs, so beside the one that matches and
 * stores it nearly doubles what a load takes in a second.
 */
export const startReaderThread = (place: ArchivePlace): ReaderThread => {
  const worker = new Worker(ENTRY, {
    workerData: place,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  let broken: Error | null = null;
  const whenBroken = new Set<(error: Error) => void>();
  const breakWith = (error: Error): void => {
    broken ??= error;
    for (const tell of whenBroken) tell(broken);
  };
  worker.on('error', (error) => breakWith(new Error('the thread that reads files failed', { cause: error })));
  worker.on('exit', (code) => breakWith(new Error(`the thread that reads files ended (${code})`)));
  return {
    async *read(request, heard) {
      const { port1: port, port2 } = new MessageChannel();
      const answers: ReadAnswer[] = [];
      let wake: () => void = () => undefined;
      port.on('message', (answer: ReadAnswer) => {
        answers.push(answer);
        wake();
      });
      const fail = (error: Error): void => {
        answers.push({ type: 'failed', error });
        wake();
      };
      whenBroken.add(fail);
      try {
        if (broken !== null) throw broken;
        worker.postMessage({ request, port: port2 }, [port2]);
        for (;;) {
          const answer = answers.shift();
          if (answer === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          if (answer.type === 'failed') throw answer.error;
          heard.bytes(answer.bytes);
          if (answer.type === 'end') {
            for (const [name, count] of answer.unknown) {
              heard.unknown.set(name, (heard.unknown.get(name) ?? 0) + count);
            }
            return;
          }
          port.postMessage('more');
          yield { rows: unpackRows(answer.packed.rows), next: answer.packed.next };
        }
      } finally {
        whenBroken.delete(fail);
        port.close();
      }
    },
    async judge(request) {
      const { port1: port, port2 } = new MessageChannel();
      let fail: (error: Error) => void = () => undefined;
      try {
        const answer = await new Promise<JudgeAnswer>((resolve, reject) => {
          fail = reject;
          whenBroken.add(fail);
          if (broken !== null) throw broken;
          port.on('message', resolve);
          worker.postMessage({ judge: request, port: port2 }, [port2]);
        });
        if (answer.type === 'failed') throw answer.error;
        return unpackRows(answer.rows);
      } finally {
        whenBroken.delete(fail);
        port.close();
      }
    },
    async close() {
      await worker.terminate();
    },
  };
};

/** The same in the calling thread: for what is so little that a thread's start would cost more. */
export const readHere = (archive: Archive): Omit<ReaderThread, 'close'> => ({
  judge: async ({ feed, framed, limits }) =>
    judgeMessages(feeds.get(feed) as Feed, unframeMessages(framed), limits, new Map()),
  read: async function* (request, { unknown }) {
    const file = {
      ...request,
      feed: feeds.get(request.feed) as Feed,
      open: archive.read(request.sha256, request.packed),
    };
    yield* readFeed(file, { ...request, unknown });
  },
});
