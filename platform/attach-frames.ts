import type { Socket } from 'node:net';

/** What travels back: one byte of kind, four of length, the bytes. The exit code is text, so that 0 is not empty. */
export const FRAME = { stdout: 1, stderr: 2, exit: 3 } as const;
const HEADER = 5;

/** Resolves when the other side can take more, or is gone; a reader that is slow slows the writer down. */
export function sendFrame(socket: Socket, kind: number, payload: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(kind, 0);
    header.writeUInt32BE(payload.length, 1);
    socket.write(Buffer.concat([header, payload]), () => resolve());
  });
}

/** The frames of a byte stream, in order, however the bytes were cut on their way. */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<{ kind: number; payload: Buffer }> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE(1);
      if (rest.length < HEADER + length) break;
      yield { kind: rest.readUInt8(0), payload: rest.subarray(HEADER, HEADER + length) };
      rest = rest.subarray(HEADER + length);
    }
  }
}
