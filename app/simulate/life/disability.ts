import { certificate, rehabilitation } from '../forms.ts';
import type { LifeScene } from './scene.ts';

/** Certificates of those who have one, new ones, and what rehabilitation costs them. */
export const disabilityLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const days = settings.asOf - settings.firstDay + 1;
  for (const person of household.members) {
    const last = (person.diedOn ?? settings.asOf + 1) - 1;
    const some = settings.firstDay + random.below(days);
    if (some > last) continue;
    if (person.certificate === '') {
      if (random.chance(0.008)) {
        ledger.enter('disability', person, some, certificate('certified', random.between(1, 7), random.between(1, 4)));
      }
      continue;
    }
    const category = Number(person.certificate[0]);
    const grade = Number(person.certificate[1]);
    if (random.chance(0.3)) {
      const event = random.chance(0.8) ? 'certified' : 'regraded';
      ledger.enter('disability', person, some, certificate(event, category, grade));
    } else if (random.chance(0.02)) {
      ledger.enter('disability', person, some, certificate('cancelled', category, grade));
    }
    if (!random.chance(0.3)) continue;
    for (let day = some; day <= last; day += random.between(25, 160)) {
      ledger.enter('disability', person, day, rehabilitation(random.between(3_000, 60_000)));
    }
  }
};
