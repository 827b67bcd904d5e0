/** Conditions of a statement and their values, which never become SQL text. Pure. */
export interface Conditions {
  readonly values: unknown[];
  /** Takes a value and returns its placeholder. */
  readonly bind: (value: unknown) => string;
  readonly add: (condition: string) => void;
  /** All of them, joined by `and`. */
  readonly sql: () => string;
}

export const createConditions = (...given: string[]): Conditions => {
  const values: unknown[] = [];
  const conditions = [...given];
  return {
    values,
    bind: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
    add: (condition) => {
      conditions.push(condition);
    },
    sql: () => conditions.join(' and '),
  };
};

/** `column` is one of the words. A single word is compared as such: an index then also gives the order behind it. */
export const isOneOf = (conditions: Conditions, column: string, words: readonly string[] | undefined): void => {
  if (words === undefined || words.length === 0) return;
  conditions.add(
    words.length === 1
      ? `${column} = ${conditions.bind(words[0])}`
      : `${column} = any(${conditions.bind(words)}::text[])`,
  );
};

/** `column` begins with a region prefix. */
export const isBelow = (conditions: Conditions, column: string, prefix: string | undefined): void => {
  if (prefix !== undefined) conditions.add(`starts_with(${column}, ${conditions.bind(prefix)})`);
};
