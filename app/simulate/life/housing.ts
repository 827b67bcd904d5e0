import { dangerousHouse, housingEvent } from '../forms.ts';
import type { LifeScene } from './scene.ts';

/** Public rental and arrears in towns, dangerous houses and their repair in the country. */
export const housingLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const head = household.members[0]!;
  if (head.diedOn !== null) return;
  const days = settings.asOf - settings.firstDay + 1;
  const some = settings.firstDay + random.below(days);
  if (household.area === 'urban') {
    if (!random.chance(0.2)) return;
    const rent = random.between(60, 320) * 100;
    for (let day = some % 365; day < days; day += 365) {
      ledger.enter('housing', head, settings.firstDay + day, housingEvent(random, 'public_rental', rent));
    }
    if (random.chance(0.12)) {
      ledger.enter('housing', head, some, housingEvent(random, 'rent_arrears', rent, rent * random.between(2, 9)));
    }
    return;
  }
  if (!random.chance(0.06)) return;
  const grade = random.pick(['B', 'B', 'C', 'C', 'D'] as const);
  ledger.enter('housing', head, some, dangerousHouse(random, grade), { sentOn: some + random.between(3, 60) });
  const repaired = some + random.between(40, 300);
  if (repaired <= settings.asOf && random.chance(0.9)) {
    ledger.enter('housing', head, repaired, housingEvent(random, 'renovated'));
  }
};
