import { dayOf, partsOf, yearsBetween } from '../calendar.ts';
import { type Stage, schooling } from '../notices.ts';
import type { Random } from '../random.ts';
import type { LifeScene } from './scene.ts';

const stageOf = (random: Random, age: number): Stage =>
  age < 6
    ? 'preschool'
    : age < 15
      ? 'compulsory'
      : age < 18
        ? random.pick(['high_school', 'vocational'] as const)
        : 'college';

const FEES: Record<Stage, readonly [number, number]> = {
  preschool: [80_000, 400_000],
  compulsory: [5_000, 80_000],
  high_school: [60_000, 250_000],
  vocational: [40_000, 300_000],
  college: [300_000, 900_000],
};

/** Two terms a year: who is in school, what it costs, what aid pays of it - now and then more than it costs. */
export const schoolingLife = ({ household, ledger, random, settings }: LifeScene): void => {
  const { firstDay, asOf } = settings;
  for (const person of household.members) {
    const age = yearsBetween(person.birthDay, asOf);
    if (age < 3 || age > 23 || person.diedOn !== null || !random.chance(age < 6 ? 0.5 : age > 17 ? 0.6 : 0.95))
      continue;
    const stage = stageOf(random, age);
    const [least, most] = FEES[stage];
    for (let year = partsOf(firstDay)[0]; year <= partsOf(asOf)[0]; year++) {
      for (const month of [3, 9]) {
        const day = dayOf(year, month, 1) + random.below(12);
        if (day < firstDay || day > asOf) continue;
        if (month === 9) ledger.enter('education', person, day, schooling('enrolled', stage));
        const fee = random.between(least, most);
        ledger.enter('education', person, day, schooling('fee', stage, fee));
        if (!random.chance(0.45)) continue;
        const aid = random.chance(0.2) ? fee + random.below(50_000) : Math.round(fee * random.unit());
        const paidOn = Math.min(asOf, day + random.below(60));
        ledger.enter('education', person, paidOn, schooling('aid', stage, aid));
      }
    }
    const some = firstDay + random.below(asOf - firstDay + 1);
    if (random.chance(0.03)) ledger.enter('education', person, some, schooling('dropout_risk', stage));
    if (age > 21 && random.chance(0.4)) ledger.enter('education', person, some, schooling('graduated', stage));
  }
};
