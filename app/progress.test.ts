import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const capture = (isTTY = false) => {
  const said: string[] = [];
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(chunk.toString());
      done();
    },
  });
  return { said, progress: createProgress(Object.assign(out, { isTTY })) };
};

const read = async (source: AsyncIterable<Buffer>): Promise<number> => {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  return bytes;
};
const source = (...sizes: number[]) =>
  async function* chunks(offset: number): AsyncGenerator<Buffer> {
    for (const size of sizes) yield Buffer.alloc(size - offset);
  };

it('says what is done, how far, how fast and how long still', async () => {
  const { said, progress } = capture();
  progress.phase('records', 1_000);
  await read(progress.counted(source(250))(0));
  vi.advanceTimersByTime(2_000);
  progress.rows(500);
  expect(said).toEqual(['records: 25 % 500 rows, 250/s, about 6 s left\n']);
  await read(progress.counted(source(750))(0));
  vi.advanceTimersByTime(2_000);
  progress.rows(1_500);
  expect(said[1]).toBe('records: 100 % 2000 rows, 500/s\n');
});

it('says it once a second at most, and at the end', () => {
  const { said, progress } = capture();
  progress.phase('records', 0);
  for (let i = 0; i < 25; i += 1) {
    progress.rows(10);
    vi.advanceTimersByTime(100);
  }
  expect(said).toEqual(['records: 110 rows, 110/s\n', 'records: 210 rows, 105/s\n']);
  progress.end();
  expect(said[2]).toBe('records: 250 rows, 100/s\n');
  progress.end();
  expect(said).toHaveLength(3);
});

it('ends one phase where the next begins, and begins to count anew', async () => {
  const { said, progress } = capture();
  progress.phase('registry', 100);
  progress.rows(7);
  await read(progress.counted(source(100))(0));
  vi.advanceTimersByTime(500);
  progress.phase('records', 0);
  vi.advanceTimersByTime(1_000);
  progress.rows(3);
  expect(said).toEqual(['registry: 100 % 7 rows, 14/s\n', 'records: 3 rows, 3/s\n']);
});

it('hands the bytes on as they are, from the offset asked for', async () => {
  const { progress } = capture();
  progress.phase('records', 10);
  expect(await read(progress.counted(source(100, 50))(10))).toBe(130);
});

it('does not say more than all of it: a packed file has more bytes than its size', async () => {
  const { said, progress } = capture();
  progress.phase('records', 10);
  await read(progress.counted(source(100))(0));
  vi.advanceTimersByTime(1_000);
  progress.rows(1);
  expect(said).toEqual(['records: 100 % 1 rows, 1/s\n']);
});

it('tells long waits in minutes', async () => {
  const { said, progress } = capture();
  progress.phase('records', 1_000);
  await read(progress.counted(source(100))(0));
  vi.advanceTimersByTime(60_000);
  progress.rows(600);
  expect(said).toEqual(['records: 10 % 600 rows, 10/s, about 9 min left\n']);
});

it('rewrites its line on a terminal and leaves notes standing', () => {
  const { said, progress } = capture(true);
  progress.phase('rules', 0);
  vi.advanceTimersByTime(1_000);
  progress.rows(1);
  progress.note('a note');
  progress.end();
  expect(said.join('')).toBe('\r\u001b[Krules: 1 rows, 1/s\r\u001b[Ka note\n\r\u001b[Krules: 1 rows, 1/s\n');
});
