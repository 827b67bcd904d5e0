import { describe, expect, it } from 'vitest';
import type { Column } from './column.ts';
import {
  createCsvCells,
  decodeRecord,
  isBlank,
  noteUnknown,
  readCsvHeader,
  type UnknownColumns,
  withoutMark,
} from './rows.ts';
import type { RawRecord } from './split.ts';

const columns: readonly Column[] = [
  { name: 'record_id', zh: '记录编号', type: 'text' },
  { name: 'version', zh: '版本', type: 'integer' },
  { name: 'amount', zh: '金额', type: 'amount' },
];
/** 姓名,记录编号 in GB18030. */
const GB_HEADER = Buffer.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xbc, 0xc7, 0xc2, 0xbc, 0xb1, 0xe0, 0xba, 0xc5]);

const record = (bytes: string | Buffer, offset = 0, fault: RawRecord['fault'] = null): RawRecord => ({
  ...{ line: 1, nextLine: 2, offset, end: offset + 1, fault },
  bytes: Buffer.from(bytes),
});

const csv = (header: string, row: string | Buffer, encoding: 'utf-8' | 'gb18030' = 'utf-8') => {
  const read = readCsvHeader(Buffer.from(header), encoding, columns);
  if (read === null) throw new Error('no header');
  return createCsvCells(read, encoding, columns)(Buffer.from(row));
};

describe('headers', () => {
  it('are English or Chinese names, trimmed and half-width, in any order', () => {
    const header = readCsvHeader(Buffer.from(' 金额 ,ｒecord_id,批次,版本'), 'utf-8', columns);
    expect(header).toEqual({
      ...{ width: 4, columnOf: [2, 0, -1, 1], unknown: ['批次'], known: true, repeats: false },
      names: ['金额', 'record_id', '批次', '版本'],
    });
  });

  it('are none of ours', () => {
    expect(readCsvHeader(Buffer.from('a,b'), 'utf-8', columns)?.known).toBe(false);
    expect(readCsvHeader(Buffer.from(''), 'utf-8', columns)?.known).toBe(false);
  });

  it('are read in the encoding of the file', () => {
    expect(readCsvHeader(GB_HEADER, 'gb18030', columns)).toMatchObject({ columnOf: [-1, 0], unknown: ['姓名'] });
    expect(readCsvHeader(GB_HEADER, 'utf-8', columns)).toBeNull();
  });
});

describe('CSV cells', () => {
  it('stand in the order of the columns, unknown ones left out', () => {
    expect(csv('x,amount,record_id', 'a,5,r-1')).toEqual(['r-1', null, '5']);
  });

  it.each(['a,5', 'a,5,r-1,', '', '"a,5,r-1', '"a"x,5,r-1'])(
    'of another width or with lost quotes are malformed: %j',
    (row) => expect(csv('x,amount,record_id', row)).toBeNull(),
  );

  it('of bytes that are no text, or with a NUL, are malformed', () => {
    expect(csv('record_id', Buffer.from([0x61, 0xff]))).toBeNull();
    expect(csv('record_id', Buffer.from([0xff, 0xff]), 'gb18030')).toBeNull();
    expect(csv('record_id', 'a\0b')).toBeNull();
  });

  it('of a column that stands there twice are the first that says something', () => {
    expect(csv('record_id,记录编号,记录编号', ' ,r-1,r-2')).toEqual(['r-1', null, null]);
    expect(csv('record_id,记录编号', 'r-1,')).toEqual(['r-1', null, null]);
  });
});

describe('unknown columns', () => {
  it('of a hostile file fill no memory', () => {
    const unknown: UnknownColumns = new Map();
    for (let i = 0; i < 10_000; i += 1) noteUnknown(unknown, `${i}`.padEnd(60_000, 'x'));
    expect(unknown.size).toBe(101);
    expect(unknown.get('…')).toBe(9_900);
    expect(Math.max(...[...unknown.keys()].map((name) => name.length))).toBe(80);
    noteUnknown(unknown, '7'.padEnd(60_000, 'x'));
    expect(unknown.get('7'.padEnd(80, 'x'))).toBe(2);
  });
});

describe('records', () => {
  it('are blank when they hold nothing but white space', () => {
    for (const text of ['', ' ', '\t \v\f', '\r', ' '.repeat(5_000)]) expect(isBlank(record(text)), text).toBe(true);
    for (const text of [',', ' a', '""', '\0', '。']) expect(isBlank(record(text)), text).toBe(false);
    expect(isBlank(record('', 0, 'lost_quote'))).toBe(false);
  });

  it('lose the byte order mark at the beginning of a file only', () => {
    expect(withoutMark(record('\uFEFFa')).bytes.toString()).toBe('a');
    expect(withoutMark(record('\uFEFFa', 5)).bytes.toString()).toBe('\uFEFFa');
    expect(withoutMark(record('a')).bytes.toString()).toBe('a');
    expect(withoutMark(record('\uFEFF')).bytes).toHaveLength(0);
  });

  it('are text in the encoding of the file only', () => {
    expect(decodeRecord(Buffer.from('张三'), 'utf-8')).toBe('张三');
    expect(decodeRecord(GB_HEADER, 'gb18030')).toBe('姓名,记录编号');
    // A character of four bytes, which GBK does not have.
    expect(decodeRecord(Buffer.from([0x95, 0x32, 0x82, 0x36]), 'gb18030')).toBe('𠀀');
    expect(decodeRecord(GB_HEADER, 'utf-8')).toBeNull();
    expect(decodeRecord(Buffer.from([0xed, 0xa0, 0x80]), 'utf-8')).toBeNull();
  });
});
