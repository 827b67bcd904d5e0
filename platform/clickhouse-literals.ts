/** As one literal: what a string says stays inside of it. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;

/** A value in the form that its type is read from text; of an array the texts are quoted. */
const textOf = (value: unknown, inArray = false): string => {
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, true)).join(',')}]`;
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return inArray ? quoted(value) : value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  throw new TypeError(`${typeof value} ${JSON.stringify(value)} is no value of a ClickHouse parameter`);
};

const literal = (value: unknown, type: string): string => {
  if (value === null || value === undefined) return `CAST(NULL, ${quoted(type)})`;
  const text = quoted(textOf(value));
  return type === 'String' ? text : `CAST(${text}, ${quoted(type)})`;
};

/**
 * SQL in which each `{name:Type}` of a given value is a literal of that type. For the engine in the process only: it binds
 * parameters for one statement at a time, whatever connection they come on, so a lane would wait for the longest statement of
 * another (docs/decisions/0033-literals-in-the-process.md). What has no value is left for the engine to name.
 */
export const withLiterals = (sql: string, params: Readonly<Record<string, unknown>>): string =>
  sql.replace(/\{(\w+):((?:[^{}']|'[^']*')+)\}/g, (mention, name: string, type: string) =>
    Object.hasOwn(params, name) ? literal(params[name], type) : mention,
  );
