import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrayLines, NoJsonArray } from './json-array.ts';

const linesOf = (text: string | Buffer, piece = Number.POSITIVE_INFINITY): string[] => {
  const bytes = Buffer.from(text);
  const lines = createArrayLines();
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) out.push(lines.push(bytes.subarray(at, at + piece)));
  lines.finish();
  const whole = Buffer.concat(out).toString('utf8');
  expect(whole === '' || whole.endsWith('\n')).toBe(true);
  return whole.split('\n').slice(0, -1);
};

describe('lines of a JSON array', () => {
  it('are its elements, however it is written and cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 9 }),
        (all, indent, piece) => {
          const read = linesOf(JSON.stringify(all, null, indent), piece).map((line) => JSON.parse(line));
          expect(read).toEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
    );
  });

  it('begin behind a byte order mark, and an empty array has none', () => {
    expect(linesOf('\u{feff} [ {"a":1} ] \n')).toEqual(['{"a":1} ']);
    expect(linesOf(' [ \n ] ')).toEqual([]);
  });

  it('stay one line where a string holds a line feed, which JSON does not allow', () => {
    const [first, second, ...more] = linesOf('[{"a":"x\ny"},{"b":"\\"\\\\"}]');
    expect(() => JSON.parse(first as string)).toThrow();
    expect(JSON.parse(second as string)).toEqual({ b: '"\\' });
    expect(more).toEqual([]);
  });

  it.each(['', '{}', '{"a":1}', '[1', '[1,]', '[,1]', '[1,,2]', '[1]]', '[1] 2', '["a', 'x[1]', '[1}', '[{]}}'])(
    'are refused of %s',
    (text) => {
      expect(() => linesOf(text)).toThrow(NoJsonArray);
    },
  );
});
