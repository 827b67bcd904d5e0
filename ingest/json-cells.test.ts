import { describe, expect, it } from 'vitest';
import type { Column } from './column.ts';
import { createJsonCells } from './json-cells.ts';
import type { UnknownColumns } from './rows.ts';

const columns: readonly Column[] = [
  { name: 'record_id', zh: '记录编号', type: 'text' },
  { name: 'version', zh: '版本', type: 'integer' },
  { name: 'amount', zh: '金额', type: 'amount' },
];

const json = (line: string, unknown: UnknownColumns = new Map()) =>
  createJsonCells(columns, unknown)(Buffer.from(line));

describe('JSON cells', () => {
  it('stand in the order of the columns, whatever the language of the keys', () => {
    expect(json('{"金额":7.1,"record_id":"r","version":2,"x":{}}')).toEqual(['r', '2', 7.1]);
    expect(json('{" record_id ":"r","ｖersion":"1"}')).toEqual(['r', '1', null]);
    expect(json('{"record_id":null,"记录编号":"r","version":"","版本":3}')).toEqual(['r', '3', null]);
    expect(json('{"record_id":"r","记录编号":"s"}')).toEqual(['r', null, null]);
  });

  it.each([
    ...['[1]', 'null', '"text"', '1', '{}{}', '{"a":1}x', '{"a":', '', "{'a':1}", '[{"record_id":"r"}]', '{"a":"\0"}'],
    ...['{"a":NaN}', '{"a":01}', '{"a":1,}'],
  ])('of what is not one JSON object are malformed: %j', (line) => expect(json(line)).toBeNull());

  it('are malformed in another encoding than UTF-8', () => {
    expect(
      createJsonCells(columns, new Map())(Buffer.from([0x7b, 0x22, 0xd0, 0xd5, 0x22, 0x3a, 0x31, 0x7d])),
    ).toBeNull();
  });

  it('keep the digits of numbers where they matter', () => {
    expect(json('{"record_id":159902199004109770,"version":1.0,"amount":7.10}')).toEqual([
      '159902199004109770',
      '1.0',
      7.1,
    ]);
    expect(json('{"record_id":1.10,"version":1e2,"amount":1e2}')).toEqual(['1.10', '1e2', 100]);
    expect(json('{"record_id":1.05,"version":12}')).toEqual(['1.05', '12', null]);
  });

  it.each([
    ['{"version":1.0,"x":{"version":1}}', '1.0'],
    ['{"version": 1.0,"x":{"version":1}}', '1.0'],
    ['{"x":{"version":1},"version":1.0}', '1.0'],
    ['{"\\u0076ersion":1.0,"x":{"version":1}}', '1.0'],
    ['{"record_id":"\\"version\\":1,","version":1.0}', '1.0'],
    ['{"version":10e-1}', '10e-1'],
    ['{"version":-0}', '-0'],
    ['{"版本":1.0}', '1.0'],
    ['{"version":1}', '1'],
  ])('take the digits from the key itself: %j', (line, version) => expect(json(line)?.[1]).toBe(version));

  it('of one file may have their keys in any order', () => {
    const read = createJsonCells(columns, new Map());
    for (const line of [
      '{"record_id":"r","version":2}',
      '{"version":2,"record_id":"r"}',
      '{"x":1,"版本":2,"记录编号":"r"}',
    ])
      expect(read(Buffer.from(line)), line).toEqual(['r', '2', null]);
  });

  it('count keys that the contract does not know', () => {
    const unknown: UnknownColumns = new Map();
    for (const line of ['{"a":1,"b":2,"record_id":"r"}', '{"a":null}', '{"']) json(line, unknown);
    expect(unknown).toEqual(new Map([...Object.entries({ a: 2, b: 1 })]));
  });
});
