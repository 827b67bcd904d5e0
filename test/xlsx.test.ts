// Workbooks are read as CSV files of the same table are: by hand-made ones, what each cell becomes and what is refused;
// by ones of a library, and against a CSV file of the same rows, that nothing else differs.
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import type { Column } from '../ingest/column.ts';
import type { Feed } from '../ingest/feed.ts';
import { feeds } from '../ingest/feeds/index.ts';
import { firstRecord, readColumns, readFeed, type TakenRow } from '../ingest/read-feed.ts';
import { xlsxRecords } from '../ingest/xlsx.ts';
import { createXmlScanner } from '../ingest/xml-scan.ts';
import { toCsv } from './oracle/exchange-builder.ts';
import { partsOf, rowOf, type Sheet, sourceOf, tableOf, workbookOf, zipOf } from './support/workbook.ts';

const columns: readonly Column[] = [
  { name: 'record_id', zh: '记录编号', type: 'text' },
  { name: 'occurred_on', zh: '发生日期', type: 'date' },
  { name: 'period', zh: '所属期', type: 'month' },
  { name: 'issued_at', zh: '下发时间', type: 'time' as Column['type'] },
  { name: 'amount', zh: '金额', type: 'amount' },
];

/** Records of a workbook as lines, its header first. */
const linesOf = async (workbook: Buffer, offset = 0): Promise<string[]> => {
  const chunks: Buffer[] = [];
  for await (const chunk of xlsxRecords(sourceOf(workbook), columns, null)(offset)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
};

const problemOf = (workbook: Buffer): Promise<string> =>
  linesOf(workbook).then(
    () => 'none',
    (error: Error) => (error.name === 'XlsxProblem' ? error.message : `${error.name}: ${error.stack}`),
  );

/** The second row of a sheet whose header is `record_id`, twice. */
const cellsOf = async (cells: string, sheet: Omit<Sheet, 'rows'> = {}): Promise<string | undefined> => {
  const workbook = workbookOf({ ...sheet, rows: `${rowOf(['record_id', 'x'])}<row>${cells}</row>` });
  return (await linesOf(workbook))[1];
};

describe('a cell', () => {
  it.each<[string, string, string]>([
    ['a number', '<c><v>423.02</v></c>', '423.02,'],
    ['a number of 17 digits', '<c><v>423.02000000000004</v></c>', '423.02,'],
    ['a number that is a hair off', '<c><v>0.30000000000000004</v></c>', '0.3,'],
    ['a whole number with a point', '<c><v>12.0</v></c>', '12,'],
    ['a large number', '<c><v>999999999999999</v></c>', '999999999999999,'],
    ['an id number that became a number', '<c><v>159901198001011234</v></c>', '1.59901198001011E+17,'],
    ['the same as Excel stores it', '<c><v>1.59901198001011E+17</v></c>', '1.59901198001011E+17,'],
    ['a small number', '<c><v>1E-7</v></c>', '1E-07,'],
    ['minus zero', '<c><v>-0</v></c>', '0,'],
    ['a number too large for any', '<c><v>1E+309</v></c>', '1E+309,'],
    ['true', '<c t="b"><v>1</v></c>', 'true,'],
    ['false', '<c t="b"><v>0</v></c>', 'false,'],
    ['an error', '<c t="e"><v>#N/A</v></c>', '#N/A,'],
    ['a formula with its cached number', '<c><f>A1*2</f><v>84</v></c>', '84,'],
    ['a formula with its cached text', '<c t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', 'ab,'],
    ['a formula that nobody computed', '<c><f>A1*2</f></c><c t="str"><v>y</v></c>', ',y'],
    ['an inline text', '<c t="inlineStr"><is><t>张三</t></is></c>', '张三,'],
    [
      'rich text, without how it is pronounced',
      '<c t="inlineStr"><is><r><rPr><b/></rPr><t>张</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh><r><t>三</t></r></is></c>',
      '张三,',
    ],
    [
      'a text with entities',
      '<c t="inlineStr"><is><t>a&lt;b&amp;&#x4E2D;&#20013;&quot;&nbsp;</t></is></c>',
      '"a<b&中中""&nbsp;",',
    ],
    ['a text in CDATA', '<c t="inlineStr"><is><t>a<![CDATA[<&b>]]>c</t></is></c>', 'a<&b>c,'],
    ['a text with a comma and a quote', '<c t="inlineStr"><is><t>a,"b"</t></is></c>', '"a,""b""",'],
    ['a text beyond the BMP', '<c t="inlineStr"><is><t>𠮷&#x20BB7;_xD842__xDFB7_</t></is></c>', '𠮷𠮷𠮷,'],
    ['half a character', '<c t="inlineStr"><is><t>a_xD842_</t></is></c>', 'a\0,'],
    ['an escaped sign', '<c t="inlineStr"><is><t>a_x0041__x005F_x</t></is></c>', 'aA_x,'],
    ['an ISO date', '<c t="d"><v>2026-09-30T00:00:00</v></c>', '2026-09-30,'],
    ['tags with prefixes', '<x:c xmlns:x="y"><x:v>7</x:v></x:c>', '7,'],
    ['attributes in single quotes with a > in them', "<c foo='>' t='str' bar=\"'>\"><v>7</v></c>", '7,'],
    ['comments and instructions', '<!-- <c> --><c><?a <v>?><v>7</v></c>', '7,'],
    ['cells that are left out and empty', '<c r="B2" t="str"><v>y</v></c>', ',y'],
    ['cells out of order', '<c r="B2"><v>2</v></c><c r="A2"><v>1</v></c>', '1,2'],
    ['more cells than headers', '<c r="D2"><v>4</v></c>', ',,,4'],
    ['empty cells beyond the headers', '<c r="A2"><v>1</v></c><c r="D2" s="1"/>', '1,'],
    ['a reference that is none', '<c r="?"><v>1</v></c><c r="12"><v>2</v></c>', '1,2'],
    ['a shared text that is left out', '<c t="s"/><c t="b"/>', ''],
    ['a row of empty cells', '<c r="A2" s="1"/><c r="B2"><v></v></c>', ''],
  ])('that is %s', async (_, cells, line) => {
    expect(await cellsOf(cells)).toBe(line);
  });

  it('may share its text with others', async () => {
    const strings =
      '<si><t>记录&amp;</t></si><si/><si><r><t>张</t></r><r><t xml:space="preserve"> 三</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>';
    const cells = '<c t="s"><v>2</v></c><c t="s"><v>0</v></c>';
    expect(await cellsOf(cells, { strings })).toBe('张 三,记录&');
    expect(await cellsOf('<c t="s"><v>1</v></c><c><v>1</v></c>', { strings })).toBe(',1');
  });

  it('may hold line ends: its record still is one row', async () => {
    const rows = `${rowOf(['record_id', 'amount'])}${rowOf(['a\r\nb\rc', '1'])}${rowOf(['d', '2'])}`;
    expect(await linesOf(workbookOf({ rows }))).toEqual(['record_id,amount', '"a', 'b', 'c",1', 'd,2']);
  });
});

describe('a number with a style or in a column of dates', () => {
  const formats = [
    'yyyy\\-mm\\-dd',
    'yyyy"年"m"月"',
    'm/d/yy h:mm',
    '[h]:mm:ss',
    '000000',
    '0.00E+00',
    '[$-804]yyyy"年"m"月"d"日";@',
    '#,##0.00;[Red]-#,##0.00',
    'e"年"m"月"',
  ];
  const styled = (style: number, value: string | number): string => `<c s="${style}"><v>${value}</v></c>`;
  it.each<[string, string, string]>([
    ['a date', styled(1, 46295), '2026-09-30'],
    ['a month', styled(2, 46295), '2026-09'],
    ['a date and time', styled(3, 46295.75), '2026-09-30 18:00:00'],
    ['a date and time at midnight', styled(3, 46295), '2026-09-30'],
    ['a duration', styled(4, 0.5), '12:00:00'],
    ['leading zeros', styled(5, 123), '000123'],
    ['an exponent', styled(6, 1500), '1500'],
    ['a Chinese date', styled(7, 46295), '2026-09-30'],
    ['money in red', styled(8, -3.5), '-3.5'],
    ['an era', styled(9, 46295), '2026-09'],
    ['a date that no calendar has', styled(1, -1), '-1'],
    ['a date after the last', styled(1, 2958466), '2958466'],
    ['a style that is not there', styled(77, 5), '5'],
  ])('shows %s', async (_, cell, text) => {
    expect(await cellsOf(cell, { formats })).toBe(`${text},`);
  });

  it.each<[string, number | string, string]>([
    ['occurred_on', 46295, '2026-09-30'],
    ['发生日期', 46295.9999, '2026-09-30'],
    ['occurred_on', 1, '1900-01-01'],
    ['occurred_on', 59, '1900-02-28'],
    ['occurred_on', 60, '1900-02-29'],
    ['occurred_on', 61, '1900-03-01'],
    ['occurred_on', 0, '0'],
    ['occurred_on', 2958465, '9999-12-31'],
    ['occurred_on', 20260930, '20260930'],
    ['occurred_on', '2026/9/30', '2026/9/30'],
    ['period', 46295, '2026-09'],
    ['period', 202609, '202609'],
    ['period', 202613, '2454-09'],
    ['issued_at', 46295.5, '2026-09-30T12:00:00+08:00'],
    ['amount', 46295, '46295'],
  ])('in %s: %s is %s', async (header, value, text) => {
    expect((await linesOf(tableOf([[header], [value]])))[1]).toBe(text);
  });

  it('counts from 1904 where the workbook says so', async () => {
    const rows = `${rowOf(['occurred_on'])}${rowOf([44833])}${rowOf([0])}`;
    expect(await linesOf(workbookOf({ rows, from1904: true }))).toEqual(['occurred_on', '2026-09-30', '1904-01-01']);
  });
});

describe('a cell that is written as nearly every program writes it', () => {
  const cell = fc.record({
    column: fc.option(fc.constantFrom('A', 'B', 'C', 'D', 'XFD', 'XFE', 'a', ''), { nil: null }),
    style: fc.option(fc.constantFrom('0', '1', '9', 'x'), { nil: null }),
    type: fc.option(fc.constantFrom('s', 'n', 'b', 'str', 's1', ''), { nil: null }),
    value: fc.option(fc.constantFrom('0', '1', '1.50', '46000', '', '&#49;', '-1', '1e3', '12345678901', ' 1'), {
      nil: null,
    }),
  });
  const written = (quote: string, end: string) => (c: typeof cell extends fc.Arbitrary<infer T> ? T : never) => {
    const attribute = (name: string, value: string | null) =>
      value === null ? '' : ` ${name}=${quote}${value}${quote}`;
    const tag = `<c${attribute('r', c.column === null ? null : `${c.column}2`)}${attribute('s', c.style)}${attribute('t', c.type)}`;
    return c.value === null ? `${tag}/>` : `${tag}><v${end}>${c.value}</v></c>`;
  };
  const read = (cells: string) =>
    cellsOf(cells, { strings: '<si><t>x</t></si><si><t>y</t></si>', formats: ['yyyy-mm-dd'] }).catch(
      (error: Error) => error.message,
    );

  it('says what it says in any other spelling', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { maxLength: 5 }), async (cells) => {
        const usual = await read(cells.map(written('"', '')).join(''));
        expect(usual).toBe(await read(cells.map(written("'", ' ')).join('')));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('rows', () => {
  it('stand at the line that Excel numbers them with', async () => {
    const rows = `${rowOf(['record_id', 'amount'], 2)}${rowOf(['a', 1], 5)}<row/>${rowOf(['b', 2])}${rowOf(['c', 3], 4)}`;
    expect(await linesOf(workbookOf({ rows }))).toEqual(['', 'record_id,amount', '', '', 'a,1', '', 'b,2', 'c,3']);
  });

  it('come from the first sheet that is shown', async () => {
    const parts = partsOf({ rows: rowOf(['no']) });
    const relation = (id: string, target: string, kind = 'worksheet') =>
      `<Relationship Id="${id}" Type="x/${kind}" Target="${target}"/>`;
    const sheet = (id: string, more = '') => `<x:sheet name="${id}" sheetId="1" rel:id="${id}" ${more}/>`;
    const workbook = (...sheets: string[]) =>
      zipOf({
        ...parts,
        'xl/workbook.xml': `<x:workbook xmlns:x="a" xmlns:rel="b"><x:sheets>${sheets.join('')}</x:sheets></x:workbook>`,
        'xl/_rels/workbook.xml.rels': `<Relationships>${relation('c', 'charts/1.xml', 'chartsheet')}${relation('h', 'worksheets/sheet1.xml')}${relation('a', 'worksheets/b%20c.xml')}${relation('b', '/xl/worksheets/sheet1.xml')}</Relationships>`,
        'xl/worksheets/b c.xml': `<x:worksheet xmlns:x="a"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
      });
    expect(await linesOf(workbook(sheet('c'), sheet('h', 'state="hidden"'), sheet('a'), sheet('b')))).toEqual(['1']);
    expect(await linesOf(workbook(sheet('b'), sheet('a')))).toEqual(['no']);
    expect(await linesOf(workbook(sheet('h', 'state="veryHidden"')))).toEqual(['no']);
    expect(await problemOf(workbook(sheet('c')))).toMatch(/the workbook has no sheet\. Open it/);
  });

  it('are read again from any byte', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [`记录${i}`, i % 3 === 0 ? null : i, 'a\nb']);
    const workbook = tableOf([['record_id', 'amount', 'x'], ...rows]);
    const whole = Buffer.from(`${(await linesOf(workbook)).join('\n')}\n`);
    for (let offset = 0; offset <= whole.length; offset += 37) {
      const chunks: Buffer[] = [];
      for await (const chunk of xlsxRecords(sourceOf(workbook), columns, null)(offset)) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(whole.subarray(offset)), `from ${offset}`).toBe(true);
    }
  });

  it('that are too large say so and end where they end', async () => {
    const feed = feeds.get('tax') as Feed;
    const text = '"长\n'.repeat(20_000);
    const workbook = tableOf([
      ['record_id', 'payer'],
      ['a', text],
      ['b', text.slice(0, 9)],
      ['c', 'x'.repeat(9_000_000)],
    ]);
    expect(
      (await taken(workbook, feed)).map(({ at, ...row }) => [at.line, 'rejection' in row && row.rejection.reason]),
    ).toEqual([
      [2, 'too_large'],
      [3, 'missing_field'],
      [4, 'too_large'],
    ]);
  });
});

const limits = { latestDay: 30_000, receiptDay: 30_000 };

const taken = async (bytes: Buffer, feed: Feed, form: 'csv' | 'xlsx' = 'xlsx'): Promise<TakenRow[]> => {
  const rows: TakenRow[] = [];
  const open =
    form === 'xlsx'
      ? xlsxRecords(sourceOf(bytes), readColumns({ feed, declarations: false }), null)
      : async function* (offset: number) {
          yield bytes.subarray(offset);
        };
  const file = { feed, form, declarations: false, encoding: 'utf-8' as const, open };
  for await (const batch of readFeed(file, { from: { line: 1, offset: 0 }, limits, batchRows: 7, unknown: new Map() }))
    rows.push(...batch.rows);
  return rows;
};

describe('the same rows', () => {
  const medical = feeds.get('medical-insurance') as Feed;
  const headers = [
    'record_id',
    '发生日期',
    'name',
    'id_number',
    'visit_type',
    'total_amount',
    'self_paid',
    'hospital',
    'other',
  ];
  const cell = fc
    .oneof(
      fc.constantFrom('', 'inpatient', '门诊', '张三', 'a,b', '"', ' x ', '𠮷', '15990119800101001X', '1.5', '\u200fא'),
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\p{C}\r\n]|_x/gu, '')),
    )
    // The library that writes them takes these for texts that it knows already.
    .filter((text) => !(text in {}));
  const row = fc.tuple(
    fc.integer({ min: 1, max: 99_999 }).map(String),
    fc.constantFrom('2026-09-30', '2026/9/1', '2026-02-30', ''),
    ...Array.from({ length: headers.length - 2 }, () => cell),
  );
  /** What was read, without the place in the file. */
  const said = (rows: readonly TakenRow[]): unknown[] =>
    rows.map(({ at, ...row }) => ({ ...row, line: at.line, raw: 'raw' in row ? row.raw.toString() : '' }));

  it('are read alike as a workbook by hand, as one of a library, and as CSV', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const csv = Buffer.from(
          toCsv(rows.map((cells) => Object.fromEntries(headers.map((name, i) => [name, cells[i] as string])))),
        );
        const expected = said(await taken(csv, medical, 'csv'));
        expect(said(await taken(tableOf([headers, ...rows]), medical))).toEqual(expected);
        const table = [headers, ...rows].map((cells) =>
          cells.map((value) => (value === '' ? null : { value, type: String })),
        );
        const library = await (await writeExcelFile(table as never)).toBuffer();
        expect(said(await taken(library as Buffer, medical))).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('with dates and amounts as numbers are the records that they are as text', async () => {
    const table = [
      ['record_id', 'occurred_on', 'name', 'id_number', 'visit_type', 'total_amount', 'self_paid', 'admitted_on'],
      ['a', new Date('2026-09-30'), '张三', '159901198001010010', '住院', 423.02000000000004, 0.1 + 0.2, 46295],
    ];
    const typed = table.map((cells) =>
      cells.map((value) => (value instanceof Date ? { value, type: Date, format: 'yyyy/mm/dd' } : { value })),
    );
    const workbook = (await (await writeExcelFile(typed as never)).toBuffer()) as Buffer;
    const csv = `${table[0]?.join()}\na,2026-09-30,张三,159901198001010010,inpatient,423.02,0.3,2026-09-30\n`;
    const record = (rows: TakenRow[]) => rows.map((row) => row.kind === 'record' && row.record);
    expect(record(await taken(workbook, medical))).toEqual(record(await taken(Buffer.from(csv), medical, 'csv')));
    expect(record(await taken(workbook, medical))[0]).toMatchObject({ fact: { amount: 30 } });
  });
});

describe('a workbook that is refused', () => {
  const parts = partsOf({ rows: rowOf(['record_id']) });
  const good = zipOf(parts);
  const sheet = (xml: string) => zipOf({ ...parts, 'xl/worksheets/sheet1.xml': xml });
  it.each<[string, Buffer, RegExp]>([
    ['is empty', Buffer.alloc(0), /^is empty\. Open it/],
    [
      'is text',
      Buffer.from('record_id,name\n'),
      /^is no XLSX workbook\. Open it in a spreadsheet program, save it as \.xlsx/,
    ],
    ['is a zip of something else', zipOf({ 'a.txt': 'x' }), /^is no XLSX workbook/],
    [
      'is an old .xls or has a password',
      Buffer.from('d0cf11e0a1b11ae1'.padEnd(64, '0'), 'hex'),
      /old Excel \(\.xls\), or one that is protected by a password\. Open/,
    ],
    ['has parts with a password', zipOf(parts, { flags: 1 }), /^the workbook is protected by a password/],
    [
      'is packed in another way',
      zipOf(parts, { method: 12 }),
      /^the workbook is packed in a way that is not read \(method 12\)/,
    ],
    ['was cut short', good.subarray(0, -40), /^the workbook is damaged or cut short here \(.*\)\. Send it again\./],
    ['was cut at its beginning', good.subarray(0, 60), /damaged or cut short/],
    ['has other bytes than were packed', zipOf(parts, { checksum: 7 }), /does not agree with its checksum/],
    ['is larger than it says', zipOf(parts, { size: 12 }), /is not of the size that the file says/],
    ['is smaller than it says', zipOf(parts, { size: 12_000 }), /is not of the size that the file says/],
    [
      'would unpack to gigabytes',
      zipOf(parts, { size: 4_000_000_000 }),
      /would unpack to 4000000000 bytes\. Split the data/,
    ],
    [
      'has many thousands of parts',
      zipOf({ ...parts, ...Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`x${i}`, ''])) }),
      /more than 10000 parts/,
    ],
    ['lacks its sheet', zipOf({ ...parts, 'xl/worksheets/sheet1.xml': '' }), /the XML ends in the middle/],
    ['ends in the middle of its XML', sheet('<worksheet><sheetData><row><c>'), /:?the XML ends in the middle/],
    [
      'has a tag that was never begun',
      sheet('<worksheet><sheetData></row></sheetData></worksheet>'),
      /an element ends as row/,
    ],
    ['declares a document type', sheet('<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), /declares a document type/],
    [
      'declares another encoding',
      sheet('<?xml version="1.0" encoding="UTF-16"?><worksheet/>'),
      /is in the encoding UTF-16/,
    ],
    [
      'declares a document type in a small part',
      zipOf({ ...parts, 'xl/workbook.xml': '<!DOCTYPE a><workbook/>' }),
      /declares a document type/,
    ],
    ['has a small part that is no XML', zipOf({ ...parts, 'xl/styles.xml': '<a><b></a>' }), /styles\.xml: /],
    [
      'names a text that is not there',
      workbookOf({ rows: '<row><c t="s"><v>3</v></c></row>' }),
      /shared text 3, and there is none/,
    ],
    [
      'has more columns than a sheet can have',
      workbookOf({ rows: `<row>${'<c><v>1</v></c>'.repeat(20_000)}</row>` }),
      /more than 16384 columns/,
    ],
    ['is nested deeper than any', sheet('<a>'.repeat(300)), /nested more than 256 deep/],
  ])('%s', async (_, workbook, problem) => {
    expect(await problemOf(workbook)).toMatch(problem);
  });

  it('tells the row where it breaks', async () => {
    const rows = `${rowOf(['record_id'])}${rowOf(['a'], 7)}<row r="9"><c t="s"><v>1</v></c></row>`;
    await expect(linesOf(workbookOf({ rows }))).rejects.toMatchObject({ name: 'XlsxProblem', row: 9 });
  });

  it('only throws on what its source throws', async () => {
    const broken = { ...sourceOf(good), read: () => Promise.reject(new Error('disk')) };
    await expect(firstRecord(xlsxRecords(broken, columns, null), 'rows')).rejects.toThrow(/^disk$/);
  });

  it('is no bomb of texts that are shared', async () => {
    const strings = `<si><t>${'x'.repeat(60_000)}</t></si>`;
    const rows = rowOf(['record_id']) + '<row><c t="s"><v>0</v></c></row>'.repeat(3_000);
    expect(await problemOf(workbookOf({ rows, strings }))).toMatch(/many times more text than its size allows/);
  });
});

describe('the scanner of sheets', () => {
  /** What both tell of a document, texts joined. */
  const joined = (events: string[]): string[] => {
    const out: string[] = [];
    for (const event of events) {
      if (event[0] === '"' && out.at(-1)?.[0] === '"') out[out.length - 1] += event.slice(1);
      else if (event !== '"') out.push(event);
    }
    return out;
  };
  const bySaxes = (xml: string): string[] => {
    const events: string[] = [];
    const parser = new SaxesParser({ position: false });
    const local = (name: string) => name.slice(name.indexOf(':') + 1);
    parser.on('opentag', ({ name }) => events.push(`<${local(name)}`));
    parser.on('closetag', ({ name }) => events.push(`>${local(name)}`));
    parser.on('text', (text) => events.push(`"${text}`));
    parser.on('cdata', (text) => events.push(`"${text}`));
    parser.write(xml).close();
    return joined(events);
  };
  const byOurs = (xml: string, size: number): string[] => {
    const events: string[] = [];
    const scanner = createXmlScanner({
      open: (name) => events.push(`<${name}`),
      close: (name) => events.push(`>${name}`),
      text: (piece) => events.push(`"${piece}`),
    });
    const bytes = Buffer.from(xml).toString('latin1');
    for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.slice(at, at + size));
    scanner.end();
    return joined(events).map((event) => Buffer.from(event, 'latin1').toString());
  };

  it('tells what a parser tells, whatever pieces it is given', () => {
    const text = fc
      .array(
        fc.constantFrom(
          'a',
          '中',
          '𠮷',
          '&amp;',
          '&#x4E2D;',
          '&lt;',
          ' ',
          '\n',
          '<![CDATA[<b>&]]>',
          '<!-- <x> -->',
          '<?p >?>',
          ']',
          '-',
          '>',
        ),
        { maxLength: 4 },
      )
      .map((parts) => parts.join(''));
    const attributes = fc.constantFrom(
      '',
      ' r="A1"',
      " t='>'",
      ' a="1" b = "<2"'.replace('<', '&lt;'),
      '\n',
      ' x:y="/"',
    );
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.tuple(fc.constantFrom('c', 'x:row', 'v'), attributes).map(([name, more]) => `<${name}${more}/>`),
        fc
          .tuple(
            fc.constantFrom('c', 'x:row', 'v'),
            attributes,
            fc.array(tie('node'), { maxLength: 3 }),
            fc.constantFrom('', ' ', '\n'),
          )
          .map(([name, more, inside, space]) => `<${name}${more}>${inside.join('')}</${name}${space}>`),
      ),
    }));
    fc.assert(
      fc.property(node, fc.integer({ min: 1, max: 40 }), (inside, size) => {
        const xml = `<?xml version="1.0"?><a>${inside.replaceAll(']]>', (end, at: number) => (inside.lastIndexOf('<![CDATA[', at) > inside.lastIndexOf(']]>', at - 1) ? end : ''))}</a>`;
        expect(byOurs(xml, size)).toEqual(bySaxes(xml));
      }),
      { numRuns: 500 },
    );
  });
});
