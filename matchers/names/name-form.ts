import { surnameLength } from './han-surnames.ts';
import { kindOfPlain, type NameKind } from './name-kind.ts';
import { skeletonOf } from './skeleton.ts';
import { firstSyllableOf, soundOf, syllablesOf } from './syllables.ts';
import { hasDot, plainName } from './variants.ts';

/** A name made ready for comparison. */
export interface NameForm {
  /** Without dots and blanks, characters in their usual form; '' for none. */
  readonly plain: string;
  readonly kind: NameKind;
  /** Hash (52 bits) of the syllables: equal for names that sound the same. 0 for none. */
  readonly sound: number;
  /** Number of the first syllable. */
  readonly first: number;
  /** Consonants of a Mongolian name; '' for a Han one. */
  readonly skeleton: string;
  /** Characters of the Han surname, 0 to 2. */
  readonly surname: number;
  /** The last part where the name is written in parts: what offices that leave the clan out write. */
  readonly given: string;
}

/** Longer is no name: a list, a remark, a mistake. */
const LONGEST = 30;

export const NO_NAME: NameForm = { plain: '', kind: 'han', sound: 0, first: 0, skeleton: '', surname: 0, given: '' };

/** What stands in the name's column where nobody knew the name. */
const PLACEHOLDERS = new Set([
  ...['无', '不详', '未知', '无名', '无名氏', '佚名', '某某', '测试', '本人', '户主', 'NULL', 'NONE', 'XXX', 'XX'],
]);

const DOTS = [...'·•・．.‧∙⋅'];

/** The given name of one that is written in parts. */
const lastPart = (name: string): string =>
  plainName(name.slice(Math.max(...DOTS.map((dot) => name.lastIndexOf(dot))) + 1));

/** Makes a name ready. Of no name, a placeholder or a text too long for a name nothing is left. */
export const nameForm = (name: string): NameForm => {
  const plain = plainName(name);
  if (plain === '' || plain.length > LONGEST || PLACEHOLDERS.has(plain)) return NO_NAME;
  // What has a dot is never plain.
  const inParts = plain !== name && hasDot(name);
  const kind = kindOfPlain(plain, inParts);
  const isHan = kind === 'han';
  return {
    plain,
    kind,
    sound: soundOf(plain, isHan),
    first: firstSyllableOf(plain, isHan),
    skeleton: isHan ? '' : skeletonOf(syllablesOf(plain, false)),
    surname: isHan ? surnameLength(plain) : 0,
    given: inParts ? lastPart(name) : '',
  };
};
