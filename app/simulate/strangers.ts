import type { Household, Person } from './model.ts';
import { hanName, mongolianName, surname } from './names.ts';
import type { Numbering } from './numbering.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';

/** The last places of a household's numbers belong to people who are in no registry. */
const FIRST_PLACE = 7;

/**
 * Somebody unregistered near a household, as a household of one that lives like any other. Three in ten are relatives at the
 * same address with the same phone, one in twenty bears the head's name: what a matcher must not confuse.
 */
export const createStranger = (
  random: Random,
  near: Household,
  place: number,
  numbering: Numbering,
  settings: Settings,
): Household => {
  const sex = random.chance(0.5) ? 'M' : 'F';
  const age = random.between(3, 88);
  const birthDay = numbering.fitBirthDay(
    near.index,
    settings.asOf - Math.floor(age * 365.2425) - random.below(360) - 1,
  );
  const idNumber = numbering.number(near.index, FIRST_PLACE + place, birthDay, sex === 'M');
  const relative = random.chance(0.3);
  const name = random.chance(0.05)
    ? near.members[0]!.name
    : random.chance(0.45)
      ? mongolianName(random, sex)
      : hanName(random, surname(random), sex);
  const phone = numbering.phone(near.index, FIRST_PLACE + place);
  const home = {
    regionCode: near.home.regionCode,
    address: relative ? near.home.address : near.home.address.replace(/\d+号$/, `${random.between(261, 500)}号`),
    phone: relative ? near.home.phone : phone,
    headNumber: relative ? near.home.headNumber : idNumber,
    authorised: false,
  };
  const person: Person = {
    personId: null,
    householdId: null,
    home,
    name,
    idNumber,
    birthDay,
    sex,
    ethnicity: '01',
    relation: 'head',
    phone,
    certificate: random.chance(0.12) ? `${random.between(1, 7)}${random.between(1, 4)}` : '',
    category: '',
    labour: 'none',
    willing: false,
    student: false,
    care: '',
    memberFrom: null,
    memberTo: null,
    diedOn: null,
  };
  return { ...near, category: 'other', home, members: [person], hasTaxLines: random.chance(0.15), flags: [] };
};
