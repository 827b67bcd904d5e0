import { nameForm } from './names/name-form.ts';
import { NAME_AGREES, nameLevel } from './names/name-level.ts';

/** Somebody who had an id number before and has it no longer, by the name they have now. */
export interface FormerOwner {
  readonly personNo: number;
  readonly name: string;
}

/**
 * Id numbers that the registry gave to somebody and took back: people who shared a number were given new ones, and many a system
 * goes on sending the old. They are few, and kept beside the index of present numbers, which is asked first and stays as it is.
 */
export interface FormerNumbers {
  /** Adds a number that a person had; said again it adds nothing. */
  add(personNo: number, idNumber: string, name: string): void;
  /** Forgets all of them: what is said then is the whole. */
  clear(): void;
  /** Everybody who had the number. */
  ownersOf(idNumber: string): readonly FormerOwner[];
}

const NOBODY: readonly FormerOwner[] = [];

export const createFormerNumbers = (): FormerNumbers => {
  const owners = new Map<string, readonly FormerOwner[]>();
  return {
    add(personNo, idNumber, name) {
      const others = owners.get(idNumber) ?? NOBODY;
      if (others.some((owner) => owner.personNo === personNo)) return;
      owners.set(idNumber, [...others, { personNo, name }]);
    },
    clear: () => owners.clear(),
    ownersOf: (idNumber) => owners.get(idNumber) ?? NOBODY,
  };
};

/** Where nobody ever had another number. */
export const NO_FORMER_NUMBERS: FormerNumbers = createFormerNumbers();

/** Whether a name beside a number is its owner's: equal, or sounding the same. */
export const nameAgrees = (stated: string, known: string): boolean => {
  if (stated === known) return true;
  const level = nameLevel(nameForm(stated), nameForm(known));
  return level >= 0 && level <= NAME_AGREES;
};
