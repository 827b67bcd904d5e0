import { yearsBetween } from '../calendar.ts';
import { police } from '../notices.ts';
import type { LifeScene } from './scene.ts';

/** Deaths, often with another day than the health authority's; vehicles; prison and the way out of it; moves. */
export const policeLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const { firstDay, asOf } = settings;
  for (const person of household.members) {
    const some = firstDay + random.below(asOf - firstDay + 1);
    if (person.diedOn !== null) {
      if (!random.chance(0.6)) continue;
      const day = person.diedOn + (random.chance(0.3) ? random.between(-2, 5) : 0);
      const sentOn = day + random.between(3, 60);
      if (sentOn <= asOf) ledger.enter('public-security', person, day, police('death'), { sentOn });
      continue;
    }
    if (yearsBetween(person.birthDay, asOf) < 18) continue;
    if (random.chance(0.03)) {
      const kind = random.pick(['car', 'car', 'motorcycle', 'farm', 'disability_aid', '']);
      ledger.enter('public-security', person, some, police('vehicle_registered', kind));
    }
    if (random.chance(0.012)) {
      ledger.enter('public-security', person, some, police('imprisoned'));
      const out = some + random.between(30, 500);
      if (out <= asOf) ledger.enter('public-security', person, out, police('released'));
    }
    if (random.chance(0.01)) ledger.enter('public-security', person, some, police('moved_out'));
  }
};
