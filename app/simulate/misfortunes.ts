import { yearsBetween } from './calendar.ts';
import type { Household, Person } from './model.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';

/** Lets some members die, and some of the dead stay registered as members (their death is not yet acted upon). */
export const letSomeDie = (random: Random, household: Household, settings: Settings): void => {
  const years = settings.months / 12;
  for (const person of household.members) {
    const age = yearsBetween(person.birthDay, settings.asOf);
    const yearly = age > 80 ? 0.07 : age > 60 ? 0.025 : 0.002;
    if (!random.chance(yearly * years)) continue;
    person.diedOn = settings.firstDay + random.below(settings.asOf - settings.firstDay + 1);
    const adjusted = person.diedOn + random.between(20, 85);
    if (adjusted <= settings.asOf && random.chance(0.65)) person.memberTo = adjusted;
  }
};

/** A member who moved out: the next household of the registry takes the person in. */
export type Mover = { person: Person; movedOn: number };

/** Perhaps a grown child or other member moves; half of the registries note the end on the old row, the others forget. */
export const letSomebodyMove = (random: Random, household: Household, settings: Settings): Mover | null => {
  if (household.members.length < 2 || !random.chance(0.02)) return null;
  const person = household.members.at(-1)!;
  const age = yearsBetween(person.birthDay, settings.asOf);
  if (age < 20 || person.relation === 'spouse' || person.diedOn !== null) return null;
  const movedOn = settings.asOf - random.between(20, 300);
  if (random.chance(0.5)) person.memberTo = movedOn;
  // no tax lines for a person of two households: whose authorisation counts would be a riddle without a use
  household.hasTaxLines = false;
  return { person, movedOn };
};

/** The same person as a member of the household that takes them in. */
export const arrive = (mover: Mover, household: Household): Person => ({
  ...mover.person,
  householdId: household.householdId,
  home: household.home,
  relation: 'other',
  memberFrom: mover.movedOn,
  memberTo: null,
});

/** Gives one severely disabled adult of a low-income family a category of their own (单人户). */
export const enrolAlone = (random: Random, household: Household, settings: Settings): void => {
  if (!['edge', 'other', 'relapse'].includes(household.category) || household.members.length < 2) return;
  const person = household.members.find(
    (m) => /^.[12]$/.test(m.certificate) && yearsBetween(m.birthDay, settings.asOf) >= 18,
  );
  if (person && random.chance(0.3)) person.category = 'dibao';
};
