import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaroWinkler, osaDistance } from './distance.ts';

/** Slow and plain, from the definitions and not from the code: what the fast ones must agree with. */
const slowOsa = (a: string, b: string): number => {
  const known = new Map<string, number>();
  const of = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i} ${j}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const ways = [of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)];
    if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) ways.push(of(i - 2, j - 2) + 1);
    const best = Math.min(...ways);
    known.set(key, best);
    return best;
  };
  return of(a.length, b.length);
};

const slowJaroWinkler = (a: string, b: string): number => {
  if (a === b) return 1;
  if (a === '' || b === '') return 0;
  const window = Math.max(Math.floor(Math.max(a.length, b.length) / 2) - 1, 0);
  const free = new Set(Array.from(b, (_, j) => j));
  const pairs: [number, number][] = [];
  for (let i = 0; i < a.length; i += 1) {
    const j = [...free].sort((x, y) => x - y).find((k) => Math.abs(k - i) <= window && b[k] === a[i]);
    if (j === undefined) continue;
    free.delete(j);
    pairs.push([i, j]);
  }
  if (pairs.length === 0) return 0;
  const inA = pairs.map(([i]) => a[i]);
  const inB = pairs
    .map(([, j]) => j)
    .sort((x, y) => x - y)
    .map((j) => b[j]);
  const transposed = inA.filter((letter, i) => letter !== inB[i]).length / 2;
  const m = pairs.length;
  const jaro = (m / a.length + m / b.length + (m - transposed) / m) / 3;
  if (jaro <= 0.7) return jaro;
  let prefix = 0;
  while (prefix < 4 && a[prefix] !== undefined && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
};

const texts = fc.string({ unit: fc.constantFrom(...'abc其木格'), maxLength: 12 });

describe('distances', () => {
  it('agree with the definitions', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(osaDistance(a, b)).toBe(slowOsa(a, b));
        expect(jaroWinkler(a, b)).toBeCloseTo(slowJaroWinkler(a, b), 12);
      }),
      { numRuns: 2000 },
    );
  });

  it('stop where they are told to', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 0, max: 4 }), (a, b, most) => {
        expect(osaDistance(a, b, most)).toBe(Math.min(slowOsa(a, b), most + 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same both ways', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(osaDistance(a, b)).toBe(osaDistance(b, a));
        expect(jaroWinkler(a, a)).toBe(1);
      }),
    );
  });

  it.each([
    ['MARTHA', 'MARHTA', 0.961111],
    ['DIXON', 'DICKSONX', 0.813333],
    ['DWAYNE', 'DUANE', 0.84],
  ])('are those of the literature: %s and %s', (a, b, expected) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(expected, 5);
  });

  it('take texts of any length', () => {
    const long = 'ab'.repeat(500);
    expect(osaDistance(long, `${long}c`)).toBe(1);
    expect(jaroWinkler(long, `${long}c`)).toBeGreaterThan(0.99);
  });
});
