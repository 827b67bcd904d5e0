import { yearsBetween } from '../calendar.ts';
import { business, land } from '../notices.ts';
import type { LifeScene } from './scene.ts';

/** Houses, shops, land and small businesses: rare, and the houses of families who have authorised nothing are sent too. */
export const propertyLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const days = settings.asOf - settings.firstDay + 1;
  for (const person of household.members) {
    if (person.diedOn !== null || yearsBetween(person.birthDay, settings.asOf) < 18) continue;
    const some = settings.firstDay + random.below(days);
    if (random.chance(0.025)) {
      const event = random.chance(0.75) ? 'house_registered' : 'shop_registered';
      ledger.enter('natural-resources', person, some, land(random, event));
    }
    if (household.area === 'rural' && random.chance(0.02)) {
      const fen = random.between(500_000, 30_000_000);
      ledger.enter('natural-resources', person, some, land(random, 'land_compensation', fen));
    }
    if (!random.chance(0.03)) continue;
    const kind = random.pick(['company', 'sole_trader', 'sole_trader', 'cooperative', '']);
    ledger.enter('market-supervision', person, some, business(random, 'registered', kind));
    const closed = some + random.between(20, 400);
    if (closed <= settings.asOf && random.chance(0.5)) {
      ledger.enter('market-supervision', person, closed, business(random, 'cancelled', kind));
    }
  }
};
