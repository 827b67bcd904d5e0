import { addMonths } from '../calendar.ts';
import type { Category } from '../model.ts';
import { type Claim, fails, holds, type Stage, type Story, story } from './story.ts';

const duty = (what: string, claim: Claim, categories: readonly Category[], plant: (stage: Stage) => void): Story =>
  story(what, claim, { quiet: [], categories, minMonths: 1 }, plant);

const ending = holds('grace-ending', 'yellow');
const due = holds('verification-due', 'blue');
const notDue = fails('verification-due');
const VERIFIED: readonly Category[] = ['dibao', 'tekun', 'edge', 'rigid'];
const GRACED: readonly Category[] = ['dibao', 'edge'];

/** The first day for which `wanted` holds; days are few, so they are tried one by one. */
const firstDay = (from: number, wanted: (day: number) => boolean): number => {
  let day = from;
  while (!wanted(day)) day++;
  return day;
};

/** Days of the registry alone: gradual exits about to end and verifications due, each on the boundary and a day beside it. */
export const dutyStories: readonly Story[] = [
  duty('grace_ends_in_less_than_a_month', ending, GRACED, (s) => {
    s.household.graceUntil = firstDay(s.asOf, (day) => addMonths(day, -1) >= s.asOf) - 1;
  }),
  duty('grace_ends_in_exactly_a_month', fails('grace-ending'), GRACED, (s) => {
    s.household.graceUntil = firstDay(s.asOf, (day) => addMonths(day, -1) >= s.asOf);
  }),
  duty('grace_ended_long_ago', ending, GRACED, (s) => {
    s.household.graceUntil = s.asOf - 75;
  }),
  duty('verified_exactly_3_months_ago', due, VERIFIED, (s) => {
    s.household.verifiedOn = firstDay(s.asOf - 95, (day) => addMonths(day, 3) > s.asOf) - 1;
  }),
  duty('verified_a_day_less_than_3_months_ago', notDue, VERIFIED, (s) => {
    s.household.verifiedOn = firstDay(s.asOf - 95, (day) => addMonths(day, 3) > s.asOf);
  }),
  duty('never_verified', due, VERIFIED, (s) => {
    s.household.verifiedOn = null;
  }),
  duty('never_verified_but_relapse', notDue, ['relapse'], (s) => {
    s.household.verifiedOn = null;
  }),
];
