/** Touches the world: bytes that can be read anywhere, as a zip asks for them, of a file on disk. */
import { open } from 'node:fs/promises';

export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `start` on, fewer than `length` only where the source ends. */
  read(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export const openByteSource = async (path: string): Promise<ByteSource> => {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    async read(start, length) {
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    close: () => file.close(),
  };
};

const READ = 262_144;

/** The bytes of a source from an offset to its end. */
export async function* bytesFrom(source: ByteSource, offset: number): AsyncGenerator<Buffer> {
  for (let at = offset; at < source.size; ) {
    const bytes = await source.read(at, READ);
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}
