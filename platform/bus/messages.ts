import { type Message, MessageRefusedError } from './contract.ts';

/** Kafka refuses a record batch over 1,048,588 bytes unless told otherwise; what fits here fits there with its framing. */
export const MAX_MESSAGE_BYTES = 1_000_000;
/** What one batch may hold in memory; a single message is always let through. */
export const MAX_BATCH_BYTES = 8_000_000;
export const DEFAULT_BATCH_LIMIT = 500;
/** Kafka's framing of one message, generously: lengths, timestamp and offset deltas. */
const FRAMING_BYTES = 64;

const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * Both engines refuse the same messages, so that what was developed on the embedded log runs on Kafka.
 *
 * @throws MessageRefusedError naming topic and size, never content
 */
export function checkMessages(messages: readonly Message[]): void {
  for (const message of messages) {
    checkTopic(message.topic);
    const bytes = messageBytes(message);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new MessageRefusedError(
        `a message of ${bytes} bytes for ${message.topic}; ${MAX_MESSAGE_BYTES} is the limit`,
      );
    }
  }
}

export function checkTopic(topic: string): void {
  if (!TOPIC.test(topic) || topic === '.' || topic === '..') {
    throw new MessageRefusedError(`${JSON.stringify(topic)} is no topic name: letters, digits, dot, dash, underscore`);
  }
}

export function messageBytes({ key, value, headers = {} }: Pick<Message, 'key' | 'value' | 'headers'>): number {
  let bytes = FRAMING_BYTES + value.length + (key === null ? 0 : Buffer.byteLength(key));
  for (const [header, text] of Object.entries(headers)) bytes += header.length + Buffer.byteLength(text) + 4;
  return bytes;
}

/** The items in order, cut so that no piece passes `count` or `bytes`; an item over `bytes` gets a piece of its own. */
export function cut<T>(
  items: readonly T[],
  limit: { count: number; bytes: number },
  sizeOf: (item: T) => number,
): T[][] {
  const pieces: T[][] = [];
  let piece: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (piece.length > 0 && (piece.length >= limit.count || bytes + size > limit.bytes)) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += size;
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/**
 * The embedded log's partition of a key. FNV-1a with a final mix, because the lowest bits of plain FNV depend on the
 * lowest bits of the key only. Never change it: a key would move to another partition and lose its order.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}
