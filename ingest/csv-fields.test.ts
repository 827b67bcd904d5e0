import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFields, plainCsvFields } from './csv-fields.ts';
import { createSplitter } from './split.ts';

const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.constantFrom('"', ',', '\n', '\r\n', ' ', '张三', 'x', '""', "'"), { maxLength: 6 })
    .map((p) => p.join('')),
);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const mustQuote = (text: string): boolean => /[",\r\n\uFEFF]/.test(text);

/** A row as RFC 4180 writes it; what need not be quoted is quoted by chance. */
const row = fc.array(fc.tuple(cell, fc.boolean()), { minLength: 1, maxLength: 8 }).map((cells) => ({
  cells: cells.map(([text]) => text),
  text: cells.map(([text, also]) => (also || mustQuote(text) ? quoted(text) : text)).join(','),
}));

describe('fields', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(row, ({ cells, text }) => {
        expect(csvFields(text)).toEqual(cells);
      }),
      { numRuns: 500 },
    );
  });

  it('are those of csv-parse, record by record of a whole file', () => {
    const file = fc.array(row, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(file, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const bytes = Buffer.from(rows.map(({ text }) => text + end).join(''));
        const splitter = createSplitter('csv', { offset: 0, line: 1 });
        const records = [...splitter.push(bytes), ...splitter.finish()].map((r) => csvFields(r.bytes.toString()));
        const options = { relax_column_count: true, record_delimiter: ['\n', '\r\n'], bom: false };
        // Lone surrogates become U+FFFD on the way through bytes, for both.
        expect(records).toEqual(parse(bytes, options));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', ['']],
    [',', ['', '']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"",""', ['', '']],
    ['"a""b"', ['a"b']],
    ['" a ",b', [' a ', 'b']],
    ['a\nb', ['a\nb']],
    // Not RFC 4180, and yet nothing to mistake.
    ['5" pipe,b', ['5" pipe', 'b']],
    ['a, "b,c"', ['a', ' "b', 'c"']],
    // A quote is lost.
    ['"a"x,b', null],
    ['"a" ,b', null],
    ['"a"x"y",b', null],
    ['"a', null],
    ['a,"', null],
    ['"a""', null],
    ['"a","b', null],
  ])('of %j are %j', (text, fields) => expect(csvFields(text)).toEqual(fields));

  it('cut out of bytes are what they are in the text, or left to it where a quote stands', () => {
    const said = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('其木格', '𠮷', '', ' ', 'a"b', '\ufeff'),
    );
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 8 }), (cells) => {
        const record = cells.join(',');
        expect(plainCsvFields(Buffer.from(record))).toEqual(record.includes('"') ? null : csvFields(record));
      }),
    );
  });
});
