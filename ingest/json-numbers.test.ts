import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topLevelNumbers } from './json-numbers.ts';

it.each([
  ['{"version":1.0}', { version: '1.0' }],
  ['{ "a" : -0.50 , "b":1e3,"c": 12345678901234567890 }', { a: '-0.50', b: '1e3', c: '12345678901234567890' }],
  ['{"a":{"b":1.0},"c":[2.0,{"d":3.0}],"e":4.0}', { e: '4.0' }],
  ['{"a":"1.0","b":true,"c":null}', {}],
  ['{"a\\"b":1.0,"\\u0061c":2.0}', { 'a"b': '1.0', ac: '2.0' }],
  ['{"a":": 1.0, \\"b\\": 2.0","c":"x","d":3.0}', { d: '3.0' }],
  ['{"a":1.0,"a":2.0}', { a: '2.0' }],
  ['{"__proto__":1.0}', { ['__proto__']: '1.0' }],
  ['{}', {}],
])('finds in %s the numbers %j', (line, numbers) => {
  expect([...topLevelNumbers(line)]).toEqual(Object.entries(numbers));
});

it('finds the numbers that JSON.parse finds', () => {
  const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', '\\', ':', '{', ','));
  const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6, noNullPrototype: true });
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent).replaceAll('\n', ' ');
      const parsed: [string, unknown][] = Object.entries(JSON.parse(text) as object);
      const expected = new Map(parsed.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
      expect(new Map([...topLevelNumbers(text)].map(([name, digits]) => [name, Number(digits)]))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
