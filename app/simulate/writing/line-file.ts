import { closeSync, openSync, writeSync } from 'node:fs';
import type { Random } from '../random.ts';

const CHUNK = 65_536; // characters held back before a write
const WINDOW = 512; // lines among which a shuffled file mixes; bounds the memory of every open file

export type LineFile = {
  path: string;
  /** Adds one line, without its line end. */
  add: (line: string) => void;
  /** Writes what is held back and closes the file. */
  close: () => void;
};

/** How a file is encoded and ended; `shuffle` mixes lines within a window of 512. */
export type LineFileOptions = {
  encode?: (text: string) => Buffer;
  lineEnd?: '\n' | '\r\n';
  head?: string;
  shuffle?: Random;
};

/** Opens a file for lines; writes are synchronous and of 64 K characters, so that memory never grows with the file. */
export const openLineFile = (path: string, options: LineFileOptions = {}): LineFile => {
  const { encode = (text: string) => Buffer.from(text, 'utf8'), lineEnd = '\n', head, shuffle } = options;
  const descriptor = openSync(path, 'w');
  let chunk: string[] = [];
  let length = 0;
  let first = head ?? '';
  const waiting: string[] = [];
  const flush = (): void => {
    // joined once: a string grown by += is a tree of small parts, and the garbage collector pays for each of them
    const text = chunk.length === 0 ? first : `${first}${chunk.join(lineEnd)}${lineEnd}`;
    const bytes = encode(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    chunk = [];
    length = 0;
    first = '';
  };
  const write = (line: string): void => {
    chunk.push(line);
    length += line.length;
    if (length >= CHUNK) flush();
  };
  const add = (line: string): void => {
    if (!shuffle) write(line);
    else if (waiting.length < WINDOW) waiting.push(line);
    else {
      const at = shuffle.below(WINDOW);
      write(waiting[at]!);
      waiting[at] = line;
    }
  };
  const close = (): void => {
    while (shuffle && waiting.length > 0) {
      const at = shuffle.below(waiting.length);
      const last = waiting.pop()!;
      write(at === waiting.length ? last : waiting[at]!);
      if (at < waiting.length) waiting[at] = last;
    }
    flush();
    closeSync(descriptor);
  };
  return { path, add, close };
};
