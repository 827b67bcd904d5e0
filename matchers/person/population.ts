import type { Claim } from './claim.ts';
import { NO_DAY } from './claim.ts';
import type { PersonRows } from './person-rows.ts';
import { createTally } from './tally.ts';

/** How many registered persons share a day of birth or a place: agreeing on what many share says little. */
export interface Population {
  count(rows: PersonRows, row: number, by: 1 | -1): void;
  bornOn(claim: Claim): number;
  inCounty(claim: Claim): number;
  inTownship(claim: Claim): number;
  inVillage(claim: Claim): number;
}

export const createPopulation = (): Population => {
  /** By day after the earliest that NO_DAY leaves. */
  const days = createTally();
  const regions = createTally();
  return {
    count(rows, row, by) {
      const birth = rows.birth(row);
      if (birth !== NO_DAY) days.add(birth - NO_DAY, by);
      // Codes of 6, 9 and 12 digits are never the same number.
      for (const region of [rows.county(row), rows.township(row), rows.village(row)]) {
        if (region !== 0) regions.add(region, by);
      }
    },
    bornOn: ({ birth }) => (birth === NO_DAY ? 0 : days.of(birth - NO_DAY)),
    inCounty: ({ place }) => regions.of(place.county),
    inTownship: ({ place }) => regions.of(place.township),
    inVillage: ({ place }) => regions.of(place.village),
  };
};
