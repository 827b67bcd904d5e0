import { checkCharacter } from './id-number.ts';

/** How a number that can't be trusted may have come about. */
export type RepairKind = 'one_character' | 'swapped_neighbours' | 'missing_character' | 'extra_character';

export interface Repair {
  readonly number: string;
  readonly kind: RepairKind;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
const BODY = /^\d{17}$/;

const isRight = (number: string): boolean =>
  number.length === 18 && BODY.test(number.slice(0, 17)) && checkCharacter(number) === number[17];

/**
 * Other single digits that make the check right. The sum is linear in each digit, so the wanted change is solved for: no
 * check is computed anew.
 */
const substitutions = (digits: string): Repair[] => {
  const body = digits.slice(0, 17);
  if (!BODY.test(body)) return oneWrongLetter(digits);
  const out: Repair[] = [{ number: body + checkCharacter(body), kind: 'one_character' }];
  const wanted = CHECKS.indexOf(digits[17] as string);
  if (wanted < 0) return out;
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += (body.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  for (let i = 0; i < 17; i += 1) {
    const own = body.charCodeAt(i) - 48;
    for (let digit = 0; digit < 10; digit += 1) {
      if (digit === own || (sum + (digit - own) * (WEIGHTS[i] as number)) % 11 !== wanted) continue;
      out.push({ number: digits.slice(0, i) + digit + digits.slice(i + 1), kind: 'one_character' });
    }
  }
  return out;
};

/** An X where a digit belongs: only that place can be wrong. */
const oneWrongLetter = (digits: string): Repair[] => {
  const at = digits.slice(0, 17).search(/\D/);
  if (at < 0 || /\D/.test(digits.slice(at + 1, 17))) return [];
  return Array.from({ length: 10 }, (_, digit) => digits.slice(0, at) + digit + digits.slice(at + 1))
    .filter(isRight)
    .map((number) => ({ number, kind: 'one_character' }));
};

const swaps = (digits: string): Repair[] => {
  const out: Repair[] = [];
  for (let i = 0; i < 17; i += 1) {
    if (digits[i] === digits[i + 1]) continue;
    const number = `${digits.slice(0, i)}${digits[i + 1]}${digits[i]}${digits.slice(i + 2)}`;
    if (isRight(number)) out.push({ number, kind: 'swapped_neighbours' });
  }
  return out;
};

const insertions = (digits: string): Repair[] => {
  const out = new Set<string>();
  for (let i = 0; i <= 17; i += 1) {
    for (const digit of i === 17 ? CHECKS : '0123456789') {
      const number = digits.slice(0, i) + digit + digits.slice(i);
      if (isRight(number)) out.add(number);
    }
  }
  return [...out].map((number) => ({ number, kind: 'missing_character' }));
};

const deletions = (digits: string): Repair[] => {
  const out = new Set<string>();
  for (let i = 0; i < digits.length; i += 1) {
    const number = digits.slice(0, i) + digits.slice(i + 1);
    if (isRight(number)) out.add(number);
  }
  return [...out].map((number) => ({ number, kind: 'extra_character' }));
};

/** Every number with a right check character that one slip of the hand makes the given digits of. */
export const repairsOf = (digits: string): Repair[] => {
  if (digits.length === 18) return [...substitutions(digits), ...swaps(digits)];
  if (digits.length === 17) return insertions(digits);
  return digits.length === 19 ? deletions(digits) : [];
};
