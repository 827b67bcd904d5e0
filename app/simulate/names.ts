import type { Sex } from './model.ts';
import {
  CLANS,
  COMPOUND_FIRST,
  COMPOUND_LAST,
  FEMALE_CHARACTERS,
  LONG_SURNAMES,
  LOOSE_SPELLINGS,
  MALE_CHARACTERS,
  MONGOLIAN_GIVEN,
  MONGOLIAN_MEN,
  MONGOLIAN_SURNAMES,
  MONGOLIAN_WOMEN,
  SPELLINGS,
  SURNAMES,
} from './name-lists.ts';
import type { Random } from './random.ts';

/** A Han surname; one in a hundred has two characters. */
export const surname = (random: Random): string =>
  random.chance(0.01) ? random.pick(LONG_SURNAMES) : random.pick(SURNAMES);

/** A Han name of two to four characters. */
export const hanName = (random: Random, family: string, sex: Sex): string => {
  const characters = sex === 'M' ? MALE_CHARACTERS : FEMALE_CHARACTERS;
  const first = random.pick(characters);
  return random.chance(0.25) ? family + first : family + first + random.pick(characters);
};

/** A Mongolian name: plain, compound, dotted, with a clan or with a Han surname. */
export const mongolianName = (random: Random, sex: Sex): string => {
  const plain = random.pick(sex === 'M' ? MONGOLIAN_MEN : MONGOLIAN_WOMEN);
  const form = random.unit();
  if (form < 0.5) return plain;
  if (form < 0.7) {
    return sex === 'M' ? random.pick(COMPOUND_FIRST) + plain : random.pick(COMPOUND_FIRST) + random.pick(COMPOUND_LAST);
  }
  if (form < 0.82) return `${random.pick(sex === 'M' ? MONGOLIAN_MEN : MONGOLIAN_WOMEN)}·${plain}`;
  if (form < 0.88) return `${random.pick(CLANS)}·${plain}`;
  return random.pick(MONGOLIAN_SURNAMES) + random.pick(MONGOLIAN_GIVEN);
};

/** The name with another dot or with blanks around it: equal after normalisation (feeds.md, section 1). Or null. */
export const otherDot = (random: Random, name: string): string | null =>
  name.includes('·') ? name.replace('·', random.pick(['•', '．', '.'])) : null;

const respell = (name: string, table: readonly (readonly [string, string])[]): string | null => {
  for (const [usual, other] of table) {
    const at = name.lastIndexOf(usual);
    // the first character of a name of one-character parts is its surname, and clerks copy surnames right
    if (at > 0 || (at === 0 && usual.length > 1)) return name.slice(0, at) + other + name.slice(at + usual.length);
  }
  return null;
};

/** The name in other characters of the same sound, or null when we know none. */
export const homophone = (name: string): string | null => respell(name, SPELLINGS);

/**
 * The name as another office writes it (dot lost, clan dropped or added, cut short, another transliteration), with what was
 * done to it; null when nothing fits. Not equal after normalisation.
 */
export const variant = (random: Random, name: string): { name: string; kind: string } | null => {
  const dot = name.indexOf('·');
  if (dot > 0) {
    if (random.chance(0.5)) return { name: name.slice(0, dot) + name.slice(dot + 1), kind: 'name_without_dot' };
    return { name: name.slice(dot + 1), kind: 'name_without_clan' };
  }
  const loose = respell(name, LOOSE_SPELLINGS);
  if (loose !== null) return { name: loose, kind: 'name_transliterated' };
  if (name.length >= 6) return { name: name.slice(0, 5), kind: 'name_cut_short' };
  if (MONGOLIAN_MEN.includes(name)) return { name: `${random.pick(CLANS)}·${name}`, kind: 'name_with_clan' };
  return null;
};
