/** Touches the world: waiting rows of one kind, told apart by what stands in the column that is to blame. */
import type { System } from '../system.ts';
import { createEntryReader } from './cells.ts';
import { type KindQuery, type KindValues, MOST_AT_ONCE } from './contract.ts';
import { maskedCell, textOf } from './rows.ts';
import { countEntries, type EntryRow, readWaiting } from './store.ts';

/** Stands for an empty cell, and for a row that can't be read. */
const NOTHING = 'empty';

export const createKinds = (system: System) => {
  const { postgres, cipher } = system;

  /** What the column says, as a keyed hash: the page names a value by it without ever holding the value. */
  const keyOf = (value: string | null): string =>
    value === null ? NOTHING : cipher.lookupHash(`quarantine ${value}`).toString('hex').slice(0, 32);

  const read = async (given: readonly string[], kind: KindQuery) => {
    const entries = await readWaiting(postgres, given, kind, MOST_AT_ONCE);
    const reader = createEntryReader(system);
    const rows: { entry: EntryRow; key: string; value: string | null }[] = [];
    for (const entry of entries) {
      const { columns, cells } = await reader(entry);
      const place = columns.findIndex(({ name }) => name === kind.field);
      const column = columns[place];
      const cell = cells?.[place];
      const value = column === undefined ? null : maskedCell(column, cell);
      rows.push({ entry, key: keyOf(column === undefined ? null : textOf(cell)), value });
    }
    return rows;
  };

  return {
    /** The newest rows of a kind that wait, with `key` those of one value only; at most as many as one correction takes. */
    async waitingOf(given: readonly string[], kind: KindQuery, key: string | null): Promise<EntryRow[]> {
      const { feed, reason, field } = kind;
      if (key === null) return readWaiting(postgres, given, { feed, reason, field }, MOST_AT_ONCE);
      const rows = await read(given, { feed, reason, field });
      return rows.filter((row) => row.key === key).map((row) => row.entry);
    },

    async valuesOf(given: readonly string[], kind: KindQuery): Promise<KindValues> {
      const rows = await read(given, kind);
      const values = new Map<string, { key: string; value: string | null; count: number }>();
      for (const { key, value } of rows) {
        const seen = values.get(key);
        if (seen === undefined) values.set(key, { key, value, count: 1 });
        else seen.count += 1;
      }
      return {
        values: [...values.values()].sort((a, b) => b.count - a.count),
        looked_at: rows.length,
        waiting: await countEntries(postgres, given, { ...kind, state: 'waiting' }),
      };
    },
  };
};
