import { dayNumber } from '../../platform/calendar.ts';
import { idNumberDefect, trustedIdNumber } from './id-number.ts';
import { isPlaceholderNumber } from './placeholders.ts';
import { isRegionCode } from './region-code.ts';

/** What a text that should be an id number is, and why it can't be trusted where it can't. */
export type IdReading =
  | { readonly kind: 'trusted'; readonly number: string; readonly digits: 15 | 18 }
  | { readonly kind: 'missing'; readonly why: 'empty' | 'placeholder' }
  /** `shown` has 18 characters, `*` where one is hidden. */
  | { readonly kind: 'masked'; readonly shown: string }
  | {
      readonly kind: 'broken';
      readonly why: 'scientific_notation' | 'wrong_length' | 'wrong_check_character' | 'wrong_characters';
      /** Digits (and X) that are left of it. */
      readonly digits: string;
    };

const LOOKALIKES: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  '|': '1',
  Ⅹ: 'X',
  '✕': 'X',
  Χ: 'X',
};
const NOISE = /[\s'’`"“”,，._－-]/g;
const MASK = /[*＊×✱?？#●]/g;
const LENGTH = 18;
const FRONT = 6;
const TAIL = 4;

/** The text without what forms, spreadsheets and hands add: blanks, apostrophes, hyphens, letters that look like digits. */
export const cleanIdNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(NOISE, '')
    .replace(/[OQDIL|Ⅹ✕Χ]/g, (letter) => LOOKALIKES[letter] ?? letter);

/** A masked number as 18 characters; a mask of another width than what it hides keeps its ends. Null where it shows none. */
const unmask = (text: string): string | null => {
  let marked = text.replace(MASK, '*');
  if (!marked.includes('*')) marked = marked.replace(/X{2,}/g, (run) => '*'.repeat(run.length));
  if (!/^[\dX]*\*+[\dX*]*$/.test(marked)) return null;
  if (marked.length === LENGTH) return marked;
  const [front = '', tail = ''] = [/^\d*/.exec(marked)?.[0], /[\dX]*$/.exec(marked)?.[0]];
  if (front.length < FRONT || tail.length !== TAIL || !/^\d+\*+[\dX]+$/.test(marked)) return null;
  return front.slice(0, FRONT) + '*'.repeat(LENGTH - FRONT - TAIL) + tail;
};

/** Reads a text as an id number. Pure and total: every text has exactly one reading. */
export const readIdNumber = (text: string): IdReading => {
  if (text.trim() === '') return { kind: 'missing', why: 'empty' };
  const asWritten = trustedIdNumber(text);
  if (asWritten !== null && !isPlaceholderNumber(text)) {
    return { kind: 'trusted', number: asWritten, digits: text.length === 15 ? 15 : 18 };
  }
  if (idNumberDefect(text.trim()) === 'scientific_notation') {
    return { kind: 'broken', why: 'scientific_notation', digits: '' };
  }
  const clean = cleanIdNumber(text);
  if (isPlaceholderNumber(clean)) return { kind: 'missing', why: 'placeholder' };
  const shown = unmask(clean);
  if (shown !== null) return { kind: 'masked', shown };
  const number = trustedIdNumber(clean);
  if (number !== null) return { kind: 'trusted', number, digits: clean.length === 15 ? 15 : 18 };
  const digits = clean.replace(/[^\dX]/g, '');
  if (digits !== clean) return { kind: 'broken', why: 'wrong_characters', digits };
  return { kind: 'broken', why: digits.length === LENGTH ? 'wrong_check_character' : 'wrong_length', digits };
};

/** What is doubtful about a number whose check character is right: it may still be of nobody. */
export type IdDoubt = 'no_such_region' | 'no_such_day' | 'born_later_than_today';

/** Doubts about a trusted number on a day (days since 1970-01-01). */
export const doubtsOf = (number: string, today: number): IdDoubt[] => {
  const day = dayNumber(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)));
  return [
    ...(isRegionCode(number) ? [] : (['no_such_region'] as const)),
    ...(day === null ? (['no_such_day'] as const) : []),
    ...(day !== null && day > today ? (['born_later_than_today'] as const) : []),
  ];
};
