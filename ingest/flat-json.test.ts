import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlatCells } from './flat-json.ts';
import { topLevelNumbers } from './json-numbers.ts';

const COLUMNS = ['record_id', 'name', 'amount', 'month', 'said'];
const ZH = ['记录编号', '姓名', '金额', '月份', '说'];
const SPELLED = [true, true, false, true, true];
const INDEX = new Map([...COLUMNS.entries(), ...ZH.entries()].map(([at, name]) => [name, at]));

const create = () => {
  const unknown = new Map<string, number>();
  const read = createFlatCells(SPELLED, INDEX, unknown);
  return { unknown, read: (text: string) => read(Buffer.from(text)) };
};

/** The same by JSON.parse: what is no flat object of plain texts and numbers with every column once is left to others. */
const byParse = (text: string): unknown[] | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const numbers = topLevelNumbers(text);
  const cells: unknown[] = COLUMNS.map(() => null);
  for (const [key, value] of Object.entries(parsed)) {
    const at = INDEX.get(key.trim()) ?? -1;
    if (at >= 0) cells[at] = typeof value === 'number' && SPELLED[at] ? numbers.get(key) : value;
  }
  return cells;
};

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...COLUMNS, ...ZH) },
  { weight: 2, arbitrary: fc.constantFrom('extra', '__proto__', '1', '备注', '', ' name ', 'constructor') },
);
const spelling = fc.constantFrom(
  '0',
  '7',
  '10.50',
  '1.0',
  '0.0000001',
  '123456789012345678',
  '-3',
  '1e3',
  '01',
  '1.',
  '0.1',
  '8.005',
  '90071992547.40993',
  '123456789.012345',
  '0.00000000001',
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('其木格', '152921198801011234', '乌云·其其格', '𠮷', '{"a":1}', 'a,b:"c'),
);
const value = fc.oneof(
  { weight: 6, arbitrary: text.map((said) => JSON.stringify(said)) },
  { weight: 3, arbitrary: spelling },
  { weight: 2, arbitrary: fc.constantFrom('null', 'true', 'false') },
  { weight: 1, arbitrary: fc.constantFrom('{"a":[1]}', '[1,2]', '"open', '', 'nul', "'x'") },
);
const joint = fc.constantFrom(['', ''], ['', ' '], [' ', ' '], ['  ', ''], ['\t', '']);

/** Objects as text, some of them none. */
const line = fc
  .tuple(fc.array(fc.tuple(key, value), { maxLength: 7 }), joint, fc.constantFrom('', '', '', ' ', ',', '}'))
  .map(
    ([pairs, [before, behind], end]) =>
      `{${pairs.map(([name, said]) => `${JSON.stringify(name)}:${behind}${said}`).join(`,${before}`)}}${end}`,
  );

describe('flat JSON', () => {
  it('is read as JSON.parse reads it, or left to JSON.parse, whatever was read before', () => {
    const { read } = create();
    let read_ = 0;
    fc.assert(
      fc.property(line, (text_) => {
        const cells = read(text_);
        if (cells === null) return;
        read_ += 1;
        expect(cells).toEqual(byParse(text_));
      }),
      { numRuns: 20_000 },
    );
    expect(read_).toBeGreaterThan(1_000);
  });

  it('is read in the forms that programs write it in', () => {
    const { read, unknown } = create();
    for (const text_ of [
      '{"record_id":"a-1","name":"包·巴特尔","amount":12.50,"month":202609,"said":null}',
      '{"record_id": "a-2", "name": "其木格", "amount": 0, "month": "2026-09", "said": true}',
      '{"name":"张三","record_id":"a-3"}',
      '{"记录编号":"a-4","extra":1.5,"姓名":""}',
    ]) {
      expect(read(text_), text_).toEqual(byParse(text_));
    }
    expect([...unknown]).toEqual([['extra', 1]]);
  });

  it('leaves to JSON.parse what it does not read', () => {
    const { read } = create();
    for (const text_ of [
      '{"name":"a\\u4e00"}',
      '{"name":"a","name":"b"}',
      '{"name":"a","姓名":"b"}',
      '{"extra":1,"extra":2}',
      '{"name":{"a":1}}',
      '{"amount":-1}',
      '{"amount":1e3}',
      '{"amount":01}',
      '{"name":"a"},',
      '{"name":"a"',
      '{}',
      '[]',
      '',
      '{"name":"a\tb"}',
      ',"name":"a"}',
      '{"name":"a"{"month":"b"}',
    ]) {
      expect(read(text_), text_).toBeNull();
    }
  });

  it('leaves bytes that are no UTF-8 to others', () => {
    const read = createFlatCells(SPELLED, INDEX, new Map());
    expect(read(Buffer.from([...Buffer.from('{"name":"'), 0xd0, 0xd5, ...Buffer.from('"}')]))).toBeNull();
  });

  it('counts an unknown column of a record only once that record is read', () => {
    const { read, unknown } = create();
    expect(read('{"extra":1,"name":{}}')).toBeNull();
    expect([...unknown]).toEqual([]);
  });
});
