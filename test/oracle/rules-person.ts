/** The person rules of the first catalogue that are built; living members, member-death: members. */
import { addDays, addMonths, birthday, inTrailingDays } from './calendar.ts';
import type { CertificateInForce, HouseholdView, PersonView } from './household-view.ts';
import { and, mapKnown, NOT_KNOWN, type Truth } from './known.ts';
import type { Judgement } from './rules-household.ts';

export interface PersonJudgement extends Judgement {
  readonly personId: string;
}

/** Grade 1 or 2, or grade 3 and category 5 (intellectual) or 6 (mental). */
function isSevere({ grade, category }: CertificateInForce): boolean {
  return grade === 1 || grade === 2 || (grade === 3 && (category === 5 || category === 6));
}

function newDisability(view: HouseholdView, person: PersonView): Judgement {
  const { certificate } = person;
  const isNew = certificate?.recordedOn !== undefined && inTrailingDays(certificate.recordedOn, view.day, 90);
  return { rule: 'new-disability', truth: isNew && isSevere(certificate), level: 'orange' };
}

function singleHousehold(view: HouseholdView, person: PersonView): Judgement {
  const truth = and(
    mapKnown(person.age, (age) => age >= 18),
    person.certificate !== undefined && isSevere(person.certificate),
    ['edge', 'rigid', 'relapse', 'other'].includes(view.category),
    person.values.ownCategory === undefined,
  );
  return { rule: 'single-household', truth, level: 'yellow' };
}

function minorTurns18(view: HouseholdView, person: PersonView): Judgement {
  const category = person.values.ownCategory ?? view.category;
  const { birthDate } = person.values;
  const isAboutTime = (): Truth => {
    if (birthDate === undefined) return NOT_KNOWN;
    const eighteenth = birthday(birthDate, 18);
    return addDays(eighteenth, -60) <= view.day && view.day < addDays(eighteenth, 365);
  };
  const truth = and(category === 'tekun', !person.values.student, isAboutTime());
  return { rule: 'minor-turns-18', truth, level: 'yellow' };
}

function memberDeath(view: HouseholdView, person: PersonView): Judgement {
  const isLate = person.diedOn !== undefined && view.day > addMonths(person.diedOn, 3);
  return { rule: 'member-death', truth: person.diedOn !== undefined, level: isLate ? 'red' : 'yellow' };
}

export function judgePersons(view: HouseholdView): PersonJudgement[] {
  const judgements: PersonJudgement[] = [];
  for (const person of view.living) {
    for (const rule of [newDisability, singleHousehold, minorTurns18]) {
      judgements.push({ ...rule(view, person), personId: person.personId });
    }
  }
  for (const person of view.members) judgements.push({ ...memberDeath(view, person), personId: person.personId });
  return judgements;
}
