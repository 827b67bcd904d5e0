// Amounts are integer fen everywhere inside the simulator: a limit hit "exactly" must be exact.

/** `1234.50` of 123450 fen. */
export const yuan = (fen: number): string => {
  const sign = fen < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(fen) / 100);
  const rest = Math.abs(fen) % 100;
  return `${sign}${whole}.${rest < 10 ? '0' : ''}${rest}`;
};

/** `1,234.50` of 123450 fen. */
export const yuanWithSeparators = (fen: number): string => yuan(fen).replace(/\B(?=(\d{3})+\.)/g, ',');

/** Splits an amount of fen into `count` parts of about the same size whose sum is exactly the amount. */
export const splitFen = (fen: number, count: number): number[] => {
  const part = Math.floor(fen / count);
  return Array.from({ length: count }, (_, i) => (i === 0 ? fen - part * (count - 1) : part));
};
