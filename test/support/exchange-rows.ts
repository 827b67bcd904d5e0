/** Records of an exchange directory as rows, to be written again in other files, other forms and another order. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { toCsv } from '../oracle/exchange-builder.ts';
import { FEED_COLUMNS, type FeedName, headersOf } from '../oracle/feed-columns.ts';
import { OTHER_JSON, type RawCell, readRows } from '../oracle/read-rows.ts';

/** Cells by English name, as text. */
export type FeedRow = Readonly<Record<string, string>>;

const textOf = (cell: RawCell): string => (typeof cell === 'object' ? cell.literal : String(cell));

/** Every readable row of every feed in the order of receipt; declarations, deletes and rows to be rejected are rows, too. */
export const readFeedRows = (directory: string): Map<string, FeedRow[]> => {
  const feeds = new Map<string, FeedRow[]>();
  for (const feed of readdirSync(join(directory, 'feeds')).sort()) {
    const rows: FeedRow[] = [];
    for (const name of readdirSync(join(directory, 'feeds', feed)).sort()) {
      const declared = name === '_complete.csv';
      const headers = headersOf(FEED_COLUMNS[feed as FeedName].columns);
      for (const row of readRows(join(directory, 'feeds', feed, name), headers)) {
        if ('refused' in row || [...row.cells.values()].includes(OTHER_JSON)) continue;
        const cells = [...row.cells].map(([column, cell]) => [column, textOf(cell)]);
        rows.push({ ...(declared ? { op: 'complete' } : {}), ...Object.fromEntries(cells) });
      }
    }
    feeds.set(feed, rows);
  }
  return feeds;
};

/** Writes rows as a file of a feed; the form is that of the name. */
export const writeFeedFile = (directory: string, feed: string, name: string, rows: readonly FeedRow[]): void => {
  const path = join(directory, 'feeds', feed, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, name.endsWith('.csv') ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
};

export const copyRegistry = (from: string, to: string): void => {
  cpSync(join(from, 'registry'), join(to, 'registry'), { recursive: true });
};

const HEADERS: Readonly<Record<string, string>> = {
  regions: 'region_code,name,parent_code,level',
  standards: 'region_code,kind,area,effective_from,amount,document',
  households: 'household_id,region_code,area,category,category_since',
  persons: 'person_id,household_id,name,relation',
  authorisations: 'household_id,scope,granted_on,expires_on',
};

/** The registry files that nothing was written into, which a directory must hold all the same. */
export const completeRegistry = (directory: string): string => {
  mkdirSync(join(directory, 'registry'), { recursive: true });
  for (const [table, header] of Object.entries(HEADERS)) {
    const path = join(directory, 'registry', `${table}.csv`);
    if (!existsSync(path)) writeFileSync(path, `${header}\n`);
  }
  return directory;
};

/**
 * Joins files of a feed that have the same form and header, byte by byte: a department that sends fewer, larger files.
 * What a file costs is not what these tests are about.
 */
export const joinFiles = (directory: string): void => {
  for (const feed of readdirSync(join(directory, 'feeds'))) {
    const folder = join(directory, 'feeds', feed);
    const first = new Map<string, string>();
    for (const name of readdirSync(folder).sort()) {
      if (name === '_complete.csv') continue;
      const bytes = readFileSync(join(folder, name));
      const body = name.endsWith('.csv') ? bytes.indexOf('\n') + 1 : 0;
      const head = `${name.slice(name.lastIndexOf('.'))} ${bytes.subarray(0, body).toString('latin1')}`;
      const into = first.get(head);
      if (into === undefined) {
        first.set(head, name);
        continue;
      }
      appendFileSync(join(folder, into), bytes.subarray(body));
      rmSync(join(folder, name));
    }
  }
};
