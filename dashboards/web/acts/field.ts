import type { zh } from '../i18n/zh.ts';
import type { zhCodes } from '../i18n/zh-codes.ts';

/** What a form holds while it is filled: text, ticks, choices. */
export type Values = Readonly<Record<string, unknown>>;

/** A field of an act's form, as data: the same form draws every act. */
export interface Field {
  /** Name in the command. */
  readonly name: string;
  readonly label: keyof typeof zh.field;
  /** line, text: words; lines: a list, one a line; day: not in the future; choice: one of a few; pick: one of many. */
  readonly kind: 'line' | 'text' | 'lines' | 'day' | 'money' | 'choice' | 'pick' | 'checks' | 'yes_no';
  readonly required?: boolean;
  /** Codes to choose from, worded by this group of words, or given by the page (`townships`). */
  readonly choices?: keyof typeof zhCodes | 'townships';
  readonly codes?: readonly string[];
  readonly initial?: unknown;
  readonly when?: (values: Values) => boolean;
  readonly requiredWhen?: (values: Values) => boolean;
}

/** An act with its form. `command` makes the command of filled values; without it the values are the command. */
export interface ActForm {
  readonly fields: readonly Field[];
  readonly command?: (values: Values) => Values;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Today in Asia/Shanghai, as an ISO date: where the bureau is, whatever the browser's zone says. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());

const filled = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The command of filled values: only fields of the act that apply, lists cut at line ends, nothing empty. */
export const commandOf = (type: string, form: ActForm, values: Values): Values => {
  const own = form.fields
    .filter(({ name, when }) => filled(values[name]) && (when?.(values) ?? true))
    .map(({ name, kind }) => [name, sent(kind, values[name])] as const);
  const given = Object.fromEntries(own);
  return { type, ...(form.command?.(given) ?? given) };
};

const sent = (kind: Field['kind'], value: unknown): unknown => {
  if (kind === 'yes_no') return value === 'yes';
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return kind === 'lines' ? text.split('\n').flatMap((line) => line.trim() || []) : text;
};
