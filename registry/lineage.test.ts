import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HouseholdMove, householdMoves, lineageOf, type Stay } from './lineage.ts';

const ALWAYS = Number.NEGATIVE_INFINITY;
const OPEN = Number.POSITIVE_INFINITY;
const [A, B, C] = [1, 2, 3];

/** A person's stays: where they are from which day on; null is nowhere. */
const person = (personNo: number, ...path: readonly (readonly [from: number, householdNo: number | null])[]): Stay[] =>
  path.flatMap(([from, householdNo], i) =>
    householdNo === null ? [] : [{ personNo, householdNo, from, until: path[i + 1]?.[0] ?? OPEN }],
  );
const said = (moves: readonly HouseholdMove[]): string[] =>
  moves.map(({ kind, from, into, day, members }) => `${day} ${kind} ${from}>${into} ${members}`);
const movesOf = (...people: readonly Stay[][]): string[] => said(householdMoves(people.flat()));

describe('splits and merges', () => {
  it.each([
    [
      'two leave one behind',
      [person(1, [ALWAYS, A]), person(2, [ALWAYS, A], [9, B]), person(3, [1, A], [9, B])],
      ['9 split 1>2 2'],
    ],
    ['all go to others who live there', [person(1, [ALWAYS, A], [9, B]), person(2, [2, B])], ['9 merge 1>2 1']],
    ['all go to a number that is new', [person(1, [ALWAYS, A], [9, B]), person(2, [2, A], [9, B])], ['9 merge 1>2 2']],
    [
      'one marries into a household, others stay',
      [person(1, [0, A], [9, B]), person(2, [0, A]), person(3, [0, B])],
      [],
    ],
    [
      'all go, in two directions',
      [person(1, [0, A], [9, B]), person(2, [0, A], [9, C])],
      ['9 split 1>2 1', '9 split 1>3 1'],
    ],
    [
      'the last two go on different days',
      [person(1, [0, A], [8, B]), person(2, [0, A], [9, B])],
      ['8 split 1>2 1', '9 merge 1>2 1'],
    ],
    [
      'the other one left the same day and is nowhere',
      [person(1, [0, A], [9, B]), person(2, [0, A], [9, null])],
      ['9 merge 1>2 1'],
    ],
    ['somebody takes the place of who goes', [person(1, [0, A], [9, B]), person(2, [9, A])], ['9 split 1>2 1']],
    [
      'two households found a third',
      [person(1, [0, A], [9, C]), person(2, [0, A]), person(3, [0, B], [9, C])],
      ['9 split 1>3 1', '9 merge 2>3 1'],
    ],
    ['out and back', [person(1, [0, A]), person(2, [0, A], [5, B], [9, A])], ['5 split 1>2 1', '9 merge 2>1 1']],
    [
      'a household that stood empty is founded again',
      [person(1, [0, B], [3, null]), person(2, [0, A], [9, B]), person(3, [0, A])],
      ['9 split 1>2 1'],
    ],
    ['who was nowhere in between came from nowhere', [person(1, [0, A], [5, null], [6, B]), person(2, [0, A])], []],
    [
      'a stay that was taken back',
      [
        [
          { personNo: 1, householdNo: B, from: 9, until: 2 },
          { personNo: 1, householdNo: A, from: 0, until: 9 },
        ],
        person(2, [0, A]),
      ],
      [],
    ],
  ])('%s', (_, people, expected) => {
    expect(movesOf(...people)).toEqual(expected);
  });

  it('are told to each of the two, as of a day', () => {
    const moves = householdMoves([...person(1, [0, A]), ...person(2, [0, A], [5, B], [9, A])]);
    const of = (household: number, day: number) =>
      lineageOf(moves, household, day).map(({ relation, otherNo, day: on }) => `${on} ${relation} ${otherNo}`);
    expect(of(B, 4)).toEqual([]);
    expect([of(A, 5), of(B, 5)]).toEqual([['5 split_into 2'], ['5 split_from 1']]);
    expect(of(A, 9)).toEqual(['5 split_into 2', '9 merged_from 2']);
    expect(of(B, 9)).toEqual(['5 split_from 1', '9 merged_into 1']);
    expect(of(C, 9)).toEqual([]);
  });
});

/** The same told day by day from who is where, as somebody would with the registers of two days side by side. */
const sideBySide = (where: readonly (readonly (number | null)[])[], days: number): string[] => {
  const at = (day: number) => where.map((path) => path[day] ?? null);
  return Array.from({ length: days - 1 }, (_, i) => i + 1).flatMap((day) => {
    const [before, now] = [at(day - 1), at(day)];
    const homes = [1, 2, 3];
    return homes.flatMap((from) =>
      homes.flatMap((into) => {
        const went = before.filter((home, who) => from !== into && home === from && now[who] === into).length;
        if (went === 0) return [];
        const left = now.filter(
          (home, who) => home === from || (before[who] === from && home !== into && home !== null),
        );
        if (left.length === 0) return [`${day} merge ${from}>${into} ${went}`];
        return before.includes(into) ? [] : [`${day} split ${from}>${into} ${went}`];
      }),
    );
  });
};

it('whoever moves, what is told is what the registers of two days say side by side', () => {
  const DAYS = 6;
  const home = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
  const path = fc.array(home, { minLength: DAYS, maxLength: DAYS });
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 5 }), (where) => {
      const stays = where.flatMap((days, who) => {
        const changes = days.flatMap((at, day) => (day > 0 && days[day - 1] === at ? [] : [[day, at] as const]));
        return person(who + 1, ...changes);
      });
      expect(said(householdMoves(stays))).toEqual(sideBySide(where, DAYS));
    }),
    { numRuns: 1_000 },
  );
});
