import { z } from 'zod';

/** Why a row was refused, in the order of feeds.md section 2: where several apply, the first holds. */
export const rejectReasons = [
  'too_large',
  'malformed',
  'missing_field',
  'bad_type',
  'bad_date',
  'future_date',
  'bad_amount',
  'bad_value',
  'no_identity',
] as const;
export const rejectReason = z.enum(rejectReasons);
export type RejectReason = z.infer<typeof rejectReason>;

/** A refused row: the reason that ranks first and, where one column is to blame, its English name. */
export interface Rejection {
  readonly reason: RejectReason;
  readonly field: string | null;
}

/**
 * One fact draft: what a record says, in canonical form, before anybody knows whose it is.
 * Days are numbers since 1970-01-01, months are year * 12 + month - 1, amounts are integer fen.
 */
export interface FactDraft {
  readonly kind: string;
  readonly day: number;
  /** The month (or, for a year's income, the January of the year) that the fact is about. */
  readonly month: number;
  readonly amount: number;
  /** A second amount where a kind has one, else 0. */
  readonly amountB: number;
  readonly category: number;
  readonly grade: number;
  /** 0 not said, 1 safe, 2 not safe. */
  readonly water: number;
}

/** What a record says about whom it concerns; every text is normalised, none of it is trusted yet. */
export interface ClaimedIdentity {
  readonly name: string;
  readonly idNumber: string;
  readonly birthDate: number | null;
  readonly phone: string;
  readonly address: string;
  readonly disabilityCert: string;
  readonly regionCode: string;
}

/** A valid department record. `fact` is null for a withdrawal (`op` = delete). */
export interface DepartmentRecord {
  readonly feed: string;
  readonly recordId: string;
  readonly version: number;
  readonly op: 'upsert' | 'delete';
  readonly identity: ClaimedIdentity;
  readonly fact: FactDraft | null;
  /** Month that completeness counts the row in: its period, else the month of its occurred_on; null when it has neither. */
  readonly countedMonth: number | null;
  /** 52-bit hash of the normalised content, unknown columns left out. */
  readonly content: number;
  /** 52-bit hash of feed and record id; always compared together with the id itself. */
  readonly key: number;
}

/** A declaration that a feed has delivered a month in full below a region prefix (feeds.md section 4). */
export interface Completion {
  readonly feed: string;
  readonly regionPrefix: string;
  readonly month: number;
  /** How many rows the month must hold before the declaration takes effect; null when not said. */
  readonly records: number | null;
}

/** Where a row stands in what was received: the physical line it begins on and its byte range in the (unpacked) file. */
export interface RowPosition {
  readonly line: number;
  readonly offset: number;
}
