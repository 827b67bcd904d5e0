/**
 * Touches the world: the archive of received files in YILIAN_HOME, each under its SHA-256, encrypted in frames of one
 * MiB so that reading can begin anywhere. It is what facts can be rebuilt from, and the source that a load reads: the
 * sender may move or change the file meanwhile.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import type { TextEncodingName } from './rows.ts';

const FRAME = 1_048_576;

export interface Vault {
  readonly seal: (plain: Buffer) => Buffer;
  readonly open: (sealed: Buffer) => Buffer;
}

export interface Archived {
  readonly sha256: Buffer;
  readonly size: number;
  readonly encoding: TextEncodingName;
}

/**
 * The encoding of a text: that of its first line where it says so (headers must be readable), else of most lines. Lines
 * of plain ASCII say nothing.
 */
const createEncodingVote = () => {
  let carry: Buffer = Buffer.alloc(0);
  let first: TextEncodingName | 'ascii' | null = null;
  let utf8 = 0;
  let other = 0;
  const vote = (whole: Buffer): void => {
    if (first === null) {
      const stop = whole.indexOf(10);
      const line = whole.subarray(0, stop < 0 ? whole.length : stop);
      first = isAscii(line) ? 'ascii' : isUtf8(line) ? 'utf-8' : 'gb18030';
    }
    if (first !== 'ascii') return;
    if (isUtf8(whole)) {
      if (!isAscii(whole)) utf8 += 1;
      return;
    }
    for (let start = 0; start < whole.length; ) {
      const stop = whole.indexOf(10, start);
      const line = whole.subarray(start, stop < 0 ? whole.length : stop);
      if (!isAscii(line)) {
        if (isUtf8(line)) utf8 += 1;
        else other += 1;
      }
      start = stop < 0 ? whole.length : stop + 1;
    }
  };
  return {
    push(chunk: Buffer): void {
      const last = chunk.lastIndexOf(10);
      if (last < 0) {
        if (carry.length < 4 * FRAME) carry = Buffer.concat([carry, chunk]);
        return;
      }
      vote(carry.length === 0 ? chunk.subarray(0, last) : Buffer.concat([carry, chunk.subarray(0, last)]));
      carry = Buffer.from(chunk.subarray(last + 1));
    },
    result(): TextEncodingName {
      vote(carry);
      if (first !== null && first !== 'ascii') return first;
      return other > utf8 ? 'gb18030' : 'utf-8';
    },
  };
};

/** Encoding of a packed text. What is damaged says so to whoever reads the rows; here it only ends the look. */
export const encodingOf = async (text: AsyncIterable<Buffer>): Promise<TextEncodingName> => {
  const vote = createEncodingVote();
  try {
    for await (const chunk of text) vote.push(chunk);
  } catch {
    return vote.result();
  }
  return vote.result();
};

/** Whether a file is gzipped: no text begins with these bytes. */
const isGzip = (head: Buffer): boolean => head.length >= 2 && head.readUInt16BE(0) === 0x1f8b;

const RECEIVING = '.receiving-';
/** A copy that nobody has written to for so long is of a process that was killed. */
const ABANDONED_MS = 3_600_000;

/** Removes copies that were never finished: they hold what a department sent, and nobody would look at them again. */
const removeAbandoned = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(RECEIVING)) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (written !== null && Date.now() - written.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
};

export const createArchive = (folder: string, vault: Vault) => {
  let isTidy = false;
  let received = 0;
  const pathOf = (sha256: Buffer): string => {
    const name = sha256.toString('hex');
    return join(folder, name.slice(0, 2), name);
  };

  /** Copies a file into the archive and tells its checksum and text encoding. A file already there is not written again. */
  const receive = (path: string): Promise<Archived> =>
    store(() => createReadStream(path, { highWaterMark: FRAME }), path);

  /** The same of bytes that come from elsewhere; `what` names them where they can't be kept. */
  const store = async (begin: () => AsyncIterable<Buffer>, what: string): Promise<Archived> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!isTidy) await removeAbandoned(folder);
    isTidy = true;
    received += 1;
    const partial = join(folder, `${RECEIVING}${process.pid}-${Date.now()}-${received}`);
    const hash = createHash('sha256');
    const vote = createEncodingVote();
    let packed = false;
    let size = 0;
    const out = await open(partial, 'w', 0o600);
    try {
      let frame: Buffer[] = [];
      let filled = 0;
      // While one frame is written the next is read, hashed and sealed.
      let written: Promise<void> = Promise.resolve();
      const flush = async (): Promise<void> => {
        const sealed = vault.seal(Buffer.concat(frame));
        const length = Buffer.alloc(4);
        length.writeUInt32BE(sealed.length);
        // write() alone may stop in the middle on a full disk and say nothing.
        await written;
        written = out.appendFile(Buffer.concat([length, sealed]));
        // What it says is heard before the next one is written.
        written.catch(() => undefined);
        frame = [];
        filled = 0;
      };
      for await (const chunk of begin()) {
        hash.update(chunk);
        if (size === 0) packed = isGzip(chunk);
        if (!packed) vote.push(chunk);
        size += chunk.length;
        for (let at = 0; at < chunk.length; ) {
          const piece = chunk.subarray(at, at + FRAME - filled);
          frame.push(piece);
          filled += piece.length;
          at += piece.length;
          if (filled === FRAME) await flush();
        }
      }
      if (filled > 0) await flush();
      await written;
      await out.sync();
      await out.close();
      const sha256 = hash.digest();
      const target = pathOf(sha256);
      if (await exists(target)) await rm(partial);
      else {
        await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
        await rename(partial, target);
      }
      return { sha256, size, encoding: packed ? await encodingOf(read(sha256, true)(0)) : vote.result() };
    } catch (error) {
      // Waits for what is being written.
      await out.close().catch(() => undefined);
      await rm(partial, { force: true });
      throw new Error(`${what} could not be copied to the archive ${folder}`, { cause: error });
    }
  };

  /** Bytes of an archived file from an offset on; of a gzipped one the unpacked bytes. */
  const read = (sha256: Buffer, packed: boolean): ((offset: number) => AsyncIterable<Buffer>) =>
    packed ? (offset) => unpackedFrom(frames(pathOf(sha256), 0), offset) : (offset) => frames(pathOf(sha256), offset);

  async function* frames(path: string, offset: number): AsyncGenerator<Buffer> {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(4);
      let at = 0;
      let plainAt = 0;
      for (;;) {
        const { bytesRead } = await file.read(head, 0, 4, at);
        if (bytesRead < 4) return;
        const length = head.readUInt32BE();
        // Every frame but the last holds exactly one MiB, so frames before the offset need not be opened.
        if (plainAt + FRAME > offset) {
          const sealed = Buffer.alloc(length);
          await file.read(sealed, 0, length, at + 4);
          const plain = vault.open(sealed);
          const from = Math.max(0, offset - plainAt);
          if (from < plain.length) yield plain.subarray(from);
        }
        at += 4 + length;
        plainAt += FRAME;
      }
    } finally {
      await file.close();
    }
  }

  /** An archived file that can be read anywhere, as a zip has to be. The last frame that was opened is kept. */
  const openAnywhere = async (sha256: Buffer): Promise<ByteSource> => {
    const file = await open(pathOf(sha256), 'r');
    try {
      const head = Buffer.alloc(4);
      const starts: number[] = [];
      for (let at = 0; (await file.read(head, 0, 4, at)).bytesRead === 4; at += 4 + head.readUInt32BE())
        starts.push(at);
      let held: { readonly number: number; readonly plain: Buffer } | null = null;
      const frame = async (number: number): Promise<Buffer> => {
        if (held?.number === number) return held.plain;
        const at = starts[number] as number;
        await file.read(head, 0, 4, at);
        const sealed = Buffer.alloc(head.readUInt32BE());
        await file.read(sealed, 0, sealed.length, at + 4);
        const plain = vault.open(sealed);
        held = { number, plain };
        return plain;
      };
      const last = starts.length - 1;
      const size = last < 0 ? 0 : last * FRAME + (await frame(last)).length;
      return {
        size,
        async read(start, length) {
          const pieces: Buffer[] = [];
          const end = Math.min(size, start + length);
          for (let at = start; at < end; ) {
            const number = Math.floor(at / FRAME);
            const piece = (await frame(number)).subarray(at - number * FRAME, end - number * FRAME);
            pieces.push(piece);
            at += piece.length;
          }
          return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
        },
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  };

  /**
   * Begins what grows piece by piece, under a number of its own instead of a checksum. A piece is kept when `append`
   * returns. After an error the stream is over, because behind half a piece nothing could be read: begin another.
   */
  const openStream = async (): Promise<ArchiveStream> => {
    const id = randomBytes(32);
    const path = pathOf(id);
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    const out = await open(path, 'ax', 0o600);
    return {
      id,
      async append(piece) {
        const sealed = vault.seal(piece);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(sealed.length);
        await out.appendFile(Buffer.concat([length, sealed]));
        await out.datasync();
      },
      close: () => out.close(),
    };
  };

  /** The pieces of a stream, to the last that was written whole: a crash may have left a part of one behind it. */
  async function* readStream(id: Buffer): AsyncGenerator<Buffer> {
    const file = await open(pathOf(id), 'r');
    try {
      const head = Buffer.alloc(4);
      for (let at = 0; ; ) {
        if ((await file.read(head, 0, 4, at)).bytesRead < 4) return;
        const sealed = Buffer.alloc(head.readUInt32BE());
        if ((await file.read(sealed, 0, sealed.length, at + 4)).bytesRead < sealed.length) return;
        yield vault.open(sealed);
        at += 4 + sealed.length;
      }
    } finally {
      await file.close();
    }
  }

  return { receive, store, read, openAnywhere, openStream, readStream };
};

/** Something of the archive that grows. */
export interface ArchiveStream {
  readonly id: Buffer;
  append(piece: Buffer): Promise<void>;
  close(): Promise<void>;
}

export type Archive = ReturnType<typeof createArchive>;

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whoever stops reading, or damage, ends both ends of it: no file stays open. */
const unpack = (source: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
  pipeline(Readable.from(source, { objectMode: false }), createGunzip(), () => undefined);

/** Bytes of a gzipped source from an offset of what it unpacks to. */
export const unpackedFrom = (source: AsyncIterable<Buffer>, offset: number): AsyncIterable<Buffer> =>
  skip(unpack(source), offset);

async function* skip(source: AsyncIterable<Buffer>, offset: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of source) {
    if (at + chunk.length > offset) yield chunk.subarray(Math.max(0, offset - at));
    at += chunk.length;
  }
}
