/** Touches the world: brings staged rows into a history table. */
import type { Tx } from '../platform/postgres.ts';

export interface HistoryTable {
  readonly table: string;
  /** What a row is about. `nullable` keys compare with `is not distinct from`. */
  readonly key: readonly string[];
  readonly nullableKey?: readonly string[];
  /** What makes a row another one when it differs. */
  readonly compared: readonly string[];
  /** What is stored beside it (ciphertexts differ at every sealing and say nothing). */
  readonly carried?: readonly string[];
}

const matches = (history: HistoryTable, left: string, right: string): string =>
  [
    ...history.key.map((name) => `${left}.${name} = ${right}.${name}`),
    ...(history.nullableKey ?? []).map((name) => `${left}.${name} is not distinct from ${right}.${name}`),
  ].join(' and ');

const rowOf = (alias: string, names: readonly string[]): string =>
  `row(${names.map((n) => `${alias}.${n}`).join(', ')})`;

/**
 * Rows of `source` (a select with key, compared and carried columns, one row per key) that differ from what holds
 * replace it under `revision`; equal rows change nothing, so that a file taken twice leaves no trace. Returns how many
 * changed; they stay readable in the temporary table `changed_<table>` until the transaction ends.
 */
export const mergeHistory = async (
  tx: Tx,
  history: HistoryTable,
  source: string,
  revision: number,
): Promise<number> => {
  const { table } = history;
  const names = [...history.key, ...(history.nullableKey ?? []), ...history.compared, ...(history.carried ?? [])];
  await tx.query(
    `create temporary table changed_${table} on commit drop as
       select s.* from (${source}) s
       left join ${table} t on t.replaced is null and ${matches(history, 't', 's')}
       where t.revision is null or ${rowOf('t', history.compared)} is distinct from ${rowOf('s', history.compared)}`,
  );
  return replaceChanged(tx, history, names, revision);
};

/** Replaces what holds by the rows of `changed_<table>`. */
export const replaceChanged = async (
  tx: Tx,
  history: HistoryTable,
  names: readonly string[],
  revision: number,
): Promise<number> => {
  const { table } = history;
  await tx.query(
    `update ${table} t set replaced = $1 from changed_${table} s where t.replaced is null and ${matches(history, 't', 's')}`,
    [revision],
  );
  const [counted] = await tx.query<{ n: number }>(
    `with added as (
       insert into ${table} (${names.join(', ')}, revision) select ${names.join(', ')}, $1 from changed_${table} returning 1
     ) select count(*)::int as n from added`,
    [revision],
  );
  return counted?.n ?? 0;
};
