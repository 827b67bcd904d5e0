import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPersonIndex, type PersonIndex } from './person-index.ts';

const found = (index: PersonIndex, idNumber: string, name: string): [number, boolean][] => {
  const persons: [number, boolean][] = [];
  index.find(idNumber, name, (personNo, sameName) => persons.push([personNo, sameName]));
  return persons.sort((a, b) => a[0] - b[0]);
};

it('finds what a map finds', () => {
  // Few digits differ, so that numbers are often the same or nearly so.
  const id = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 }))
    .map(([region, day, b]) => `${150_102 + region}${19_700_101 + day}${String(b).padStart(3, '0')}X`);
  const name = fc.constantFrom('张三', '李四', '哈斯·额尔敦', '');
  const persons = fc.array(fc.tuple(id, name), { maxLength: 300 });
  fc.assert(
    fc.property(persons, fc.array(fc.tuple(id, name), { maxLength: 30 }), (registered, asked) => {
      const index = createPersonIndex(0);
      const map = new Map<string, [number, string][]>();
      registered.forEach(([idNumber, said], i) => {
        index.add(i + 1, idNumber, said);
        map.set(idNumber, [...(map.get(idNumber) ?? []), [i + 1, said]]);
      });
      expect(index.size).toBe(registered.length);
      for (const [idNumber, said] of [...registered, ...asked]) {
        const expected = (map.get(idNumber) ?? []).map(([no, known]) => [no, known === said]);
        expect(found(index, idNumber, said)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});

it('keeps everybody while it grows', () => {
  const index = createPersonIndex(10);
  // Everywhere in the country, born on few days: numbers that share a half meet in the table.
  const idOf = (i: number): string => `${100_000 + ((i * 7_919) % 900_000)}1970${String(i % 97).padStart(7, '0')}1`;
  const people = 100_000;
  for (let i = 1; i <= people; i += 1) index.add(i, idOf(i), `n${i}`);
  let wrong = 0;
  for (let i = 1; i <= people; i += 1) {
    const [only, ...more] = found(index, idOf(i), `n${i}`);
    if (only?.[0] !== i || !only[1] || more.length > 0) wrong += 1;
  }
  expect([wrong, index.size, found(index, idOf(people + 1), 'n')]).toEqual([0, people, []]);
});
