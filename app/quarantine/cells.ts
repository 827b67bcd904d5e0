/** Touches the world: what stood in the columns of a refused row, read from its bytes as its file was read (archive). */
import {
  type CellReader,
  type Column,
  type Feed,
  feeds,
  openCells,
  openReceived,
  readColumns,
} from '../../ingest/index.ts';
import { formOf } from '../exchange-directory.ts';
import type { System } from '../system.ts';
import type { EntryRow } from './store.ts';

/** A refused row by its columns. */
export interface ReadEntry {
  readonly entry: EntryRow;
  /** Null for rows of the registry, which is no feed. */
  readonly feed: Feed | null;
  readonly columns: readonly Column[];
  /** In the order of the columns; null where the row can't be read into any. */
  readonly cells: readonly unknown[] | null;
  readonly raw: Buffer;
  /** A declaration of completeness. */
  readonly declares: boolean;
}

type Mapping = EntryRow['mapping'];

const describe = ({ origin, file }: EntryRow) => {
  const message = { form: 'jsonl', packed: false, declarations: false } as const;
  return origin === 'topic' ? message : (formOf(file) ?? message);
};

const openReader = async (system: System, entry: EntryRow, feed: Feed, mapping: Mapping): Promise<CellReader> => {
  const { sha256, encoding, regions } = entry;
  const file = { feed, ...describe(entry), sha256, encoding, regions, mapping };
  // Lines and messages stand by themselves; a table's rows need its header.
  if (file.form === 'jsonl') return openCells({ ...file, open: async function* nothing() {} });
  const received = await openReceived(system.archive, file, () => undefined);
  try {
    return await openCells({ ...file, open: received.open });
  } finally {
    await received.close();
  }
};

/**
 * Reads entries one after the other; files are opened once. `mapping`: how to read them in place of how they were read.
 */
export const createEntryReader = (system: System, mapping?: Mapping) => {
  const readers = new Map<number, Promise<CellReader>>();
  return async (entry: EntryRow): Promise<ReadEntry> => {
    const raw = system.cipher.open(entry.raw_sealed);
    const feed = feeds.get(entry.feed) ?? null;
    if (feed === null) return { entry, feed, columns: [], cells: null, raw, declares: false };
    const { declarations } = describe(entry);
    const columns = readColumns({ feed, declarations });
    let reader = readers.get(entry.file_no);
    if (reader === undefined) {
      reader = openReader(system, entry, feed, mapping === undefined ? entry.mapping : mapping);
      readers.set(entry.file_no, reader);
    }
    const cells = entry.reason === 'too_large' ? null : (await reader)(raw);
    const op = cells?.[columns.findIndex(({ name }) => name === 'op')];
    return { entry, feed, columns, cells, raw, declares: declarations || op === 'complete' };
  };
};
