/** Three-valued (Kleene) truth and values that may be not known. */

export const NOT_KNOWN: unique symbol = Symbol('not known');
type NotKnown = typeof NOT_KNOWN;

/** A value, or the statement that it is not known. */
export type Known<T> = T | NotKnown;
export type Truth = Known<boolean>;

export function isKnown<T>(value: Known<T>): value is T {
  return value !== NOT_KNOWN;
}

/** Computes with a value if it is known. */
export function mapKnown<T, U>(value: Known<T>, compute: (known: T) => Known<U>): Known<U> {
  return isKnown(value) ? compute(value) : NOT_KNOWN;
}

/** Computes with two values if both are known. */
export function mapBoth<A, B, U>(a: Known<A>, b: Known<B>, compute: (a: A, b: B) => Known<U>): Known<U> {
  return isKnown(a) && isKnown(b) ? compute(a, b) : NOT_KNOWN;
}

/** One false makes it false, else one not known makes it not known. */
export function and(...terms: Truth[]): Truth {
  if (terms.includes(false)) return false;
  return terms.includes(NOT_KNOWN) ? NOT_KNOWN : true;
}

/** One true makes it true, else one not known makes it not known. */
export function or(...terms: Truth[]): Truth {
  if (terms.includes(true)) return true;
  return terms.includes(NOT_KNOWN) ? NOT_KNOWN : false;
}

export function not(term: Truth): Truth {
  return isKnown(term) ? !term : NOT_KNOWN;
}
