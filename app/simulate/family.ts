import { yearsBetween } from './calendar.ts';
import type { Category, Home, Person, Sex } from './model.ts';
import { hanName, mongolianName, surname } from './names.ts';
import type { Numbering } from './numbering.ts';
import type { Random } from './random.ts';

export type FamilyRequest = {
  household: number;
  householdId: string;
  home: Home;
  category: Category;
  size: number;
  asOf: number;
  /** the day the family came into the registry */
  since: number;
  /** story families are whole: nobody dies, leaves or is disabled but by the story */
  plain: boolean;
};

type Seat = { relation: Person['relation']; age: number; sex: Sex };

const spread = (random: Random, low: number, high: number): number =>
  low + Math.floor(((random.unit() + random.unit()) / 2) * (high - low + 1));

/** Sizes by category so that the mean of a run is about 2.35. */
export const familySize = (random: Random, category: Category): number => {
  const p = random.unit();
  if (category === 'tekun') return p < 0.87 ? 1 : 2;
  if (p < 0.25) return 1;
  if (p < 0.58) return 2;
  if (p < 0.8) return 3;
  return p < 0.93 ? 4 : p < 0.985 ? 5 : 6;
};

const seats = (random: Random, request: FamilyRequest): Seat[] => {
  const elderly = request.category === 'tekun';
  const orphan = elderly && !request.plain && random.chance(0.04);
  const head = orphan ? random.between(6, 16) : elderly ? spread(random, 60, 90) : spread(random, 30, 80);
  const sex: Sex = random.chance(0.6) ? 'M' : 'F';
  const list: Seat[] = [{ relation: 'head', age: head, sex }];
  let childless = 0;
  while (list.length < request.size) {
    const p = random.unit();
    if (list.length === 1 && head > 21 && p < 0.72) {
      const age = Math.max(20, head + random.between(-6, 4));
      list.push({ relation: 'spouse', age, sex: sex === 'M' ? 'F' : 'M' });
    } else if (p < 0.9 || head > 68) {
      const age = Math.max(0, Math.min(50, head - spread(random, 21, 36) - childless++ * 2));
      list.push({ relation: head > 25 ? 'child' : 'other', age, sex: random.chance(0.52) ? 'M' : 'F' });
    } else {
      list.push({
        relation: 'parent',
        age: Math.min(96, head + spread(random, 20, 30)),
        sex: random.chance(0.4) ? 'M' : 'F',
      });
    }
  }
  return list;
};

const NATIONS = [
  ['03', '回族'],
  ['11', '满族'],
  ['31', '达斡尔族'],
  ['45', '鄂温克族'],
] as const;

const ethnicity = (random: Random, mongolian: boolean): string => {
  const [code, name] = mongolian ? ['02', '蒙古族'] : random.chance(0.93) ? ['01', '汉族'] : random.pick(NATIONS);
  return random.chance(0.5) ? code : name;
};

const certificateDigits = (random: Random): string => `${random.between(1, 7)}${random.between(1, 4)}`;

/**
 * The members of a household: relations, ages, names, numbers. The home's head number is set on the way. About 45 % of the
 * families are Mongolian; children of a Han father carry his surname; twins happen (same birth day, other number).
 */
export const createFamily = (random: Random, numbering: Numbering, request: FamilyRequest): Person[] => {
  const mongolianHead = random.chance(0.45);
  const familyName = surname(random);
  let lastChild = 0;
  const people = seats(random, request).map((seat, place): Person => {
    const mongolian = seat.relation === 'spouse' && random.chance(0.12) ? !mongolianHead : mongolianHead;
    let birthDay = numbering.fitBirthDay(
      request.household,
      request.asOf - Math.floor(seat.age * 365.2425) - random.below(364) - 1,
    );
    if (seat.relation === 'child' && lastChild !== 0 && random.chance(0.03)) birthDay = lastChild;
    if (seat.relation === 'child') lastChild = birthDay;
    const inherits = seat.relation === 'head' || seat.relation === 'child';
    const name = mongolian
      ? mongolianName(random, seat.sex)
      : hanName(random, inherits ? familyName : surname(random), seat.sex);
    const idNumber = numbering.number(request.household, place, birthDay, seat.sex === 'M');
    const age = yearsBetween(birthDay, request.asOf);
    const disabled = !request.plain && random.chance(request.category === 'dibao' ? 0.17 : 0.1);
    const able = age >= 16 && age < 60 && !disabled;
    const since = random.chance(0.8) ? request.since : null;
    return {
      personId: '',
      householdId: request.householdId,
      home: request.home,
      name,
      idNumber,
      birthDay,
      sex: seat.sex,
      ethnicity: ethnicity(random, mongolian),
      relation: seat.relation,
      phone: random.chance(age >= 14 ? 0.6 : 0.05) ? numbering.phone(request.household, place) : '',
      certificate: disabled ? certificateDigits(random) : '',
      category: '',
      labour: able ? (random.chance(0.7) ? 'full' : 'part') : 'none',
      willing: able && random.chance(0.6),
      student: age >= 6 && age <= 21 && random.chance(age < 16 ? 0.97 : 0.6),
      care: request.category === 'tekun' ? random.pick(['full', 'partial', 'self'] as const) : '',
      memberFrom: since === null || birthDay > since ? (birthDay > request.since ? birthDay : null) : since,
      memberTo: null,
      diedOn: null,
    };
  });
  request.home.headNumber = people[0]!.idNumber;
  return people;
};
