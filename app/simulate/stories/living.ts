import type { Category } from '../model.ts';
import { type Claim, fails, holds, type Stage, type Story, story } from './story.ts';

type Plant = (stage: Stage) => unknown;
const tell =
  (wishes: Partial<Story> & Pick<Story, 'quiet'>) =>
  (what: string, claim: Claim, plant: Plant): Story =>
    story(what, claim, wishes, plant);

const ofPerson = tell({ quiet: ['disability'], minMonths: 6, ofHead: true });
const newly = holds('new-disability', 'orange');
const notNewly = fails('new-disability');

const disabilities: readonly Story[] = [
  ofPerson('certified_grade_2_89_days_ago', newly, (s) => s.hands.certificate(s.head, s.asOf - 89, 'certified', 4, 2)),
  ofPerson('certified_grade_2_90_days_ago', notNewly, (s) =>
    s.hands.certificate(s.head, s.asOf - 90, 'certified', 4, 2),
  ),
  ofPerson('certified_grade_3_limb', notNewly, (s) => s.hands.certificate(s.head, s.asOf - 20, 'certified', 4, 3)),
  ofPerson('certified_grade_3_mental', newly, (s) => s.hands.certificate(s.head, s.asOf - 20, 'certified', 6, 3)),
  ofPerson('certified_grade_4_intellectual', notNewly, (s) =>
    s.hands.certificate(s.head, s.asOf - 20, 'certified', 5, 4),
  ),
  ofPerson('regraded_from_3_to_1', newly, (s) => {
    s.hands.certificate(s.head, s.asOf - 140, 'certified', 1, 3);
    s.hands.certificate(s.head, s.asOf - 15, 'regraded', 1, 1);
  }),
  ofPerson('certified_then_cancelled', notNewly, (s) => {
    s.hands.certificate(s.head, s.asOf - 50, 'certified', 2, 1);
    s.hands.certificate(s.head, s.asOf - 10, 'cancelled', 2, 1);
  }),
  ofPerson('certificate_known_to_the_registry_only', notNewly, (s) => {
    s.head.certificate = '41';
  }),
];

const many = tell({ quiet: ['disability', 'health'], minSize: 2, minMonths: 6 });
const two = holds('many-disabled', 'yellow');
const notTwo = fails('many-disabled');

const households: readonly Story[] = [
  many('two_certificates_of_the_registry', two, (s) => {
    s.head.certificate = '44';
    s.second.certificate = '13';
  }),
  many('one_certificate_of_the_registry_one_new', two, (s) => {
    s.head.certificate = '24';
    s.hands.certificate(s.second, s.asOf - 100, 'certified', 6, 4);
  }),
  many('one_certificate_only', notTwo, (s) => {
    s.head.certificate = '12';
  }),
  many('two_certificates_one_cancelled', notTwo, (s) => {
    s.head.certificate = '12';
    s.second.certificate = '34';
    s.hands.certificate(s.second, s.asOf - 60, 'cancelled', 3, 4);
  }),
  many('two_certificates_one_of_the_dead', notTwo, (s) => {
    s.head.certificate = '44';
    s.second.certificate = '41';
    s.second.diedOn = s.asOf - 80;
    s.hands.illness(s.second, s.asOf - 80, 'death', { sentOn: s.asOf - 45, history: 'late_report' });
  }),
];

const house = tell({ quiet: ['housing', 'health'], minSize: 2, minMonths: 8 });
const safe = fails('dangerous-house');
const houses: readonly Story[] = [
  house('house_of_grade_d', holds('dangerous-house', 'red'), (s) => s.hands.danger(s.head, s.asOf - 120, 'D')),
  house('house_of_grade_c', holds('dangerous-house', 'orange'), (s) => s.hands.danger(s.second, s.asOf - 30, 'C')),
  house('house_of_grade_b', safe, (s) => s.hands.danger(s.head, s.asOf - 30, 'B')),
  house('house_repaired', safe, (s) => {
    s.hands.danger(s.head, s.asOf - 200, 'D');
    s.hands.renovated(s.second, s.asOf - 199);
  }),
  house('house_repaired_on_the_day_it_was_graded', holds('dangerous-house', 'orange'), (s) => {
    s.hands.danger(s.head, s.asOf - 90, 'C');
    s.hands.renovated(s.head, s.asOf - 90);
  }),
  house('house_graded_again_better', safe, (s) => {
    s.hands.danger(s.head, s.asOf - 160, 'D');
    s.hands.danger(s.head, s.asOf - 40, 'B');
  }),
  house('house_dangerous_again', holds('dangerous-house', 'red'), (s) => {
    s.hands.danger(s.head, s.asOf - 200, 'C');
    s.hands.renovated(s.head, s.asOf - 120);
    s.hands.danger(s.head, s.asOf - 9, 'D');
  }),
  house('house_of_one_who_died_in_it', holds('dangerous-house', 'orange'), (s) => {
    s.hands.danger(s.second, s.asOf - 190, 'C');
    s.second.diedOn = s.asOf - 100;
    s.hands.illness(s.second, s.asOf - 100, 'death', { sentOn: s.asOf - 70, history: 'late_report' });
  }),
];

const OTHER: readonly Category[] = ['other'];
const relapse = tell({ quiet: ['rural'], categories: OTHER, area: 'rural', minMonths: 8, minSize: 2 });
const falling = holds('relapse-risk', 'yellow');
const notFalling = fails('relapse-risk');
const dry = tell({ quiet: ['rural'], area: 'rural', minMonths: 8, minSize: 2 });
const relapses: readonly Story[] = [
  relapse('listed_and_not_cleared', falling, (s) => s.hands.monitoring(s.head, s.asOf - 130, 'listed')),
  relapse('listed_and_cleared_by_another_member', notFalling, (s) => {
    s.hands.monitoring(s.head, s.asOf - 130, 'listed');
    s.hands.monitoring(s.second, s.asOf - 129, 'risk_cleared');
  }),
  relapse('listed_and_cleared_on_one_day', falling, (s) => {
    s.hands.monitoring(s.head, s.asOf - 100, 'listed');
    s.hands.monitoring(s.head, s.asOf - 100, 'risk_cleared');
  }),
  relapse('listed_again_after_clearing', falling, (s) => {
    s.hands.monitoring(s.head, s.asOf - 200, 'listed');
    s.hands.monitoring(s.head, s.asOf - 110, 'risk_cleared');
    s.hands.monitoring(s.head, s.asOf - 25, 'listed');
  }),
  relapse('listed_with_the_flag_relapse', notFalling, (s) => {
    s.household.flags.push('relapse');
    s.hands.monitoring(s.head, s.asOf - 130, 'listed');
  }),
  tell({ quiet: ['rural'], categories: ['edge', 'dibao'], area: 'rural', minMonths: 8 })(
    'listed_but_edge_or_dibao',
    notFalling,
    (s) => s.hands.monitoring(s.head, s.asOf - 130, 'listed'),
  ),
  dry('water_unsafe', holds('water-unsafe', 'orange'), (s) =>
    s.hands.monitoring(s.head, s.asOf - 70, 'risk_cleared', { water: 'false', housing: 'true' }),
  ),
  dry('water_safe_again', fails('water-unsafe'), (s) => {
    s.hands.monitoring(s.head, s.asOf - 170, 'risk_cleared', { water: 'false' });
    s.hands.monitoring(s.second, s.asOf - 60, 'risk_cleared', { water: 'true' });
  }),
  dry('water_unsafe_and_later_silent', holds('water-unsafe', 'orange'), (s) => {
    s.hands.monitoring(s.head, s.asOf - 150, 'risk_cleared', { water: 'false' });
    s.hands.monitoring(s.head, s.asOf - 20, 'risk_cleared', { housing: 'true' });
  }),
];

/** Disability, houses, water and the danger of falling back: what is latest, what clears it, and who still counts. */
export const livingStories: readonly Story[] = [...disabilities, ...households, ...houses, ...relapses];
