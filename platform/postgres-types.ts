import pg from 'pg';

const OID = { int8: 20, date: 1082, timestamp: 1114, int8Array: 1016, dateArray: 1182, numericArray: 1231 } as const;
const TEXT_ARRAY = 1009;

/** The text form of an array as its elements; arrays of these types have no reader of their own that keeps the text. */
const textArray = (pg.types.getTypeParser as (oid: number) => (text: string) => (string | null)[])(TEXT_ARRAY);

/** Whole numbers beyond 2^53 would change silently; such a column has to be read as text (`id::text`). */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`bigint ${text} is beyond what a number holds exactly; select it as text`);
  }
  return value;
}

const asText = (text: string): string => text;

/**
 * How columns become values: bigint a number, timestamptz a Date, date and timestamp text as PostgreSQL writes them
 * (a calendar day as a Date would move by the machine's time zone), numeric text (money must not become a float).
 */
const readers: Record<number, (text: string) => unknown> = {
  [OID.int8]: wholeNumber,
  [OID.date]: asText,
  [OID.timestamp]: asText,
  [OID.int8Array]: (text) => textArray(text).map((one) => (one === null ? null : wholeNumber(one))),
  [OID.dateArray]: textArray,
  [OID.numericArray]: textArray,
};

export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : readers[oid]) ??
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};
