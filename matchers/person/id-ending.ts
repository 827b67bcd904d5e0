/**
 * The last four characters of an id number as one number: three of the order in which the county gave numbers out on a day
 * of birth, and the check character. Masks leave them in sight.
 */
const CHECKS = '0123456789X';

export const NO_ENDING = 65_535;

/** Number of an ending (0 to 10,999), NO_ENDING where a character is hidden or none. */
export const endingOf = (four: string): number => {
  if (!/^\d{3}[\dX]$/.test(four)) return NO_ENDING;
  return Number(four.slice(0, 3)) * 11 + CHECKS.indexOf(four[3] as string);
};

/** Whether two endings differ by one character or by neighbours that changed places. */
export const nearlySameEnding = (a: number, b: number): boolean => {
  const [x, y] = [Math.floor(a / 11), Math.floor(b / 11)];
  const own = [Math.floor(x / 100), Math.floor(x / 10) % 10, x % 10, a % 11];
  const other = [Math.floor(y / 100), Math.floor(y / 10) % 10, y % 10, b % 11];
  const different = own.flatMap((digit, i) => (digit === other[i] ? [] : [i]));
  if (different.length <= 1) return true;
  const [i = 0, j = 0, ...more] = different;
  return more.length === 0 && j === i + 1 && own[i] === other[j] && own[j] === other[i];
};
