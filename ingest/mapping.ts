import type { Column } from './column.ts';
import { normaliseText } from './values.ts';

/** How one sender's files differ from ours: headers, codes, and what stands in no column of theirs. */
export interface FeedMapping {
  /** Our column (English name) by their header. It goes before our own headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** By our column: our value by their code. What has no code stays as it is. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By our column: the value of every row that has no such column. */
  readonly constants: Readonly<Record<string, string>>;
}

/** Place of a column by header: English, Chinese, or theirs, which goes first. */
export const columnIndex = (columns: readonly Column[], mapping: FeedMapping | null): Map<string, number> => {
  const index = new Map(columns.flatMap((column, at) => [[column.name, at] as const, [column.zh, at] as const]));
  for (const [header, name] of Object.entries(mapping?.headers ?? {})) {
    const at = columns.findIndex((column) => column.name === name);
    if (at >= 0) index.set(normaliseText(header), at);
  }
  return index;
};

/** Writes our words over theirs, in place. Null where there is nothing to translate. */
export const createTranslation = (
  columns: readonly Column[],
  mapping: FeedMapping | null,
): ((cells: unknown[]) => void) | null => {
  if (mapping === null) return null;
  const placeOf = (name: string): number => columns.findIndex((column) => column.name === name);
  const constants = Object.entries(mapping.constants).flatMap(([name, value]) =>
    placeOf(name) < 0 ? [] : [{ at: placeOf(name), value }],
  );
  const codes = Object.entries(mapping.codes).flatMap(([name, values]) =>
    placeOf(name) < 0
      ? []
      : [
          {
            at: placeOf(name),
            values: new Map(Object.entries(values).map(([code, value]) => [normaliseText(code), value])),
          },
        ],
  );
  return (cells) => {
    for (const { at, values } of codes) {
      const cell = cells[at];
      if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'boolean') continue;
      const value = values.get(normaliseText(String(cell)));
      if (value !== undefined) cells[at] = value;
    }
    // A cell of a column that is there is a text, if an empty one.
    for (const { at, value } of constants) cells[at] ??= value;
  };
};
