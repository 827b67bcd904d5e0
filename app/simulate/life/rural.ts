import { dayOf, partsOf } from '../calendar.ts';
import { monitoring, productionLoss, type Safety, yearIncome } from '../forms.ts';
import type { Random } from '../random.ts';
import type { LifeScene } from './scene.ts';

const safety = (random: Random): Safety => {
  if (!random.chance(0.35)) return {};
  return { housing: random.chance(0.985) ? 'true' : 'false', water: random.chance(0.985) ? 'true' : 'false' };
};

/** Incomes of a year, known only in the spring or summer after it; lists of those who may fall back; losses. */
export const ruralLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const head = household.members[0]!;
  if (head.diedOn !== null || household.area === 'urban') return;
  const watched = household.category === 'relapse' || household.flags.includes('relapse');
  if (watched) {
    const listedOn = settings.firstDay + random.below(Math.max(1, (settings.asOf - settings.firstDay) >> 1));
    ledger.enter('rural-revitalization', head, listedOn, monitoring(random, 'listed', safety(random)));
    const clearedOn = listedOn + random.between(90, 360);
    if (random.chance(0.35) && clearedOn <= settings.asOf) {
      ledger.enter('rural-revitalization', head, clearedOn, monitoring(random, 'risk_cleared'));
    }
  }
  const share = household.hasTaxLines ? 0.5 : 1;
  for (let year = partsOf(settings.firstDay)[0] - 1; year < partsOf(settings.asOf)[0]; year++) {
    const sentOn = dayOf(year + 1, 3, 1) + random.below(170);
    if (sentOn < settings.firstDay || sentOn > settings.asOf || random.chance(0.1)) continue;
    const fen = Math.round(household.target * 12 * household.members.length * share * (0.92 + random.unit() * 0.16));
    const own = yearIncome(fen, year, safety(random));
    ledger.enter('rural-revitalization', head, dayOf(year, 12, 31), own, { sentOn, history: 'late_report' });
  }
  if (random.chance(0.03)) {
    const day = settings.firstDay + random.below(settings.asOf - settings.firstDay + 1);
    ledger.enter('rural-revitalization', head, day, productionLoss(random, random.between(500, 20_000) * 100));
  }
};
