import { formatDay } from '../platform/calendar.ts';
import type { Indicator, ShownValue } from './contract.ts';

/** Rounds n / d to `decimals`, half away from zero, exactly. */
const rounded = (n: bigint, d: bigint, decimals: number): string => {
  const scale = 10n ** BigInt(decimals);
  const negative = n < 0n;
  const twice = ((negative ? -n : n) * scale * 2n) / d;
  const units = (twice + 1n) / 2n;
  const whole = units / scale;
  const rest = String(units % scale).padStart(decimals, '0');
  return `${negative && units > 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${rest}`}`;
};

/**
 * An indicator's value from the statement (numerator and denominator as text, money in fen) as people see it: money and
 * ratios as text with 2 and 4 decimals, dates ISO 8601, not known as null. Spending without income has the ratio `inf`.
 */
export const showValue = ({ type }: Indicator, n: string | null, d: string | null): ShownValue => {
  if (n === null) return null;
  if (type === 'text') return n;
  if (type === 'flag') return n === '1' || n === 'true';
  if (type === 'date') return formatDay(Number(n));
  if (type === 'count' || type === 'days') return Number(n);
  if (d === null) return null;
  const denominator = BigInt(d);
  if (denominator === 0n) return 'inf';
  return type === 'money' ? rounded(BigInt(n), denominator * 100n, 2) : rounded(BigInt(n), denominator, 4);
};
