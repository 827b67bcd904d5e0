import { monthOfDay } from '../platform/calendar.ts';
import type { Column } from './column.ts';
import type { FactDraft } from './contract.ts';

/** A row's parsed values by English column name. */
export type Row = Record<string, string | number | null>;

/** One department feed: everything the product must know to take it (adding a department is adding one such value). */
export interface Feed {
  readonly name: string;
  readonly zh: string;
  /** The department that sends it and answers for it; the feed's own name where not said. */
  readonly department?: string;
  /**
   * Records count only under a finance authorisation of the family in force on the day of receipt (feeds.md section 6);
   * where only some of a feed's records do, the question is asked of what each says.
   */
  readonly needsAuthorisation: boolean | ((fact: FactDraft) => boolean);
  /** The feed's own columns; those of every feed are added by the reader. */
  readonly columns: readonly Column[];
  /** Columns that this row must fill beside the required ones. */
  readonly alsoRequired?: (row: Row) => readonly string[];
  /** First column whose amount contradicts another one, or null. */
  readonly contradicts?: (row: Row) => string | null;
  /** The day a row is about where occurred_on is left out; null where it must be given. */
  readonly defaultDay?: (row: Row) => number | null;
  /** The month that completeness counts a row in; default the month of occurred_on. */
  readonly periodColumn?: string;
  /** What the row says, in canonical form. `day` is occurred_on or its default. */
  readonly toFact: (row: Row, day: number) => FactDraft;
}

/** A fact draft from what differs from nothing. */
export const fact = (draft: Pick<FactDraft, 'kind' | 'day' | 'month'> & Partial<FactDraft>): FactDraft => ({
  kind: draft.kind,
  day: draft.day,
  month: draft.month,
  amount: draft.amount ?? 0,
  amountB: draft.amountB ?? 0,
  category: draft.category ?? 0,
  grade: draft.grade ?? 0,
  water: draft.water ?? 0,
});

/** A number column's value, 0 when empty. */
export const numberOf = (row: Row, name: string): number => {
  const value = row[name];
  return typeof value === 'number' ? value : 0;
};

/**
 * A listed value as a fact holds it: its place in the list, from 1; 0 when empty. A new word goes to the end of its list,
 * because facts that are stored keep their numbers.
 */
export const placeOf = (row: Row, name: string, values: Readonly<Record<string, string>>): number =>
  Object.keys(values).indexOf(String(row[name])) + 1;

/** The month that a row is about: its `period`, else the month of its day. */
export const monthOf = (row: Row, day: number): number =>
  typeof row['period'] === 'number' ? row['period'] : monthOfDay(day);

/** Whether a record may be used only under the family's authorisation; a withdrawal never needs one. */
export const needsAuthorisation = (feed: Feed, fact: FactDraft | null): boolean =>
  fact !== null &&
  (typeof feed.needsAuthorisation === 'function' ? feed.needsAuthorisation(fact) : feed.needsAuthorisation);

/** Columns that every feed record has (feeds.md section 2). */
export const commonColumns: readonly Column[] = [
  { name: 'record_id', zh: '记录编号', type: 'text', required: true, longest: 64 },
  // Some departments take a time for a version. Twice a version, and the withdrawal above it, is still an exact number.
  { name: 'version', zh: '版本', type: 'integer', range: [1, 2 ** 52 - 1] },
  { name: 'op', zh: '操作', type: 'choice', values: { upsert: '', delete: '', complete: '' } },
  { name: 'occurred_on', zh: '发生日期', type: 'date', required: true },
  { name: 'region_code', zh: '行政区划代码', type: 'region' },
  { name: 'name', zh: '姓名', type: 'name', required: true },
  { name: 'id_number', zh: '公民身份号码', type: 'text' },
  { name: 'birth_date', zh: '出生日期', type: 'date' },
  { name: 'phone', zh: '联系电话', type: 'text' },
  { name: 'address', zh: '地址', type: 'text' },
  { name: 'disability_cert', zh: '残疾人证号', type: 'text' },
];
