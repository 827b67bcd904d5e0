import { describe, expect, it } from 'vitest';
import {
  CLAIM_MS,
  decideReading,
  decideUndo,
  evolveQuestion,
  isWaiting,
  type Reading,
  refuseClaim,
} from './decide-review.ts';
import type { Question } from './question.ts';
import { isSampled } from './sample.ts';

const NOW = new Date('2026-09-30T10:00:00Z');
const SOON = new Date(NOW.getTime() + CLAIM_MS);
const idOf = (sampled: boolean): string => {
  for (let i = 0; ; i += 1) if (isSampled(`r-${i}`, 1) === sampled) return `r-${i}`;
};
const question = (more: Partial<Question> = {}): Question => ({
  ...{ questionId: idOf(false), state: 'open', version: 0, verdict: null, personNo: null, second: 'none' },
  ...{ overturned: false, readers: [], claimedBy: null, claimedUntil: null, round: 1 },
  ...more,
});
const claimed = (of: Question, by: string): Question => ({ ...of, claimedBy: by, claimedUntil: SOON });
const read = (of: Question, reader: string, more: Partial<Reading> = {}) =>
  decideReading(of, { reader, version: of.version, verdict: 'same', personNo: 7, note: null, ...more }, [7, 8], NOW);
/** The question after somebody claimed it and said something. */
const decidedBy = (of: Question, reader: string, more: Partial<Reading> = {}): Question => {
  const decided = read(claimed(of, reader), reader, more);
  if ('refused' in decided) throw new Error(decided.refused);
  return decided.events.reduce((now, event) => evolveQuestion(now, event, reader), of);
};
const undone = (of: Question, reader = 'a'): Question => {
  const decided = decideUndo(of, { reader, version: of.version, reason: '看错了人' }, NOW);
  if ('refused' in decided) throw new Error(decided.refused);
  return decided.events.reduce((now, event) => evolveQuestion(now, event, reader), of);
};

describe('a claim', () => {
  it('keeps others away until it ends, and is prolonged by its owner', () => {
    const mine = claimed(question(), 'a');
    expect(refuseClaim(mine, 'b', NOW)).toBe('claimed_by_another');
    expect(refuseClaim(mine, 'a', NOW)).toBeNull();
    expect(refuseClaim(mine, 'b', SOON)).toBeNull();
    expect(read(mine, 'b')).toEqual({ refused: 'claimed_by_another' });
  });

  it('is needed for a verdict, and stale pages get none', () => {
    expect(read(question(), 'a')).toEqual({ refused: 'not_claimed' });
    expect(read(claimed(question({ version: 3 }), 'a'), 'a', { version: 2 })).toEqual({ refused: 'stale_version' });
    expect(read(claimed(question(), 'a'), 'a', { personNo: 9 })).toEqual({ refused: 'not_a_candidate' });
  });
});

describe('a verdict', () => {
  it('decides, frees the claim and is not given twice', () => {
    const decided = decidedBy(question(), 'a');
    expect(decided).toMatchObject({ state: 'decided', verdict: 'same', personNo: 7, second: 'none', version: 1 });
    expect(decided).toMatchObject({ claimedBy: null, readers: ['a'] });
    expect(isWaiting(decided)).toBe(false);
    expect(refuseClaim(decided, 'b', NOW)).toBe('already_decided');
  });

  it('of the sample waits for a second reader, who is another', () => {
    const decided = decidedBy(question({ questionId: idOf(true) }), 'a');
    expect(decided.second).toBe('wanted');
    expect(refuseClaim(decided, 'a', NOW)).toBe('own_reading');
    expect(decidedBy(decided, 'b')).toMatchObject({ state: 'decided', second: 'agreed', verdict: 'same', personNo: 7 });
  });

  it.each([
    ['another verdict', { verdict: 'different', personNo: null }],
    ['another person', { personNo: 8 }],
  ] as const)('falls when the second reader says %s, and a third decides', (_, more) => {
    const decided = decidedBy(question({ questionId: idOf(true) }), 'a');
    const disputed = decidedBy(decided, 'b', more);
    expect(disputed).toMatchObject({ state: 'disputed', verdict: null, personNo: null, version: 3 });
    for (const reader of ['a', 'b']) expect(refuseClaim(disputed, reader, NOW)).toBe('own_reading');
    const settled = decidedBy(disputed, 'c', more);
    expect(settled).toMatchObject({ state: 'decided', second: 'settled', verdict: 'same', ...more });
    expect(isWaiting(settled)).toBe(false);
  });
});

describe('an undo', () => {
  it('opens the question again, and the next verdict is always read twice', () => {
    const open = undone(decidedBy(question(), 'a'));
    expect(open).toMatchObject({ state: 'open', verdict: null, overturned: true, round: 2, readers: [] });
    expect(decidedBy(open, 'a', { verdict: 'different', personNo: null })).toMatchObject({ second: 'wanted' });
  });

  it('needs a verdict, and the page of now', () => {
    expect(decideUndo(question(), { reader: 'a', version: 0, reason: 'x' }, NOW)).toEqual({
      refused: 'nothing_to_undo',
    });
    const decided = decidedBy(question(), 'a');
    expect(decideUndo(decided, { reader: 'a', version: 0, reason: 'x' }, NOW)).toEqual({ refused: 'stale_version' });
    expect(decideUndo(claimed(decided, 'b'), { reader: 'a', version: 1, reason: 'x' }, NOW)).toEqual({
      refused: 'claimed_by_another',
    });
  });
});

it('reads one in twenty twice', () => {
  let sampled = 0;
  for (let i = 0; i < 20_000; i += 1) if (isSampled(`r-${i.toString(16).padStart(20, '0')}`, 1)) sampled += 1;
  expect(Math.abs(sampled / 20_000 - 0.05)).toBeLessThan(0.006);
});
