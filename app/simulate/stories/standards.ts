import { openAuthorisation } from '../authorisations.ts';
import { dayOf } from '../calendar.ts';
import type { Category } from '../model.ts';
import { type Claim, fails, holds, type Stage, type Story, story } from './story.ts';

const below = holds('income-below-standard', 'orange');
const notBelow = fails('income-below-standard');
const above = holds('income-above-standard', 'blue');
const notAbove = fails('income-above-standard');

const BELOW: readonly Category[] = ['edge', 'rigid', 'relapse', 'other'];
const DIBAO: readonly Category[] = ['dibao'];

const standardOf = (s: Stage): number => s.standards.on('dibao', s.household.home.regionCode, s.household.area, s.asOf);

const assessed = (what: string, claim: Claim, categories: readonly Category[], more: number): Story =>
  story(what, claim, { quiet: ['tax', 'rural'], categories, minMonths: 1 }, (s) => {
    s.household.assessedIncome = standardOf(s) + more;
    s.household.assessedOn = s.asOf - 40;
  });

/** Tax lines of `perHead` fen a head and month in every month of the run. */
const taxed = (
  what: string,
  claim: Claim,
  categories: readonly Category[],
  type: 'wages' | 'business',
  perHead: (standard: number) => number,
): Story =>
  story(what, claim, { quiet: ['tax', 'rural'], categories, place: 'steady' }, (s) => {
    s.household.authorisations = openAuthorisation(s.settings);
    const fen = perHead(standardOf(s)) * s.household.members.length;
    for (let m = s.settings.firstMonth; m <= s.settings.lastFullMonth; m++) s.hands.income(s.head, m, fen, type);
  });

/** A pension in every month of the run: [amount, basic part] in fen, of the household's line. */
const pensioned = (what: string, claim: Claim, parts: (line: number) => readonly [number, number]): Story =>
  story(what, claim, { quiet: ['tax', 'rural'], categories: BELOW, place: 'steady' }, (s) => {
    s.household.authorisations = openAuthorisation(s.settings);
    const [fen, basic] = parts(standardOf(s) * s.household.members.length);
    for (let m = s.settings.firstMonth; m <= s.settings.lastFullMonth; m++) s.hands.pension(s.head, m, fen, basic);
  });

/** Yearly incomes of the country: the one before the last is high, the last is `more` fen off 12 standards a head. */
const yearly = (what: string, claim: Claim, more: number): Story =>
  story(what, claim, { quiet: ['tax', 'rural'], categories: BELOW, place: 'steady', area: 'rural' }, (s) => {
    s.household.authorisations = openAuthorisation(s.settings);
    const year = Math.floor(s.settings.lastFullMonth / 12) - 1;
    const line = standardOf(s) * 12 * s.household.members.length;
    s.hands.yearIncome(s.head, dayOf(year - 1, 12, 31), line * 2, year - 1, s.settings.firstDay + 40);
    // reported months after the year it was earned in, as late as the as-of day allows
    s.hands.yearIncome(s.head, dayOf(year, 12, 31), line + more, year, Math.min(s.asOf, dayOf(year + 1, 6, 20)));
  });

/** Incomes a cent beside the dibao standard, on it, and apart from it only by the cost of work. */
export const standardStories: readonly Story[] = [
  assessed('assessed_a_cent_below', below, BELOW, -1),
  assessed('assessed_exactly_at_standard', notBelow, BELOW, 0),
  assessed('assessed_below_but_dibao', notBelow, DIBAO, -10_000),
  taxed('wages_below_only_by_work_cost', below, BELOW, 'wages', (standard) => Math.round(standard * 1.05)),
  taxed('business_exactly_at_standard', notBelow, BELOW, 'business', (standard) => standard),
  taxed('business_a_cent_below', below, BELOW, 'business', (standard) => standard - 1),
  pensioned('pension_below_but_for_its_basic_part', below, (line) => [line + 9_999, 10_000]),
  pensioned('pension_at_standard_without_its_basic_part', notBelow, (line) => [line + 10_000, 10_000]),
  yearly('year_a_cent_below_reported_late', below, -1),
  yearly('year_exactly_at_standard', notBelow, 0),
  assessed('assessed_a_cent_above', above, DIBAO, 1),
  assessed('assessed_at_standard_of_dibao', notAbove, DIBAO, 0),
  assessed('assessed_above_but_edge', notAbove, ['edge'], 5_000),
  taxed('wages_above_but_for_work_cost', notAbove, DIBAO, 'wages', (standard) => Math.round(standard * 1.1)),
  taxed('business_a_cent_above', above, DIBAO, 'business', (standard) => standard + 1),
];
