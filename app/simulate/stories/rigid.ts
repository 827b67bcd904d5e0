import { openAuthorisation } from '../authorisations.ts';
import type { Category } from '../model.ts';
import { spreadBills } from './medical.ts';
import { type Claim, fails, holds, type Stage, type Story, story, unknown } from './story.ts';

const WATCHED: readonly Category[] = ['edge', 'relapse', 'other'];

const red = holds('rigid-ratio', 'red');
const early = holds('rigid-ratio-early', 'yellow');
const notRed = fails('rigid-ratio');
const notEarly = fails('rigid-ratio-early');

/** Sets the assessed income a head and month and returns the household's income of a year, both in fen. */
const assess = (stage: Stage, perHead: number, assessedOn = stage.asOf - 100): number => {
  stage.household.assessedIncome = perHead;
  stage.household.assessedOn = assessedOn;
  return perHead * stage.household.members.length * 12;
};

/** Medical bills and rehabilitation of exactly these amounts, well inside the trailing 12 months. */
const spend = (stage: Stage, medical: number, rehab: number): void => {
  if (medical > 0) spreadBills(stage, medical, stage.yearAgo + 20, stage.asOf - 2, 6);
  if (rehab > 0) stage.hands.rehab(stage.head, stage.asOf - 70, rehab);
};

const rigid = (
  what: string,
  claims: readonly Claim[],
  plant: (stage: Stage) => void,
  over: Partial<Story> = {},
): Story =>
  story(what, claims, { quiet: ['medical', 'tax', 'disability', 'rural'], categories: WATCHED, ...over }, plant);

/** Share of rigid spending in income, from an assessed income that divides evenly. */
const share = (what: string, claims: readonly Claim[], medical: number, rehab: number, extra: number): Story =>
  rigid(what, claims, (s) => {
    const total = assess(s, 60_000);
    spend(
      s,
      Math.round(total * medical) + (rehab === 0 ? extra : 0),
      Math.round(total * rehab) + (rehab === 0 ? 0 : extra),
    );
  });

/** Rigid spending against income: on, over and under 50, 60 and 70 %, and every way in which the income can be known or not. */
export const rigidStories: readonly Story[] = [
  share('rigid_just_over_70', [red, notEarly], 0.5, 0.2, 1),
  share('rigid_exactly_70', [notRed, early], 0.5, 0.2, 0),
  share('acute_just_over_60', [red, notEarly], 0.6, 0, 1),
  share('acute_exactly_60', [notRed, early], 0.6, 0, 0),
  share('early_just_over_50', [notRed, early], 0.3, 0.2, 1),
  share('early_exactly_50', [notRed, notEarly], 0.3, 0.2, 0),
  rigid(
    'rigid_a_cent_below_3000',
    [notRed, notEarly],
    (s) => {
      assess(s, 10_000);
      spend(s, 299_999, 0);
    },
    { maxSize: 2 },
  ),
  rigid(
    'rigid_exactly_3000',
    [red, notEarly],
    (s) => {
      assess(s, 10_000);
      spend(s, 300_000, 0);
    },
    { maxSize: 2 },
  ),
  rigid('rigid_without_any_income', [red, notEarly], (s) => {
    assess(s, 0);
    spend(s, 320_000, 0);
  }),
  rigid('rigid_income_at_disposable', [notRed, notEarly], (s) => {
    const { household, standards } = s;
    const year = standards.on('disposable_income', household.home.regionCode, household.area, s.asOf);
    spend(s, Math.round(assess(s, year / 12) * 0.8), 0);
  }),
  rigid('rigid_of_a_dibao_family', [notRed, notEarly], (s) => spend(s, Math.round(assess(s, 30_000) * 0.9), 0), {
    categories: ['dibao'],
  }),
  rigid('rigid_assessed_a_year_ago', [unknown('rigid-ratio'), unknown('rigid-ratio-early')], (s) => {
    spend(s, Math.round(assess(s, 60_000, s.yearAgo) * 0.8), 0);
  }),
  rigid('rigid_assessed_on_the_first_day', [red], (s) => {
    spend(s, Math.round(assess(s, 60_000, s.yearAgo + 1) * 0.8), 0);
  }),
  rigid(
    'rigid_by_school_net_of_aid',
    [red, notEarly],
    (s) => {
      const total = assess(s, 60_000);
      // Aid beyond one person's fees lowers nobody else's; compulsory school counts on neither side.
      s.hands.fee(s.head, s.asOf - 40, 'college', Math.round(total * 0.7) + 5_001);
      s.hands.aid(s.head, s.asOf - 30, 'college', 5_000);
      s.hands.fee(s.second, s.asOf - 40, 'high_school', 20_000);
      s.hands.aid(s.second, s.asOf - 35, 'vocational', 90_000);
      s.hands.aid(s.head, s.asOf - 20, 'compulsory', 300_000);
    },
    { minSize: 2 },
  ),
  rigid(
    'rigid_school_is_compulsory',
    [notRed, notEarly],
    (s) => {
      const total = assess(s, 60_000);
      spend(s, 300_000, 0);
      s.hands.fee(s.head, s.asOf - 40, 'compulsory', total);
      s.hands.fee(s.head, s.yearAgo, 'college', total);
    },
    { minSize: 2 },
  ),
  rigid('acute_by_an_accident', [red, notEarly], (s) => {
    s.hands.mishap(s.head, s.asOf - 100, 'accident', Math.round(assess(s, 60_000) * 0.6) + 1);
  }),
  rigid('acute_by_a_disaster_exactly', [notRed, early], (s) => {
    const total = assess(s, 60_000);
    s.hands.mishap(s.head, s.asOf - 100, 'disaster', Math.round(total * 0.4));
    spend(s, Math.round(total * 0.2), 0);
  }),
  rigid(
    'rigid_by_tax_lines',
    [red],
    (s) => {
      const monthly = 80_000 * s.household.members.length;
      s.household.authorisations = openAuthorisation(s.settings);
      for (let m = s.settings.firstMonth; m <= s.settings.lastFullMonth; m++) s.hands.income(s.head, m, monthly);
      spend(s, Math.round(monthly * 12 * 0.55), Math.round(monthly * 12 * 0.16));
    },
    { place: 'steady' },
  ),
];
