import { expect, it } from 'vitest';
import { agreementOf, type ReadTwice } from './agreement.ts';

const times = (n: number, pair: ReadTwice): ReadTwice[] => Array.from({ length: n }, () => pair);

it('is what Cohen made of it: 20 and 15 of 50 agreed, 0.4', () => {
  const pairs = [
    ...times(20, ['same', 'same']),
    ...times(5, ['same', 'different']),
    ...times(10, ['different', 'same']),
    ...times(15, ['different', 'different']),
  ];
  const agreement = agreementOf(pairs);
  expect(agreement).toMatchObject({ pairs: 50, agreed: 35 });
  expect(agreement.kappa).toBeCloseTo(0.4, 10);
});

it('is not known where nothing was read twice or one word alone was said', () => {
  expect(agreementOf([])).toEqual({ pairs: 0, agreed: 0, kappa: null });
  expect(agreementOf(times(3, ['same', 'same']))).toEqual({ pairs: 3, agreed: 3, kappa: null });
});

it('is below nothing where readers contradict one another', () => {
  expect(agreementOf([...times(5, ['same', 'different']), ...times(5, ['different', 'same'])]).kappa).toBe(-1);
});
