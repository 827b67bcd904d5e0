import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeds, readColumns } from '../../ingest/index.ts';
import { lineOf, maskedCell, maskedRaw, regionsOf } from './rows.ts';

const housing = feeds.get('housing');
if (housing === undefined) throw new Error('no housing');
const columns = readColumns({ feed: housing, declarations: false });
const cellsOf = (row: Record<string, unknown>): unknown[] => columns.map(({ name }) => row[name] ?? null);

describe('a corrected row', () => {
  const row = { record_id: 'h-1', name: '巴图', event: '危险房', grade: '', monthly_rent: 12.5 };

  it('is the row as it came with our names, and what was written over it', () => {
    const line = lineOf(columns, { cells: cellsOf(row), declares: false }, { event: '危房', grade: 'C' });
    expect(JSON.parse(line)).toEqual({ record_id: 'h-1', name: '巴图', event: '危房', grade: 'C', monthly_rent: 12.5 });
  });

  it('loses a column that is emptied, and holds nothing that was not said', () => {
    const line = lineOf(columns, { cells: cellsOf(row), declares: false }, { event: null, name: '  ' });
    expect(JSON.parse(line)).toEqual({ record_id: 'h-1', monthly_rent: 12.5 });
  });

  it('of a line that could not be read is what was written', () => {
    expect(JSON.parse(lineOf(columns, { cells: null, declares: false }, { record_id: 'x' }))).toEqual({
      record_id: 'x',
    });
  });

  it('that declares completeness goes on declaring it', () => {
    const line = lineOf(columns, { cells: cellsOf({ period: '2026-9月' }), declares: true }, { period: '2026-09' });
    expect(JSON.parse(line)).toEqual({ op: 'complete', period: '2026-09' });
  });

  it('is one line, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = lineOf(columns, { cells: cellsOf(row), declares: false }, { event: `x${text}` });
        expect(line).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('an original line that is shown', () => {
  const han = fc
    .array(fc.constantFrom(...'巴图那顺张三王德福孙赵'), { minLength: 2, maxLength: 4 })
    .map((all) => all.join(''));
  const id = fc.integer({ min: 0, max: 9_999 }).map((n) => `15990119800101${String(n).padStart(4, '0')}`);
  const phone = fc.integer({ min: 0, max: 99_999_999 }).map((n) => `138${String(n).padStart(8, '0')}`);

  it('holds no name, no number of a person and no day of birth', () => {
    fc.assert(
      fc.property(han, id, phone, fc.boolean(), (name, number, tel, json) => {
        const text = json
          ? JSON.stringify({ record_id: 'h-1', name, id_number: number, birth_date: '1980-01-02', phone: tel })
          : `h-1,2026-09-01,${name},${number},1980-01-02,${tel},"坏`;
        const shown = maskedRaw(Buffer.from(text), 'utf-8');
        for (const secret of [name, number, tel, '1980-01-02', number.slice(6)]) expect(shown).not.toContain(secret);
        if (json) expect(shown).toContain('"id_number":');
      }),
    );
  });

  it('is cut where it is long, and read in its own encoding', () => {
    expect([...maskedRaw(Buffer.from('x'.repeat(5_000)), 'utf-8')].length).toBeLessThan(700);
    expect(maskedRaw(Buffer.from([0xc9, 0xcc, 0xce, 0xf1, 0x2c, 0x31]), 'gb18030')).toBe('商*,1');
  });
});

it('a name is masked as everywhere else, and empty cells are told apart', () => {
  const name = columns.find((column) => column.name === 'name');
  expect(name && maskedCell(name, '张三丰')).toBe('张*');
  expect(name && maskedCell(name, ' ')).toBeNull();
});

it.each([
  [['1599'], [null], ['1599']],
  [['1599'], [['159901'], null], ['159901']],
  [['159901101'], [['159901']], ['159901101']],
  [['159901'], [['159902']], []],
  [['1599'], [['159901', '159902'], ['159902']], ['159902']],
  [null, [['159902']], ['159902']],
  [null, [null], null],
] as const)('who is given %j may correct rows of senders %j for %j', (own, senders, allowed) => {
  expect(regionsOf(own, senders)).toEqual(allowed);
});
