import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Feed } from './feed.ts';
import { feeds } from './feeds/index.ts';
import { readColumns } from './read-feed.ts';
import { readMapping } from './read-mapping.ts';

const columns = readColumns({ feed: feeds.get('medical-insurance') as Feed, declarations: false });

const GOOD = `# 医保局 2026
headers:
  个人自付: self_paid
  " 就诊　类别 ": 就诊类型
  "01": record_id
codes:
  就诊类型:
    11: inpatient
    "021": 药店
    no: outpatient
  phone: { 无: "" }
constants:
  version: 2
  occurred_on: 2026-09-30
`;

describe('a mapping', () => {
  it('names their headers, codes and constants; every code is a text', () => {
    expect(readMapping(GOOD, columns)).toEqual({
      ok: true,
      mapping: {
        headers: { 个人自付: 'self_paid', ' 就诊　类别 ': 'visit_type', '01': 'record_id' },
        codes: { visit_type: { '11': 'inpatient', '021': '药店', no: 'outpatient' }, phone: { 无: '' } },
        constants: { version: '2', occurred_on: '2026-09-30' },
      },
    });
  });

  it.each(['', '# nothing\n', 'headers: {}\n'])('may say nothing (%j)', (yaml) => {
    expect(readMapping(yaml, columns)).toEqual({ ok: true, mapping: { headers: {}, codes: {}, constants: {} } });
  });

  it.each<[string, string, number, RegExp]>([
    ['another key', 'headers: {}\n\nheader:\n  a: b\n', 3, /^header is not of this form\. A mapping holds `headers`/],
    ['no map', '- a\n', 1, /^the document is not of this form/],
    ['a list of headers', 'codes: {}\nheaders:\n  - a\n', 2, /^headers is not of this form/],
    ['codes without a column', 'codes:\n  "11": inpatient\n', 2, /^codes\.11 is not of this form/],
    [
      'a column that is not there',
      'headers:\n  a: record_id\n  b: selfpaid\n',
      3,
      /^headers\.b: there is no column "selfpaid"; the columns are record_id, /,
    ],
    ['codes of no column', 'codes:\n  kind: {a: b}\n', 2, /^codes\.kind: there is no column "kind"/],
    [
      'a value that is none',
      'codes:\n  visit_type:\n    1: inpatient\n    2: 住院部\n',
      4,
      /^codes\.visit_type\.2: "住院部" is no value of visit_type; write one of inpatient \(住院\), outpatient \(门诊\)/,
    ],
    [
      'a constant that is none',
      'constants:\n\n  total_amount: 1.234\n',
      3,
      /^constants\.total_amount: "1\.234" is no value of total_amount \(amount\)/,
    ],
    [
      'one number for all records',
      'constants: {record_id: a}',
      1,
      /^constants\.record_id: every row needs a record_id of its own/,
    ],
    ['an empty header', 'headers: {" ": name}', 1, /a header that is empty/],
    ['a key twice', 'headers:\n  a: name\n  a: phone\n', 3, /^this is no YAML: Map keys must be unique/],
    ['a tab', 'headers:\n\ta: name\n', 2, /^this is no YAML/],
    [
      'aliases, which can make little into much',
      'headers: &a {a: name}\nconstants: *a\n',
      1,
      /^this can't be read \(Alias resolution is disabled/,
    ],
    ['brackets without end', '['.repeat(100_000), 1, /^it is nested deeper than any mapping/],
    ['dashes without end', '- '.repeat(100_000), 1, /^it is nested deeper/],
    ['questions without end', '? '.repeat(100_000), 1, /^it is nested deeper/],
    [
      'steps without end',
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      1,
      /^it is nested deeper/,
    ],
    ['maps in maps', '{a: '.repeat(5_000), 1, /^it is nested deeper/],

    ['more than any', 'a'.repeat(300_000), 1, /^it is longer than 262144 letters/],
  ])('with %s is refused, with its line', (_, yaml, line, reason) => {
    const read = readMapping(yaml, columns);
    expect(read.ok ? [] : read.problems).toEqual([{ line, reason: expect.stringMatching(reason) }]);
  });

  it('names every problem, in order', () => {
    const read = readMapping('headers:\n  a: x\nconstants:\n  y: z\n  op: no\n', columns);
    expect(read.ok ? [] : read.problems.map(({ line }) => line)).toEqual([2, 4, 5]);
  });

  it('never throws, whatever stands there', () => {
    const piece = fc.constantFrom(
      'headers:',
      'codes:',
      '\n',
      '  ',
      'a',
      ': ',
      '{',
      '}',
      '[',
      '"',
      '&a',
      '*a',
      '!!x',
      '- ',
      '|',
      '#',
      '%',
      '__proto__',
      '?',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (yaml) => {
          const read = readMapping(yaml, columns);
          if (!read.ok)
            for (const { line, reason } of read.problems) expect([line > 0, reason !== '']).toEqual([true, true]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
