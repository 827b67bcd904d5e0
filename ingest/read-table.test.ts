import { expect, it } from 'vitest';
import type { Column } from './column.ts';
import { readTable, type TableRow } from './read-table.ts';

const columns: readonly Column[] = [
  { name: 'person_id', zh: '人员编号', type: 'text', required: true, longest: 8 },
  { name: 'name', zh: '姓名', type: 'name', required: true },
  { name: 'sex', zh: '性别', type: 'choice', values: { M: '男', F: '女' } },
  { name: 'member_from', zh: '成员起始日期', type: 'date' },
];
const limits = { latestDay: Number.MAX_SAFE_INTEGER, receiptDay: 20_000 };

const rowsOf = async (content: string | Buffer, chunk = 1e9): Promise<string[]> => {
  const bytes = Buffer.from(content);
  const open = (offset: number): AsyncIterable<Buffer> =>
    (async function* chunks() {
      for (let at = offset; at < bytes.length; at += chunk) yield Buffer.from(bytes.subarray(at, at + chunk));
    })();
  const told = (row: TableRow): string =>
    row.ok
      ? `${row.at.line} ${Object.values(row.row).join()}`
      : `${row.at.line} ${row.rejection.reason} ${row.rejection.field} ${row.raw.toString().slice(0, 12)}`;
  const rows: TableRow[] = [];
  for await (const batch of readTable({ columns, encoding: 'utf-8', open }, limits)) rows.push(...batch);
  return rows.map(told);
};

it('reads rows by the names of their columns, good ones beside bad ones', async () => {
  const content = [
    '\uFEFF姓名,extra,person_id,性别,member_from',
    ' 哈斯.额尔敦 ,x,P1,男,2026-09-30',
    '张三,x,P2',
    ',x,P3,,',
    '张三,x,P3456789a,X,2026-02-30',
    '',
    '张三,x,P4,女,',
  ];
  expect(await rowsOf(content.join('\r\n'), 7)).toEqual([
    '2 P1,哈斯·额尔敦,M,20726',
    '3 malformed null 张三,x,P2',
    '4 missing_field name ,x,P3,,',
    '5 bad_date member_from 张三,x,P345678',
    '7 P4,张三,F,',
  ]);
});

it('reads on behind a lost quote, and quotes that hold line ends there too', async () => {
  const content = 'person_id,name\nP1,"张三\nP2,"李\n四"\nP3,王五\nP4,"x\nP5,赵六\nP6,"钱\n七"\nP7,"';
  for (const chunk of [1e9, 5]) {
    expect(await rowsOf(content, chunk)).toEqual([
      '2 malformed null P1,"张三',
      '3 P2,李\n四,,',
      '5 P3,王五,,',
      '6 malformed null P4,"x',
      '7 P5,赵六,,',
      '8 P6,钱\n七,,',
      '10 malformed null P7,"',
    ]);
  }
});

it('reads nothing where there is nothing', async () => {
  for (const content of ['', '\n', '\uFEFF', 'person_id,name', 'person_id,name\n\n'])
    expect(await rowsOf(content)).toEqual([]);
});

it('refuses what is too large', async () => {
  expect(await rowsOf(`person_id,name\nP1,${'x'.repeat(70_000)}\nP2,张三\n`, 9_999)).toEqual([
    '2 too_large null P1,xxxxxxxxx',
    '3 P2,张三,,',
  ]);
});
