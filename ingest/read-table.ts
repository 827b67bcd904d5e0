import { type Column, compileColumn, isRefusal, type ReceiptLimits } from './column.ts';
import { type Rejection, type RejectReason, type RowPosition, rejectReasons } from './contract.ts';
import type { Row } from './feed.ts';
import { firstRecord } from './read-feed.ts';
import { readRecords } from './read-records.ts';
import { createCsvCells, isBlank, readCsvHeader, type TextEncodingName } from './rows.ts';
import { isTooLarge } from './split.ts';

export type TableRow =
  | { readonly ok: true; readonly row: Row; readonly at: RowPosition }
  | { readonly ok: false; readonly rejection: Rejection; readonly at: RowPosition; readonly raw: Buffer };

/**
 * Reads a CSV table (a registry file) row by row, in batches of one chunk: valid rows by column name, the others with
 * the reason that ranks first. Memory holds one chunk. Throws only what `open` throws.
 */
export async function* readTable(
  table: { columns: readonly Column[]; encoding: TextEncodingName; open: (offset: number) => AsyncIterable<Buffer> },
  limits: ReceiptLimits,
): AsyncGenerator<TableRow[]> {
  const header = await firstRecord(table.open);
  const parsed = header === null ? null : readCsvHeader(header.bytes, table.encoding, table.columns);
  if (header === null || parsed === null) return;
  const cellsOf = createCsvCells(parsed, table.encoding, table.columns);
  const parsers = table.columns.map(compileColumn);
  const judge = (bytes: Buffer): Row | Rejection => {
    const cells = cellsOf(bytes);
    if (cells === null) return { reason: 'malformed', field: null };
    const row: Row = {};
    const refusals: { reason: RejectReason; field: string }[] = [];
    table.columns.forEach((column, i) => {
      const value = (parsers[i] as (typeof parsers)[number])(cells[i], limits);
      if (isRefusal(value)) refusals.push({ reason: value.refused, field: column.name });
      else if (value === null && column.required) refusals.push({ reason: 'missing_field', field: column.name });
      row[column.name] = isRefusal(value) ? null : value;
    });
    refusals.sort((a, b) => rejectReasons.indexOf(a.reason) - rejectReasons.indexOf(b.reason));
    return refusals[0] ?? row;
  };
  const from = { offset: header.end, line: header.nextLine };
  for await (const records of readRecords('csv', table.open, from)) {
    yield records.flatMap((record): TableRow[] => {
      if (isBlank(record)) return [];
      const at = { line: record.line, offset: record.offset };
      const raw = Buffer.from(record.bytes);
      if (isTooLarge(record)) return [{ ok: false, rejection: { reason: 'too_large', field: null }, at, raw }];
      const judged = record.fault === null ? judge(record.bytes) : ({ reason: 'malformed', field: null } as const);
      return isRejection(judged) ? [{ ok: false, rejection: judged, at, raw }] : [{ ok: true, row: judged, at }];
    });
  }
}

const isRejection = (judged: Row | Rejection): judged is Rejection => 'reason' in judged && 'field' in judged;
