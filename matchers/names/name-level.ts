import { osaDistance } from '../linkage/distance.ts';
import type { NameForm } from './name-form.ts';

/** How two names agree, from the strongest agreement to none. */
export const NAME_LEVELS = [
  'equal',
  'same syllables',
  'same skeleton',
  'clan left out',
  'cut short',
  'nearly the same skeleton',
  'one character different',
  'different',
] as const;

const level = (name: (typeof NAME_LEVELS)[number]): number => NAME_LEVELS.indexOf(name);
const EQUAL = level('equal');
const SYLLABLES = level('same syllables');
const SKELETON = level('same skeleton');
const CLAN = level('clan left out');
const CUT = level('cut short');
const NEAR_SKELETON = level('nearly the same skeleton');
const ONE_CHARACTER = level('one character different');
const DIFFERENT = level('different');

/** The last level at which two names sound the same. */
export const SOUNDS_SAME = SYLLABLES;
/** The last level at which a name agrees beside a right number: other characters, but they sound the same. */
export const NAME_AGREES = SKELETON;
/** The last level that a name's own writing can bring forth from the same name. */
export const SAME_NAME = CUT;

const LEAST_GIVEN = 2;
/** Many systems keep four to six characters of a name; a shorter one is not taken for cut. */
const LEAST_CUT = 4;
const LEAST_BEGINNING = 3;
/** A shorter skeleton is shared by too many names for a difference of one letter to mean anything. */
const LEAST_SKELETON = 3;

/** Whether one name is the other without what stands before it, where that may be a clan: of Mongolian names only. */
const isClanLeftOut = (a: NameForm, b: NameForm): boolean => {
  const [longer, shorter] = a.plain.length > b.plain.length ? [a, b] : [b, a];
  if (shorter.plain.length < LEAST_GIVEN || longer.kind !== 'mongolian') return false;
  if (longer.given === shorter.plain) return true;
  return longer.plain.endsWith(shorter.plain) && shorter.plain.length >= LEAST_GIVEN;
};

const isCutShort = (a: NameForm, b: NameForm): boolean => {
  const [longer, shorter] = a.plain.length > b.plain.length ? [a, b] : [b, a];
  return (
    shorter.plain.length >= LEAST_BEGINNING &&
    longer.plain.length > Math.max(LEAST_CUT, shorter.plain.length) &&
    longer.plain.startsWith(shorter.plain)
  );
};

/**
 * Whether a name is a Han one too short to be cut. Of two such names, neither is a part of the other: they are the same name only where
 * they sound the same.
 */
export const isShortHan = ({ kind, plain }: Pick<NameForm, 'kind' | 'plain'>): boolean =>
  kind === 'han' && plain !== '' && plain.length <= LEAST_CUT;

/** Whether exactly one character differs, and not the surname. */
const differsInOne = (a: NameForm, b: NameForm): boolean => {
  if (a.plain.length !== b.plain.length || a.plain.length < 2) return false;
  let different = 0;
  for (let i = 0; i < a.plain.length; i += 1) {
    if (a.plain.charCodeAt(i) === b.plain.charCodeAt(i)) continue;
    if (i < Math.max(a.surname, b.surname)) return false;
    different += 1;
    if (different > 1) return false;
  }
  return different === 1;
};

/** The level that two names reach (index into NAME_LEVELS); -1 where one is missing. */
export const nameLevel = (a: NameForm, b: NameForm): number => {
  if (a.plain === '' || b.plain === '') return -1;
  if (a.plain === b.plain) return EQUAL;
  if (a.sound === b.sound) return SYLLABLES;
  // Before the skeleton: 包·巴特尔 and 巴特尔 have the same one, for the wrong reason.
  if (isClanLeftOut(a, b)) return CLAN;
  const mongolian = a.skeleton !== '' && b.skeleton !== '';
  if (mongolian && a.skeleton === b.skeleton) return SKELETON;
  if (isCutShort(a, b)) return CUT;
  if (mongolian && Math.min(a.skeleton.length, b.skeleton.length) >= LEAST_SKELETON) {
    if (osaDistance(a.skeleton, b.skeleton, 1) <= 1) return NEAR_SKELETON;
  }
  return differsInOne(a, b) ? ONE_CHARACTER : DIFFERENT;
};
