import { isUtf8 } from 'node:buffer';
import { noteUnknown, type UnknownColumns } from './rows.ts';
import { normaliseText } from './values.ts';

/** Keys that are told apart; a record with more is left to JSON.parse. */
const MOST_KEYS = 500;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const ASCII = 128;

interface Key {
  readonly column: number;
  readonly name: string;
  /** The record that had it last. */
  seenIn: number;
}

/** What stands between two values: brace or comma, key and colon, each with a space behind it or without. */
interface Joint {
  readonly written: Uint8Array;
  /** Its bytes four by four; what is left of them is compared one by one. */
  readonly words: Uint32Array;
  readonly key: Key;
}

const wordsOf = (bytes: Uint8Array): Uint32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i));
};

const constants: readonly (readonly [Uint8Array, boolean | null])[] = [
  [Buffer.from('null'), null],
  [Buffer.from('true'), true],
  [Buffer.from('false'), false],
];

const startsWith = (bytes: Uint8Array, at: number, text: Uint8Array): boolean => {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
};

/**
 * Whether a byte may stand in a JSON text as it is: no control character, and no escape begins with it. White space
 * other than the space counts too: the records that are read here have none.
 */
const isPlain = (byte: number): boolean => byte >= SPACE && byte !== BACKSLASH;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

/** Digits of which every number is exact, and every quotient with a power of ten is the nearest number to its text. */
const EXACT_DIGITS = 15;
const TENS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** The index behind a number as JSON spells it, without sign and exponent; -1 where there is none. */
const numberEnd = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  // No digit, or a zero in front of others.
  if (at === from || (at > from + 1 && bytes[from] === ZERO)) return -1;
  if (bytes[at] !== POINT) return at;
  const point = at;
  at += 1;
  while (isDigit(bytes[at])) at += 1;
  return at === point + 1 ? -1 : at;
};

/** What a number that `numberEnd` found is worth. */
const numberOf = (bytes: Buffer, from: number, end: number): number => {
  if (end - from > EXACT_DIGITS) return Number(bytes.toString('latin1', from, end));
  let whole = 0;
  let point = end - 1;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === POINT) point = at;
    else whole = whole * 10 + (byte - ZERO);
  }
  return whole / (TENS[end - 1 - point] as number);
};

/** Bytes between two values from an index on, and where the key lies in them; null where there is no such thing. */
const readJoint = (bytes: Uint8Array, at: number): { end: number; from: number; to: number } | null => {
  if (bytes[at] !== OPEN && bytes[at] !== COMMA) return null;
  const quote = bytes[at + 1] === SPACE ? at + 2 : at + 1;
  const to = bytes.indexOf(QUOTE, quote + 1);
  if (bytes[quote] !== QUOTE || to < 0 || bytes[to + 1] !== COLON) return null;
  if (!bytes.subarray(quote, to).every(isPlain)) return null;
  return { end: bytes[to + 2] === SPACE ? to + 3 : to + 2, from: quote + 1, to };
};

/**
 * Reads the flat JSON objects that nearly all programs write: texts without escapes, plain numbers, true, false, null;
 * in a fraction of the time that JSON.parse takes and without its object. A program writes all of its records alike:
 * where the last record had a key, this one is expected to have it too. Of whatever else it says nothing (null), and
 * JSON.parse is asked: objects in objects, escapes, a column or key that stands there twice, and all that is no JSON.
 * `spelled` tells of every column whether a number's spelling matters: its cell is then the text. Counts unknown columns
 * only in what it read to the end.
 */
export const createFlatCells = (
  spelled: readonly boolean[],
  index: ReadonlyMap<string, number>,
  unknown: UnknownColumns,
): ((bytes: Buffer) => unknown[] | null) => {
  const keys = new Map<string, Key>();
  const expected: Joint[] = [];
  /** By column, the record that had it last. */
  const filled = new Float64Array(spelled.length);
  const strangers: string[] = [];
  let record = 0;

  // Records come one after the other out of the same memory: `view` is all of it, the record begins at `base`.
  let view: DataView = new DataView(new ArrayBuffer(0));
  let base = 0;
  const isHere = ({ written, words }: Joint, bytes: Buffer, at: number): boolean => {
    if (at + written.length > bytes.length) return false;
    let from = base + at;
    for (let i = 0; i < words.length; i += 1) {
      if (view.getUint32(from) !== words[i]) return false;
      from += 4;
    }
    for (let i = words.length << 2; i < written.length; i += 1) if (bytes[at + i] !== written[i]) return false;
    return true;
  };

  const keyOf = (name: string): Key | null => {
    const known = keys.get(name);
    if (known !== undefined) return known;
    if (keys.size >= MOST_KEYS) return null;
    const key = { column: index.get(name) ?? index.get(normaliseText(name)) ?? -1, name, seenIn: 0 };
    keys.set(name, key);
    return key;
  };

  /** The joint at a place, which becomes the one expected there. */
  const jointAt = (bytes: Buffer, at: number, nth: number): Joint | null => {
    const likely = expected[nth];
    if (likely !== undefined && isHere(likely, bytes, at)) {
      // A space behind it belongs to the joint, and this is another one.
      if (bytes[at + likely.written.length] !== SPACE) return likely;
    }
    const found = readJoint(bytes, at);
    const key = found === null ? null : keyOf(bytes.toString('utf8', found.from, found.to));
    if (found === null || key === null) return null;
    const written = Uint8Array.from(bytes.subarray(at, found.end));
    const learnt = { written, words: wordsOf(written), key };
    expected[nth] = learnt;
    return learnt;
  };

  const read = (bytes: Buffer, cells: unknown[]): boolean => {
    // One byte a letter, so that places are the same; what is not ASCII is read from the bytes again.
    const text = bytes.toString('latin1');
    const { length } = bytes;
    if (view.buffer !== bytes.buffer) view = new DataView(bytes.buffer);
    base = bytes.byteOffset;
    let at = 0;
    for (let nth = 0; ; nth += 1) {
      const between = jointAt(bytes, at, nth);
      if (between === null) return false;
      // The first begins the object, every other one follows a value.
      if ((bytes[at] === COMMA) !== nth > 0) return false;
      const { key } = between;
      if (key.seenIn === record) return false;
      key.seenIn = record;
      const { column } = key;
      if (column < 0) strangers.push(key.name);
      else if (filled[column] === record) return false;
      else filled[column] = record;
      at += between.written.length;
      let value: unknown;
      if (bytes[at] === QUOTE) {
        const from = at + 1;
        let every = 0;
        for (at = from; at < length; at += 1) {
          const byte = bytes[at] as number;
          if (byte === QUOTE) break;
          if (!isPlain(byte)) return false;
          every |= byte;
        }
        if (at === length) return false;
        value = every < ASCII ? text.slice(from, at) : bytes.toString('utf8', from, at);
        at += 1;
      } else if (isDigit(bytes[at])) {
        const end = numberEnd(bytes, at);
        if (end < 0) return false;
        value = column >= 0 && spelled[column] ? text.slice(at, end) : numberOf(bytes, at, end);
        at = end;
      } else {
        const word = constants.find(([written]) => startsWith(bytes, at, written));
        if (word === undefined) return false;
        value = word[1];
        at += word[0].length;
      }
      if (column >= 0) cells[column] = value;
      if (bytes[at] === CLOSE) return at === bytes.length - 1;
    }
  };

  return (bytes) => {
    if (!isUtf8(bytes)) return null;
    record += 1;
    strangers.length = 0;
    const cells: unknown[] = new Array(spelled.length).fill(null);
    if (!read(bytes, cells)) return null;
    for (const name of strangers) noteUnknown(unknown, name);
    return cells;
  };
};
