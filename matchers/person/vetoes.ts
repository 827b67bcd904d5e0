import { SAME_BIRTH } from '../identity/birth-level.ts';
import { MISSING } from '../linkage/comparison.ts';
import { SAME_NAME } from '../names/name-level.ts';
import { BIRTH, MASKED_ID, NAME, PLACE, TYPED_ID } from './person-levels.ts';

/** Why a link that the bits would make is left to a reviewer. */
export type Veto =
  | 'twins'
  | 'born_on_another_day'
  | 'name_differs'
  | 'ends_of_number_differ'
  | 'died_before'
  | 'no_margin'
  | 'no_name';

const MASKED_DIFFERS = 3;
const TYPED_DIFFERS = 2;
const SAME_HOUSE = 0;

/**
 * Whether two can be one person at all: name or birth must agree. House and phone are a family's, and a stranger who lives
 * with a registered family agrees on both.
 */
export const isConceivable = (levels: Int8Array): boolean => {
  const name = levels[NAME] as number;
  const birth = levels[BIRTH] as number;
  const nameAgrees = name !== MISSING && name <= SAME_NAME;
  const birthAgrees = birth !== MISSING && birth <= SAME_BIRTH;
  if (!nameAgrees && !birthAgrees) return false;
  // Of a name that is another one only the very day of birth is evidence enough to be looked at.
  return name === MISSING || name <= SAME_NAME || birth === 0;
};

/** What speaks against a link whatever the bits say. */
export const vetoesOf = (levels: Int8Array, occurredOn: number | null, diedOn: number | null): Veto[] => {
  const out: Veto[] = [];
  const name = levels[NAME] as number;
  const birth = levels[BIRTH] as number;
  if (name === MISSING) out.push('no_name');
  else if (name > SAME_NAME) out.push(birth === 0 && levels[PLACE] === SAME_HOUSE ? 'twins' : 'name_differs');
  // Father and son of one name, in one house: the day tells them apart, and only a person may say that it is wrong.
  if (birth > SAME_BIRTH) out.push('born_on_another_day');
  if (levels[MASKED_ID] === MASKED_DIFFERS || levels[TYPED_ID] === TYPED_DIFFERS) out.push('ends_of_number_differ');
  if (diedOn !== null && occurredOn !== null && occurredOn > diedOn) out.push('died_before');
  return out;
};
