import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash52 } from './hash.ts';
import { createSplitter, isTooLarge, type RawRecord, type RecordForm } from './split.ts';

const START = { offset: 0, line: 1 };
const KEPT = 1_048_576;

/** Records of a text that arrives in chunks of the given sizes, over and over. */
const split = (form: RecordForm, text: string | Buffer, sizes: readonly number[] = [Number.MAX_SAFE_INTEGER]) => {
  const bytes = Buffer.from(text);
  const splitter = createSplitter(form, START);
  const found: RawRecord[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] as number;
    // A copy, as a file gives it: nothing may lean on what an earlier chunk's memory holds.
    found.push(...splitter.push(Buffer.from(bytes.subarray(at, at + size))));
    at += size;
  }
  found.push(...splitter.finish());
  return found;
};

const shown = (records: readonly RawRecord[]) =>
  records.map(({ line, fault, bytes }) => [line, bytes.toString('latin1'), fault]);

describe('lines', () => {
  it('end with LF or CRLF, the last one also without', () => {
    expect(split('lines', 'a\nb\r\n\r\n\nc"d')).toEqual([
      { line: 1, offset: 0, end: 2, nextLine: 2, bytes: Buffer.from('a'), fault: null },
      { line: 2, offset: 2, end: 5, nextLine: 3, bytes: Buffer.from('b'), fault: null },
      { line: 3, offset: 5, end: 7, nextLine: 4, bytes: Buffer.from(''), fault: null },
      { line: 4, offset: 7, end: 8, nextLine: 5, bytes: Buffer.from(''), fault: null },
      { line: 5, offset: 8, end: 12, nextLine: 6, bytes: Buffer.from('c"d'), fault: null },
    ]);
  });

  it.each(['lines', 'csv'] as const)('are none in nothing (%s)', (form) => expect(split(form, '')).toEqual([]));
});

describe('CSV records', () => {
  it('hold line ends and commas in quotes, and count physical lines', () => {
    const text = 'a,"b\nc\r\nd",e\r\n"x""\n""y"\nz\n';
    expect(shown(split('csv', text))).toEqual([
      [1, 'a,"b\nc\r\nd",e', null],
      [4, '"x""\n""y"', null],
      [6, 'z', null],
    ]);
  });

  it('take a quote inside an unquoted field for a letter', () => {
    expect(shown(split('csv', 'a,5" pipe,b\nc\n'))).toEqual([
      [1, 'a,5" pipe,b', null],
      [2, 'c', null],
    ]);
  });

  it('keep text behind a closing quote while it is one line', () => {
    expect(shown(split('csv', '"a"x\n"b",c\n"d" "e"\n'))).toEqual([
      [1, '"a"x', null],
      [2, '"b",c', null],
      [3, '"d" "e"', null],
    ]);
  });

  it('end with their first line where a quote was lost, and so does the reading', () => {
    const rest = ['3\n4', '3,"y"\n4', '3\n"4', '3"",4"z\n5\n'];
    for (const text of rest.map((lines) => `1\n2,"x\r\n${lines}`)) {
      for (const sizes of [[1e9], [1]]) {
        const records = split('csv', text, sizes);
        expect(shown(records), text).toEqual([
          [1, '1', null],
          [2, '2,"x', 'lost_quote'],
        ]);
        expect(records[1]).toMatchObject({ offset: 2, end: 8, nextLine: 3 });
      }
    }
    expect(shown(split('csv', '"'))).toEqual([[1, '"', 'lost_quote']]);
    expect(shown(split('csv', 'a,"b\nc"\r\nd'))).toEqual([
      [1, 'a,"b\nc"', null],
      [3, 'd', null],
    ]);
  });
});

describe('size', () => {
  const at = (length: number, end: string) => `${'x'.repeat(length)}${end}`;

  it.each(['lines', 'csv'] as const)('is right up to 65,536 bytes without the line end (%s)', (form) => {
    for (const end of ['\n', '\r\n', '']) {
      for (const sizes of [[1e9], [1000], [65_537, 1]]) {
        expect(split(form, at(65_536, end), sizes)).toMatchObject([{ fault: null }]);
        const [large] = split(form, at(65_537, end), sizes);
        expect(large).toMatchObject({ fault: 'too_large', bytes: { length: 65_537 } });
      }
    }
  });

  it('counts a quoted record as a whole', () => {
    const text = `"${'x'.repeat(40_000)}\n${'y'.repeat(40_000)}"\nb\n`;
    for (const sizes of [[1e9], [7_001]]) {
      expect(split('csv', text, sizes)).toMatchObject([
        { line: 1, fault: 'too_large', nextLine: 3 },
        { line: 3, fault: null, bytes: Buffer.from('b') },
      ]);
    }
  });

  it('keeps no more than a MiB of what is too large, and the line after it is whole', () => {
    for (const length of [KEPT - 1, KEPT, KEPT + 1, KEPT + 2, 3 * KEPT]) {
      for (const sizes of [[1e9], [KEPT], [100_000], [KEPT + 1]]) {
        for (const end of ['\n', '\r\n']) {
          const text = Buffer.alloc(length, 'no two places near each other look the same');
          const [large, next, ...more] = split('lines', Buffer.concat([text, Buffer.from(`${end}next\n`)]), sizes);
          expect(large?.bytes.equals(text.subarray(0, KEPT)), `${length} in ${sizes}`).toBe(true);
          expect([large?.fault, next?.bytes.toString(), next?.line, more]).toEqual(['too_large', 'next', 2, []]);
        }
      }
    }
  });

  it('stays what it is when the file ends in it', () => {
    const open = split('csv', `a\n"${'x'.repeat(100_000)}`, [9_999]);
    expect(open).toMatchObject([{ fault: null }, { line: 2, fault: 'too_large', bytes: { length: 100_001 } }]);
    const lines = split('csv', `"x\n${'y\n'.repeat(50_000)}`, [9_999]);
    expect(lines).toMatchObject([{ line: 1, end: 3, nextLine: 2, fault: 'lost_quote', bytes: Buffer.from('"x') }]);
    const [first] = split('csv', `"${'x'.repeat(70_000)}\r\ny\n`);
    expect(first).toMatchObject({ fault: 'lost_quote', bytes: { length: 70_001 } });
    expect(isTooLarge(first as RawRecord)).toBe(true);
  });
});

describe('chunks', () => {
  const piece = fc.oneof(
    {
      weight: 10,
      arbitrary: fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', 'a', '姓名', '\0', '",', ',"', '"\n'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  );
  const long = { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 140_000 }).map((n) => 'z'.repeat(n)) };
  const join = (pieces: readonly string[]): string => pieces.join('');
  const text = fc.array(fc.oneof({ weight: 12, arbitrary: piece }, long), { maxLength: 40 }).map(join);
  const short = fc.array(piece, { maxLength: 40 }).map(join);
  const sizes = fc.array(fc.integer({ min: 5_000, max: 90_000 }), { minLength: 1, maxLength: 5 });
  const small = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });

  // One line a record: comparing long buffers byte by byte in an expect would take minutes.
  const told = (records: readonly RawRecord[]): string =>
    records
      .map(
        (r) =>
          `${r.line} ${r.offset} ${r.end} ${r.nextLine} ${r.fault} ${r.bytes.length} ${hash52(r.bytes.toString('latin1'))}`,
      )
      .join('\n');

  it.each(['lines', 'csv'] as const)('of any size give the same records (%s)', (form) => {
    const same = (content: string, given: readonly number[]): void => {
      expect(told(split(form, content, given))).toBe(told(split(form, content)));
    };
    fc.assert(fc.property(text, sizes, same), { numRuns: 150 });
    fc.assert(fc.property(short, small, same), { numRuns: 500 });
  });

  it.each(['lines', 'csv'] as const)('lose and repeat no byte (%s)', (form) => {
    fc.assert(
      fc.property(text, sizes, (content, given) => {
        const bytes = Buffer.from(content);
        let [offset, line] = [0, 1];
        for (const record of split(form, bytes, given)) {
          expect([record.offset, record.line]).toEqual([offset, line]);
          const whole = bytes.subarray(record.offset, record.end);
          if (record.bytes.length < KEPT) {
            expect(whole.subarray(0, record.bytes.length).equals(record.bytes)).toBe(true);
            expect(['', '\n', '\r', '\r\n']).toContain(whole.subarray(record.bytes.length).toString());
          }
          const lineEnds = whole.toString('latin1').split('\n').length - 1;
          expect(record.nextLine - record.line).toBe(lineEnds + (record.end > bytes.length ? 1 : 0));
          ({ end: offset, nextLine: line } = record);
          if (record.fault === 'lost_quote') return;
        }
        expect(offset).toBeGreaterThanOrEqual(bytes.length);
      }),
      { numRuns: 100 },
    );
  });
});
