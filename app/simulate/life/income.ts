import { lastDayOf, yearsBetween } from '../calendar.ts';
import { type IncomeType, income } from '../forms.ts';
import type { LifeScene } from './scene.ts';

const TYPES: readonly IncomeType[] = ['wages', 'wages', 'wages', 'wages', 'labour', 'labour', 'business', 'other'];

/** Tax lines of those who earn: three families in five have none at all. */
export const incomeLife = ({ household, ledger, random, settings }: LifeScene): void => {
  if (!household.hasTaxLines) return;
  const earners = household.members.filter((m) => {
    const age = yearsBetween(m.birthDay, settings.asOf);
    return m.diedOn === null && m.memberTo === null && age >= 18 && age < 66;
  });
  if (earners.length === 0) return;
  const working = earners.slice(0, random.between(1, Math.min(2, earners.length)));
  const ofHousehold = household.target * household.members.length * (household.area === 'urban' ? 1 : 0.5);
  for (const person of working) {
    const type = random.pick(TYPES);
    const usual = ofHousehold / working.length / (type === 'wages' ? 0.9 : 1);
    const begins = random.chance(0.85) ? settings.firstMonth : settings.firstMonth + random.below(settings.months);
    for (let month = begins; month <= settings.lastFullMonth; month++) {
      if (random.chance(0.04) || (household.role === 'missed' && month === settings.missedMonth)) continue;
      const fen = Math.round(usual * (0.9 + random.unit() * 0.2));
      // a month's lines come with the month, some of them weeks later
      const sentOn = lastDayOf(month) + (random.chance(0.05) ? random.between(20, 50) : 0);
      const draft = ledger.enterMonth(person, month, income(random, month, type, fen), { sentOn });
      if (random.chance(0.5)) draft.occurredOn = lastDayOf(month);
    }
  }
};
