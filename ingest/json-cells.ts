import type { Column } from './column.ts';
import { createFlatCells } from './flat-json.ts';
import { topLevelNumbers } from './json-numbers.ts';
import { columnIndex, createTranslation, type FeedMapping } from './mapping.ts';
import { type CellReader, decodeRecord, holds, noteUnknown, type UnknownColumns } from './rows.ts';
import { normaliseText } from './values.ts';

/** An amount or a number is what it is worth; everywhere else the spelling matters. */
const isSpelled = ({ type }: Column): boolean => type !== 'amount' && type !== 'number';

/** Cells by JSON.parse: of any object. */
const createParsedCells = (
  columns: readonly Column[],
  index: ReadonlyMap<string, number>,
  unknown: UnknownColumns,
): ((text: string) => unknown[] | null) => {
  const spelled = columns.map(isSpelled);
  return (text) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return null;
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    const object = parsed as Record<string, unknown>;
    const cells: unknown[] = new Array(columns.length).fill(null);
    let numbers: Map<string, string> | null = null;
    // An object that JSON.parse made has its own keys only.
    for (const key in object) {
      const value = object[key];
      const at = index.get(key) ?? index.get(normaliseText(key)) ?? -1;
      if (at < 0) noteUnknown(unknown, key);
      else if (cells[at] !== null && holds(cells[at])) continue;
      else if (typeof value === 'number' && spelled[at]) {
        numbers ??= topLevelNumbers(text);
        cells[at] = numbers.get(key);
      } else cells[at] = value;
    }
    return cells;
  };
};

/** Cells of JSONL records: anything but one JSON object is malformed. */
export const createJsonCells = (
  columns: readonly Column[],
  unknown: UnknownColumns,
  mapping: FeedMapping | null = null,
): CellReader => {
  const index = columnIndex(columns, mapping);
  const translate = createTranslation(columns, mapping);
  const readFlat = createFlatCells(columns.map(isSpelled), index, unknown);
  const readAny = createParsedCells(columns, index, unknown);
  return (bytes) => {
    let cells = readFlat(bytes);
    if (cells === null) {
      const text = decodeRecord(bytes, 'utf-8');
      cells = text === null ? null : readAny(text);
    }
    if (cells !== null) translate?.(cells);
    return cells;
  };
};
