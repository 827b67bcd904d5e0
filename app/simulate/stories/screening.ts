import { wrongCheck } from '../id-number.ts';
import type { Person } from '../model.ts';
import { splitFen } from '../money.ts';
import type { Settings } from '../settings.ts';
import { type Claim, fails, type Hands, holds, yearBefore } from './story.ts';

/** A story about somebody in no registry, whom the screening rules may find. */
export type ScreeningStory = {
  what: string;
  claim: Claim;
  plant: (person: Person, hands: Hands, asOf: number) => void;
};

const found = holds('screening-medical', 'orange');
const notFound = fails('screening-medical');

/** Self-paid of 15,000 in twelve months or 10,000 in one stay: over it, on it, outside the months, without a usable number. */
const SCREENINGS: readonly ScreeningStory[] = [
  {
    what: 'stranger_over_15000',
    claim: found,
    plant: (p, hands, asOf) => {
      for (const [i, part] of splitFen(1_500_001, 5).entries()) hands.bill(p, asOf - 40 * i, part);
    },
  },
  {
    what: 'stranger_of_exactly_15000',
    claim: notFound,
    plant: (p, hands, asOf) => {
      for (const [i, part] of splitFen(1_500_000, 5).entries()) hands.bill(p, asOf - 40 * i, part);
    },
  },
  {
    what: 'stranger_stay_over_10000',
    claim: found,
    plant: (p, hands, asOf) => hands.bill(p, asOf - 33, 1_000_001, 'inpatient'),
  },
  {
    what: 'stranger_stay_of_exactly_10000',
    claim: notFound,
    plant: (p, hands, asOf) => hands.bill(p, asOf - 33, 1_000_000, 'inpatient'),
  },
  {
    what: 'stranger_a_year_ago',
    claim: notFound,
    plant: (p, hands, asOf) => hands.bill(p, yearBefore(asOf), 2_500_000, 'inpatient'),
  },
  {
    what: 'stranger_on_the_first_day',
    claim: found,
    plant: (p, hands, asOf) => hands.bill(p, yearBefore(asOf) + 1, 2_500_000, 'inpatient'),
  },
  {
    what: 'stranger_with_wrong_check_character',
    claim: notFound,
    plant: (p, hands, asOf) => {
      p.idNumber = wrongCheck(p.idNumber);
      hands.bill(p, asOf - 60, 2_000_000, 'inpatient');
    },
  },
  {
    what: 'stranger_withdrawn',
    claim: notFound,
    plant: (p, hands, asOf) => hands.withdraw(hands.bill(p, asOf - 60, 2_000_000, 'inpatient'), 1),
  },
];

/** Says which screening story happens to the n-th stranger of a run; small runs tell them closer together. */
export const createScreeningCast = (settings: Settings): ((stranger: number) => ScreeningStory | null) => {
  const every = settings.households < 1000 ? 6 : 15;
  return (stranger) =>
    settings.months < 14 || stranger % every !== 0 ? null : SCREENINGS[(stranger / every) % SCREENINGS.length]!;
};
