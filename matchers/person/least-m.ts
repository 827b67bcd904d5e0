/**
 * How often, at the least, records of one person reach each level. What was learned from a few years, or from synthetic
 * records, knows only errors that happened there; a telephone that was never changed there will be changed elsewhere. These are our
 * own judgement and no measurement: they only keep weights of disagreement from growing without bound.
 */
const LEAST_M: Readonly<Record<string, readonly number[]>> = {
  // equal, syllables, skeleton, clan, cut, nearly the skeleton, one character, different
  name: [0.5, 0.01, 0.005, 0.005, 0.002, 0.001, 0.001, 0.002],
  // equal, swapped, digit, 1 January, lunar, month, year, year apart, different
  birth: [0.5, 0.001, 0.003, 0.005, 0.003, 0.001, 0.001, 0.0005, 0.001],
  // region and end, end, region only, different
  'masked id': [0.2, 0.01, 0.02, 0.002],
  // end, nearly, different
  'typed id': [0.3, 0.1, 0.02],
  // house, village, township, other village, banner, other township, other banner
  place: [0.05, 0.05, 0.05, 0.01, 0.1, 0.02, 0.02],
  // own, household's, one digit, different
  phone: [0.4, 0.05, 0.01, 0.15],
};

/** m of a field's levels, none below its least, summing to 1 again. */
export const withLeastM = (field: string, m: readonly number[]): number[] => {
  const raised = m.map((value, level) => Math.max(value, LEAST_M[field]?.[level] ?? 0));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
};
