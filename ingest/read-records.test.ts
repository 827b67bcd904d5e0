import { expect, it } from 'vitest';
import { readRecords } from './read-records.ts';
import type { RawRecord, RecordForm } from './split.ts';

const read = async (text: string, form: RecordForm = 'csv', chunk = 1e9) => {
  const bytes = Buffer.from(text);
  let opened = 0;
  const open = (offset: number): AsyncIterable<Buffer> => {
    opened += 1;
    return (async function* chunks() {
      for (let at = offset; at < bytes.length; at += chunk) yield Buffer.from(bytes.subarray(at, at + chunk));
    })();
  };
  const records: RawRecord[] = [];
  for await (const some of readRecords(form, open, { offset: 0, line: 1 })) records.push(...some);
  return { records, opened, told: records.map((r) => `${r.line} ${r.bytes}${r.fault === null ? '' : ` ${r.fault}`}`) };
};

it('goes on with the next line behind a lost quote', async () => {
  const text = 'a,"b\nc,d\n"e","f\ng"\nh,"i\nj\nk,"l"\nm,"\n';
  const told = [
    '1 a,"b lost_quote',
    '2 c,d',
    '3 "e","f\ng"',
    '5 h,"i lost_quote',
    '6 j',
    '7 k,"l"',
    '8 m," lost_quote',
  ];
  for (const chunk of [1e9, 1, 3, 7]) expect((await read(text, 'csv', chunk)).told, `${chunk}`).toEqual(told);
});

it('knows no quotes in lines', async () => {
  expect((await read('a,"b\nc', 'lines')).told).toEqual(['1 a,"b', '2 c']);
});

it('finds a lost quote far behind its line', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `r-${i},name,value\n`).join('');
  for (const end of ['', 'x,"y"\n', 'x,"y" z\n']) {
    for (const chunk of [1e9, 65_536]) {
      const { records, opened } = await read(`a,"b\n${rows}${end}`, 'csv', chunk);
      expect([records.length, opened]).toEqual([20_001 + (end === '' ? 0 : 1), 2]);
      expect(records[0]).toMatchObject({ line: 1, fault: 'lost_quote' });
    }
  }
});

it('costs linear time however many quotes are lost', async () => {
  // Open to the end of the file from whatever line it is read.
  const began = performance.now();
  const { records, opened } = await read('a","b\n'.repeat(20_000), 'csv', 65_536);
  expect([records.length, opened]).toEqual([20_000, 101]);
  expect(records.at(-1)).toMatchObject({ line: 20_000, bytes: Buffer.from('a","b') });
  expect(performance.now() - began).toBeLessThan(5_000);
});
