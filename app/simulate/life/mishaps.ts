import { mishap } from '../notices.ts';
import type { LifeScene } from './scene.ts';

/** Disasters and accidents: about one family in fifteen a year has a loss, and a few of them lose rooms. */
export const mishapsLife = ({ household, ledger, random, settings }: LifeScene): void => {
  for (let year = 0; year < settings.months / 12; year++) {
    if (!random.chance(0.07)) continue;
    const person = random.pick(household.members);
    const last = Math.min(settings.asOf, person.diedOn ?? settings.asOf);
    const day = settings.firstDay + random.below(settings.asOf - settings.firstDay + 1);
    if (day > last) continue;
    const loss = random.chance(0.1) ? '' : random.between(10_000, 3_000_000);
    const event = random.chance(0.6) ? 'disaster' : 'accident';
    const rooms = event === 'accident' || random.chance(0.4) ? '' : random.chance(0.5) ? 0 : random.between(1, 300);
    ledger.enter('emergency', person, day, mishap(event, loss, rooms), { sentOn: day + random.below(30) });
  }
};
