import { SURNAME_READINGS, surnameLength } from './han-surnames.ts';
import { READINGS, SYLLABLES } from './readings.gen.ts';

/** How Chinese characters are read, without tones, from a table made once (bin/make-readings.js). */

const FIRST = 0x4e00;
/** Two printable characters hold a number below BASE * BASE (bin/make-readings.js). */
const BASE = 50;
const OFFSET = 42;

const names: readonly string[] = ['', ...SYLLABLES.split(' ')];
const numberOf = new Map(names.map((name, id) => [name, id]));

const table: Uint16Array = (() => {
  const of = new Uint16Array(READINGS.length / 2);
  for (let i = 0; i < of.length; i += 1) {
    of[i] = (READINGS.charCodeAt(i * 2) - OFFSET) * BASE + READINGS.charCodeAt(i * 2 + 1) - OFFSET;
  }
  return of;
})();

/** Readings that names have and the language at large does not. */
const IN_NAMES: Readonly<Record<string, string>> = { 乐: 'le', 勒: 'le', 娜: 'na', 尔: 'er', 格: 'ge', 那: 'na' };
for (const [character, reading] of Object.entries(IN_NAMES)) {
  table[character.charCodeAt(0) - FIRST] = numberOf.get(reading) ?? 0;
}
/** By UTF-16 unit, 0 where a surname is read as the character is elsewhere. */
const surnames = new Uint16Array(65_536);
for (const [character, reading] of Object.entries(SURNAME_READINGS)) {
  surnames[character.charCodeAt(0)] = numberOf.get(reading) ?? 0;
}

/** Syllables have numbers below this; a unit that is no Chinese character stands for itself above it. */
const OTHERS = 1024;

/** Number of the syllable of a character. */
const syllableAt = (name: string, at: number, isSurname: boolean): number => {
  const unit = name.charCodeAt(at);
  const surname = isSurname ? (surnames[unit] as number) : 0;
  if (surname !== 0) return surname;
  const syllable = table[unit - FIRST];
  return syllable === undefined || syllable === 0 ? OTHERS + unit : syllable;
};

/**
 * Hash (52 bits) of a name's syllables: equal for names that sound the same. Of the numbers themselves, two lanes as in `hash52`: no
 * text is made of them.
 */
export const soundOf = (plain: string, isHan: boolean): number => {
  const surname = isHan ? surnameLength(plain) : 0;
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let at = 0; at < plain.length; at += 1) {
    const syllable = syllableAt(plain, at, surname === 1 && at === 0);
    h1 = Math.imul(h1 ^ syllable, 2_654_435_761);
    h1 ^= h1 >>> 15;
    h2 = Math.imul(h2 ^ syllable, 1_597_334_677);
    h2 ^= h2 >>> 13;
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  return 4_294_967_296 * (h2 & 0xfffff) + (h1 >>> 0) || 1;
};

/** Number of a name's first syllable. */
export const firstSyllableOf = (plain: string, isHan: boolean): number =>
  syllableAt(plain, 0, isHan && surnameLength(plain) === 1);

/** Numbers of a name's syllables; a Han surname is read as one where the name has a Han form. */
export const syllablesOf = (plain: string, isHan: boolean): number[] => {
  const surname = isHan ? surnameLength(plain) : 0;
  return Array.from({ length: plain.length }, (_, at) => syllableAt(plain, at, surname === 1 && at === 0));
};

/** The syllable as it is written in pinyin without tone; '' for what is no syllable. */
export const syllableName = (syllable: number): string => names[syllable] ?? '';
