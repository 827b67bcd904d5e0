import { describe, expect, it } from 'vitest';
import type { ClaimedIdentity } from '../ingest/index.ts';
import { claimedKey } from './claimed-key.ts';
import { checkCharacter } from './identity/id-number.ts';
import type { MatchDecision } from './match-decision.ts';
import { type Judgement, obey } from './obey.ts';

const NUMBER = `15990119800101001${checkCharacter('15990119800101001')}`;
const claimed = (more: Partial<ClaimedIdentity> = {}): ClaimedIdentity => ({
  ...{ name: '乙', idNumber: NUMBER, birthDate: null, phone: '', address: '', disabilityCert: '', regionCode: '' },
  ...more,
});
const review = (...candidates: number[]): MatchDecision => ({
  ...{ outcome: 'review', personNo: 0, reasons: ['id_number_equal', 'name_differs'], idNumber: NUMBER, candidates },
});
const exact = (personNo: number): MatchDecision => ({ ...review(), outcome: 'exact', personNo });
const stranger: MatchDecision = { ...review(), outcome: 'unregistered', reasons: ['id_number_not_registered'] };
const judged = (must: number, ...cannot: number[]): ReadonlyMap<string, Judgement> =>
  new Map([[claimedKey(claimed()), { must, cannot: new Set(cannot) }]]);

describe('a verdict', () => {
  it('changes nothing where there is none, or one about somebody else', () => {
    const decision = review(1);
    expect(obey(new Map(), claimed(), decision)).toBe(decision);
    expect(obey(judged(1), claimed({ name: '丙' }), decision)).toBe(decision);
  });

  it('of the same person links, also when the number is registered no longer', () => {
    for (const decision of [review(1, 2), stranger, exact(2)]) {
      expect(obey(judged(1), claimed(), decision)).toMatchObject({ outcome: 'probable', personNo: 1, candidates: [] });
    }
    expect(obey(judged(1), claimed(), exact(1))).toEqual(exact(1));
  });

  it('of another person takes that one out, and nobody is left to ask about', () => {
    expect(obey(judged(0, 1), claimed(), review(1, 2))).toMatchObject({ outcome: 'review', candidates: [2] });
    const nobody = obey(judged(0, 1, 2), claimed(), review(1, 2));
    expect(nobody).toMatchObject({ outcome: 'unregistered', personNo: 0, idNumber: NUMBER });
    expect(nobody.reasons).toEqual(['id_number_equal', 'name_differs', 'verdict_different']);
  });

  it('of another person forbids the link however well the fields agree, and no other link', () => {
    expect(obey(judged(0, 1), claimed(), exact(1)).outcome).toBe('unregistered');
    expect(obey(judged(0, 1), claimed(), exact(2))).toEqual(exact(2));
    expect(obey(judged(0, 1), claimed(), stranger)).toEqual(stranger);
  });
});

describe('two records claim the same identity', () => {
  const same = (a: Partial<ClaimedIdentity>, b: Partial<ClaimedIdentity>): boolean =>
    claimedKey(claimed(a)) === claimedKey(claimed(b));

  it('by name and number, however the number is written and whatever else they say', () => {
    expect(same({}, { idNumber: NUMBER.toLowerCase(), phone: '139', address: '二道沟' })).toBe(true);
    expect(same({}, { idNumber: '', disabilityCert: `${NUMBER}41` })).toBe(true);
    expect(same({}, { name: '丙' })).toBe(false);
  });

  it('without a number only by everything they say', () => {
    expect(same({ idNumber: '', phone: '139' }, { idNumber: '', phone: '139' })).toBe(true);
    expect(same({ idNumber: '', phone: '139' }, { idNumber: '', phone: '138' })).toBe(false);
  });
});
