import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import type { Config } from '../platform/config.ts';
import { feedsCommand } from './cli-feeds.ts';
import { callCommand } from './command-for-tests.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = async (path: string, content: string | Buffer): Promise<string> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  return path;
};

const call = (...argv: string[]) =>
  callCommand(folder, argv, (context) => feedsCommand({ home: join(folder, 'home') } as Config, context));

const RIGHT = '15990119800101001X';
const HEADER = 'record_id,发生日期,name,id_number,phone,event,hospital,批次';
const ROWS = [
  `h-1,2026-09-01,张三,15990119800101001X,13812345678,重病,旗医院,1`,
  `h-2,2026-09-31,李四,159901198001010011,,major_illness,,1`,
  `h-3,2026-02-30,王五,1.59901198001011E+17,,慢病,,1`,
  `1.5E+17,2026-09-03,赵六,159901********0010,,flu,,1`,
  `h-5,2026-09-03,钱七,1599,,慢病`,
  `h-6,,孙八,${RIGHT},,慢病,"x"y,1`,
  `h-7,2026-09-04,周九,,,慢病,,1`,
  `h-8,,,,,,,`,
  `h-9,2026-09-05,吴十,${RIGHT},,慢病,,1`,
];

describe('a check of a file', () => {
  it('says column by column what would be taken, and what would be refused and why', async () => {
    const path = await put('feeds/health/01.csv', `${HEADER}\n${ROWS.join('\n')}\n`);
    const { code, stdout, stderr } = await call('check', path, '--json');
    expect([code, stdout.endsWith('}\n')]).toEqual([0, true]);
    expect(stderr).toMatch(/^checking: 100 % 9 rows/m);
    const { columns, ...checked } = JSON.parse(stdout);
    const once = (line: number, example: string | null = null) => ({ count: 1, first_lines: [line], example });
    expect(checked).toEqual({
      ...{ file: join(folder, path), feed: 'health', format: 'csv', packed: false, encoding: 'utf-8', mapping: null },
      ...{ rows: 9, records: 2, withdrawals: 0, declarations: 0, rejected: 7 },
      refusals: [
        { reason: 'bad_date', field: 'occurred_on', count: 2, first_lines: [3, 4], example: '2026-09-31' },
        { reason: 'malformed', field: null, count: 2, first_lines: [6, 7], example: '6 fields, 8 headers' },
        { reason: 'bad_value', field: 'event', ...once(5, 'flu') },
        { reason: 'no_identity', field: 'id_number', ...once(8) },
        { reason: 'missing_field', field: 'occurred_on', ...once(9) },
      ],
      unknown_columns: { 批次: 1 },
      id_numbers: {
        stated: 5,
        right: 2,
        defects: {
          wrong_check_character: once(3, '159901********0011'),
          scientific_notation: once(4, '1.59…E+17'),
          masked: once(5, '159901********0010'),
        },
      },
      lost_digits: { record_id: once(5, '1.5E+17') },
    });
    const found = Object.fromEntries(columns.map((c: { column: string }) => [c.column, c]));
    expect(found['occurred_on']).toEqual({
      ...{
        column: 'occurred_on',
        zh: '发生日期',
        headers: ['发生日期'],
        required: true,
        filled: 6,
        example: '2026-09-01',
      },
    });
    expect(found['name']).toMatchObject({ headers: ['name'], filled: 6, example: '张*' });
    expect(found['address']).toMatchObject({ headers: [], filled: 0, example: null });
    expect(stdout).not.toContain(RIGHT);
    expect(stdout).not.toContain('张三');
  });

  it('says the same in words', async () => {
    const path = await put('feeds/health/01.csv', `${HEADER}\n${ROWS.join('\n')}\n`);
    const { code, stdout } = await call('check', path);
    expect(code).toBe(0);
    for (const line of [
      /01\.csv: health 卫生健康, CSV, utf-8, mapping none$/m,
      /^9 rows: 2 records, 0 withdrawals, 0 declarations, 7 would be refused$/m,
      /^ {2}occurred_on 发生日期\* {2}<- 发生日期 {2}6 {2}2026-09-01$/m,
      /^ {2}2 {2}bad_date \(occurred_on\) {2}lines 3, 4 {2}2026-09-31$/m,
      /^ {2}批次 \(1\)$/m,
      /^id numbers: 5 stated, 2 right$/m,
      /^ {2}1 {2}made a number by a spreadsheet: .*text and fill it anew {2}line 4 {2}1\.59…E\+17$/m,
      /^record_id: 1 made numbers by a spreadsheet/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain('address');
  });

  it.each(['csv', 'csv.gz', 'jsonl', 'jsonl.gz', 'xlsx'])('finds the same in %s', async (form) => {
    const table = [HEADER, ROWS[0], ROWS[1], ROWS[3]].map((row) => (row as string).split(','));
    const [names, ...rows] = table as [string[], ...string[][]];
    const objects = rows.map(
      (row) => `${JSON.stringify(Object.fromEntries(row.map((cell, i) => [names[i], cell])))}\n`,
    );
    const csv = `${table.map((row) => row.join(',')).join('\n')}\n`;
    const content = {
      csv,
      'csv.gz': gzipSync(csv),
      jsonl: objects.join(''),
      'jsonl.gz': gzipSync(objects.join('')),
      xlsx: await (await writeExcelFile(table.map((row) => row.map((value) => ({ value }))) as never)).toBuffer(),
    }[form] as Buffer;
    const { stdout, code } = await call('check', await put(`any/where.${form}`, content), '--feed', 'health', '--json');
    expect(code).toBe(0);
    const checked = JSON.parse(stdout);
    const shift = form.startsWith('jsonl') ? 1 : 0;
    expect(checked).toMatchObject({
      ...{ format: form.split('.')[0], packed: form.endsWith('gz'), encoding: 'utf-8', rows: 3, rejected: 2 },
      refusals: [
        { reason: 'bad_date', field: 'occurred_on', first_lines: [3 - shift] },
        { reason: 'bad_value', field: 'event', first_lines: [4 - shift] },
      ],
      id_numbers: { stated: 3, right: 1 },
    });
    const { headers, filled } = checked.columns.find((c: { column: string }) => c.column === 'occurred_on');
    expect([headers, filled]).toEqual([['发生日期'], 3]);
    expect(Object.keys(checked.unknown_columns)).toEqual(['批次']);
  });

  it('uses the mapping that a load would use, or the one that is given', async () => {
    const path = await put(
      'feeds/tax/01.csv',
      '号,所属期,姓名,id_number,类,收入额\n1,202609,张三,15990119800101001X,1,5\n',
    );
    expect(await call('check', path)).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 would be refused/) });
    await put(
      'home/mappings/tax.yaml',
      'headers: {号: record_id, 类: income_type}\ncodes: {income_type: {1: wages}}\n',
    );
    const byHome = await call('check', path, '--json');
    expect(JSON.parse(byHome.stdout)).toMatchObject({
      mapping: join(folder, 'home/mappings/tax.yaml'),
      records: 1,
      rejected: 0,
    });
    await put('feeds/tax/_mapping.yaml', 'headers: {号: record_id}\nconstants: {income_type: 经营}\n');
    const beside = await call('check', path);
    expect(beside.stdout).toMatch(/^ {2}income_type 所得项目\* {2}<- \(a constant\) {2}1 {2}经营$/m);
    const given = await put('elsewhere.yaml', 'headers: {号: nothing}\n');
    expect(await call('check', path, '--mapping', given)).toMatchObject({
      code: 1,
      text: expect.stringMatching(/elsewhere\.yaml:1: headers\.号: there is no column "nothing"/),
    });
    expect(await call('check', path, '--mapping', 'none.yaml')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/none\.yaml: there is no such file/),
    });
  });

  it('tells the encoding, and declarations from records', async () => {
    const gb = Buffer.from('bcc7c2bcb1e0bac52cd0d5c3fb0a612cd5c5c8fd0a', 'hex');
    expect(JSON.parse((await call('check', await put('feeds/health/gb.csv', gb), '--json')).stdout)).toMatchObject({
      encoding: 'gb18030',
      rows: 1,
    });
    const declared = await put('feeds/health/_complete.csv', 'region_code,period\n1599,2026-09\n1599,x\n');
    expect(JSON.parse((await call('check', declared, '--json')).stdout)).toMatchObject({
      declarations: 1,
      rejected: 1,
      columns: [{ column: 'region_code' }, {}, {}],
    });
  });
});

describe('a check that can not be done', () => {
  it.each<[string, () => Promise<string[]>, number, RegExp]>([
    ['of nothing', async () => ['check'], 2, /^yilian feeds check FILE/],
    ['by another word', async () => ['chek', 'x'], 2, /^yilian feeds check FILE/],
    [
      'of a feed that is none',
      async () => ['check', await put('feeds/health/01.csv', 'a'), '--feed', 'x'],
      2,
      /^--feed x: there is no such feed; the feeds are .*health \(卫生健康\)/,
    ],
    [
      'in a folder of no feed',
      async () => ['check', await put('other/01.csv', 'a')],
      2,
      /the folder other is no feed; name one with --feed/,
    ],
    [
      'of a form that is none',
      async () => ['check', await put('feeds/health/01.xls', 'a')],
      2,
      /only \.csv, \.jsonl, their \.gz, and \.xlsx are read/,
    ],
    ['of a file that is not there', async () => ['check', 'feeds/health/none.csv'], 1, /none\.csv: it is not there/],
    [
      'of a file without headers',
      async () => ['check', await put('feeds/health/02.csv', 'a,b\n')],
      1,
      /02\.csv:1: none of the headers is known/,
    ],
    [
      'of a workbook that is none',
      async () => ['check', await put('feeds/health/02.xlsx', 'a,b\n')],
      1,
      /02\.xlsx: is no XLSX workbook\. Open it/,
    ],
    [
      'of a packed file that is cut',
      async () => ['check', await put('feeds/health/02.csv.gz', gzipSync('record_id\n1\n').subarray(0, 20))],
      1,
      /02\.csv\.gz:\d: the packed file is damaged/,
    ],
  ])('%s', async (_, argv, code, text) => {
    expect(await call(...(await argv()))).toMatchObject({ code, stdout: '', text: expect.stringMatching(text) });
  });
});
