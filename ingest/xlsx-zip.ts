/** The zip that a workbook is: its parts by name, unpacked as they are read, and the limits that keep a bomb out. */
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { ByteSource } from './byte-source.ts';
import { damaged, notReadable, tooMuch, XlsxProblem } from './xlsx-problem.ts';

const MOST_PARTS = 10_000;
/** A part may be so many times larger than it lies in the file, once it is larger than `HARMLESS` bytes. */
const MOST_RATIO = 300;
const HARMLESS = 67_108_864;
const LARGEST_PART = 8_589_934_592;
/** Packed bytes that are read at once, and unpacked bytes that are handed on at once. */
const READ = 262_144;
const HANDED_ON = 65_536;

/** First bytes of what Excel wrote until 2003, and of a workbook with a password: no zip, but a compound file. */
const COMPOUND = 'd0cf11e0a1b11ae1';

const STORED = 0;
const DEFLATED = 8;

type Heard = (error: Error | null, bytesRead?: number) => void;

/** yauzl asks through this; what the source itself throws is kept apart from what is wrong with the zip. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  failure: unknown = null;
  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }
  override read(buffer: Buffer, offset: number, length: number, position: number, heard: Heard): void {
    this.#source.read(position, length).then(
      (bytes) => heard(null, bytes.copy(buffer, offset)),
      (error: unknown) => {
        this.failure = error;
        heard(error as Error);
      },
    );
  }
}

export interface Zip {
  /** Size of a part when it is unpacked, null where there is no such part. */
  sizeOf(name: string): number | null;
  /** Unpacked bytes of a part as they are asked for; throws XlsxProblem where they are not what the file says they are. */
  read(name: string): AsyncIterable<Buffer>;
  /** A small part as a whole. */
  text(name: string, most: number): Promise<string>;
}

const partsOf = async (file: ZipFile): Promise<Map<string, Entry>> => {
  if (file.entryCount > MOST_PARTS) throw tooMuch(`the workbook has more than ${MOST_PARTS} parts`);
  const parts = new Map<string, Entry>();
  for await (const entry of file.eachEntry()) parts.set(entry.fileName, entry);
  return parts;
};

const refuseUnreadable = (name: string, entry: Entry): void => {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) throw notReadable('the workbook is protected by a password');
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw notReadable(`the workbook is packed in a way that is not read (method ${compressionMethod})`);
  const bomb = uncompressedSize > HARMLESS && uncompressedSize > MOST_RATIO * compressedSize;
  if (bomb || uncompressedSize > LARGEST_PART)
    throw tooMuch(`${name} would unpack from ${compressedSize} bytes to ${uncompressedSize}`);
};

/** Opens the zip. Throws XlsxProblem, or what the source throws. */
export const openZip = async (source: ByteSource): Promise<Zip> => {
  const head = await source.read(0, 8);
  if (head.toString('hex') === COMPOUND)
    throw notReadable('is a workbook of an old Excel (.xls), or one that is protected by a password');
  if (head.length < 4 || head.readUInt32BE(0) !== 0x504b0304)
    throw notReadable(head.length === 0 ? 'is empty' : 'is no XLSX workbook');
  const reader = new SourceReader(source);
  const judged = (error: unknown): unknown => {
    if (reader.failure !== null) return reader.failure;
    return error instanceof XlsxProblem ? error : damaged((error as Error).message);
  };
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw judged(error);
    }
  };
  const file = await asked(() => fromRandomAccessReaderPromise(reader, source.size, { autoClose: false }));
  const parts = await asked(() => partsOf(file));

  async function* packed(start: number, length: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < length; ) {
      const bytes = await source.read(start + at, Math.min(READ, length - at));
      if (bytes.length === 0) throw damaged('the file ends in the middle of a part');
      yield bytes;
      at += bytes.length;
    }
  }

  async function* read(name: string): AsyncGenerator<Buffer> {
    const entry = parts.get(name);
    if (entry === undefined) throw damaged(`${name} is missing`);
    refuseUnreadable(name, entry);
    const { fileDataStart } = await asked(() => file.readLocalFileHeaderPromise(entry, { minimal: true }));
    const bytes = packed(fileDataStart, entry.compressedSize);
    let sum = 0;
    let size = 0;
    try {
      for await (const chunk of entry.compressionMethod === STORED ? bytes : inflate(bytes)) {
        size += chunk.length;
        // More than it says it is: whatever the limits were asked for, it is not this.
        if (size > entry.uncompressedSize) break;
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      const { code } = error as { code?: unknown };
      throw typeof code === 'string' && code.startsWith('Z_') ? damaged(`${name}: ${(error as Error).message}`) : error;
    }
    if (size !== entry.uncompressedSize) throw damaged(`${name} is not of the size that the file says`);
    if (sum !== entry.crc32) throw damaged(`${name} does not agree with its checksum`);
  }

  return {
    sizeOf: (name) => parts.get(name)?.uncompressedSize ?? null,
    read,
    async text(name, most) {
      const size = parts.get(name)?.uncompressedSize ?? 0;
      if (size > most) throw tooMuch(`${name} would unpack to ${size} bytes`);
      const chunks: Buffer[] = [];
      for await (const chunk of read(name)) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
};

/** Whoever stops reading, or damage, ends both ends of it. */
const inflate = (source: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
  pipeline(Readable.from(source), createInflateRaw({ chunkSize: HANDED_ON }), () => undefined);
