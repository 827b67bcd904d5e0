import { type Column, compileColumn, isRefusal, type ReceiptLimits } from './column.ts';
import { type Completion, type Rejection, rejectReasons } from './contract.ts';

/** Columns of a declaration, in `_complete.csv` and in a message with op = complete (feeds.md section 4). */
export const completionColumns: readonly Column[] = [
  // A code longer than a household's own says nothing about it, but may be said.
  { name: 'region_code', zh: '行政区划代码', type: 'region', required: true, lengths: 'any' },
  { name: 'period', zh: '所属期', type: 'month', required: true },
  { name: 'records', zh: '记录数', type: 'integer' },
];

const parsers = completionColumns.map(compileColumn);

/** Reads one declaration from cells in the order of `completionColumns`. */
export const readCompletion = (
  feed: string,
  cells: readonly unknown[],
  limits: ReceiptLimits,
): { ok: true; completion: Completion } | { ok: false; rejection: Rejection } => {
  const [region, period, records] = parsers.map((parse, i) => parse(cells[i], limits));
  const refusals: Rejection[] = [];
  if (region === null) refusals.push({ reason: 'missing_field', field: 'region_code' });
  if (period === null) refusals.push({ reason: 'missing_field', field: 'period' });
  if (records !== undefined && isRefusal(records)) refusals.push({ reason: records.refused, field: 'records' });
  if (period !== undefined && isRefusal(period)) refusals.push({ reason: period.refused, field: 'period' });
  if (region !== undefined && isRefusal(region)) refusals.push({ reason: region.refused, field: 'region_code' });
  refusals.sort((a, b) => rejectReasons.indexOf(a.reason) - rejectReasons.indexOf(b.reason));
  const [first] = refusals;
  if (first !== undefined) return { ok: false, rejection: first };
  return {
    ok: true,
    completion: { feed, regionPrefix: region as string, month: period as number, records: records as number | null },
  };
};
