import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../platform/calendar.ts';
import { feeds } from './feeds/index.ts';
import { type FeedFile, firstRecord, type ReadRows, readFeed, type TakenRow } from './read-feed.ts';
import type { TextEncodingName, UnknownColumns } from './rows.ts';

const today = dayNumber(2026, 9, 30) as number;
const limits = { latestDay: today, receiptDay: today };
const health = feeds.get('health') as FeedFile['feed'];

const opener =
  (content: string | Buffer, chunk: number) =>
  (offset: number): AsyncIterable<Buffer> =>
    (async function* chunks() {
      const bytes = Buffer.from(content);
      for (let at = offset; at < bytes.length; at += chunk) yield Buffer.from(bytes.subarray(at, at + chunk));
    })();

interface Given {
  readonly form?: 'csv' | 'jsonl';
  readonly declarations?: boolean;
  readonly encoding?: TextEncodingName;
  readonly chunk?: number;
  readonly batchRows?: number;
  readonly from?: { readonly line: number; readonly offset: number };
  readonly unknown?: UnknownColumns;
  readonly regions?: readonly string[];
}

const batchesOf = async (content: string | Buffer, given: Given = {}) => {
  const {
    form = 'csv',
    declarations = false,
    encoding = 'utf-8',
    chunk = 1e9,
    batchRows = 1e9,
    regions = null,
  } = given;
  const file: FeedFile = { feed: health, form, declarations, encoding, regions, open: opener(content, chunk) };
  const { from = { line: 1, offset: 0 }, unknown = new Map() } = given;
  const batches: ReadRows[] = [];
  for await (const batch of readFeed(file, { from, limits, batchRows, unknown })) batches.push(batch);
  return batches;
};

const told = (row: TakenRow): string => {
  if (row.kind === 'record') return `${row.at.line} ${row.record.recordId} ${row.record.identity.name}`;
  if (row.kind === 'completion') return `${row.at.line} complete ${row.completion.regionPrefix}`;
  return `${row.at.line} ${row.rejection.reason}${row.declaration ? ' declaration' : ''}`;
};

const rowsOf = async (content: string | Buffer, given: Given = {}): Promise<string[]> =>
  (await batchesOf(content, given)).flatMap(({ rows }) => rows.map(told));

const HEADER = 'record_id,occurred_on,name,id_number,event';
const row = (id: string, name = '张三'): string => `${id},2026-09-20,${name},1,death`;
const object = (id: string, more: object = {}): string =>
  JSON.stringify({ record_id: id, occurred_on: '2026-09-20', name: '张三', id_number: '1', event: '死亡', ...more });

describe('a CSV file', () => {
  it('has one row a line under its header', async () => {
    expect(await rowsOf(`${HEADER}\n${row('a')}\n${row('b')}\n`)).toEqual(['2 a 张三', '3 b 张三']);
  });

  it.each([
    ['CRLF', `${HEADER}\r\n${row('a')}\r\n`],
    ['a byte order mark', `\uFEFF${HEADER}\n${row('a')}\n`],
    ['no last line end', `${HEADER}\n${row('a')}`],
    ['Chinese headers', `记录编号,发生日期,姓名,公民身份号码,事件\n${row('a')}\n`],
    ['quotes', `"record_id","occurred_on",name,id_number,event\n"a",2026-09-20,"张三","1",death\n`],
  ])('is read with %s', async (_, content) => expect(await rowsOf(content)).toEqual(['2 a 张三']));

  it('is read in GB18030', async () => {
    const name = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]);
    const content = Buffer.concat([Buffer.from(`${HEADER}\na,2026-09-20,`), name, Buffer.from(',1,death\n')]);
    expect(await rowsOf(content, { encoding: 'gb18030' })).toEqual(['2 a 张三']);
    expect(await rowsOf(content, { encoding: 'utf-8' })).toEqual(['2 malformed']);
  });

  it('may be empty, or hold nothing but a mark, blank lines or headers', async () => {
    for (const content of ['', '\uFEFF', '\n\r\n  \n', '\uFEFF\r\n', HEADER, `${HEADER}\n`, `\n${HEADER}\n\n`]) {
      expect(await rowsOf(content), JSON.stringify(content)).toEqual([]);
    }
    const empty = ['', '\uFEFF', ' ', '\r\n \r\n\t', '\uFEFF\n'];
    for (const content of empty) expect(await firstRecord(opener(content, 1)), JSON.stringify(content)).toBeNull();
    expect(await firstRecord(opener(`\uFEFF\n\n${HEADER}`, 3))).toMatchObject({ line: 3, bytes: Buffer.from(HEADER) });
  });

  it('does not read blank lines, and counts them', async () => {
    expect(await rowsOf(`${HEADER}\n\n${row('a')}\n \t\r\n${row('b')}\n\n`)).toEqual(['3 a 张三', '5 b 张三']);
  });

  it('takes the good rows beside the bad ones', async () => {
    const content = [
      HEADER,
      row('a'),
      'x',
      row('b', ''),
      `${row('c')},`,
      row('d', 'x'.repeat(70_000)),
      'a\0,,,,',
      row('e'),
    ];
    expect(await rowsOf(content.join('\n'))).toEqual([
      '2 a 张三',
      '3 malformed',
      '4 missing_field',
      '5 malformed',
      '6 too_large',
      '7 malformed',
      '8 e 张三',
    ]);
  });

  it('loses one line to a quote that is never closed', async () => {
    expect(await rowsOf([HEADER, row('a', '"张三'), row('b'), row('c', '"李"'), ''].join('\n'))).toEqual([
      '2 malformed',
      '3 b 张三',
      '4 c 李',
    ]);
    expect(await rowsOf([HEADER, row('a', '"张三'), row('b'), row('c', '"李"'), row('d')].join('\n'))).toEqual([
      '2 malformed',
      '3 b 张三',
      '4 c 李',
      '5 d 张三',
    ]);
    expect(await rowsOf([HEADER, row('a', `"${'x'.repeat(70_000)}`), row('b')].join('\n'))).toEqual([
      '2 too_large',
      '3 b 张三',
    ]);
  });

  it('without a header that can be read has malformed rows only', async () => {
    expect(await rowsOf(Buffer.concat([Buffer.from([0xff, 0xfe, 10]), Buffer.from(row('a'))]))).toEqual([
      '2 malformed',
    ]);
  });

  it('says which columns it does not know', async () => {
    const unknown: UnknownColumns = new Map();
    await rowsOf(`${HEADER},批次,extra\n`, { unknown });
    expect(Object.fromEntries(unknown)).toEqual({ 批次: 1, extra: 1 });
  });
});

describe('a JSONL file', () => {
  it('has one object a line', async () => {
    const content = `\uFEFF${object('a')}\r\n\n${object('b', { name: '李 四' })}\n[${object('c')}]\n{"record_id"\n"${object('d')}`;
    expect(await rowsOf(content, { form: 'jsonl' })).toEqual([
      '1 a 张三',
      '3 b 李 四',
      '4 malformed',
      '5 malformed',
      '6 malformed',
    ]);
  });

  it('is UTF-8 whatever its lines look like', async () => {
    expect(await rowsOf(object('a'), { form: 'jsonl', encoding: 'gb18030' })).toEqual(['1 a 张三']);
  });

  it('knows too_large before anything else', async () => {
    const long = (n: number): string =>
      object('a', { extra: 'x'.repeat(n - Buffer.byteLength(object('a', { extra: '' }))) });
    expect(Buffer.byteLength(long(65_536))).toBe(65_536);
    expect(await rowsOf(`${long(65_536)}\n${long(65_537)}\n${'{'.repeat(65_537)}`, { form: 'jsonl' })).toEqual([
      '1 a 张三',
      '2 too_large',
      '3 too_large',
    ]);
  });
});

describe('declarations', () => {
  it('stand in _complete.csv', async () => {
    const content = '行政区划代码,所属期,records\n1599,2026-09,\n1599,2026-13,\n,2026-09,1\nx\n15990410,202609,5\n';
    expect(await rowsOf(content, { declarations: true })).toEqual([
      '2 complete 1599',
      '3 bad_date declaration',
      '4 missing_field declaration',
      '5 malformed declaration',
      '6 complete 15990410',
    ]);
  });

  it('stand among records with op = complete', async () => {
    const lines = [
      '{"op":"complete","record_id":"c","region_code":"1599","period":"2026-09"}',
      object('a'),
      '{"op":"complete","region_code":"1599"}',
      '{"op":"Complete","region_code":"1599","period":"2026-09"}',
    ];
    expect(await rowsOf(lines.join('\n'), { form: 'jsonl' })).toEqual([
      '1 complete 1599',
      '2 a 张三',
      '3 missing_field declaration',
      '4 missing_field',
    ]);
    const csv = `op,region_code,period,record_id,occurred_on,name,id_number,event\ncomplete,1599,2026-09,,,,,\n,159901,,${row('a')}\n`;
    expect(await rowsOf(csv)).toEqual(['2 complete 1599', '3 a 张三']);
  });
});

describe('a sender of some regions', () => {
  const regions = ['159901', '1588'];
  it('may say of its rows where they are, or nothing', async () => {
    const rows = [
      object('in', { region_code: '159901101' }),
      object('other', { region_code: '158899' }),
      object('silent', {}),
      object('out', { region_code: '159902101' }),
      JSON.stringify({ op: 'complete', region_code: '159901', period: '2026-08' }),
      JSON.stringify({ op: 'complete', region_code: '1599', period: '2026-08' }),
    ].join('\n');
    const judged = (await batchesOf(rows, { form: 'jsonl', regions })).flatMap((batch) => batch.rows);
    expect(judged.map((row) => (row.kind === 'rejected' ? row.rejection : row.kind))).toEqual([
      ...['record', 'record', 'record'],
      { reason: 'bad_value', field: 'region_code' },
      'completion',
      { reason: 'bad_value', field: 'region_code' },
    ]);
    expect(
      (await batchesOf(rows, { form: 'jsonl' })).flatMap((batch) => batch.rows).map(({ kind }) => kind),
    ).not.toContain('rejected');
  });
});

describe('batches', () => {
  const content = [HEADER, ...Array.from({ length: 50 }, (_, i) => (i % 7 === 3 ? '"x\ny"' : row(`r${i}`)))].join('\n');

  it('hold about as many rows as asked for, and say where reading goes on', async () => {
    const all = await rowsOf(content);
    const batches = await batchesOf(content, { chunk: 100, batchRows: 10 });
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.flatMap(({ rows }) => rows.map(told))).toEqual(all);
    let before = 0;
    for (const { rows, next } of batches) {
      before += rows.length;
      expect(await rowsOf(content, { from: next })).toEqual(all.slice(before));
    }
  });

  it('end early where rows are long, so that memory stays bounded', async () => {
    const long = Array.from({ length: 1_000 }, (_, i) => object(`r${i}`, { extra: 'x'.repeat(60_000) })).join('\n');
    const batches = await batchesOf(long, { form: 'jsonl', chunk: 1_048_576, batchRows: 20_000 });
    expect(batches.length).toBe(2);
    expect(batches.flatMap(({ rows }) => rows)).toHaveLength(1_000);
  });

  it('are the same rows whatever the chunks, and from wherever a quote was lost', async () => {
    const line = fc.constantFrom(row('a'), row('b', '"李\n四"'), row('c', '"'), row('d', '"",'), '', '\r', 'x', '"');
    const file = fc.array(line, { maxLength: 12 }).map((lines) => [HEADER, ...lines].join('\n'));
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 60 }), async (text, chunk) => {
        expect(await rowsOf(text, { chunk, batchRows: 3 })).toEqual(await rowsOf(text));
      }),
    );
  });
});
