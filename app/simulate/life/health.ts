import { yearsBetween } from '../calendar.ts';
import { illness } from '../forms.ts';
import type { LifeScene } from './scene.ts';

/** Illness lists, and deaths that reach the health authority's list two to ten weeks late. */
export const healthLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const days = settings.asOf - settings.firstDay + 1;
  for (const person of household.members) {
    const age = yearsBetween(person.birthDay, settings.asOf);
    const last = (person.diedOn ?? settings.asOf + 1) - 1;
    const some = settings.firstDay + random.below(days);
    if (some <= last && random.chance(age > 50 ? 0.16 : 0.02)) {
      ledger.enter('health', person, some, illness(random, 'chronic_illness'));
    }
    if (some <= last && random.chance(0.012)) {
      ledger.enter('health', person, some, illness(random, 'major_illness'), { sentOn: some + random.between(5, 40) });
    }
    if (person.diedOn === null) continue;
    const sentOn = person.diedOn + random.between(14, 70);
    if (sentOn <= settings.asOf) {
      ledger.enter('health', person, person.diedOn, illness(random, 'death'), { sentOn, history: 'late_report' });
    }
  }
};
