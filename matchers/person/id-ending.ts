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

/** Character of an ending by its place, 0 to 3. */
const characterAt = (ending: number, place: number): number => {
  if (place === 3) return ending % 11;
  return Math.floor(ending / (place === 0 ? 1_100 : place === 1 ? 110 : 11)) % 10;
};

/** Whether two endings differ by one character or by neighbours that changed places. */
export const nearlySameEnding = (a: number, b: number): boolean => {
  let different = 0;
  let first = -1;
  for (let place = 0; place < 4; place += 1) {
    if (characterAt(a, place) === characterAt(b, place)) continue;
    if (first < 0) first = place;
    different += 1;
  }
  if (different <= 1) return true;
  if (different > 2 || first > 2) return false;
  return characterAt(a, first) === characterAt(b, first + 1) && characterAt(a, first + 1) === characterAt(b, first);
};
