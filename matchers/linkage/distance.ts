/**
 * String distances over UTF-16 units. Scratch arrays are kept between calls: a comparison allocates nothing, and millions
 * of pairs are compared in a second.
 */

const WINKLER_WEIGHT = 0.1;
const WINKLER_PREFIX = 4;
/** Jaro below this gets no bonus for a common beginning (Winkler 1990). */
const WINKLER_FLOOR = 0.7;

let takenA = new Uint8Array(64);
let takenB = new Uint8Array(64);

const jaro = (a: string, b: string): number => {
  const reach = Math.max(0, (Math.max(a.length, b.length) >> 1) - 1);
  let common = 0;
  for (let i = 0; i < a.length; i += 1) {
    const unit = a.charCodeAt(i);
    const end = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (takenB[j] === 1 || b.charCodeAt(j) !== unit) continue;
      takenA[i] = 1;
      takenB[j] = 1;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let moved = 0;
  for (let i = 0, j = 0; i < a.length; i += 1) {
    if (takenA[i] === 0) continue;
    while (takenB[j] === 0) j += 1;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) moved += 1;
    j += 1;
  }
  return (common / a.length + common / b.length + (common - moved / 2) / common) / 3;
};

/** Jaro-Winkler similarity: 1 for equal texts, 0 for texts with nothing in common. Two empty texts are equal. */
export const jaroWinkler = (a: string, b: string): number => {
  if (a === b) return 1;
  if (a.length === 0 || b.length === 0) return 0;
  const longest = Math.max(a.length, b.length);
  if (longest > takenA.length) {
    takenA = new Uint8Array(longest * 2);
    takenB = new Uint8Array(longest * 2);
  } else {
    takenA.fill(0, 0, a.length);
    takenB.fill(0, 0, b.length);
  }
  const similarity = jaro(a, b);
  if (similarity <= WINKLER_FLOOR) return similarity;
  let prefix = 0;
  while (prefix < WINKLER_PREFIX && prefix < a.length && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix += 1;
  return similarity + prefix * WINKLER_WEIGHT * (1 - similarity);
};

let before = new Uint16Array(64);
let above = new Uint16Array(64);
let row = new Uint16Array(64);

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, no part touched twice.
 * Stops at `most + 1`, which stands for everything farther away.
 */
export const osaDistance = (a: string, b: string, most = 65_534): number => {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  const width = b.length + 1;
  if (width > row.length) {
    before = new Uint16Array(width * 2);
    above = new Uint16Array(width * 2);
    row = new Uint16Array(width * 2);
  }
  // Farther from the diagonal than `most` no cell can lie on a way that is short enough: they count as too far.
  const far = Math.min(most + 1, 65_535);
  for (let j = 0; j < width; j += 1) above[j] = Math.min(j, far);
  let leastAbove = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    row[from - 1] = from === 1 ? Math.min(i, far) : far;
    let least = row[from - 1] as number;
    const unit = a.charCodeAt(i - 1);
    const unitBefore = i > 1 ? a.charCodeAt(i - 2) : -1;
    for (let j = from; j <= to; j += 1) {
      const other = b.charCodeAt(j - 1);
      let best = (above[j - 1] as number) + (unit === other ? 0 : 1);
      if ((above[j] as number) + 1 < best) best = (above[j] as number) + 1;
      if ((row[j - 1] as number) + 1 < best) best = (row[j - 1] as number) + 1;
      if (i > 1 && j > 1 && unit === b.charCodeAt(j - 2) && unitBefore === other) {
        const swapped = (before[j - 2] as number) + 1;
        if (swapped < best) best = swapped;
      }
      row[j] = best;
      if (best < least) least = best;
    }
    if (to < b.length) row[to + 1] = far;
    // A swap reaches back two rows: only when both are too far is all that follows.
    if (least > most && leastAbove >= most) return most + 1;
    leastAbove = least;
    const free = before;
    before = above;
    above = row;
    row = free;
  }
  return Math.min(above[b.length] as number, most + 1);
};
