/** One row of a feed -> a valid record, a declaration of completeness, or the first reason against it. */
import { type Day, lastDayOf, type Month } from './calendar.ts';
import { type Column, FEED_COLUMNS, type FeedName } from './feed-columns.ts';
import { integer, REASONS, type Reason, readCell, type Value } from './field-types.ts';
import type { Cells, RawCell } from './read-rows.ts';
import { normaliseText, readMonth } from './text.ts';

/** Normalised values of known columns that hold something. */
export type Fields = ReadonlyMap<string, Value>;

export interface FeedRecord {
  readonly recordId: string;
  readonly version: number;
  readonly op: 'upsert' | 'delete';
  readonly fields: Fields;
}

export interface Declaration {
  readonly prefix: string;
  readonly month: Month;
  /** How many rows there are; undefined where it was not said. */
  readonly records: number | undefined;
}

export type Checked =
  | { readonly kind: 'record'; readonly record: FeedRecord }
  | { readonly kind: 'declaration'; readonly declaration: Declaration | undefined }
  | { readonly kind: 'rejected'; readonly reason: Reason };

const NEEDED_BY_DELETE = ['record_id'];

export function checkRow(feed: FeedName, cells: Cells, receivedOn: Day): Checked {
  if (textOf(cells.get('op')) === 'complete') return { kind: 'declaration', declaration: readDeclaration(cells) };
  const reasons = new Set<Reason>();
  const fields = readFields(cells, FEED_COLUMNS[feed].columns, reasons);
  const isDelete = fields.get('op') === 'delete';
  for (const column of isDelete ? NEEDED_BY_DELETE : neededByUpsert(feed, fields)) {
    if (!cells.has(column)) reasons.add('missing_field');
  }
  checkAcrossFields(fields, receivedOn, reasons);
  if (!isDelete && !hasIdentity(cells)) reasons.add('no_identity');
  const first = REASONS.find((reason) => reasons.has(reason));
  if (first) return { kind: 'rejected', reason: first };
  // The basic part of a pension is 0 where nothing is said of it: no other content.
  if (feed === 'human-resources' && !fields.has('basic_amount')) fields.set('basic_amount', 0n);
  return { kind: 'record', record: toRecord(fields, isDelete) };
}

function textOf(cell: RawCell | undefined): string {
  return typeof cell === 'string' ? normaliseText(cell) : '';
}

/** Every known column that holds something is read, also an optional one; what is wrong is added to `reasons`. */
function readFields(cells: Cells, columns: Readonly<Record<string, Column>>, reasons: Set<Reason>): Map<string, Value> {
  const fields = new Map<string, Value>();
  for (const [name, column] of Object.entries(columns)) {
    const cell = cells.get(name);
    if (cell === undefined) continue;
    const read = readCell(cell, column.type);
    if ('reason' in read) reasons.add(read.reason);
    else fields.set(name, read.value);
  }
  return fields;
}

function neededByUpsert(feed: FeedName, fields: Fields): string[] {
  const { columns, requiredBy } = FEED_COLUMNS[feed];
  const starred = Object.keys(columns).filter((name) => columns[name]!.required);
  const needed = feed === 'tax' ? starred.filter((name) => name !== 'occurred_on') : starred;
  const kind = fields.get('event') ?? fields.get('channel');
  return [...needed, ...(requiredBy[String(kind)] ?? [])];
}

function checkAcrossFields(fields: Fields, receivedOn: Day, reasons: Set<Reason>): void {
  const occurredOn = fields.get('occurred_on');
  if (typeof occurredOn === 'string' && occurredOn > receivedOn) reasons.add('future_date');
  const selfPaid = fields.get('self_paid');
  const total = fields.get('total_amount');
  if (typeof selfPaid === 'bigint' && typeof total === 'bigint' && selfPaid > total) reasons.add('bad_amount');
  const basic = fields.get('basic_amount');
  const whole = fields.get('amount');
  if (typeof basic === 'bigint' && typeof whole === 'bigint' && basic > whole) reasons.add('bad_amount');
  const year = fields.get('year');
  if (typeof year === 'number' && year > Number(receivedOn.slice(0, 4))) reasons.add('bad_value');
}

/** At least one of: id_number; disability_cert; birth_date with phone or address. */
function hasIdentity(cells: Cells): boolean {
  if (cells.has('id_number') || cells.has('disability_cert')) return true;
  return cells.has('birth_date') && (cells.has('phone') || cells.has('address'));
}

function toRecord(fields: Map<string, Value>, isDelete: boolean): FeedRecord {
  const period = fields.get('period');
  if (!isDelete && !fields.has('occurred_on') && typeof period === 'number') {
    fields.set('occurred_on', lastDayOf(period));
  }
  const version = fields.get('version');
  fields.delete('op');
  fields.delete('version');
  return {
    recordId: String(fields.get('record_id')),
    version: typeof version === 'number' ? version : 1,
    op: isDelete ? 'delete' : 'upsert',
    fields,
  };
}

const COUNT = integer(0, Number.MAX_SAFE_INTEGER);

/** A declaration that can't be read is undefined: it goes to quarantine and is counted nowhere. */
export function readDeclaration(cells: Cells): Declaration | undefined {
  const prefix = numberAsText(cells.get('region_code'));
  const month = readMonth(numberAsText(cells.get('period')));
  if (!/^\d{2,}$/.test(prefix) || month === undefined) return undefined;
  const given = cells.get('records');
  if (given === undefined) return { prefix, month, records: undefined };
  const count = readCell(given, COUNT);
  return 'value' in count && typeof count.value === 'number' ? { prefix, month, records: count.value } : undefined;
}

function numberAsText(cell: RawCell | undefined): string {
  return typeof cell === 'object' ? cell.literal : textOf(cell);
}

/** Equal for two records of the same content after normalisation. */
export function contentKey(record: FeedRecord): string {
  const entries = [...record.fields].map(([name, value]) => `${name}=${typeof value}:${value}`);
  return entries.sort().join('\u0001');
}
