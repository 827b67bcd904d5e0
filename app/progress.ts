import type { Writable } from 'node:stream';

type Open = (offset: number) => AsyncIterable<Buffer>;

/** Progress of long work on stderr: what is being done, how far, how fast, how long still. */
export interface Progress {
  /** Begins a phase; `bytes` to go through, 0 when that is not known. */
  phase(name: string, bytes: number): void;
  /** Rows done. */
  rows(count: number): void;
  /** Bytes gone through. */
  bytes(count: number): void;
  /** Wraps a source so that the bytes read from it count. */
  counted(open: Open): Open;
  /** A line of its own. */
  note(text: string): void;
  end(): void;
}

/** A phase that is over. */
export interface EndedPhase {
  readonly phase: string;
  readonly seconds: number;
  readonly rows: number;
}

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/**
 * Writes at most `everyMs`; on a terminal one line is rewritten, elsewhere lines follow one another. `ended` hears of
 * every phase that is over.
 */
export const createProgress = (
  out: Writable & { isTTY?: boolean },
  ended: (phase: EndedPhase) => void = () => undefined,
  everyMs = 1_000,
): Progress => {
  let name = '';
  let total = 0;
  let bytes = 0;
  let rows = 0;
  let began = performance.now();
  let said = began;
  const say = (): void => {
    const seconds = (performance.now() - began) / 1000;
    const rate = seconds > 0 ? Math.round(rows / seconds) : 0;
    const share = total > 0 ? Math.min(1, bytes / total) : 0;
    const left = share > 0.01 && share < 1 ? `, about ${duration((seconds * (1 - share)) / share)} left` : '';
    const percent = total > 0 ? ` ${Math.floor(share * 100)} %` : '';
    out.write(
      `${out.isTTY ? '\r\u001b[K' : ''}${name}:${percent} ${rows} rows, ${rate}/s${left}${out.isTTY ? '' : '\n'}`,
    );
  };
  const finish = (): void => {
    if (name === '') return;
    say();
    if (out.isTTY) out.write('\n');
    ended({ phase: name, seconds: Math.round(performance.now() - began) / 1000, rows });
    name = '';
  };
  return {
    phase(next, size) {
      finish();
      name = next;
      total = size;
      bytes = 0;
      rows = 0;
      began = performance.now();
      said = began;
    },
    rows(count) {
      rows += count;
      if (performance.now() - said < everyMs) return;
      said = performance.now();
      say();
    },
    bytes(count) {
      bytes += count;
    },
    counted(open) {
      return async function* counting(offset) {
        for await (const chunk of open(offset)) {
          bytes += chunk.length;
          yield chunk;
        }
      };
    },
    note(text) {
      out.write(`${out.isTTY ? '\r\u001b[K' : ''}${text}\n`);
    },
    end: finish,
  };
};
