/** A JSON array of records as lines, one a record, without holding it: what departments push is read like a file. */

/** The text is no JSON array; `at` is the byte where that shows, from 0. */
export class NoJsonArray extends Error {
  override readonly name = 'NoJsonArray';
  readonly at: number;
  constructor(at: number) {
    super(`no JSON array: byte ${at}`);
    this.at = at;
  }
}

const [LF, CR, TAB, SPACE, QUOTE, COMMA, BACKSLASH] = [10, 13, 9, 32, 34, 44, 92];
const [ARRAY, END_ARRAY, OBJECT, END_OBJECT] = [91, 93, 123, 125];
const MARK = [0xef, 0xbb, 0xbf];
/** Stands for a line feed inside a string, where JSON allows none: the record stays one line, and stays malformed. */
const NO_LINE_FEED = 1;

const isSpace = (byte: number): boolean => byte === SPACE || byte === LF || byte === CR || byte === TAB;

/**
 * Cuts an array at its commas. Elements are not judged here, only told apart; `push` and `finish` throw NoJsonArray where
 * the array itself is wrong. Lines are as many as elements.
 */
export const createArrayLines = () => {
  let at = 0;
  /** 0 before the array, 1 between its elements, above that inside of one, -1 behind it. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  let holds = false;
  let elements = 0;

  const endElement = (last: boolean): void => {
    // `[]` is an array; `[1,]` and `[,1]` are none.
    if (!holds && !(last && elements === 0)) throw new NoJsonArray(at);
    if (holds) elements += 1;
    holds = false;
  };

  /** What a byte becomes, or -1 for nothing. */
  const outside = (byte: number): number => {
    if (isSpace(byte)) return -1;
    if (depth === 0 && at < MARK.length && byte === MARK[at]) return -1;
    if (depth !== 0 || byte !== ARRAY) throw new NoJsonArray(at);
    depth = 1;
    return -1;
  };
  const text = (byte: number): number => {
    if (escaped) escaped = false;
    else if (byte === BACKSLASH) escaped = true;
    else if (byte === QUOTE) inString = false;
    return byte === LF ? NO_LINE_FEED : byte;
  };
  const inside = (byte: number): number => {
    if (isSpace(byte)) return holds ? SPACE : -1;
    if (depth === 1 && (byte === COMMA || byte === END_ARRAY)) {
      const held = holds;
      endElement(byte === END_ARRAY);
      if (byte === END_ARRAY) depth = -1;
      return held ? LF : -1;
    }
    holds = true;
    if (byte === QUOTE) inString = true;
    else if (byte === ARRAY || byte === OBJECT) depth += 1;
    else if (byte === END_ARRAY || byte === END_OBJECT) depth -= 1;
    if (depth < 1) throw new NoJsonArray(at);
    return byte;
  };

  return {
    /** The lines of a chunk. */
    push(chunk: Buffer): Buffer {
      const out = Buffer.allocUnsafe(chunk.length);
      let filled = 0;
      for (const byte of chunk) {
        const written = depth <= 0 ? outside(byte) : inString ? text(byte) : inside(byte);
        if (written >= 0) {
          out[filled] = written;
          filled += 1;
        }
        at += 1;
      }
      return out.subarray(0, filled);
    },
    finish(): void {
      if (depth !== -1) throw new NoJsonArray(at);
    },
  };
};
