import { monthOfDay } from '../platform/calendar.ts';
import { type Column, compileColumn, isRefusal, type ReceiptLimits, type Value } from './column.ts';
import { type DepartmentRecord, type Rejection, type RejectReason, rejectReasons } from './contract.ts';
import { commonColumns, type Feed, type Row } from './feed.ts';
import { hash52, hash52Of } from './hash.ts';

/** Ends each value of a content. */
const END = '\u0001';
const rank = new Map(rejectReasons.map((reason, index) => [reason, index]));

/** The reason that ranks first (feeds.md section 2), with the column that gave it; of equals the earlier. */
const worse = (found: Rejection | null, reason: RejectReason, field: string): Rejection =>
  found !== null && (rank.get(found.reason) as number) <= (rank.get(reason) as number) ? found : { reason, field };

export type Validated =
  | { readonly ok: true; readonly record: DepartmentRecord }
  | { readonly ok: false; readonly rejection: Rejection };

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
  const names = columns.map((column) => column.name);
  const parsers = columns.map(compileColumn);
  const at = (name: string): number => names.indexOf(name);
  const required = columns.flatMap((column, i) => (column.required ? [i] : []));
  const said = columns.flatMap(({ name }, i) => (name === 'version' || name === 'op' ? [] : [i]));
  const seed = hash52(feed.name) >>> 0;
  const toRecord = createToRecord(feed, names, seed);
  const contentOf: Value[] = new Array(said.length).fill(null);
  const values: Value[] = new Array(columns.length).fill(null);
  // What a feed is asked about a row: it looks into `values`, so that no row need be made for it.
  const row: Row = Object.defineProperties(
    {},
    Object.fromEntries(names.map((name, i) => [name, { get: () => values[i] }])),
  );
  const NEEDED_BY_WITHDRAWAL = [at('record_id')];
  const [OP, DAY, ID, CERT, BIRTH, PHONE, ADDRESS] = [
    'op',
    'occurred_on',
    'id_number',
    'disability_cert',
    'birth_date',
    'phone',
    'address',
  ].map(at) as [number, number, number, number, number, number, number];
  const hasIdentity = (): boolean =>
    values[ID] !== null ||
    values[CERT] !== null ||
    (values[BIRTH] !== null && (values[PHONE] !== null || values[ADDRESS] !== null));
  return (cells, limits) => {
    let found: Rejection | null = null;
    for (let i = 0; i < columns.length; i += 1) {
      const name = names[i] as string;
      const value = (parsers[i] as (typeof parsers)[number])(cells[i], limits);
      if (value === null) values[i] = null;
      else if (isRefusal(value)) {
        found = worse(found, value.refused, name);
        values[i] = '';
      } else values[i] = value;
    }
    const withdrawal = values[OP] === 'delete';
    for (const i of withdrawal ? NEEDED_BY_WITHDRAWAL : required) {
      if (values[i] === null) found = worse(found, 'missing_field', names[i] as string);
    }
    if (!withdrawal) {
      for (const name of feed.alsoRequired?.(row) ?? []) {
        if (row[name] === null) found = worse(found, 'missing_field', name);
      }
      if (!hasIdentity()) found = worse(found, 'no_identity', 'id_number');
    }
    const given = typeof values[DAY] === 'number' ? values[DAY] : null;
    if (given !== null && given > limits.latestDay) found = worse(found, 'future_date', 'occurred_on');
    const contradicted = feed.contradicts?.(row) ?? null;
    if (contradicted !== null) found = worse(found, 'bad_amount', contradicted);
    if (found !== null) return { ok: false, rejection: found };
    // Defaults are filled in before comparing, so that a value said and the same value left out are one content.
    values[DAY] = given ?? feed.defaultDay?.(row) ?? null;
    for (let i = 0; i < said.length; i += 1) contentOf[i] = values[said[i] as number] as Value;
    return { ok: true, record: toRecord(row, values, hash52Of(withdrawal ? [] : contentOf, END, seed)) };
  };
};

const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const numberOf = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

/** What a valid row says as a record; its values are copied. */
const createToRecord = (feed: Feed, names: readonly string[], seed: number) => {
  const at = (name: string): number => names.indexOf(name);
  const [ID, VERSION, OP, DAY, NAME, NUMBER, BIRTH, PHONE, ADDRESS, CERT, REGION] = [
    'record_id',
    'version',
    'op',
    'occurred_on',
    'name',
    'id_number',
    'birth_date',
    'phone',
    'address',
    'disability_cert',
    'region_code',
  ].map(at) as [number, number, number, number, number, number, number, number, number, number, number];
  const PERIOD = feed.periodColumn === undefined ? -1 : at(feed.periodColumn);
  return (row: Row, values: readonly Value[], content: number): DepartmentRecord => {
    const recordId = textOf(values[ID]);
    const occurredOn = numberOf(values[DAY]);
    const period = PERIOD < 0 ? null : numberOf(values[PERIOD]);
    const withdrawal = values[OP] === 'delete';
    return {
      feed: feed.name,
      recordId,
      version: numberOf(values[VERSION]) ?? 1,
      op: withdrawal ? 'delete' : 'upsert',
      identity: {
        name: textOf(values[NAME]),
        idNumber: textOf(values[NUMBER]),
        birthDate: numberOf(values[BIRTH]),
        phone: textOf(values[PHONE]),
        address: textOf(values[ADDRESS]),
        disabilityCert: textOf(values[CERT]),
        regionCode: textOf(values[REGION]),
      },
      fact: withdrawal || occurredOn === null ? null : feed.toFact(row, occurredOn),
      countedMonth: period ?? (occurredOn === null ? null : monthOfDay(occurredOn)),
      content,
      key: hash52(recordId, seed),
    };
  };
};
