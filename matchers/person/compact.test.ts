// The compact structures of the register against maps that say the same in a plain way.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameForm } from '../names/name-form.ts';
import { createBlockIndex } from './block-index.ts';
import { createNamePool } from './name-pool.ts';
import { createRowSet } from './row-set.ts';
import { createTally } from './tally.ts';

it('a tally counts what a map counts, also of numbers above 32 bits', () => {
  const key = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2 ** 40, max: 2 ** 52 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.constantFrom(1, 1, -1)), { maxLength: 3_000, size: 'max' }),
      fc.array(key),
      (steps, asked) => {
        const tally = createTally();
        const counts = new Map<number, number>();
        for (const [of, by] of steps) {
          tally.add(of, by);
          counts.set(of, (counts.get(of) ?? 0) + by);
        }
        for (const of of [...counts.keys(), ...asked]) expect(tally.of(of)).toBe(counts.get(of) ?? 0);
      },
    ),
    { numRuns: 60 },
  );
});

it('a set of rows has each once, in the order of coming, and nothing of the time before', () => {
  const drawn = fc.array(fc.oneof(fc.nat(20), fc.nat(2 ** 31)), { maxLength: 3_000, size: 'max' });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 4, size: 'max' }), (rounds) => {
      const rows = createRowSet();
      for (const round of rounds) {
        rows.clear();
        for (const row of round) rows.add(row);
        expect(Array.from({ length: rows.size }, (_, i) => rows.at(i))).toEqual([...new Set(round)]);
      }
    }),
    { numRuns: 60 },
  );
});

it('a block holds the rows of its key, built in or added since, those kept whose hint is wanted', () => {
  const key = fc.constantFrom(0, 1, 2, 3, 77, 4_294_967_295, 2_654_435_769);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, key, fc.nat(5)), { maxLength: 400, size: 'max' }),
      fc.nat(400),
      (people, built) => {
        const index = createBlockIndex(true);
        const first = people.slice(0, built);
        const keysOf = (row: number, out: Uint32Array): number => {
          const [a, b] = people[row] as [number, number, number];
          out[0] = a;
          out[1] = b;
          return a === b ? 1 : 2;
        };
        const hintOf = (row: number): number => (people[row] as [number, number, number])[2];
        index.build(first.length, keysOf, hintOf);
        const keys = new Uint32Array(2);
        for (let row = first.length; row < people.length; row += 1) {
          const n = keysOf(row, keys);
          for (let i = 0; i < n; i += 1) index.add(keys[i] as number, row, hintOf(row));
        }
        for (const asked of [1, 2, 3, 77, 4_294_967_295, 2_654_435_769, 5]) {
          const wanted = people.flatMap(([a, b], row) => (a === asked || b === asked ? [row] : []));
          expect(index.sizeOf(asked)).toBeGreaterThanOrEqual(wanted.length);
          const out = new Uint32Array(index.sizeOf(asked) + 1);
          expect([...out.subarray(1, index.copy(asked, out, 1))].toSorted((a, b) => a - b)).toEqual(wanted);
          const end = index.copy(asked, out, 0, (hint) => hint > 2);
          expect([...out.subarray(0, end)].toSorted((a, b) => a - b)).toEqual(wanted.filter((row) => hintOf(row) > 2));
        }
        expect(index.sizeOf(0)).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

it('a pool gives every name back as it was made ready, and counts who bears it', () => {
  const syllables = [...'张王李欧阳包巴特尔乌云其木格图雅托娅單单'];
  const name = fc.oneof(
    fc.array(fc.constantFrom(...syllables), { minLength: 0, maxLength: 6 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('包', '孛儿只斤', '白'), fc.constantFrom('巴特尔', '图雅', '其木格'))
      .map(([clan, given]) => `${clan}·${given}`),
    fc.constantFrom('包巴特尔', '包·巴特尔', '不详', 'Иван'),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 3_000, size: 'max' }), fc.nat(9), (names, dropped) => {
      const pool = createNamePool();
      const ids = names.map(pool.add);
      const gone = new Set(ids.map((_, i) => i).filter((i) => i % 10 < dropped));
      for (const i of gone) pool.drop(ids[i] as number);
      const bearing = names.flatMap((one, i) => (gone.has(i) ? [] : [nameForm(one)]));
      const distinct = new Map(names.map((one, i) => [JSON.stringify(nameForm(one)), ids[i]]));
      expect(new Set(distinct.values()).size).toBe(distinct.size);
      names.slice(0, 200).forEach((one, i) => {
        const form = nameForm(one);
        expect(pool.form(ids[i] as number)).toEqual(form);
        if (form.plain === '') return;
        expect(pool.bearers(form)).toBe(bearing.filter(({ plain }) => plain === form.plain).length);
        expect(pool.sounding(form)).toBe(bearing.filter(({ sound }) => sound === form.sound).length);
        const alike = bearing.filter(({ skeleton }) => skeleton !== '' && skeleton === form.skeleton).length;
        expect(pool.ofSkeleton(form)).toBe(alike);
      });
    }),
    { numRuns: 20 },
  );
});
