/** Touches the world: the thread that reads files of the archive (reader-thread.ts). */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createCipher } from '../platform/crypto.ts';
import { createArchive } from './archive.ts';
import type { RowPosition } from './contract.ts';
import type { Feed } from './feed.ts';
import { feeds } from './feeds/index.ts';
import { judgeMessages, unframeMessages } from './messages.ts';
import { createRowPacker, transferable } from './pack-rows.ts';
import { isFull, readChunks } from './read-feed.ts';
import {
  type ArchivePlace,
  type JudgeAnswer,
  type JudgeRequest,
  READ_AHEAD,
  type ReadAnswer,
  type ReadRequest,
} from './reader-thread.ts';
import { openReceived, type Received } from './received.ts';
import type { UnknownColumns } from './rows.ts';

// What is sent from one thread to another arrives as plain bytes.
const { folder, keys } = workerData as ArchivePlace;
const archive = createArchive(
  folder,
  createCipher({ encryption: Buffer.from(keys.encryption), lookup: Buffer.from(keys.lookup) }),
);

const serve = async (request: ReadRequest, port: MessagePort): Promise<void> => {
  let room = READ_AHEAD;
  let closed = false;
  let wake: () => void = () => undefined;
  port.on('message', () => {
    room += 1;
    wake();
  });
  port.on('close', () => {
    closed = true;
    wake();
  });
  let bytes = 0;
  const answer = (message: ReadAnswer, transfer: ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
    bytes = 0;
  };
  const unknown: UnknownColumns = new Map();
  let received: Received | null = null;
  try {
    const file = { ...request, feed: feeds.get(request.feed) as Feed, sha256: Buffer.from(request.sha256) };
    received = await openReceived(archive, file, (count) => {
      bytes += count;
    });
    const { open } = received;
    const packer = createRowPacker(request.feed);
    const send = async (next: RowPosition): Promise<void> => {
      while (room === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      room -= 1;
      const packed = { rows: packer.take(), next };
      if (!closed) answer({ type: 'batch', packed, bytes }, transferable(packed.rows));
    };
    let { from: next } = request;
    let begun = next.offset;
    for await (const chunk of readChunks({ ...file, open }, { ...request, unknown })) {
      packer.add(chunk.rows);
      next = chunk.next;
      if (!isFull(packer.count, request.batchRows, next.offset - begun)) continue;
      await send(next);
      if (closed) return;
      begun = next.offset;
    }
    if (packer.count > 0) await send(next);
    answer({ type: 'end', unknown, bytes });
  } catch (error) {
    answer({ type: 'failed', error });
  } finally {
    await received?.close();
  }
};

/** Messages judged at once and packed; each row lives no longer than it takes to pack it. */
const JUDGED_AT_ONCE = 500;

const judge = ({ feed, framed, limits }: JudgeRequest, port: MessagePort): void => {
  const answer = (message: JudgeAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  try {
    const messages = unframeMessages(Buffer.from(framed.buffer, framed.byteOffset, framed.length));
    const packer = createRowPacker(feed);
    for (let at = 0; at < messages.length; at += JUDGED_AT_ONCE) {
      packer.add(judgeMessages(feeds.get(feed) as Feed, messages.slice(at, at + JUDGED_AT_ONCE), limits, new Map()));
    }
    const rows = packer.take();
    answer({ type: 'rows', rows }, transferable(rows));
  } catch (error) {
    answer({ type: 'failed', error });
  }
};

type Request = { readonly port: MessagePort } & ({ readonly request: ReadRequest } | { readonly judge: JudgeRequest });

parentPort?.on('message', (asked: Request) => {
  if ('judge' in asked) judge(asked.judge, asked.port);
  else void serve(asked.request, asked.port);
});
