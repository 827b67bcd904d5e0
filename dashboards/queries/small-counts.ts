/** Counts under 5 are hidden from whoever sees counts only (domain.md "Personal data"). Pure. */
const SMALLEST_SHOWN = 5;

export const hideSmall = (count: number): number | null => (count < SMALLEST_SHOWN ? null : count);

/**
 * Counts whose sum is shown too: where one alone is hidden, the difference to the sum would tell it, so the smallest that
 * is left goes with it.
 */
export const hideSmallParts = (counts: readonly number[]): (number | null)[] => {
  const shown = counts.map(hideSmall);
  if (shown.filter((count) => count === null).length !== 1) return shown;
  const left = shown.filter((count) => count !== null);
  const next = left.length === 0 ? -1 : shown.indexOf(Math.min(...left));
  return shown.map((count, i) => (i === next ? null : count));
};
