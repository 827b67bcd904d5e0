import { isPlaceholderNumber } from './placeholders.ts';

const DIGITS = /\D/g;
const LEAST = 7;
const MOBILE = 11;

/** A phone as its digits alone, without country code or extension; '' where it is none or only filled in. */
export const plainPhone = (text: string): string => {
  if (text === '') return '';
  let digits =
    text
      .normalize('NFKC')
      .split(/转|ext|#/i, 1)[0]
      ?.replace(DIGITS, '') ?? '';
  if (digits.length > MOBILE && digits.startsWith('0086')) digits = digits.slice(4);
  if (digits.length > MOBILE && digits.startsWith('86')) digits = digits.slice(2);
  return digits.length < LEAST || isPlaceholderNumber(digits) ? '' : digits;
};
