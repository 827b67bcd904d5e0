/** Exact arithmetic: every amount, ratio and limit is a fraction of two BigInts. */

export interface Rational {
  readonly n: bigint;
  /** Always above zero. */
  readonly d: bigint;
}

export const ZERO: Rational = { n: 0n, d: 1n };

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function ratio(n: bigint, d: bigint): Rational {
  if (d === 0n) throw new Error('a fraction with denominator 0');
  const sign = d < 0n ? -1n : 1n;
  const g = gcd(n, d < 0n ? -d : d) || 1n;
  return { n: (sign * n) / g, d: (sign * d) / g };
}

/** Amounts are kept as integer fen; rules speak of yuan. */
export function yuan(fen: bigint): Rational {
  return ratio(fen, 100n);
}

export function whole(value: number): Rational {
  return ratio(BigInt(value), 1n);
}

/** '0.70' -> 7/10. */
export function decimal(text: string): Rational {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new Error(`not a decimal: ${text}`);
  const fraction = match[2] ?? '';
  return ratio(BigInt(`${match[1]}${fraction}`), 10n ** BigInt(fraction.length));
}

export function add(a: Rational, b: Rational): Rational {
  return ratio(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function subtract(a: Rational, b: Rational): Rational {
  return ratio(a.n * b.d - b.n * a.d, a.d * b.d);
}

export function multiply(a: Rational, b: Rational): Rational {
  return ratio(a.n * b.n, a.d * b.d);
}

export function divide(a: Rational, b: Rational): Rational {
  return ratio(a.n * b.d, a.d * b.n);
}

export function sum(values: Iterable<Rational>): Rational {
  let total = ZERO;
  for (const value of values) total = add(total, value);
  return total;
}

/** Below 0, 0 or above 0 as a is below, equal to or above b. */
function compare(a: Rational, b: Rational): number {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

export const above = (a: Rational, b: Rational): boolean => compare(a, b) > 0;
export const atLeast = (a: Rational, b: Rational): boolean => compare(a, b) >= 0;
export const below = (a: Rational, b: Rational): boolean => compare(a, b) < 0;

/** For explanations: the exact decimal where it ends, else the fraction. */
export function show(value: Rational): string {
  const scaled = value.n * 10_000n;
  if (scaled % value.d !== 0n) return `${value.n}/${value.d}`;
  const digits = (scaled / value.d).toString();
  const negative = digits.startsWith('-');
  const padded = (negative ? digits.slice(1) : digits).padStart(5, '0');
  const text = `${padded.slice(0, -4)}.${padded.slice(-4)}`.replace(/0{1,2}$/, '');
  return negative ? `-${text}` : text;
}
