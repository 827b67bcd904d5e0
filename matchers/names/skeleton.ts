import { syllableName } from './syllables.ts';

/**
 * The consonants of a Mongolian name as Chinese characters spell them. Clerks choose characters freely, and what stays is
 * about this: 图雅 and 托娅 are both TY, 额尔敦 and 额尔登 both ARD. Vowels, finals and tones go; sounds that are one in
 * Mongolian or are mixed by clerks become one letter.
 */
const INITIALS: readonly (readonly [string, string])[] = [
  ['zh', 'J'],
  ['ch', 'C'],
  ['sh', 'S'],
  ['j', 'J'],
  ['z', 'J'],
  ['q', 'C'],
  ['c', 'C'],
  ['s', 'S'],
  ['x', 'S'],
  ['k', 'H'],
  ['h', 'H'],
  ['b', 'B'],
  ['p', 'B'],
  ['f', 'B'],
  ['er', 'R'],
  ['r', 'R'],
  ['w', 'U'],
  ['d', 'D'],
  ['t', 'T'],
  ['g', 'G'],
  ['l', 'L'],
  ['m', 'M'],
  ['n', 'N'],
  ['y', 'Y'],
];
const VOWEL = 'A';

const letters = new Map<number, string>();
const letterOf = (syllable: number): string => {
  const known = letters.get(syllable);
  if (known !== undefined) return known;
  const name = syllableName(syllable);
  const letter = name === '' ? '?' : (INITIALS.find(([initial]) => name.startsWith(initial))?.[1] ?? VOWEL);
  letters.set(syllable, letter);
  return letter;
};

/** The skeleton of a name's syllables; neighbours that are equal count once, an R at the end not at all (巴特尔 = 巴特). */
export const skeletonOf = (syllables: readonly number[]): string => {
  let out = '';
  for (const syllable of syllables) {
    const letter = letterOf(syllable);
    if (!out.endsWith(letter)) out += letter;
  }
  return out.length > 2 && out.endsWith('R') ? out.slice(0, -1) : out;
};
