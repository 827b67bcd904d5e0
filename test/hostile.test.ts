// Files that nobody should send: each gives its reason or is taken right, and none of them stops the others. The small ones
// lie in test/fixtures/hostile; what is large is made here.
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryProblem } from '../app/exchange-directory.ts';
import { readFile } from './support/read-file.ts';
import { partsOf, rowOf, tableOf, workbookOf, zipOf } from './support/workbook.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/hostile');

/** Records that are taken, and by line the reason of every other row; or the words that the file is refused with. */
type Expected = readonly [taken: readonly string[], refused: Readonly<Record<number, string>>] | RegExp;

const corpus: Readonly<Record<string, Expected>> = {
  'amounts.csv': [
    ['b', 'c', 'f', 'h', 'k', 'm'],
    Object.fromEntries([2, 5, 6, 8, 10, 11, 13, 15, 16, 17].map((line) => [line, 'bad_amount'])),
  ],
  'amounts.jsonl': [
    ['b', 'c', 'e', 'j', 'l'],
    { ...Object.fromEntries([1, 6, 7, 8, 9, 11].map((line) => [line, 'bad_amount'])), 4: 'malformed' },
  ],
  'beyond-bmp.csv': [['a', 'b', '𠮷'], { 4: 'bad_value' }],
  'dates.csv': [
    ['a', 'e', 'g'],
    { 3: 'bad_date', 4: 'future_date', 5: 'bad_date', 7: 'bad_date', 9: 'bad_date', 10: 'bad_date' },
  ],
  'deep.jsonl': [['a', 'e'], { 2: 'bad_type', 3: 'malformed', 4: 'bad_type', 5: 'bad_date' }],
  'duplicate-keys.jsonl': [['a', 'b', 'c', 'd'], { 5: 'bad_type' }],
  'headers-twice.csv': [['a', 'b'], { 4: 'missing_field' }],
  'mixed-line-ends.csv': [['a', 'b', 'c', 'd', 'g'], { 9: 'malformed' }],
  'nothing.csv': /nothing\.csv:1: none of the headers is known/,
  'quotes.csv': [['a', 'b'], { 2: 'malformed', 4: 'malformed', 6: 'malformed' }],
  'right-to-left.csv': [['a', 'b', '\u202ec', 'd', 'e'], {}],
  'sheet.csv': /sheet\.csv:1: none of the headers is known/,
  'surrogates.csv': [['c'], { 2: 'malformed', 3: 'malformed', 5: 'malformed', 6: 'malformed' }],
  'surrogates.jsonl': [['b', 'd'], { 1: 'bad_value', 3: 'bad_value', 5: 'bad_value' }],
};

const check = async (path: string, expected: Expected): Promise<void> => {
  const feed = basename(path).startsWith('amounts') ? 'medical-insurance' : 'health';
  const read = readFile(path, feed).catch((error: unknown) => {
    if (error instanceof DirectoryProblem) return error;
    throw error;
  });
  const rows = await read;
  if (expected instanceof RegExp || rows instanceof DirectoryProblem) {
    expect(rows).toMatchObject({ problems: [expect.stringMatching(expected as RegExp)] });
    return;
  }
  const [taken, refused] = expected;
  expect(rows.flatMap((row) => (row.kind === 'record' ? [row.record.recordId] : []))).toEqual(taken);
  const found = rows.flatMap((row) => (row.kind === 'rejected' ? [[row.at.line, row.rejection.reason]] : []));
  expect(Object.fromEntries(found)).toEqual(refused);
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a hostile file', () => {
  it('is told what to expect of, every one', async () => {
    expect((await readdir(FIXTURES)).sort()).toEqual(Object.keys(corpus).sort());
  });

  it.each(Object.entries(corpus))('%s', async (name, expected) => {
    await check(join(FIXTURES, name), expected);
  });
});

const ID = '15990119800101001X';
const HEADER = ['record_id', 'occurred_on', 'name', 'id_number', 'event', 'hospital'];
const row = (
  id: string,
  day: string | number = '2026-09-01',
  name = '张三',
  more: readonly (string | number)[] = [],
) => [...[id, day, name, ID, 'death'], ...more];

const workbooks: Readonly<Record<string, readonly [() => Buffer, Expected]>> = {
  'dates.xlsx': [
    () =>
      tableOf([
        HEADER,
        ...[0, 1, 59, 60, 61, 46_295, 2_958_465, 2_958_466, -1, Number.MAX_VALUE].map((day, i) => row(`r${i}`, day)),
      ]),
    [
      ['r1', 'r2', 'r4', 'r5'],
      { 2: 'bad_date', 5: 'bad_date', 8: 'future_date', 9: 'bad_date', 10: 'bad_date', 11: 'bad_date' },
    ],
  ],
  'names.xlsx': [
    () =>
      tableOf([
        HEADER,
        row('a', 46_000, '𠮷田'),
        row('b', 46_000, '\u200f张三'),
        row('c', 46_000, '_xD842_'),
        row('d', 46_000, '_x0000_'),
        row('e', 46_000, '张_x000D__x000A_三'),
      ]),
    [['a', 'b', 'e'], { 4: 'malformed', 5: 'malformed' }],
  ],
  'formulas.xlsx': [
    () => {
      const cells = (value: string) => rowOf(row('?', '2026-09-01').slice(1)).replace('<row>', `<row>${value}`);
      return workbookOf({
        rows: `${rowOf(HEADER)}${cells('<c t="str"><f>"a"</f><v>a</v></c>')}${cells('<c><f>1+1</f><v>2</v></c>')}${cells('<c><f>1+1</f></c>')}${cells('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>')}${cells('<c t="str"><f>WEBSERVICE("http://x")</f><v></v></c>')}`,
      });
    },
    [['a', '2', '#DIV/0!'], { 4: 'missing_field', 6: 'missing_field' }],
  ],
  'headers-twice.xlsx': [
    () =>
      tableOf([
        ['记录编号', ...HEADER],
        ['', ...row('a')],
        ['b', ...row('x')],
        ['', ...HEADER],
      ]),
    [['a', 'b'], { 4: 'bad_date' }],
  ],
  'wide-row.xlsx': [
    () => workbookOf({ rows: `${rowOf(HEADER)}<row>${'<c><v>1</v></c>'.repeat(1_000_000)}</row>${rowOf(row('a'))}` }),
    [['a'], { 2: 'malformed' }],
  ],
  'wide-row-by-reference.xlsx': [
    () =>
      workbookOf({
        rows: `${rowOf(HEADER)}<row><c r="XFE2"><v>1</v></c></row><row><c r="ZZZZZZ3"><v>1</v></c></row>${rowOf(row('a'))}`,
      }),
    [['a'], { 2: 'malformed', 3: 'malformed' }],
  ],
  'wide-header.xlsx': [
    () => workbookOf({ rows: `<row>${'<c><v>1</v></c>'.repeat(1_000_000)}</row>` }),
    /wide-header\.xlsx:1: the sheet has more than 16384 columns\. Split the data/,
  ],
  'last-row.xlsx': [() => workbookOf({ rows: `${rowOf(HEADER)}${rowOf(row('a'), 1_048_576)}` }), [['a'], {}]],
  'row-after-last.xlsx': [
    () => workbookOf({ rows: `${rowOf(HEADER)}${rowOf(row('a'), 1_048_577)}${rowOf(row('b'), 999_999_999_999)}` }),
    [['a', 'b'], {}],
  ],
  'bomb.xlsx': [
    () => zipOf({ ...partsOf({ rows: '' }), 'xl/worksheets/sheet1.xml': Buffer.alloc(80_000_000, ' ') }),
    /bomb\.xlsx: xl\/worksheets\/sheet1\.xml would unpack from \d+ bytes to 80000000\. Split the data/,
  ],
  'bomb-of-texts.xlsx': [
    () => zipOf({ ...partsOf({ rows: '' }), 'xl/sharedStrings.xml': Buffer.alloc(80_000_000, '<si/>') }),
    /bomb-of-texts\.xlsx: xl\/sharedStrings\.xml would unpack from/,
  ],
  'bomb-that-lies.xlsx': [
    () =>
      zipOf({ ...partsOf({ rows: '' }), 'xl/worksheets/sheet1.xml': Buffer.alloc(80_000_000, ' ') }, { size: 1_000 }),
    /bomb-that-lies\.xlsx: .* is not of the size that the file says/,
  ],
};

describe('a hostile workbook', () => {
  it.each(Object.entries(workbooks))(
    '%s',
    async (name, [make, expected]) => {
      const path = join(folder, name);
      await writeFile(path, make());
      await check(path, expected);
    },
    60_000,
  );
});

/** Most memory of this process above what it had, in MiB, while somebody works. */
const growth = async (work: () => Promise<void>): Promise<number> => {
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 10);
  await work().finally(() => clearInterval(watch));
  return (Math.max(peak, process.memoryUsage().rss) - before) / 1_048_576;
};

describe('a bomb', () => {
  const MIB = 1_048_576;
  function* bomb(start: string, block: Buffer, times: number): Generator<Buffer> {
    yield Buffer.from(start);
    for (let i = 0; i < times; i += 1) yield block;
    yield Buffer.from(`\n${row('b').join()},\n`);
  }

  it.each([
    ['of one line', Buffer.alloc(MIB, 'x'), 256, { 3: 'too_large' }],
    ['of one quoted line', Buffer.alloc(MIB, '"'), 256, { 3: 'too_large' }],
    ['of blank lines', Buffer.alloc(MIB, '\n'), 4, {}],
  ])(
    'in gzip, %s, costs its line and little memory',
    async (what, block, times, refused) => {
      const path = join(folder, 'bomb.csv.gz');
      const start = `${HEADER.join()}\n${row('a').join()},\n`;
      await pipeline(Readable.from(bomb(start, block, times)), createGzip(), createWriteStream(path));
      const grown = await growth(() => check(path, [['a', 'b'], refused]));
      expect(grown, what).toBeLessThan(250);
    },
    120_000,
  );

  it('of a million columns costs what it is', async () => {
    const names = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`);
    const path = join(folder, 'columns.csv');
    await writeFile(path, `${HEADER.join()}\n${row('a').join()},\n${names.join()}\n${row('b').join()},\n`);
    await check(path, [['a', 'b'], { 3: 'too_large' }]);
    const objects = join(folder, 'columns.jsonl');
    await writeFile(objects, `{${names.map((name) => `"${name}":1`).join()}}\n`);
    await check(objects, [[], { 1: 'too_large' }]);
    const header = join(folder, 'header.csv');
    await writeFile(header, `${HEADER.join()},${names.join()}\n${row('a').join()},${names.map(() => '').join()}\n`);
    await check(header, [[], { 2: 'too_large' }]);
  }, 60_000);
});
