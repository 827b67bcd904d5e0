import { RouteProblem } from '../../access/index.ts';

/** Where a page ended: what its rows are ordered by, so that the next one begins behind it whatever came meanwhile. */
export const writeCursor = (order: string, keys: readonly (string | number)[]): string => [order, ...keys].join('|');

/** Its keys, or null without one. One of another order, or one that nobody wrote, is refused. */
export const readCursor = (order: string, forms: readonly RegExp[], text: string | undefined): string[] | null => {
  if (text === undefined || text === '') return null;
  const [given, ...keys] = text.split('|');
  if (given !== order || keys.length !== forms.length || !forms.every((form, i) => form.test(keys[i] ?? ''))) {
    throw new RouteProblem(404, 'not_found', '翻页位置已失效，请回到第一页重新查看。');
  }
  return keys;
};

export const cursorDay = /^(infinity|\d{4}-\d{2}-\d{2})$/;
/** A moment to the microsecond in UTC, as PostgreSQL keeps it. */
export const cursorMoment = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}$/;
export const cursorId = /^[\w-]{1,80}$/;
export const momentSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`;
