import type { Cell, FeedName } from '../model.ts';
import { yuan, yuanWithSeparators } from '../money.ts';
import type { Random } from '../random.ts';
import type { LineDamage } from '../rejects.ts';
import { type Column, columnsOf } from './feed-columns.ts';
import { createDayWriter, inLanguage, type RowStyle, writeMonth } from './row-style.ts';

/** Writes the rows of one file: the first line (with its line end, '' for JSONL) and a line for each row of cells. */
export type RowWriter = { head: string; line: (cells: readonly Cell[], damage: LineDamage) => string };

const UNKNOWN = { english: 'batch_no', chinese: '批次' } as const;
const MARK = '模拟数据';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

type CellWriter = (value: Cell, column: Column) => string;

const createCellWriter = (style: RowStyle, random: Random): CellWriter => {
  const day = createDayWriter(style.days);
  const amount = style.separators ? yuanWithSeparators : yuan;
  return (value, column) => {
    if (typeof value === 'string') {
      return column.kind === 'listed' || column.kind === 'flag'
        ? inLanguage(value, column.words, style, random)
        : value;
    }
    if (column.kind === 'day') return day(value);
    if (column.kind === 'amount') return amount(value);
    return column.kind === 'month' ? writeMonth(value, style.days) : `${value}`;
  };
};

const csvWriter = (columns: readonly Column[], style: RowStyle, random: Random): RowWriter => {
  const write = createCellWriter(style, random);
  const titles = columns.map((c) => (style.headers === 'english' ? c.name : c.title));
  if (style.unknownColumn) titles.push(UNKNOWN[style.headers]);
  const line = (cells: readonly Cell[], damage: LineDamage): string => {
    const count = damage === 'too_little' ? 4 : columns.length;
    const parts: string[] = [];
    for (let i = 0; i < count; i++) {
      const value = cells[i];
      parts.push(value === undefined || value === '' ? '' : quoted(write(value, columns[i]!)));
    }
    if (damage !== 'too_little' && style.unknownColumn) parts.push(MARK);
    if (damage === 'too_much') parts.push('多一列');
    return parts.join(',');
  };
  return { head: (style.bom ? '\ufeff' : '') + titles.join(',') + style.lineEnd, line };
};

const isNative = (style: RowStyle, value: Cell, column: Column): boolean =>
  style.native &&
  (column.kind === 'flag'
    ? value === 'true' || value === 'false'
    : typeof value === 'number' && (column.kind === 'amount' || column.kind === 'integer'));

const jsonlWriter = (columns: readonly Column[], style: RowStyle, random: Random): RowWriter => {
  const write = createCellWriter(style, random);
  const keys = columns.map((c) => `"${c.name}":`);
  const line = (cells: readonly Cell[], damage: LineDamage): string => {
    const parts: string[] = [];
    for (let i = 0; i < columns.length; i++) {
      const value = cells[i];
      const column = columns[i]!;
      if (value === undefined || value === '') continue;
      const written = write(value, column);
      // nothing that we write holds a quote, a backslash or a control character
      parts.push(isNative(style, value, column) ? keys[i]! + written : `${keys[i]}"${written}"`);
    }
    if (style.unknownColumn) parts.push(`"${UNKNOWN.english}":"${MARK}"`);
    const text = parts.join(',');
    if (damage === 'too_much') return `[{${text}}]`;
    return damage === 'too_little' ? `{${text}` : `{${text}}`;
  };
  return { head: '', line };
};

/** The writer of a file of a feed in a style. */
export const createRowWriter = (feed: FeedName, style: RowStyle, random: Random): RowWriter =>
  (style.form === 'csv' ? csvWriter : jsonlWriter)(columnsOf(feed), style, random);
