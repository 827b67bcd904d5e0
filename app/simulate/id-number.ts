import { isoDay } from './calendar.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK = '10X98765432';

/** Check character of the first 17 digits (GB 11643, ISO 7064 MOD 11-2). */
export const checkCharacter = (first17: string): string => {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (first17.charCodeAt(i) - 48) * WEIGHTS[i]!;
  return CHECK[sum % 11]!;
};

/** An 18-character number: region code of 6 digits, birth day number, sequence 0 to 999 (odd: male). */
export const idNumber = (region: string, birthDay: number, sequence: number): string => {
  const first17 = `${region}${isoDay(birthDay).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return first17 + checkCharacter(first17);
};

/** The number as it was written before 1999: no century, no check character. Only for births in 19xx. */
export const fifteenDigits = (id: string): string => id.slice(0, 6) + id.slice(8, 17);

/** The number with a check character that is not its own. */
export const wrongCheck = (id: string): string => id.slice(0, 17) + CHECK[(CHECK.indexOf(id[17]!) + 4) % 11];

/** The number with two neighbouring digits of the sequence part swapped, or null when they are equal. */
export const swappedDigits = (id: string): string | null =>
  id[14] === id[15] ? null : `${id.slice(0, 14)}${id[15]}${id[14]}${id.slice(16)}`;

/** The number with the day of birth and the sequence hidden, as some departments export it. */
export const masked = (id: string): string => `${id.slice(0, 6)}********${id.slice(14)}`;

/** The same digits in full width. */
export const fullWidth = (text: string): string =>
  text.replace(/[0-9A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
