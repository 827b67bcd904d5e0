/** Touches the world: makes the quality note of a department and month. */
import { departmentTitle } from '../../dashboards/queries/index.ts';
import { feeds, feedsBySender, readColumns, rejectWords } from '../../ingest/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import { createEntryReader } from '../quarantine/cells.ts';
import { maskedCell } from '../quarantine/rows.ts';
import { readEntries } from '../quarantine/store.ts';
import type { System } from '../system.ts';
import { noteAsCsv, noteAsXlsx } from './formats.ts';
import { type NoteDefect, type NoteGiven, noteRows } from './note.ts';
import { readDefectsOf, readTaken } from './store.ts';

export const noteFormats = ['csv', 'xlsx'] as const;
export type NoteFormat = (typeof noteFormats)[number];

export const noteTypes: Readonly<Record<NoteFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

const EVERYWHERE = [''];

/** Examples of one kind, masked; each once. */
const examplesOf = async (system: System, numbers: readonly number[], field: string | null): Promise<string[]> => {
  const reader = createEntryReader(system);
  const shown = new Set<string>();
  for (const entry of await readEntries(system.postgres, EVERYWHERE, numbers)) {
    const { columns, cells } = await reader(entry);
    const place = columns.findIndex(({ name }) => name === field);
    const column = columns[place];
    const value = column === undefined ? null : maskedCell(column, cells?.[place]);
    if (value !== null) shown.add(value);
  }
  return [...shown];
};

export interface NoteAsked {
  readonly department: string;
  readonly month: string;
  readonly by: string;
  readonly synthetic: boolean;
}

/** Null where no such department sends anything. */
export const makeNote = async (system: System, asked: NoteAsked): Promise<NoteGiven | null> => {
  const names = feedsBySender().get(asked.department);
  if (names === undefined) return null;
  const defects = await readDefectsOf(system.postgres, names, asked.month);
  const shown: NoteDefect[] = [];
  for (const { examples, ...row } of defects) {
    const feed = feeds.get(row.feed);
    const columns = feed === undefined ? [] : readColumns({ feed, declarations: false });
    shown.push({
      ...row,
      ...rejectWords[row.reason],
      fieldTitle: columns.find(({ name }) => name === row.field)?.zh ?? null,
      examples: await examplesOf(system, examples, row.field),
    });
  }
  return {
    department: departmentTitle(asked.department),
    month: asked.month,
    feeds: names.map((feed) => ({ feed, title: feeds.get(feed)?.zh ?? feed })),
    taken: await readTaken(system.postgres, names, asked.month),
    defects: shown,
    ...{ by: asked.by, at: formatShanghai(system.now()), synthetic: asked.synthetic },
  };
};

/** A note as the bytes of a file. */
export const noteFile = async (note: NoteGiven, format: NoteFormat): Promise<Buffer> => {
  const rows = noteRows(note);
  return format === 'csv' ? Buffer.from(noteAsCsv(rows)) : noteAsXlsx(rows, `${note.month} 质量通报`);
};
