import { civil } from '../platform/calendar.ts';
import type { RejectReason } from './contract.ts';
import {
  amountOfNumber,
  isNormal,
  normaliseName,
  normaliseText,
  parseAmount,
  parseBoolean,
  parseDate,
  parseInteger,
  parseMonth,
  parseNumber,
  parseTime,
  textLength,
} from './values.ts';

/** A column of feeds.md: its English and Chinese header, its type, and what its values may be. */
export interface Column {
  readonly name: string;
  readonly zh: string;
  readonly type:
    | 'text'
    | 'name'
    | 'region'
    | 'date'
    | 'month'
    | 'time'
    | 'amount'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'choice'
    | 'choices';
  readonly required?: true;
  /** Longest text in characters; 200 where not said. */
  readonly longest?: number;
  /** Smallest and largest integer; `receipt_year` is the year of receipt. */
  readonly range?: readonly [number, number | 'receipt_year'];
  /** Listed values: English word, Chinese word ('' where the contract gives none). */
  readonly values?: Readonly<Record<string, string>>;
  /** Allowed lengths of a region code in digits; `any` from 2 on. */
  readonly lengths?: readonly number[] | 'any';
  /** What an empty cell means: said or left out, it is the same content. */
  readonly whenEmpty?: number;
}

/** Longest text in characters where a column says nothing else (feeds.md section 3, last paragraph). */
const LONGEST = 200;

/** Days against which a row is judged: the last day that occurred_on may have, and the day of receipt. */
export interface ReceiptLimits {
  readonly latestDay: number;
  readonly receiptDay: number;
}

/** A parsed value: text, number (day, month, moment in ms, fen, integer), boolean as 1 or 0, or null when empty. */
export type Value = string | number | null;

/** What a parser returns for a value that it refuses. A symbol-free union keeps the hot path monomorphic. */
export interface Refusal {
  readonly refused: RejectReason;
}

const refuse = (refused: RejectReason): Refusal => ({ refused });
const BAD_TYPE = refuse('bad_type');
const BAD_DATE = refuse('bad_date');
const BAD_AMOUNT = refuse('bad_amount');
const BAD_VALUE = refuse('bad_value');

export const isRefusal = (value: Value | Refusal): value is Refusal => typeof value === 'object' && value !== null;

/** `plain`: the text is surely in its normal form, without a letter that could be none (values.ts). */
type Parse = (text: string, limits: ReceiptLimits, plain: boolean) => Value | Refusal;

const textParser = (column: Column): Parse => {
  const longest = column.longest ?? LONGEST;
  const shape = column.type === 'name' ? normaliseName : (text: string) => text;
  return (text, _, plain) => {
    if (text.length > longest && textLength(text) > longest) return BAD_VALUE;
    // A lone surrogate or a NUL is no text that a register could hold or a person could read.
    return plain || (text.isWellFormed() && !text.includes('\0')) ? shape(text) : BAD_VALUE;
  };
};

const regionParser = (column: Column): Parse => {
  const lengths = column.lengths ?? [6, 9, 12];
  const fits = (length: number): boolean =>
    lengths === 'any' ? length >= 2 && length <= LONGEST : lengths.includes(length);
  return (text) => (/^\d+$/.test(text) && fits(text.length) ? text : BAD_VALUE);
};

const integerParser = (column: Column): Parse => {
  const [least, most] = column.range ?? [0, Number.MAX_SAFE_INTEGER];
  return (text, limits) => {
    const value = parseInteger(text);
    if (value === null) return BAD_TYPE;
    const top = most === 'receipt_year' ? civil(limits.receiptDay).year : most;
    return value >= least && value <= top ? value : BAD_VALUE;
  };
};

const numberParser: Parse = (text) => {
  const value = parseNumber(text);
  if (value === null) return BAD_TYPE;
  return value >= 0 ? value : BAD_VALUE;
};

const judgeAmount = (fen: number | null): Value | Refusal => (fen === null || fen < 0 ? BAD_AMOUNT : fen);

const words = (column: Column): Map<string, string> => {
  const known = new Map<string, string>();
  for (const [english, chinese] of Object.entries(column.values ?? {})) {
    known.set(english, english);
    if (chinese !== '') known.set(chinese, english);
  }
  return known;
};

const choiceParser = (column: Column): Parse => {
  const known = words(column);
  return (text) => known.get(text) ?? BAD_VALUE;
};

/** Several listed values separated by `;`, stored sorted and joined by `;`. */
const choicesParser = (column: Column): Parse => {
  const known = words(column);
  return (text) => {
    const chosen = new Set<string>();
    for (const part of text.split(/[;；]/)) {
      const word = part.trim();
      if (word === '') continue;
      const value = known.get(word);
      if (value === undefined) return BAD_VALUE;
      chosen.add(value);
    }
    return [...chosen].sort().join(';');
  };
};

const orRefuse =
  (parse: (text: string) => number | null, refusal: Refusal): Parse =>
  (text) =>
    parse(text) ?? refusal;

const parserOf = (column: Column): Parse => {
  switch (column.type) {
    case 'text':
    case 'name':
      return textParser(column);
    case 'region':
      return regionParser(column);
    case 'date':
      return orRefuse(parseDate, BAD_DATE);
    case 'month':
      return orRefuse(parseMonth, BAD_DATE);
    case 'time':
      return orRefuse(parseTime, BAD_TYPE);
    case 'amount':
      return (text) => judgeAmount(parseAmount(text));
    case 'integer':
      return integerParser(column);
    case 'number':
      return numberParser;
    case 'choice':
      return choiceParser(column);
    case 'choices':
      return choicesParser(column);
    case 'boolean':
      return (text) => {
        const value = parseBoolean(text);
        return value === null ? BAD_VALUE : value ? 1 : 0;
      };
  }
};

/** What a value of another JSON type than text or number is refused with, by column type. */
const refusalOfShape = (column: Column): Refusal => {
  if (column.type === 'amount') return BAD_AMOUNT;
  return column.type === 'date' || column.type === 'month' ? BAD_DATE : BAD_TYPE;
};

/**
 * Compiles a column into one function from a raw cell (text of a CSV field, or a JSON value) to its value.
 * Empty cells are null unless the column says what they mean; whether that is allowed is the row's business.
 */
export const compileColumn = (column: Column): ((raw: unknown, limits: ReceiptLimits) => Value | Refusal) => {
  const parse = parserOf(column);
  const wrongShape = refusalOfShape(column);
  const empty = column.whenEmpty ?? null;
  return (raw, limits) => {
    if (raw === null || raw === undefined) return empty;
    let text: string;
    let plain = true;
    if (typeof raw === 'string') {
      plain = isNormal(raw);
      text = plain ? raw : normaliseText(raw);
    } else if (typeof raw === 'number' && column.type === 'amount') return judgeAmount(amountOfNumber(raw));
    else if (typeof raw === 'number') text = String(raw);
    else if (typeof raw === 'boolean' && column.type === 'boolean') text = String(raw);
    else return wrongShape;
    return text === '' ? empty : parse(text, limits, plain);
  };
};
