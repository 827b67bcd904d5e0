import { monthOfDay } from '../platform/calendar.ts';
import { type Column, compileColumn, isRefusal, type ReceiptLimits, type Value } from './column.ts';
import { type DepartmentRecord, type Rejection, type RejectReason, rejectReasons } from './contract.ts';
import { commonColumns, type Feed, type Row } from './feed.ts';
import { hash52, hash52Of } from './hash.ts';

/** Ends each value of a content. */
const END = '\u0001';
const NEEDED_BY_WITHDRAWAL = ['record_id'];
const rank = new Map(rejectReasons.map((reason, index) => [reason, index]));

/** The reason that ranks first (feeds.md section 2), with the column that gave it; of equals the earlier. */
const worse = (found: Rejection | null, reason: RejectReason, field: string): Rejection =>
  found !== null && (rank.get(found.reason) as number) <= (rank.get(reason) as number) ? found : { reason, field };

export type Validated =
  | { readonly ok: true; readonly record: DepartmentRecord }
  | { readonly ok: false; readonly rejection: Rejection };

const text = (row: Row, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value : '';
};

const day = (row: Row, name: string): number | null => {
  const value = row[name];
  return typeof value === 'number' ? value : null;
};

const hasIdentity = (row: Row): boolean =>
  row['id_number'] !== null ||
  row['disability_cert'] !== null ||
  (row['birth_date'] !== null && (row['phone'] !== null || row['address'] !== null));

/** All columns of a feed in their order: those of every feed, then its own. */
export const columnsOf = (feed: Feed): readonly Column[] =>
  [...commonColumns, ...feed.columns].map((column) =>
    column.name === 'occurred_on' && feed.defaultDay !== undefined ? optional(column) : column,
  );

const optional = ({ required: _, ...column }: Column): Column => column;

/**
 * Compiles a feed into the function that judges one raw row (cells in the order of `columnsOf`).
 * A withdrawal needs nothing but its record id; what it carries besides must still be right. `op` = complete never
 * comes here. Returns the record, or the one reason that ranks first. Never throws.
 */
export const createValidator = (feed: Feed): ((cells: readonly unknown[], limits: ReceiptLimits) => Validated) => {
  const columns = columnsOf(feed);
  const parsers = columns.map(compileColumn);
  const required = columns.filter((column) => column.required).map((column) => column.name);
  // Copied for every row: objects that are born with all their columns cost a third of those that grow.
  const blank: Row = Object.fromEntries(columns.map((column) => [column.name, null]));
  const said = Object.keys(blank).filter((name) => name !== 'version' && name !== 'op');
  const seed = hash52(feed.name) >>> 0;
  return (cells, limits) => {
    let found: Rejection | null = null;
    const row: Row = { ...blank };
    for (let i = 0; i < columns.length; i += 1) {
      const { name } = columns[i] as Column;
      const value = (parsers[i] as (typeof parsers)[number])(cells[i], limits);
      if (isRefusal(value)) {
        found = worse(found, value.refused, name);
        row[name] = '';
      } else row[name] = value;
    }
    const withdrawal = row['op'] === 'delete';
    for (const name of withdrawal ? NEEDED_BY_WITHDRAWAL : required) {
      if (row[name] === null) found = worse(found, 'missing_field', name);
    }
    if (!withdrawal) {
      for (const name of feed.alsoRequired?.(row) ?? []) {
        if (row[name] === null) found = worse(found, 'missing_field', name);
      }
      if (!hasIdentity(row)) found = worse(found, 'no_identity', 'id_number');
    }
    const given = day(row, 'occurred_on');
    if (given !== null && given > limits.latestDay) found = worse(found, 'future_date', 'occurred_on');
    const contradicted = feed.contradicts?.(row) ?? null;
    if (contradicted !== null) found = worse(found, 'bad_amount', contradicted);
    if (found !== null) return { ok: false, rejection: found };
    // Defaults are filled in before comparing, so that a value said and the same value left out are one content.
    row['occurred_on'] = given ?? feed.defaultDay?.(row) ?? null;
    const content = hash52Of(withdrawal ? [] : said.map((name) => row[name] as Value), END, seed);
    return { ok: true, record: toRecord(feed, seed, row, content) };
  };
};

const toRecord = (feed: Feed, seed: number, row: Row, content: number): DepartmentRecord => {
  const recordId = text(row, 'record_id');
  const occurredOn = day(row, 'occurred_on');
  const period = feed.periodColumn === undefined ? null : day(row, feed.periodColumn);
  const withdrawal = row['op'] === 'delete';
  return {
    feed: feed.name,
    recordId,
    version: day(row, 'version') ?? 1,
    op: withdrawal ? 'delete' : 'upsert',
    identity: {
      name: text(row, 'name'),
      idNumber: text(row, 'id_number'),
      birthDate: day(row, 'birth_date'),
      phone: text(row, 'phone'),
      address: text(row, 'address'),
      disabilityCert: text(row, 'disability_cert'),
      regionCode: text(row, 'region_code'),
    },
    fact: withdrawal || occurredOn === null ? null : feed.toFact(row, occurredOn),
    countedMonth: period ?? (occurredOn === null ? null : monthOfDay(occurredOn)),
    content,
    key: hash52(recordId, seed),
  };
};
