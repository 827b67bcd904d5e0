import type { Category } from '../model.ts';
import { splitFen } from '../money.ts';
import { type Claim, fails, holds, type Stage, type Story, story } from './story.ts';

const LIMIT: Record<Category, number> = {
  tekun: 100_000,
  dibao: 500_000,
  edge: 1_000_000,
  rigid: 1_000_000,
  relapse: 1_000_000,
  other: 1_500_000,
  exited: 1_500_000,
};

/** Bills of exactly `fen` in all, spread over `count` days from `from` to `to`, none of them of a hospital stay. */
export const spreadBills = (stage: Stage, fen: number, from: number, to: number, count: number): void => {
  splitFen(fen, count).forEach((part, i) => {
    const day = from + Math.floor(((to - from) * i) / Math.max(1, count - 1));
    stage.hands.bill(stage.head, day, part, i % 3 === 0 ? 'chronic' : 'outpatient');
  });
};

const burden = (what: string, claim: Claim, plant: (stage: Stage, limit: number) => void, minSize = 1): Story =>
  story(what, claim, { quiet: ['medical', 'health'], minSize }, (stage) =>
    plant(stage, LIMIT[stage.household.category]),
  );

const over = holds('medical-burden', 'orange');
const under = fails('medical-burden');

const burdens: readonly Story[] = [
  burden('burden_just_over', over, (s, limit) => spreadBills(s, limit + 1, s.yearAgo + 1, s.asOf, 9)),
  burden('burden_exactly_at_limit', under, (s, limit) => spreadBills(s, limit, s.yearAgo + 1, s.asOf, 9)),
  burden('burden_twice_the_limit', holds('medical-burden', 'red'), (s, limit) =>
    spreadBills(s, limit * 2, s.yearAgo + 1, s.asOf, 12),
  ),
  burden('burden_a_cent_below_twice', over, (s, limit) => spreadBills(s, limit * 2 - 1, s.yearAgo + 20, s.asOf, 12)),
  burden('burden_one_day_too_old', under, (s, limit) => {
    spreadBills(s, limit - 100, s.yearAgo + 30, s.asOf, 7);
    s.hands.bill(s.head, s.yearAgo, 200_000);
  }),
  burden('burden_on_the_first_day', over, (s, limit) => {
    spreadBills(s, limit - 100, s.yearAgo + 30, s.asOf, 7);
    s.hands.bill(s.head, s.yearAgo + 1, 101);
  }),
  burden('rising_medical', over, (s, limit) => {
    const weights = [1, 2, 3, 5, 8, 11, 15, 20, 26, 33];
    weights.forEach((w, i) => {
      s.hands.bill(s.head, s.asOf - 30 * (weights.length - 1 - i), Math.ceil((limit * 1.3 * w) / 124), 'chronic');
    });
  }),
  burden('burden_corrected_down', under, (s, limit) => {
    const wrong = s.hands.bill(s.head, s.asOf - 120, limit + 5000);
    s.hands.bill(s.head, s.asOf - 120, Math.floor(limit / 2), 'outpatient', {
      recordId: wrong.recordId,
      sentOn: wrong.sentOn,
      version: 2,
      shift: 1,
      history: 'correction',
    });
  }),
  burden('burden_correction_came_first', under, (s, limit) => {
    const right = s.hands.bill(s.head, s.asOf - 120, Math.floor(limit / 2), 'outpatient', {
      version: 2,
      history: 'correction_first',
    });
    s.hands.bill(s.head, s.asOf - 120, limit + 5000, 'outpatient', {
      recordId: right.recordId,
      sentOn: right.sentOn,
      version: 1,
      shift: 1,
      fate: 'duplicate',
      history: 'overtaken',
    });
  }),
  burden('burden_withdrawn', under, (s, limit) => {
    spreadBills(s, limit - 1000, s.yearAgo + 10, s.asOf - 40, 5);
    s.hands.withdraw(s.hands.bill(s.head, s.asOf - 90, 250_000), 1);
  }),
  burden('burden_withdrawn_before_it_came', under, (s, limit) => {
    spreadBills(s, limit - 1000, s.yearAgo + 10, s.asOf - 40, 5);
    const bill = s.hands.bill(s.head, s.asOf - 90, 250_000, 'outpatient', {
      shift: 1,
      fate: 'duplicate',
      history: 'withdrawn_before',
    });
    s.hands.withdraw(bill, 0);
  }),
  burden(
    'burden_of_a_member_who_died',
    over,
    (s, limit) => {
      s.second.diedOn = s.asOf - 100;
      s.hands.illness(s.second, s.asOf - 100, 'death', { sentOn: s.asOf - 60, history: 'late_report' });
      for (const part of splitFen(limit + 100, 6)) s.hands.bill(s.second, s.asOf - 120, part);
    },
    2,
  ),
  burden(
    'burden_of_one_who_left',
    under,
    (s, limit) => {
      s.second.memberTo = s.asOf - 60;
      for (const part of splitFen(limit * 2, 8)) s.hands.bill(s.second, s.asOf - 130, part);
    },
    2,
  ),
];

const admission = (what: string, claim: Claim, plant: (stage: Stage) => void): Story =>
  story(what, claim, { quiet: ['medical'] }, plant);
const admitted = holds('medical-admission', 'yellow');
const notAdmitted = fails('medical-admission');

const admissions: readonly Story[] = [
  admission('admission_just_over_6000', admitted, (s) => s.hands.bill(s.head, s.asOf - 50, 600_001, 'inpatient')),
  admission('admission_of_6000', notAdmitted, (s) => s.hands.bill(s.head, s.asOf - 50, 600_000, 'inpatient')),
  admission('admission_a_year_ago', notAdmitted, (s) => s.hands.bill(s.head, s.yearAgo, 900_000, 'inpatient')),
  admission('admission_on_the_first_day', admitted, (s) =>
    s.hands.bill(s.head, s.yearAgo + 1, 900_000, 'inpatient', { sentOn: s.yearAgo + 30 }),
  ),
  admission('two_admissions_of_4000', notAdmitted, (s) => {
    s.hands.bill(s.head, s.asOf - 90, 400_000, 'inpatient');
    s.hands.bill(s.head, s.asOf - 20, 400_000, 'inpatient');
  }),
  admission('outpatient_of_7000', notAdmitted, (s) => s.hands.bill(s.head, s.asOf - 10, 700_000, 'chronic')),
];

const ill = (what: string, claim: Claim, plant: (stage: Stage) => void): Story =>
  story(what, claim, { quiet: ['health'], minMonths: 3 }, plant);
const fellIll = holds('major-illness', 'yellow');

const illnesses: readonly Story[] = [
  ill('major_illness_29_days_ago', fellIll, (s) => s.hands.illness(s.head, s.asOf - 29, 'major_illness')),
  ill('major_illness_30_days_ago', fails('major-illness'), (s) =>
    s.hands.illness(s.head, s.asOf - 30, 'major_illness'),
  ),
  ill('major_illness_today', fellIll, (s) => s.hands.illness(s.head, s.asOf, 'major_illness', { sentOn: s.asOf })),
  ill('chronic_illness_only', fails('major-illness'), (s) => s.hands.illness(s.head, s.asOf - 5, 'chronic_illness')),
  ill('major_illness_withdrawn', fails('major-illness'), (s) =>
    s.hands.withdraw(s.hands.illness(s.head, s.asOf - 12, 'major_illness'), 1),
  ),
  ill('chronic_corrected_to_major', fellIll, (s) => {
    const first = s.hands.illness(s.head, s.asOf - 12, 'chronic_illness');
    s.hands.illness(s.head, s.asOf - 12, 'major_illness', {
      recordId: first.recordId,
      sentOn: first.sentOn,
      version: 2,
      shift: 1,
      history: 'correction',
    });
  }),
];

/** Medical spending and illness: sums at, over and under the limits, at the edges of the windows, corrected and withdrawn. */
export const medicalStories: readonly Story[] = [...burdens, ...admissions, ...illnesses];
