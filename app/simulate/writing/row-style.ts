import { isoDay, isoMonth } from '../calendar.ts';
import type { Random } from '../random.ts';

/** How a department writes one of its files. */
export type RowStyle = {
  form: 'csv' | 'jsonl';
  headers: 'english' | 'chinese';
  encoding: 'utf8' | 'gb18030';
  bom: boolean;
  lineEnd: '\n' | '\r\n';
  days: 'iso' | 'slash' | 'compact' | 'chinese';
  /** share of listed values written in Chinese */
  chinese: number;
  separators: boolean;
  /** JSON only: numbers and booleans as such, not as strings */
  native: boolean;
  /** one column that no contract knows: it must be left out and counted */
  unknownColumn: boolean;
};

const csv: RowStyle = {
  form: 'csv',
  headers: 'english',
  encoding: 'utf8',
  bom: false,
  lineEnd: '\n',
  days: 'iso',
  chinese: 0,
  separators: false,
  native: false,
  unknownColumn: false,
};
const jsonl: RowStyle = { ...csv, form: 'jsonl' };
const chinese: RowStyle = { ...csv, headers: 'chinese', chinese: 1, lineEnd: '\r\n' };

/** The styles through which the files of a feed go in turn. */
export const STYLES: readonly RowStyle[] = [
  csv,
  { ...jsonl, native: true },
  { ...chinese, bom: true, days: 'slash', unknownColumn: true },
  { ...chinese, encoding: 'gb18030', days: 'chinese', separators: true },
  { ...jsonl, chinese: 0.5, days: 'chinese', unknownColumn: true },
  { ...csv, days: 'compact', chinese: 0.3, lineEnd: '\r\n', unknownColumn: true },
];

/** The style of what comes after the last period: messages of completeness are JSON, so the supplement is too. */
export const SUPPLEMENT_STYLE: RowStyle = { ...jsonl, native: true, days: 'slash' };

const dayWriters: Record<RowStyle['days'], (day: number) => string> = {
  iso: isoDay,
  slash: (day) => isoDay(day).replace(/-0?/g, '/'),
  compact: (day) => isoDay(day).replaceAll('-', ''),
  chinese: (day) => isoDay(day).replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日'),
};

const FIRST_DAY = -40_000; // 1860: nobody of a registry is older
const knownDays = new Map<RowStyle['days'], (string | undefined)[]>();

/** Writes a day number in a style, remembering the text: days are few and rows are many. */
export const createDayWriter = (days: RowStyle['days']): ((day: number) => string) => {
  if (days === 'iso') return isoDay;
  const known = knownDays.get(days) ?? [];
  knownDays.set(days, known);
  return (day) => {
    const text = known[day - FIRST_DAY] ?? dayWriters[days](day);
    known[day - FIRST_DAY] = text;
    return text;
  };
};

/** Writes a month number in a style: `2026-09`, `202609` or `2026年9月`. */
export const writeMonth = (month: number, days: RowStyle['days']): string => {
  if (days === 'compact') return isoMonth(month).replace('-', '');
  if (days === 'chinese') return `${Math.floor(month / 12)}年${(month % 12) + 1}月`;
  return isoMonth(month);
};

/** A listed value in the language of the style; mixed styles ask the file's own random numbers. */
export const inLanguage = (
  value: string,
  words: Readonly<Record<string, string>>,
  style: RowStyle,
  random: Random,
): string => {
  if (style.chinese === 0) return value;
  const word = words[value];
  return word !== undefined && (style.chinese === 1 || random.unit() < style.chinese) ? word : value;
};
