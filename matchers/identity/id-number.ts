import { dayNumber } from '../../platform/calendar.ts';

/** Citizen id numbers (公民身份号码, GB 11643-1999): 6 region + 8 birth date + 3 sequence + 1 check character. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** Check character of the first 17 digits (ISO 7064 MOD 11-2). */
export const checkCharacter = (digits: string): string => {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += (digits.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  return CHECKS[sum % 11] as string;
};

const form = /^(?:\d{17}[\dX]|\d{15})$/;

/**
 * The 18-character number that a text states, or null when it can't be trusted: wrong length or characters, masked, or a
 * wrong check character. Lower-case x is raised; 15 digits (first-generation cards) become 18 with the century 19.
 */
export const trustedIdNumber = (text: string): string | null => {
  const number = text.toUpperCase();
  if (!form.test(number)) return null;
  if (number.length === 15) {
    const digits = `${number.slice(0, 6)}19${number.slice(6)}`;
    return digits + checkCharacter(digits);
  }
  return checkCharacter(number) === number[17] ? number : null;
};

/** What is wrong with an id number that can't be trusted. */
export type IdNumberDefect = 'scientific_notation' | 'masked' | 'wrong_length' | 'wrong_check_character';

/** `1.59901198001011E+17`: a spreadsheet took the number for one, and its last digits are gone for good. */
const scientific = /^\d(?:[.,]\d+)?E\+?\d+$/;
const mask = /[*＊×#?]|XX/;

/** Why an id number can't be trusted; null where it can. */
export const idNumberDefect = (text: string): IdNumberDefect | null => {
  const number = text.toUpperCase();
  if (trustedIdNumber(number) !== null) return null;
  if (scientific.test(number)) return 'scientific_notation';
  if (mask.test(number)) return 'masked';
  return form.test(number) ? 'wrong_check_character' : 'wrong_length';
};

/** Birth day and sex that an id number states, trusted or not; null where its digits are no calendar day. */
export const statedByIdNumber = (text: string): { birthDay: number | null; sex: 'M' | 'F' | null } => {
  const number = text.toUpperCase();
  if (!form.test(number)) return { birthDay: null, sex: null };
  const birth = number.length === 15 ? `19${number.slice(6, 12)}` : number.slice(6, 14);
  const order = Number(number.length === 15 ? number[14] : number[16]);
  return {
    birthDay: dayNumber(Number(birth.slice(0, 4)), Number(birth.slice(4, 6)), Number(birth.slice(6, 8))),
    sex: order % 2 === 1 ? 'M' : 'F',
  };
};
