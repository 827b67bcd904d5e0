import { yearsBetween } from '../calendar.ts';
import { settlement, type VisitType } from '../forms.ts';
import type { Person } from '../model.ts';
import type { Random } from '../random.ts';
import type { LifeScene } from './scene.ts';

const visits = (random: Random, person: Person, age: number): VisitType => {
  const p = random.unit();
  if (p < (age > 55 ? 0.05 : 0.025)) return 'inpatient';
  if (age > 45 && p < 0.4) return 'chronic';
  return p < (person.certificate === '' ? 0.65 : 0.75) ? 'outpatient' : 'pharmacy';
};

const SELF: Record<VisitType, readonly [number, number]> = {
  inpatient: [30_000, 750_000],
  outpatient: [800, 26_000],
  chronic: [1_000, 12_000],
  pharmacy: [600, 9_000],
};

/** Bills of doctors and chemists: more with age, smaller for those whose medical aid pays nearly all. */
export const medicalLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const share = household.category === 'tekun' ? 0.08 : household.category === 'dibao' ? 0.5 : 1;
  for (const person of household.members) {
    const age = yearsBetween(person.birthDay, settings.asOf);
    const perDay = (age < 18 ? 0.14 : age < 45 ? 0.18 : age < 60 ? 0.42 : 0.7) / 30.4;
    const last = Math.min(settings.asOf, person.diedOn ?? settings.asOf);
    let day = settings.firstDay - 1;
    for (;;) {
      day += 1 + Math.floor(-Math.log(1 - random.unit()) / perDay);
      if (day > last) break;
      const visit = visits(random, person, age);
      const [least, most] = SELF[visit];
      const p = random.unit();
      const self = Math.round((least + p * p * (most - least)) * share);
      const aid = share < 1 ? Math.round(self * (1 / share - 1)) : null;
      const own = settlement(random, visit, self, day, aid);
      ledger.enter('medical-insurance', person, day, own, { sentOn: day + random.below(16) });
    }
  }
};
