import { lastDayOf, yearsBetween } from '../calendar.ts';
import type { Person } from '../model.ts';
import { benefit, contribution, employment, pension } from '../notices.ts';
import type { LifeScene } from './scene.ts';

/** The basic part of a resident's pension: all of it, a part that the department names, or nothing said. */
const residentBasic = (scene: LifeScene, fen: number): number | '' => {
  const p = scene.random.unit();
  return p < 0.15 ? fen : p < 0.75 ? 10_300 : p < 0.8 ? 0 : '';
};

const retire = (scene: LifeScene, person: Person): void => {
  const { ledger, random, settings } = scene;
  const p = random.unit();
  const kind = p < 0.7 ? 'resident' : p < 0.9 ? 'employee' : 'survivor';
  const usual = kind === 'resident' ? random.between(12_000, 27_000) : random.between(60_000, 330_000);
  const basic = kind === 'resident' ? residentBasic(scene, usual) : '';
  const begins = random.chance(0.9) ? settings.firstMonth : settings.firstMonth + random.below(settings.months);
  const ends = random.chance(0.12) ? settings.lastMonth - random.below(6) : settings.lastMonth;
  for (let month = begins; month <= ends; month++) {
    // paid on the tenth or so of its month or of the next
    const day = lastDayOf(month) + random.between(-18, 11);
    if (day > settings.asOf || (person.diedOn !== null && day > person.diedOn) || random.chance(0.03)) continue;
    ledger.enterPeriod('human-resources', person, month, day, pension(month, usual, basic, kind));
  }
};

const work = (scene: LifeScene, person: Person): void => {
  const { ledger, random, settings } = scene;
  const begins = settings.firstMonth + random.below(4);
  const loses = random.chance(0.35) ? begins + random.between(3, settings.months) : Number.POSITIVE_INFINITY;
  const employer = random.chance(0.12) ? 'public' : random.chance(0.7) ? 'other' : '';
  const within = (day: number): boolean => day >= settings.firstDay && day <= settings.asOf;
  const hired = lastDayOf(begins) - random.below(20);
  if (within(hired)) ledger.enter('human-resources', person, hired, employment('employed', employer));
  for (let month = begins; month <= Math.min(settings.lastFullMonth, loses); month++) {
    if (random.chance(0.03)) continue;
    ledger.enterPeriod('human-resources', person, month, lastDayOf(month), contribution(month));
  }
  if (loses > settings.lastFullMonth) return;
  const left = lastDayOf(loses) - random.below(10);
  if (within(left)) ledger.enter('human-resources', person, left, employment('unemployed'));
  const ends = loses + random.between(2, 12);
  const fen = random.between(100_000, 180_000);
  for (let month = loses + 1; month <= ends; month++) {
    const day = lastDayOf(month) - random.below(12);
    if (within(day)) ledger.enterPeriod('human-resources', person, month, day, benefit(month, fen));
  }
  if (within(lastDayOf(ends))) {
    ledger.enter('human-resources', person, lastDayOf(ends), employment('benefit_ends'));
  }
};

/** Pensions of the old and of survivors, contributions of those who work, benefits of those who did. */
export const workLife = (scene: LifeScene): void => {
  const { household, random, settings } = scene;
  for (const person of household.members) {
    const age = yearsBetween(person.birthDay, settings.asOf);
    if (age >= 60 ? random.chance(0.55) : random.chance(0.02)) retire(scene, person);
    else if (age >= 18 && age < 60 && person.labour !== 'none' && person.diedOn === null && random.chance(0.3)) {
      work(scene, person);
    }
  }
};
