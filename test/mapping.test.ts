// A sender's own headers and codes are read as ours, whatever form the file has.
import { describe, expect, it } from 'vitest';
import type { Feed } from '../ingest/feed.ts';
import { feeds } from '../ingest/feeds/index.ts';
import type { FeedMapping } from '../ingest/mapping.ts';
import { readColumns, readFeed, type TakenRow } from '../ingest/read-feed.ts';
import { xlsxRecords } from '../ingest/xlsx.ts';
import { toCsv } from './oracle/exchange-builder.ts';
import { sourceOf, tableOf } from './support/workbook.ts';

const feed = feeds.get('medical-insurance') as Feed;

const mapping: FeedMapping = {
  headers: {
    单据号: 'record_id',
    name: 'hospital',
    患者: 'name',
    入院: 'admitted_on',
    类别: 'visit_type',
    自付: 'self_paid',
  },
  codes: { visit_type: { '1１': 'inpatient', true: 'pharmacy' }, phone: { 无: '' } },
  constants: { occurred_on: '2026-09-01', fund_paid: '7' },
};

type Cells = Record<string, string | number>;
const rows: Cells[] = [
  {
    单据号: 'a',
    name: '旗医院',
    患者: '张三',
    id_number: '159901198001010010',
    类别: '11',
    total_amount: '90',
    自付: '20',
    phone: '无',
  },
  {
    单据号: 'b',
    name: '旗医院',
    患者: '李四',
    id_number: '159901198001010010',
    类别: '门诊',
    total_amount: '90',
    自付: '20',
    phone: '',
  },
  {
    单据号: 'c',
    name: '',
    患者: '王五',
    id_number: '159901198001010010',
    类别: '12',
    total_amount: '90',
    自付: '20',
    phone: '1',
  },
];
const headers = Object.keys(rows[0] as Cells);
const table = (header = headers): (string | number | null)[][] => [
  header,
  ...rows.map((row) => headers.map((name) => row[name] ?? '')),
];

const read = async (
  form: 'csv' | 'jsonl' | 'xlsx',
  bytes: Buffer,
  by: FeedMapping | null = mapping,
  declarations = false,
): Promise<TakenRow[]> => {
  const taken: TakenRow[] = [];
  const open =
    form === 'xlsx'
      ? xlsxRecords(sourceOf(bytes), readColumns({ feed, declarations }), by)
      : async function* (offset: number) {
          yield bytes.subarray(offset);
        };
  const file = { feed, form, declarations, encoding: 'utf-8' as const, mapping: by, open };
  const options = {
    from: { line: 1, offset: 0 },
    limits: { latestDay: 30_000, receiptDay: 30_000 },
    batchRows: 100,
    unknown: new Map(),
  };
  for await (const batch of readFeed(file, options)) taken.push(...batch.rows);
  return taken;
};

/** The same rows written as we would. */
const ours = toCsv(
  rows.map((row) => ({
    ...{ record_id: row['单据号'], hospital: row['name'], name: row['患者'], id_number: row['id_number'] },
    ...{
      visit_type: { '11': 'inpatient', '12': '12' }[row['类别'] as string] ?? row['类别'],
      total_amount: row['total_amount'],
    },
    ...{
      self_paid: row['自付'],
      phone: row['phone'] === '无' ? '' : row['phone'],
      occurred_on: '2026-09-01',
      fund_paid: '7',
    },
  })) as never,
);
const records = (taken: TakenRow[]) =>
  taken.map((row) => (row.kind === 'record' ? row.record : row.kind === 'rejected' && row.rejection));

describe('a mapping', () => {
  it.each(['csv', 'jsonl', 'xlsx'] as const)('makes a file in %s what it would be in our words', async (form) => {
    const bytes = {
      csv: Buffer.from(toCsv(rows)),
      jsonl: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      xlsx: tableOf(table()),
    }[form];
    const expected = records(await read('csv', Buffer.from(ours), null));
    expect(expected.map((record) => record && 'reason' in record)).toEqual([false, false, true]);
    expect(records(await read(form, bytes))).toEqual(expected);
  });

  it('takes numbers and truth values of JSON for codes, and null for a column that is not there', async () => {
    const base = { 单据号: 'a', 患者: '张三', id_number: '159901198001010010', total_amount: 9, 自付: 1 };
    const lines = [
      { ...base, 类别: 11 },
      { ...base, 类别: true, fund_paid: null },
      { ...base, 类别: '11', occurred_on: '2026-09-02' },
    ];
    const taken = await read('jsonl', Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
    expect(taken.map((row) => row.kind === 'record' && [row.record.fact?.kind, row.record.fact?.day])).toEqual([
      ['medical.inpatient', 20_697],
      ['medical.pharmacy', 20_697],
      ['medical.inpatient', 20_698],
    ]);
  });

  it('gives a constant to rows whose file lacks the column, and not to an empty cell', async () => {
    const header = 'record_id,患者,id_number,visit_type,total_amount,self_paid';
    const row = 'a,张三,159901198001010010,inpatient,9,1';
    expect((await read('csv', Buffer.from(`${header}\n${row}\n`))).map(({ kind }) => kind)).toEqual(['record']);
    const [empty] = await read('csv', Buffer.from(`${header},occurred_on\n${row},\n`));
    expect(empty).toMatchObject({ rejection: { reason: 'missing_field', field: 'occurred_on' } });
  });

  it('of dates counts for numbers of a sheet', async () => {
    const sheet = tableOf([
      ['单据号', '患者', 'id_number', '类别', 'total_amount', '自付', '入院'],
      ['a', '张三', '159901198001010010', '11', 9, 1, 46_000],
    ]);
    const [first] = await read('xlsx', sheet);
    const [other] = await read(
      'xlsx',
      tableOf([
        ['单据号', '患者', 'id_number', '类别', 'total_amount', '自付', '入院'],
        ['a', '张三', '159901198001010010', '11', 9, 1, '2025-12-09'],
      ]),
    );
    expect(first).toEqual({ ...other, at: { line: 2, offset: expect.any(Number) } });
    expect(first?.kind).toBe('record');
  });

  it('leaves declarations alone', async () => {
    const declared = Buffer.from('region_code,period\n1599,2026-09\n');
    const by = { ...mapping, headers: { period: 'name' } };
    expect(await read('csv', declared, by, true)).toMatchObject([
      { kind: 'completion', completion: { regionPrefix: '1599' } },
    ]);
  });
});
