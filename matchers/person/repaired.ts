import { SAME_BIRTH } from '../identity/birth-level.ts';
import { repairsOf } from '../identity/repair.ts';
import { MISSING } from '../linkage/comparison.ts';
import { SOUNDS_SAME } from '../names/name-level.ts';
import type { Claim } from './claim.ts';
import { BIRTH, compareToPerson, FIELDS, NAME, PLACE } from './person-levels.ts';
import type { PersonRegister } from './person-register.ts';

export interface RepairedNumber {
  /** Rows of registered persons whose number is one slip away from the one that was sent. */
  readonly rows: readonly number[];
  /** The one whose name, or whose birth and banner, agree with the record as well; -1 where there is none or several. */
  readonly certain: number;
  readonly number: string;
}

const NOBODY: RepairedNumber = { rows: [], certain: -1, number: '' };
const SAME_BANNER_AT_LEAST = 5;

/**
 * Looks for the number that was meant. Numbers of one county and day follow each other, and one slip leads from brother to
 * sister: the number alone never decides.
 */
export const findRepaired = (register: PersonRegister, claim: Claim, statedBirth: number | null): RepairedNumber => {
  const { reading, hasOwnNumber } = claim;
  // Right once blanks and letters that look like digits are gone: as it was sent, it was not. Of a certificate of another length
  // nobody knows which digits are the number.
  const cleaned = reading.kind === 'trusted' && hasOwnNumber;
  const repairs = cleaned ? [reading] : reading.kind === 'broken' ? repairsOf(reading.digits) : [];
  if (repairs.length === 0) return NOBODY;
  const { people, names } = register;
  const levels = new Int8Array(FIELDS.length);
  const rows: number[] = [];
  let certain = -1;
  let agreeing = 0;
  let number = '';
  for (const repair of repairs) {
    register.byNumber.find(repair.number, '', (personNo) => {
      const row = register.rowOf(personNo);
      if (row < 0 || rows.includes(row)) return;
      rows.push(row);
      compareToPerson(claim, people, names, row, levels);
      const name = levels[NAME] as number;
      const place = levels[PLACE] as number;
      // The day that the number itself holds agrees with the repaired number of course; only another source counts.
      const birth =
        statedBirth !== null && (levels[BIRTH] as number) !== MISSING && (levels[BIRTH] as number) <= SAME_BIRTH;
      const named = name !== MISSING && name <= SOUNDS_SAME;
      if (!named && !(birth && place !== MISSING && place <= SAME_BANNER_AT_LEAST && name === MISSING)) return;
      agreeing += 1;
      certain = row;
      number = repair.number;
    });
  }
  return agreeing === 1 ? { rows, certain, number } : { rows, certain: -1, number: '' };
};
