import { endedBefore, grantedOn, openAuthorisation, renewedAfter } from '../authorisations.ts';
import { firstDayOf, lastDayOf } from '../calendar.ts';
import { type Claim, fails, holds, type Stage, type Story, story, unknown } from './story.ts';

const dropped = holds('income-drop', 'orange');
const notDropped = fails('income-drop');
const lost = holds('income-lost', 'red');
const notLost = fails('income-lost');

const earning = (
  what: string,
  claims: readonly Claim[],
  plant: (stage: Stage) => void,
  over: Partial<Story> = {},
): Story =>
  story(what, claims, { quiet: ['tax', 'rural'], place: 'steady', ...over }, (stage) => {
    stage.household.authorisations = openAuthorisation(stage.settings);
    plant(stage);
  });

/** Monthly incomes of the head: `before` up to M-3, `recent` in M-2..M; in fen, 0 means no line at all. */
const earn = ({ hands, head, settings }: Stage, before: number, recent: number): void => {
  for (let month = settings.firstMonth; month <= settings.lastFullMonth; month++) {
    const fen = month > settings.lastFullMonth - 3 ? recent : before;
    if (fen > 0) hands.income(head, month, fen, 'labour');
  }
};

const halved = (stage: Stage): void => earn(stage, 200_000, 80_000);

const drops: readonly Story[] = [
  earning('drop_a_cent_below_half', [dropped, notLost], (s) => earn(s, 200_000, 99_999)),
  earning('drop_to_exactly_half', [notDropped], (s) => earn(s, 200_000, 100_000)),
  earning('drop_from_a_cent_below_500', [notDropped], (s) => earn(s, 49_999, 10_000)),
  earning('drop_from_exactly_500', [dropped], (s) => earn(s, 50_000, 24_999)),
  earning(
    'drop_of_one_of_two_earners',
    [dropped],
    (s) => {
      earn(s, 300_000, 0);
      for (let m = s.settings.firstMonth; m <= s.settings.lastFullMonth; m++) s.hands.income(s.second, m, 90_000);
    },
    { minSize: 2 },
  ),
  earning('drop_renewed_after_31_days', [dropped], (s) => {
    s.household.authorisations = renewedAfter(s.settings, 31);
    halved(s);
  }),
  earning('drop_renewed_after_32_days', [unknown('income-drop')], (s) => {
    s.household.authorisations = renewedAfter(s.settings, 32);
    halved(s);
  }),
  earning('drop_authorised_on_the_last_day_of_the_first_month', [dropped], (s) => {
    s.household.authorisations = grantedOn(lastDayOf(s.settings.lastFullMonth - 11));
    halved(s);
  }),
  earning('drop_authorised_a_day_later', [unknown('income-drop')], (s) => {
    s.household.authorisations = grantedOn(firstDayOf(s.settings.lastFullMonth - 10));
    halved(s);
  }),
  earning('drop_authorisation_ended', [unknown('income-drop')], (s) => {
    s.household.authorisations = endedBefore(s.settings, 1);
    halved(s);
  }),
  earning('drop_where_a_month_is_missing', [unknown('income-drop'), unknown('income-lost')], halved, {
    place: 'missed',
    minMonths: 16,
  }),
  earning('drop_corrected', [notDropped], (s) => {
    earn(s, 200_000, 0);
    for (let back = 0; back < 3; back++) {
      const wrong = s.hands.income(s.head, s.settings.lastFullMonth - back, 2_000);
      s.hands.income(s.head, s.settings.lastFullMonth - back, 200_000, 'business', {
        recordId: wrong.recordId,
        version: 2,
        shift: 1,
        history: 'correction',
      });
    }
  }),
];

/** Income in the given months before the last full one, counted back from it (0 is M itself). */
const paidIn = (stage: Stage, monthsBack: readonly number[], fen = 180_000): void => {
  for (const back of monthsBack) stage.hands.income(stage.head, stage.settings.lastFullMonth - back, fen, 'labour');
};

const losses: readonly Story[] = [
  earning('lost_after_nine_months', [lost, notDropped], (s) => earn(s, 220_000, 0)),
  earning('lost_after_six_months', [lost], (s) => paidIn(s, [3, 4, 5, 7, 9, 11])),
  earning('lost_after_five_months', [notLost], (s) => paidIn(s, [3, 4, 6, 8, 11])),
  earning('lost_after_months_too_old', [notLost], (s) => paidIn(s, [7, 8, 9, 10, 11, 12, 13])),
  earning('lost_all_but_a_cent', [notLost, dropped], (s) => {
    earn(s, 180_000, 0);
    paidIn(s, [1], 1);
  }),
  earning('lost_with_lines_of_zero', [lost], (s) => {
    earn(s, 180_000, 0);
    paidIn(s, [0, 1, 2], 0);
  }),
  earning('lost_where_the_last_month_is_not_declared', [notLost], (s) => earn(s, 180_000, 0), { place: 'late' }),
  earning(
    'lost_because_the_earner_died',
    [notLost],
    (s) => {
      s.second.diedOn = s.asOf - 95;
      s.hands.illness(s.second, s.asOf - 95, 'death', { sentOn: s.asOf - 50, history: 'late_report' });
      for (let back = 4; back < 13; back++) s.hands.income(s.second, s.settings.lastFullMonth - back, 210_000);
    },
    { minSize: 2, quiet: ['tax', 'rural', 'health'] },
  ),
  earning('lost_but_a_benefit_is_paid', [notLost, dropped], (s) => {
    earn(s, 220_000, 0);
    s.hands.benefit(s.head, s.settings.lastFullMonth, 100_000);
  }),
  earning('lost_but_for_a_basic_pension', [lost], (s) => {
    earn(s, 220_000, 0);
    for (let back = 0; back < 3; back++) {
      s.hands.pension(s.head, s.settings.lastFullMonth - back, 14_000, 14_000);
    }
  }),
  earning(
    'lost_because_the_police_know_of_a_death',
    [notLost],
    (s) => {
      s.second.diedOn = s.asOf - 95;
      s.hands.policeDeath(s.second, s.asOf - 95);
      for (let back = 4; back < 13; back++) s.hands.income(s.second, s.settings.lastFullMonth - back, 210_000);
    },
    { minSize: 2, quiet: ['tax', 'rural', 'health'] },
  ),
  earning('lost_by_withdrawal', [lost], (s) => {
    earn(s, 180_000, 0);
    for (let back = 0; back < 3; back++) {
      s.hands.withdraw(s.hands.income(s.head, s.settings.lastFullMonth - back, 180_000), 1);
    }
  }),
];

/** Earnings that fall or end: by a cent, by a month, by an authorisation, by what a department has not declared. */
export const earningsStories: readonly Story[] = [...drops, ...losses];
