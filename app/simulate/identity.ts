import { dayOf } from './calendar.ts';
import { fifteenDigits, fullWidth, masked, swappedDigits, wrongCheck } from './id-number.ts';
import type { Cell, Draft, FeedName, Person } from './model.ts';
import { homophone, otherDot, variant } from './names.ts';
import type { Random } from './random.ts';
import { AT } from './writing/feed-columns.ts';

/** What a department writes beside name and number, and how often it gets identity wrong. */
type Habit = { region: 0 | 6 | 9 | 12; birth: number; phone: number; address: number; harm: number };

const HABITS: Record<FeedName, Habit> = {
  'medical-insurance': { region: 6, birth: 0.3, phone: 0.2, address: 0, harm: 0.045 },
  health: { region: 9, birth: 0.8, phone: 0.3, address: 0.4, harm: 0.08 },
  housing: { region: 12, birth: 0.1, phone: 0.5, address: 0.95, harm: 0.12 },
  tax: { region: 0, birth: 0, phone: 0, address: 0, harm: 0.02 },
  disability: { region: 9, birth: 0.9, phone: 0.4, address: 0.3, harm: 0.12 },
  'rural-revitalization': { region: 12, birth: 0.3, phone: 0.6, address: 0.6, harm: 0.13 },
  education: { region: 6, birth: 0.5, phone: 0.2, address: 0.1, harm: 0.06 },
  'human-resources': { region: 6, birth: 0, phone: 0.3, address: 0, harm: 0.02 },
  emergency: { region: 12, birth: 0.1, phone: 0.7, address: 0.9, harm: 0.12 },
  'public-security': { region: 9, birth: 0.9, phone: 0, address: 0.5, harm: 0.01 },
  'natural-resources': { region: 9, birth: 0, phone: 0.2, address: 0.5, harm: 0.05 },
  'market-supervision': { region: 6, birth: 0, phone: 0.8, address: 0.2, harm: 0.04 },
  'civil-affairs': { region: 12, birth: 0.2, phone: 0.5, address: 0.4, harm: 0.02 },
  leads: { region: 12, birth: 0.4, phone: 0.8, address: 0.8, harm: 0.2 },
};

// a number of 15 digits has no century: it stands for 19xx only
const FIRST_DAY_OF_2000 = dayOf(2000, 1, 1);

/** Writes the number, the name or both in another form that normalisation undoes; returns what was done, or ''. */
const reform = (random: Random, cells: Cell[], person: Person): string => {
  const p = random.unit();
  if (p < 0.35) {
    const dotted = otherDot(random, person.name);
    if (dotted === null) return '';
    cells[AT.name] = dotted;
    return 'form:name_dot';
  }
  if (p < 0.55) {
    cells[AT.name] = ` ${person.name} `;
    return 'form:blanks_around_name';
  }
  if (p < 0.8) {
    if (!person.idNumber.endsWith('X')) return '';
    cells[AT.idNumber] = person.idNumber.toLowerCase();
    return 'form:lower_case_x';
  }
  cells[AT.idNumber] = fullWidth(person.idNumber);
  return 'form:full_width_digits';
};

type Harm = (random: Random, cells: Cell[], person: Person) => string;

const withoutNumber: Harm = (random, cells, person) => {
  cells[AT.idNumber] = '';
  cells[AT.certificate] = '';
  cells[AT.birthDate] = person.birthDay;
  if (random.chance(0.5)) {
    cells[AT.phone] = person.phone === '' ? person.home.phone : person.phone;
    return 'no_number_but_birth_date_and_phone';
  }
  cells[AT.address] = person.home.address;
  return 'no_number_but_birth_date_and_address';
};

const certificateOnly: Harm = (random, cells, person) => {
  if (person.certificate === '') return withoutNumber(random, cells, person);
  cells[AT.idNumber] = '';
  const twenty = person.idNumber + person.certificate;
  const long = random.chance(0.3);
  cells[AT.certificate] = long ? `${twenty}B1` : twenty;
  return long ? 'certificate_22_instead_of_number' : 'certificate_20_instead_of_number';
};

const otherName: Harm = (random, cells, person) => {
  const same = random.chance(0.5) ? homophone(person.name) : null;
  if (same !== null) {
    cells[AT.name] = same;
    return 'name_homophone';
  }
  const other = variant(random, person.name);
  if (other === null) return withoutNumber(random, cells, person);
  cells[AT.name] = other.name;
  return other.kind;
};

const headsNumber: Harm = (random, cells, person) => {
  if (person.idNumber === person.home.headNumber) return otherName(random, cells, person);
  cells[AT.idNumber] = person.home.headNumber;
  cells[AT.birthDate] = random.chance(0.5) ? person.birthDay : '';
  return 'number_of_the_head';
};

const HARMS: readonly Harm[] = [
  (_, cells, person) => {
    cells[AT.idNumber] = wrongCheck(person.idNumber);
    return 'wrong_check_character';
  },
  (random, cells, person) => {
    const swapped = swappedDigits(person.idNumber);
    if (swapped === null) return headsNumber(random, cells, person);
    cells[AT.idNumber] = swapped;
    return 'swapped_digits';
  },
  (random, cells, person) => {
    if (person.birthDay >= FIRST_DAY_OF_2000) return withoutNumber(random, cells, person);
    cells[AT.idNumber] = fifteenDigits(person.idNumber);
    return 'fifteen_digits';
  },
  (random, cells, person) => {
    cells[AT.idNumber] = masked(person.idNumber);
    if (random.chance(0.7)) cells[AT.birthDate] = person.birthDay;
    return 'masked_number';
  },
  headsNumber,
  certificateOnly,
  otherName,
  otherName,
  withoutNumber,
];

/** The number on the certificate that the record is about: id number, category, grade. */
const certificateNumber = ({ person, own }: Draft): string => {
  const [, category, grade] = own;
  if (typeof category === 'number') return `${person.idNumber}${category}${grade}`;
  return person.certificate === '' ? '' : person.idNumber + person.certificate;
};

/**
 * Fills in who a record is about, the way the department writes it, and returns the defect planted: `none`, `form:...` for
 * what normalisation undoes, anything else for what matching has to repair. Pinned drafts are never harmed.
 */
export const identify = (random: Random, cells: Cell[], draft: Draft): string => {
  const { person } = draft;
  const habit = HABITS[draft.feed];
  cells[AT.region] = habit.region === 0 ? '' : person.home.regionCode.slice(0, habit.region);
  cells[AT.name] = person.name;
  cells[AT.idNumber] = person.idNumber;
  cells[AT.birthDate] = random.chance(habit.birth) ? person.birthDay : '';
  cells[AT.phone] = random.chance(habit.phone) ? person.phone : '';
  cells[AT.address] = random.chance(habit.address) ? person.home.address : '';
  cells[AT.certificate] = draft.feed === 'disability' ? certificateNumber(draft) : '';
  const p = random.unit();
  if (p < 0.06) {
    const done = reform(random, cells, person);
    return done === '' ? 'none' : done;
  }
  if (draft.pinned || p > 0.06 + habit.harm) return 'none';
  return random.pick(HARMS)(random, cells, person);
};
