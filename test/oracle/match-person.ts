/**
 * Whose record it is: exact, certificate, review or unregistered. What takes evidence or a comparison of sounds is no business
 * of this program: it takes it as given, as far as it does not contradict what the number and the name say by themselves.
 */
import type { Fields } from './check-record.ts';
import { certificateIdNumber, usableIdNumber } from './id-number.ts';
import type { PersonValues, Registry } from './registry-state.ts';
import { personValues } from './registry-state.ts';

export type Match =
  | { readonly outcome: 'exact' | 'repaired' | 'certificate' | 'probable'; readonly personId: string }
  | { readonly outcome: 'review' | 'unregistered' };

/** What somebody else found of records that number and name leave open, by `<feed>/<record_id>`. */
export type GivenMatches = ReadonlyMap<string, Match>;

export interface PersonIndex {
  readonly byIdNumber: ReadonlyMap<string, readonly string[]>;
  /** Who had a number before and has it no longer; of numbers that nobody has. */
  readonly byFormerNumber: ReadonlyMap<string, readonly string[]>;
  readonly valuesOf: (personId: string) => PersonValues;
}

export function indexPersons(registry: Registry): PersonIndex {
  const byIdNumber = new Map<string, string[]>();
  const values = new Map<string, PersonValues>();
  for (const personId of registry.persons.keys()) {
    const person = personValues(registry, personId)!;
    values.set(personId, person);
    if (person.idNumber === undefined) continue;
    byIdNumber.set(person.idNumber, [...(byIdNumber.get(person.idNumber) ?? []), personId]);
  }
  const byFormerNumber = new Map<string, string[]>();
  for (const [personId, numbers] of registry.formerNumbers) {
    for (const number of numbers) {
      if (byIdNumber.has(number)) continue;
      byFormerNumber.set(number, [...(byFormerNumber.get(number) ?? []), personId]);
    }
  }
  return { byIdNumber, byFormerNumber, valuesOf: (personId) => values.get(personId)! };
}

export function usableIdOf(fields: Fields): string | undefined {
  const raw = fields.get('id_number');
  return typeof raw === 'string' ? usableIdNumber(raw) : undefined;
}

/** The number that a record is matched by: its own where that can be used, else the one that its certificate begins with. */
export function statedNumberOf(fields: Fields): string | undefined {
  const certificate = fields.get('disability_cert');
  return usableIdOf(fields) ?? (typeof certificate === 'string' ? certificateIdNumber(certificate) : undefined);
}

/** The own decision, or the given one where number and name leave it open and it can be so. */
export function matchRecord(fields: Fields, index: PersonIndex, given?: Match): Match {
  const own = matchBySaying(fields, index);
  if (given === undefined || 'personId' in own) return own;
  const number = statedNumberOf(fields);
  if (number === undefined) return given.outcome === 'exact' || given.outcome === 'certificate' ? own : given;
  if (own.outcome !== 'review' || !('personId' in given)) return own;
  // A name that sounds the same: of somebody who is registered under this number (or was, and nobody else ever), and nobody
  // there has the name itself.
  const former = index.byFormerNumber.get(number) ?? [];
  const candidates = index.byIdNumber.get(number) ?? (former.length === 1 ? former : []);
  const isNamed = candidates.some((personId) => index.valuesOf(personId).name === String(fields.get('name')));
  const tier = usableIdOf(fields) === undefined ? 'certificate' : 'exact';
  if (isNamed || given.outcome !== tier || !candidates.includes(given.personId)) return own;
  return given;
}

function matchBySaying(fields: Fields, index: PersonIndex): Match {
  const name = String(fields.get('name'));
  const idNumber = usableIdOf(fields);
  if (idNumber !== undefined) return matchByNumber(idNumber, name, 'exact', index);
  const certificate = fields.get('disability_cert');
  const inCertificate = typeof certificate === 'string' ? certificateIdNumber(certificate) : undefined;
  if (inCertificate !== undefined) return matchByNumber(inCertificate, name, 'certificate', index);
  return { outcome: 'unregistered' };
}

/** Two people registered under one number and one name can't be told apart: a reviewer decides. */
function matchByNumber(idNumber: string, name: string, outcome: 'exact' | 'certificate', index: PersonIndex): Match {
  const candidates = index.byIdNumber.get(idNumber);
  if (!candidates) return matchByFormerNumber(idNumber, name, outcome, index);
  const named = candidates.filter((personId) => index.valuesOf(personId).name === name);
  return named.length === 1 ? { outcome, personId: named[0]! } : { outcome: 'review' };
}

/** A number that one person had before and nobody has: theirs, if the name is. */
function matchByFormerNumber(
  number: string,
  name: string,
  outcome: 'exact' | 'certificate',
  index: PersonIndex,
): Match {
  const owners = index.byFormerNumber.get(number);
  if (!owners) return { outcome: 'unregistered' };
  const isTheirs = owners.length === 1 && index.valuesOf(owners[0]!).name === name;
  return isTheirs ? { outcome, personId: owners[0]! } : { outcome: 'review' };
}
