import { readClaim } from '../person/claim.ts';
import { createMatcher } from '../person/matcher.ts';
import type { PersonModel } from '../person/person-model.ts';
import type { PersonRegister } from '../person/person-register.ts';
import type { RegisteredPerson } from '../person/registered-person.ts';
import { agreesInNameAndBirth, asClaimed, createPairComparison, type FoundPair } from './compare-persons.ts';

/** Looks for persons whom a registry holds twice. */
export interface DuplicateFinder {
  /** Numbers of others who agree with a person in name and birth, three at most; everybody is asked, so that a pair has two chances. */
  alike(person: RegisteredPerson): number[];
  /** What two registered persons are to one another; null where they are not to be asked about. */
  compare(a: RegisteredPerson, b: RegisteredPerson): FoundPair | null;
}

/**
 * Puts registered persons to the matcher as if each were a record. Its blocks bound the work: of thousands who share a
 * phone or a day of birth none is compared with all others.
 */
export const createDuplicateFinder = (register: PersonRegister, model: PersonModel): DuplicateFinder => {
  const matcher = createMatcher(register, model);
  return {
    alike: (person) =>
      register.without(person.personNo, () =>
        matcher
          .search(readClaim(asClaimed(person)))
          .best.filter(({ evidence }) => agreesInNameAndBirth(evidence))
          .map(({ personNo }) => personNo),
      ),
    compare: createPairComparison(register, model),
  };
};

/** Up to so many persons under one number each stands beside each other. */
const MOST_CROSSED = 8;

/**
 * Pairs of persons under one id number. Of a crowd (a number that stands for "none") each stands beside the first alone: to
 * cross a thousand would be half a million questions.
 */
export const pairsUnderOneNumber = (personNos: readonly number[]): (readonly [number, number])[] => {
  const [lowest, ...others] = [...personNos].sort((a, b) => a - b);
  if (lowest === undefined) return [];
  if (personNos.length > MOST_CROSSED) return others.map((other) => [lowest, other] as const);
  const inOrder = [lowest, ...others];
  return inOrder.flatMap((one, i) => inOrder.slice(i + 1).map((two) => [one, two] as const));
};
