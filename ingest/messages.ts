import type { ReceiptLimits } from './column.ts';
import type { Feed } from './feed.ts';
import { createRecordJudge, type TakenRow } from './read-feed.ts';
import type { UnknownColumns } from './rows.ts';

/** A message of a feed's topic: one record, or one declaration. */
export interface FeedMessage {
  /** Place in its partition. */
  readonly offset: number;
  /** When the log took it in. */
  readonly receivedAt: Date;
  readonly value: Buffer;
}

const LF = 10;
/** What quarantine keeps of a message, as of a line; the archive holds all of it. */
const KEPT_BYTES = 1_048_576;

/**
 * Messages as they lie in the archive: before each value a line with offset, time (milliseconds since 1970) and length
 * in bytes, behind it a line feed.
 */
export const frameMessages = (messages: readonly FeedMessage[]): Buffer => {
  const pieces: Buffer[] = [];
  for (const { offset, receivedAt, value } of messages) {
    pieces.push(Buffer.from(`${offset} ${receivedAt.getTime()} ${value.length}\n`), value, Buffer.of(LF));
  }
  return Buffer.concat(pieces);
};

/** The messages of a piece of the archive. Throws where it is none: a piece is opened whole or not at all. */
export const unframeMessages = (framed: Buffer): FeedMessage[] => {
  const messages: FeedMessage[] = [];
  for (let at = 0; at < framed.length; ) {
    const stop = framed.indexOf(LF, at);
    const [offset, time, length] = framed.toString('latin1', at, stop).split(' ').map(Number);
    const end = stop + 1 + (length ?? Number.NaN);
    if (stop < 0 || !Number.isSafeInteger(end) || framed[end] !== LF)
      throw new Error(`no archived message at byte ${at}`);
    messages.push({
      offset: offset as number,
      receivedAt: new Date(time as number),
      value: framed.subarray(stop + 1, end),
    });
    at = end + 1;
  }
  return messages;
};

/** Judges messages like lines of a file; where a row stands is its offset, as line and as place. */
export const judgeMessages = (
  feed: Feed,
  messages: readonly FeedMessage[],
  limits: ReceiptLimits,
  unknown: UnknownColumns,
): TakenRow[] => {
  const judge = createRecordJudge({ feed, declarations: false, regions: null }, limits, unknown);
  return messages.map(({ offset, value }) => {
    const place = { line: offset, offset, end: offset + 1, nextLine: offset + 1 };
    return judge({ ...place, bytes: value.subarray(0, KEPT_BYTES), fault: null });
  });
};
