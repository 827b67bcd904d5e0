import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addVersion, emptyHistory, judgeVersion, rankOf } from './version.ts';

interface Row {
  readonly version: number;
  readonly op: 'upsert' | 'delete';
  readonly content?: number;
}
const put = (version: number, content = 1): Row => ({ version, op: 'upsert', content });
const withdraw = (version: number): Row => ({ version, op: 'delete' });

/** What each row is in turn: `+` accepted, `=` duplicate, `!` conflicting. */
const take = (rows: readonly Row[]) => {
  const history = emptyHistory();
  const told = rows.map((row) => {
    const verdict = judgeVersion(history, rankOf(row), row.content ?? 0);
    if (verdict.fresh) addVersion(history, rankOf(row), row.content ?? 0);
    return verdict.conflicting ? '!' : verdict.status === 'accepted' ? '+' : '=';
  });
  return { told: told.join(''), highest: history.highest, known: history.ranks.length };
};

describe('a record', () => {
  it.each([
    ['the same version again', [put(1), put(1)], '+='],
    ['the same version with other content', [put(1), put(1, 2)], '+!'],
    ['higher versions', [put(1), put(2), put(5)], '+++'],
    ['a lower version late', [put(3), put(1)], '+='],
    ['a lower version late, again, and with other content', [put(3), put(1), put(1), put(1, 2)], '+==!'],
    ['a superseded version with other content', [put(1), put(2), put(1, 9), put(1)], '++!='],
    ['a withdrawal of its version', [put(1), withdraw(1)], '++'],
    ['a withdrawal of a version in between', [put(1), put(3), withdraw(2)], '++='],
    ['a withdrawal before its version', [withdraw(1), put(1)], '+='],
    ['a withdrawal of a version never seen, then a lower one', [withdraw(5), put(4)], '+='],
    ['a withdrawal, then a higher version', [put(1), withdraw(2), put(3)], '+++'],
    ['its own version after its withdrawal, with other content', [put(2), withdraw(2), put(2, 7)], '++='],
    ['a late withdrawal of a superseded version', [put(1), put(2), withdraw(1)], '++='],
    ['its superseded version with other content, withdrawn late', [put(1), put(2), withdraw(1), put(1, 9)], '++=='],
    ['a withdrawal twice', [withdraw(1), { ...withdraw(1), content: 9 }], '+='],
  ])('takes %s', (_, rows, told) => expect(take(rows).told).toBe(told));

  it('puts a withdrawal just above its version', () => {
    const ranks = [put(1), withdraw(1), put(2), withdraw(2)].map(rankOf);
    expect(ranks).toEqual([2, 3, 4, 5]);
    expect(rankOf({ version: 2 ** 52 - 1, op: 'delete' })).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('in whatever order its versions come', () => {
  const row = fc.record({
    version: fc.integer({ min: 1, max: 5 }),
    op: fc.constantFrom('upsert' as const, 'delete' as const),
    content: fc.integer({ min: 1, max: 2 }),
  });
  const rows = fc.array(row, { minLength: 1, maxLength: 10 });

  it('the highest is in force, each version is known once, and accepted rows only climb', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const { told, highest, known } = take(given);
        const ranks = given.map(rankOf);
        expect(highest).toBe(Math.max(...ranks));
        expect(known).toBe(new Set(ranks).size);
        const accepted = ranks.filter((_, i) => told[i] === '+');
        expect(accepted).toEqual([...new Set(accepted)].sort((a, b) => a - b));
      }),
    );
  });

  it('of two rows of one version the first holds, and taking all of it again changes nothing', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const twice = take([...given, ...given]);
        expect(twice).toMatchObject({ highest: take(given).highest, known: take(given).known });
        expect(twice.told.slice(given.length)).not.toContain('+');
      }),
    );
  });
});
