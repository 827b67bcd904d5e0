import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { registryFiles } from '../registry/index.ts';
import { DirectoryProblem, readExchangeDirectory } from './exchange-directory.ts';
import { checkHeaders } from './load-headers.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yilian-headers-'));
  for (const { name, columns } of registryFiles) await put(`registry/${name}`, columns.map((c) => c.name).join());
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const put = async (path: string, content: string | Buffer): Promise<void> => {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
};

const problemsOf = async (): Promise<readonly string[]> => {
  try {
    await checkHeaders(await readExchangeDirectory(directory));
    return [];
  } catch (error) {
    if (!(error instanceof DirectoryProblem)) throw error;
    return error.problems.map((problem) => problem.replace(`${directory}/`, ''));
  }
};

const HEADER = 'record_id,occurred_on,name';
/** 记录编号,姓名 in GB18030. */
const GB_HEADER = Buffer.from([0xbc, 0xc7, 0xc2, 0xbc, 0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb]);

describe('headers', () => {
  it.each([
    ['English', HEADER],
    ['Chinese', '记录编号,姓名\n'],
    ['GB18030', GB_HEADER],
    ['with a byte order mark', `\uFEFF${HEADER}`],
    ['behind blank lines', `\r\n \n${HEADER}\r\n`],
    ['with one known column', 'a,b,姓名,c'],
    ['none, in an empty file', ''],
    ['none, in a file of blank lines and a mark', '\uFEFF\n \r\n'],
  ])('may be %s, packed or not', async (_, content) => {
    await put('feeds/health/01.csv', content);
    await put('feeds/health/02.csv.gz', gzipSync(content));
    expect(await problemsOf()).toEqual([]);
  });

  it.each([
    ['not known', 'a,b,c\n'],
    ['those of another language', '<html><body>'],
    ['UTF-16, as some programs call Unicode', Buffer.from(`\uFEFF${HEADER}`, 'utf16le')],
    ['no text', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0, 10])],
    ['a MiB long', 'x'.repeat(2_000_000)],
    ['without their closing quote', '"record_id\nr-1'],
  ])('must not be %s', async (_, content) => {
    await put('feeds/health/01.csv', content);
    await put('feeds/health/02.csv.gz', gzipSync(content));
    const words = ':1: none of the headers is known. The first line must name columns such as record_id (记录编号)';
    expect(await problemsOf()).toEqual([
      expect.stringContaining(`feeds/health/01.csv${words}`),
      expect.stringContaining(`feeds/health/02.csv.gz${words}`),
    ]);
  });

  it('must not end with a carriage return alone: no row behind them would be read', async () => {
    await put('feeds/health/01.csv', `${HEADER}\rr-1,2026-09-30,张三\rr-2,2026-09-30,李四\r`);
    await put('feeds/health/02.csv.gz', gzipSync(`${HEADER}\rr-1,2026-09-30,张三\r`));
    const words = ':1: lines end with a carriage return alone';
    expect(await problemsOf()).toEqual([
      expect.stringContaining(`feeds/health/01.csv${words}`),
      expect.stringContaining(`feeds/health/02.csv.gz${words}`),
    ]);
  });

  it('are looked at in every file, with the line they stand on', async () => {
    await put('registry/persons.csv', '\n\na,b');
    await put('feeds/tax/_complete.csv', HEADER);
    await put('feeds/tax/01.jsonl', 'no header');
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^registry\/persons\.csv:3: none of the headers is known.*person_id \(人员编号\)/),
      expect.stringMatching(/^feeds\/tax\/_complete\.csv:1: none of the headers is known.*region_code/),
    ]);
  });
});

describe('a packed file', () => {
  // Different in every line, so that the packed file is long, and the same in every run, so that its length is.
  const rows = Array.from({ length: 50_000 }, (_, i) => `r-${i},2026-09-30,${(i * 2_654_435_761) % 2 ** 32}\n`);
  const lines = `${HEADER}\n${rows.join('')}`;
  const packed = gzipSync(lines);
  const middle = Math.floor(packed.length / 2);

  it('that is whole is fine', async () => {
    await put('feeds/health/01.csv.gz', packed);
    await put('feeds/health/02.jsonl.gz', Buffer.concat([packed, packed]));
    expect(await problemsOf()).toEqual([]);
  });

  it('that is cut short names the line that it breaks off in', async () => {
    await put('feeds/health/01.csv.gz', packed.subarray(0, middle));
    await put('feeds/health/02.jsonl.gz', packed.subarray(0, packed.length - 1));
    await put('feeds/health/03.csv.gz', packed.subarray(0, 5));
    await put('feeds/health/04.csv.gz', '');
    const problems = await problemsOf();
    const found = problems.map((problem) =>
      /^feeds\/health\/(\d+)\.\w+\.gz:(\d+): the packed file is .*Send it again\.$/.exec(problem),
    );
    expect(found.map((match) => match?.[1])).toEqual(['01', '02', '03', '04']);
    const [first, second, third] = found.map((match) => Number(match?.[2]));
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThan(40_000);
    expect([second, third]).toEqual([50_002, 1]);
  });

  it('that is damaged or not packed at all is refused', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, middle, middle + 50);
    await put('feeds/health/01.csv.gz', damaged);
    await put('feeds/health/02.jsonl.gz', lines);
    await put('feeds/health/03.csv.gz', Buffer.concat([packed, Buffer.from('rest')]));
    expect((await problemsOf()).map((problem) => problem.split(':')[0])).toEqual([
      'feeds/health/01.csv.gz',
      'feeds/health/02.jsonl.gz',
      'feeds/health/03.csv.gz',
    ]);
  });
});

describe('a workbook', () => {
  const workbook = async (...rows: string[][]): Promise<Buffer> =>
    (await (
      await writeExcelFile(rows.map((cells) => cells.map((value) => ({ value }))) as never)
    ).toBuffer()) as Buffer;

  it('that is whole is fine, also one that says nothing', async () => {
    await put('feeds/health/01.xlsx', await workbook(['记录编号', 'x'], ['a', 'b']));
    await put('feeds/health/02.xlsx', await workbook([]));
    expect(await problemsOf()).toEqual([]);
  });

  it('must have a known header, and not be cut short, damaged or something else', async () => {
    const whole = await workbook(['record_id'], ...Array.from({ length: 2_000 }, (_, i) => [`r-${(i * 7919) % 2003}`]));
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 5_000, 5_040);
    await put('feeds/health/01.xlsx', await workbook(['', ''], ['a', 'b'], ['c', 'd']));
    await put('feeds/health/02.xlsx', whole.subarray(0, 5_000));
    await put('feeds/health/03.xlsx', damaged);
    await put('feeds/health/04.xlsx', HEADER);
    await put('feeds/health/05.xlsx', '');
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^feeds\/health\/01\.xlsx:2: none of the headers is known\..*record_id/),
      expect.stringMatching(/^feeds\/health\/02\.xlsx: the workbook is damaged or cut short.*Send it again\.$/),
      expect.stringMatching(
        /^feeds\/health\/03\.xlsx(?::\d+)?: the workbook is damaged or cut short.*Send it again\.$/,
      ),
      expect.stringMatching(/^feeds\/health\/04\.xlsx: is no XLSX workbook\. Open it/),
      expect.stringMatching(/^feeds\/health\/05\.xlsx: is empty\. Open it/),
    ]);
  });
});
