import { expect, it } from 'vitest';
import { checkCharacter } from '../identity/id-number.ts';
import { createSeededRandom } from '../linkage/seeded-random.ts';
import { createPersonRegister, type TrainingRecord, trainMatcher } from './index.ts';

const GIVEN = [...'伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇'];
const SURNAMES = [...'王李张刘陈杨赵黄周吴'];

/** Four hundred persons, and a record of each: half with the number, half without. */
const made = () => {
  const dice = createSeededRandom(3);
  const register = createPersonRegister(400);
  const records = Array.from({ length: 400 }, (_, i): TrainingRecord => {
    const digits = `15990119${60 + (i % 30)}0${1 + (i % 9)}1${i % 9}${String(i).padStart(3, '0')}`;
    const idNumber = digits + checkCharacter(digits);
    const name = `${SURNAMES[dice.below(SURNAMES.length)]}${GIVEN[dice.below(GIVEN.length)]}${GIVEN[dice.below(GIVEN.length)]}`;
    const birthDay = -4_000 + dice.below(9_000);
    const home = { regionCode: `159901${101 + (i % 5)}`, address: `模拟${i % 7}嘎查${i}号` };
    const phone = `154${String(10_000_000 + i * 7)}`;
    register.put({
      ...{ personNo: i + 1, householdNo: i + 1, name, idNumber, birthDay, phone, householdPhone: phone, diedOn: null },
      ...home,
    });
    const identity = { name, birthDate: birthDay, phone, disabilityCert: '', ...home };
    return { feed: 'health', identity: { ...identity, idNumber: i % 2 === 0 ? idNumber : '' } };
  });
  register.compact();
  return { register, records };
};

it('learns nothing from a pair that a verdict told apart, and one person alone from a record that a verdict linked', () => {
  const { register, records } = made();
  const pairsOf = (of: readonly TrainingRecord[]): number => trainMatcher(register, of, 1).learnedFrom.candidatePairs;
  const base = pairsOf(records);
  const judged = (i: number, must: number, ...cannot: number[]) =>
    records.map((record, at) => (at === i ? { ...record, judged: { must, cannot: new Set(cannot) } } : record));
  expect(base).toBeGreaterThanOrEqual(400);
  // With the number or without: the pair of the record and its own person is gone, and no other.
  expect(pairsOf(judged(40, 0, 41))).toBe(base - 1);
  expect(pairsOf(judged(41, 0, 42))).toBe(base - 1);
  expect(pairsOf(judged(41, 0, 300))).toBe(base);
  // Linked to whom it shares nothing with it is a pair with nobody, linked to its own person with that one alone.
  const withNobody = pairsOf(judged(41, 300));
  expect(withNobody).toBeLessThan(base);
  expect(pairsOf(judged(41, 42))).toBe(withNobody + 1);
});
