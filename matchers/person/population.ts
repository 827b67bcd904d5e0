import type { Claim } from './claim.ts';
import { NO_DAY } from './claim.ts';
import type { Columns } from './person-columns.ts';

/** How many registered persons share a day of birth or a place: agreeing on what many share says little. */
export interface Population {
  count(columns: Columns, row: number, by: 1 | -1): void;
  bornOn(claim: Claim): number;
  inCounty(claim: Claim): number;
  inTownship(claim: Claim): number;
  inVillage(claim: Claim): number;
}

export const createPopulation = (): Population => {
  const days = new Map<number, number>();
  const regions = new Map<number, number>();
  const add = (counts: Map<number, number>, key: number, by: number): void => {
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  return {
    count(c, row, by) {
      const birth = c.birth[row] as number;
      if (birth !== NO_DAY) add(days, birth, by);
      // Codes of 6, 9 and 12 digits are never the same number.
      for (const region of [c.county[row], c.township[row], c.village[row]] as number[]) {
        if (region !== 0) add(regions, region, by);
      }
    },
    bornOn: ({ birth }) => days.get(birth) ?? 0,
    inCounty: ({ place }) => regions.get(place.county) ?? 0,
    inTownship: ({ place }) => regions.get(place.township) ?? 0,
    inVillage: ({ place }) => regions.get(place.village) ?? 0,
  };
};
