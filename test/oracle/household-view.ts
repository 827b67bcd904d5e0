/** One household on one day: who belongs to it in which sense, its category, and the facts of its people. */
import { addMonths, ageOn, type Day } from './calendar.ts';
import { eventOf, type Fact, type FactBook, latest } from './facts.ts';
import type { FeedName } from './feed-columns.ts';
import { readCertificate } from './id-number.ts';
import { type Known, NOT_KNOWN } from './known.ts';
import type { OracleState } from './load-directory.ts';
import {
  type Category,
  categoryOn,
  type HouseholdValues,
  householdValuesOn,
  isMemberOn,
  type Membership,
  membershipsOf,
  type PersonValues,
  personValues,
  placeOn,
} from './registry-state.ts';

const EXITED_WATCHED_MONTHS = 24;

export interface PersonView {
  readonly personId: string;
  readonly values: PersonValues;
  readonly age: Known<number>;
  readonly diedOn: Day | undefined;
  readonly certificate: CertificateInForce | undefined;
  readonly facts: readonly Fact[];
}

export interface CertificateInForce {
  readonly category: number;
  readonly grade: number;
  /** The day of the record; undefined for the registry's certificate, which is no new one. */
  readonly recordedOn: Day | undefined;
}

export interface HouseholdView {
  readonly state: OracleState;
  readonly day: Day;
  readonly householdId: string;
  readonly regionCode: string;
  readonly area: string;
  /** As registered. */
  readonly registeredCategory: Category;
  /** What rules read: an exited household counts as other, other with the flag relapse as relapse. */
  readonly category: Category;
  readonly categorySince: Day;
  readonly values: Known<HouseholdValues>;
  readonly members: readonly PersonView[];
  readonly living: readonly PersonView[];
  readonly spending: readonly PersonView[];
  readonly dwelling: readonly PersonView[];
}

/** household_id -> everybody who ever belonged to it, with their memberships of it. */
export type Roll = ReadonlyMap<string, ReadonlyMap<string, readonly Membership[]>>;

export function callRoll(state: OracleState): Roll {
  const roll = new Map<string, Map<string, Membership[]>>();
  for (const personId of state.registry.persons.keys()) {
    for (const membership of membershipsOf(state.registry, personId)) {
      const people = roll.get(membership.householdId) ?? new Map<string, Membership[]>();
      roll.set(membership.householdId, people);
      people.set(personId, [...(people.get(personId) ?? []), membership]);
    }
  }
  return roll;
}

/** Undefined when the household is not (or no longer) watched on the day. */
export function viewHousehold(
  state: OracleState,
  roll: Roll,
  book: FactBook,
  householdId: string,
  day: Day,
): HouseholdView | undefined {
  const registered = categoryOn(state.registry, householdId, day);
  const place = placeOn(state.registry, householdId, day);
  if (!registered || !place) return undefined;
  const isExited = registered.category === 'exited';
  if (isExited && day >= addMonths(registered.since, EXITED_WATCHED_MONTHS)) return undefined;
  const watchedAs = isExited ? 'other' : registered.category;
  const people = [...(roll.get(householdId) ?? [])].map(([personId, memberships]) => ({
    person: viewPerson(state, book, personId, day),
    memberships,
  }));
  const ofThose = (test: (person: PersonView, memberships: readonly Membership[]) => boolean): PersonView[] =>
    people.filter(({ person, memberships }) => test(person, memberships)).map(({ person }) => person);
  const isMember = (_: PersonView, memberships: readonly Membership[]) => memberships.some((m) => isMemberOn(m, day));
  const isLiving = (person: PersonView, memberships: readonly Membership[]) =>
    person.diedOn === undefined && isMember(person, memberships);
  return {
    state,
    day,
    householdId,
    regionCode: place.regionCode,
    area: place.area,
    registeredCategory: registered.category,
    category: watchedAs === 'other' && place.flags.includes('relapse') ? 'relapse' : watchedAs,
    categorySince: registered.since,
    values: householdValuesOn(state.registry, householdId, day),
    members: ofThose(isMember),
    living: ofThose(isLiving),
    spending: ofThose(
      (person, memberships) =>
        isLiving(person, memberships) ||
        (diedAsMember(person, memberships) && person.diedOn! > addMonths(day, -12) && person.diedOn! <= day),
    ),
    dwelling: ofThose((person, memberships) => isLiving(person, memberships) || diedAsMember(person, memberships)),
  };
}

/** member_to empty or on or after the day of death (and the membership had begun by then). */
function diedAsMember(person: PersonView, memberships: readonly Membership[]): boolean {
  const { diedOn } = person;
  if (diedOn === undefined) return false;
  return memberships.some(({ from, to }) => from <= diedOn && (to === undefined || to >= diedOn));
}

function viewPerson(state: OracleState, book: FactBook, personId: string, day: Day): PersonView {
  const values = personValues(state.registry, personId)!;
  const facts = book.ofPerson.get(personId) ?? [];
  return {
    personId,
    values,
    age: values.birthDate === undefined ? NOT_KNOWN : ageOn(values.birthDate, day),
    diedOn: dayOfDeath(facts),
    certificate: certificateInForce(facts, values),
    facts,
  };
}

/** Of several deaths the earliest in force. */
function dayOfDeath(facts: readonly Fact[]): Day | undefined {
  const deaths = facts.filter(
    (fact) => (fact.feed === 'health' || fact.feed === 'public-security') && eventOf(fact) === 'death',
  );
  return deaths.map((fact) => fact.occurredOn).sort()[0];
}

const CERTIFICATE_EVENTS = ['certified', 'regraded', 'cancelled'];

/** The latest of certified, regraded and cancelled decides; without any of them the registry's certificate counts. */
function certificateInForce(facts: readonly Fact[], values: PersonValues): CertificateInForce | undefined {
  const last = latest(facts.filter((fact) => fact.feed === 'disability' && CERTIFICATE_EVENTS.includes(eventOf(fact))));
  if (!last) {
    const registered = readCertificate(values.disabilityCert);
    return registered && { category: registered.category, grade: registered.grade, recordedOn: undefined };
  }
  if (eventOf(last) === 'cancelled') return undefined;
  return {
    category: Number(last.fields.get('category')),
    grade: Number(last.fields.get('grade')),
    recordedOn: last.occurredOn,
  };
}

export function factsOf(people: readonly PersonView[], feed: FeedName, ...events: string[]): Fact[] {
  return people.flatMap((person) =>
    person.facts.filter((fact) => fact.feed === feed && (events.length === 0 || events.includes(eventOf(fact)))),
  );
}
