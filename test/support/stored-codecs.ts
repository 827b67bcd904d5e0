/**
 * Snappy and zstd for a publisher of the tests: both formats may hold their bytes as they are, which needs no library.
 * Reading is for brokers.
 */
interface Encoder {
  readonly buffer: Buffer;
}

const cannotRead = (): never => {
  throw new Error('only for publishing');
};

/** Kinds of length: the value 60 and 61 in the tag say that one or two bytes of length follow. */
const SNAPPY_PIECE = 65_536;

/** https://github.com/google/snappy/blob/main/format_description.txt: the length as a varint, then literals. */
const snappy = (bytes: Buffer): Buffer => {
  const head: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 128) {
      head.push(rest);
      break;
    }
    head.push((rest & 127) | 128);
  }
  const pieces: Buffer[] = [Buffer.from(head)];
  for (let at = 0; at < bytes.length; at += SNAPPY_PIECE) {
    const piece = bytes.subarray(at, at + SNAPPY_PIECE);
    const length = piece.length - 1;
    pieces.push(Buffer.of(61 << 2, length & 255, length >>> 8), piece);
  }
  return Buffer.concat(pieces);
};

const ZSTD_BLOCK = 131_072;

/** RFC 8878: magic, a frame header that tells the size in four bytes, then raw blocks. */
const zstd = (bytes: Buffer): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0b1010_0000, 4);
  head.writeUInt32LE(bytes.length, 5);
  const pieces: Buffer[] = [head];
  for (let at = 0; at === 0 || at < bytes.length; at += ZSTD_BLOCK) {
    const piece = bytes.subarray(at, at + ZSTD_BLOCK);
    const isLast = at + ZSTD_BLOCK >= bytes.length;
    const block = Buffer.alloc(3);
    block.writeUIntLE((piece.length << 3) | (isLast ? 1 : 0), 0, 3);
    pieces.push(block, piece);
  }
  return Buffer.concat(pieces);
};

const codec = (store: (bytes: Buffer) => Buffer) => () => ({
  compress: async ({ buffer }: Encoder): Promise<Buffer> => store(buffer),
  decompress: async (): Promise<Buffer> => cannotRead(),
});

export const stored = { snappy: codec(snappy), zstd: codec(zstd) };
