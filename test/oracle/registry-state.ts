/** The registry with its history: every load adds, nothing is overwritten; of two rows for one thing the later holds. */
import type { Day } from './calendar.ts';
import { birthDateOf, usableIdNumber } from './id-number.ts';
import { type Known, NOT_KNOWN } from './known.ts';
import { flagsOf, type RegistryRow, type RegistryRows } from './registry-read.ts';

export type Category = 'dibao' | 'tekun' | 'edge' | 'rigid' | 'relapse' | 'other' | 'exited';

/** A value and the as-of day of the load that brought it. */
interface Dated<T> {
  readonly takenOn: Day;
  readonly value: T;
}

export interface HouseholdValues {
  readonly regionCode: string;
  readonly area: string;
  readonly flags: readonly string[];
  readonly labour: string | undefined;
  readonly stableIncome: boolean;
  readonly assessedIncome: bigint | undefined;
  readonly assessedOn: Day | undefined;
  readonly exitGraceUntil: Day | undefined;
  readonly lastVerifiedOn: Day | undefined;
  readonly lastReviewedOn: Day | undefined;
}

export interface PersonValues {
  readonly name: string;
  /** The 18 characters, where they can be trusted. */
  readonly idNumber: string | undefined;
  readonly birthDate: Day | undefined;
  readonly ownCategory: Category | undefined;
  readonly disabilityCert: string | undefined;
  readonly student: boolean;
}

export interface Membership {
  readonly householdId: string;
  /** '' = always. */
  readonly from: Day;
  /** The first day no longer a member; undefined = still one. */
  readonly to: Day | undefined;
}

interface MembershipRow extends Membership {
  /** The load that said it last, and its place there. */
  readonly load: number;
  readonly line: number;
}

export interface Authorisation {
  readonly grantedOn: Day;
  /** The last day it is valid; undefined = open. */
  readonly expiresOn: Day | undefined;
}

export interface Standard {
  readonly regionCode: string;
  readonly kind: string;
  readonly area: string;
  readonly effectiveFrom: Day;
  readonly amount: bigint;
}

export interface Registry {
  readonly households: Map<string, Dated<HouseholdValues>[]>;
  /** household_id -> category_since -> category. */
  readonly categories: Map<string, Map<Day, Category>>;
  readonly persons: Map<string, Dated<PersonValues>[]>;
  /** person_id -> every usable id number that a load found and left changed. */
  readonly formerNumbers: Map<string, Set<string>>;
  readonly memberships: Map<string, Map<string, MembershipRow>>;
  readonly authorisations: Map<string, Map<Day, Authorisation>>;
  readonly standards: Map<string, Standard>;
  loads: number;
}

export function emptyRegistry(): Registry {
  return {
    households: new Map(),
    categories: new Map(),
    persons: new Map(),
    formerNumbers: new Map(),
    memberships: new Map(),
    authorisations: new Map(),
    standards: new Map(),
    loads: 0,
  };
}

export function takeRegistry(registry: Registry, rows: RegistryRows, takenOn: Day): void {
  registry.loads++;
  for (const row of rows.standards) takeStandard(registry, row);
  for (const row of rows.households) takeHousehold(registry, row, takenOn);
  const numbers = new Map([...registry.persons].map(([id, history]) => [id, current(history)?.idNumber]));
  for (const [line, row] of rows.persons.entries()) takePerson(registry, row, line, takenOn);
  for (const [id, before] of numbers) {
    if (before === undefined || before === personValues(registry, id)?.idNumber) continue;
    entry(registry.formerNumbers, id, () => new Set()).add(before);
  }
  for (const row of rows.authorisations) {
    const grantedOn = String(row.get('granted_on'));
    const granted = entry(registry.authorisations, String(row.get('household_id')), () => new Map());
    granted.set(grantedOn, { grantedOn, expiresOn: textOf(row, 'expires_on') });
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

function textOf(row: RegistryRow, column: string): string | undefined {
  const value = row.get(column);
  return value === undefined ? undefined : String(value);
}

function amountOf(row: RegistryRow, column: string): bigint | undefined {
  const value = row.get(column);
  return typeof value === 'bigint' ? value : undefined;
}

function takeStandard(registry: Registry, row: RegistryRow): void {
  const standard: Standard = {
    regionCode: String(row.get('region_code')),
    kind: String(row.get('kind')),
    area: String(row.get('area')),
    effectiveFrom: String(row.get('effective_from')),
    amount: amountOf(row, 'amount') ?? 0n,
  };
  const key = [standard.regionCode, standard.kind, standard.area, standard.effectiveFrom].join('|');
  registry.standards.set(key, standard);
}

function takeHousehold(registry: Registry, row: RegistryRow, takenOn: Day): void {
  const householdId = String(row.get('household_id'));
  const categories = entry(registry.categories, householdId, () => new Map());
  categories.set(String(row.get('category_since')), String(row.get('category')) as Category);
  const value: HouseholdValues = {
    regionCode: String(row.get('region_code')),
    area: String(row.get('area')),
    flags: flagsOf(row),
    labour: textOf(row, 'labour'),
    stableIncome: row.get('stable_income') === true,
    assessedIncome: amountOf(row, 'assessed_income'),
    assessedOn: textOf(row, 'assessed_on'),
    exitGraceUntil: textOf(row, 'exit_grace_until'),
    lastVerifiedOn: textOf(row, 'last_verified_on'),
    lastReviewedOn: textOf(row, 'last_reviewed_on'),
  };
  entry(registry.households, householdId, () => []).push({ takenOn, value });
}

function takePerson(registry: Registry, row: RegistryRow, line: number, takenOn: Day): void {
  const personId = String(row.get('person_id'));
  const idNumber = usableIdNumber(textOf(row, 'id_number'));
  const value: PersonValues = {
    name: String(row.get('name')),
    idNumber,
    birthDate: textOf(row, 'birth_date') ?? (idNumber === undefined ? undefined : birthDateOf(idNumber)),
    ownCategory: textOf(row, 'category') as Category | undefined,
    disabilityCert: textOf(row, 'disability_cert'),
    student: row.get('student') === true,
  };
  entry(registry.persons, personId, () => []).push({ takenOn, value });
  takeMembership(registry, personId, row, line);
}

function takeMembership(registry: Registry, personId: string, row: RegistryRow, line: number): void {
  const householdId = String(row.get('household_id'));
  const rows = entry(registry.memberships, personId, () => new Map<string, MembershipRow>());
  const from = textOf(row, 'member_from') ?? '';
  rows.set(`${householdId}|${from}`, { householdId, from, to: textOf(row, 'member_to'), load: registry.loads, line });
}

/**
 * Whoever appears with another household leaves the old one on the new member_from: what a later load said counts, within
 * one load the later member_from, then the later line. A stay that was over before the other began ends nothing.
 */
function supersedes(other: MembershipRow, row: MembershipRow): boolean {
  if (other.householdId === row.householdId) return false;
  if (other.load !== row.load) return other.load > row.load && (other.to === undefined || other.to > row.from);
  return other.from === row.from ? other.line > row.line : other.from > row.from;
}

export function membershipsOf(registry: Registry, personId: string): Membership[] {
  const rows = [...(registry.memberships.get(personId)?.values() ?? [])];
  return rows.map((row) => {
    const ends = rows.filter((other) => supersedes(other, row)).map((other) => other.from);
    const to = [...ends, ...(row.to === undefined ? [] : [row.to])].sort()[0];
    return { householdId: row.householdId, from: row.from, to };
  });
}

export function isMemberOn(membership: Membership, day: Day): boolean {
  return membership.from <= day && (membership.to === undefined || membership.to > day);
}

export function householdOn(registry: Registry, personId: string, day: Day): string | undefined {
  return membershipsOf(registry, personId).find((membership) => isMemberOn(membership, day))?.householdId;
}

/** The value that the last load on or before a day brought. */
function onDay<T>(history: readonly Dated<T>[] | undefined, day: Day): Known<T> {
  let latest: Dated<T> | undefined;
  for (const dated of history ?? []) {
    if (dated.takenOn <= day && (!latest || dated.takenOn >= latest.takenOn)) latest = dated;
  }
  return latest ? latest.value : NOT_KNOWN;
}

function current<T>(history: readonly Dated<T>[] | undefined): T | undefined {
  return history?.at(-1)?.value;
}

/** Undated values of a household: before the first load that brought them they are not known. */
export function householdValuesOn(registry: Registry, householdId: string, day: Day): Known<HouseholdValues> {
  return onDay(registry.households.get(householdId), day);
}

/** Where a household lies and of which kind: before the first load, what the first load said. */
export function placeOn(registry: Registry, householdId: string, day: Day): HouseholdValues | undefined {
  const history = registry.households.get(householdId);
  const known = onDay(history, day);
  return known === NOT_KNOWN ? history?.[0]?.value : known;
}

export function personValues(registry: Registry, personId: string): PersonValues | undefined {
  return current(registry.persons.get(personId));
}

/** The category as registered for a day, with the day since when it holds. */
export function categoryOn(
  registry: Registry,
  householdId: string,
  day: Day,
): { category: Category; since: Day } | undefined {
  const rows = [...(registry.categories.get(householdId) ?? [])].filter(([since]) => since <= day);
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  const last = rows.at(-1);
  return last && { category: last[1], since: last[0] };
}

export function authorisationsOf(registry: Registry, householdId: string): Authorisation[] {
  return [...(registry.authorisations.get(householdId)?.values() ?? [])];
}

export function isInForce(authorisation: Authorisation, day: Day): boolean {
  return authorisation.grantedOn <= day && (authorisation.expiresOn === undefined || day <= authorisation.expiresOn);
}

export function isAuthorisedOn(registry: Registry, householdId: string, day: Day): boolean {
  return authorisationsOf(registry, householdId).some((authorisation) => isInForce(authorisation, day));
}
