/** Touches the world: looks at the header of every CSV file, and through every packed one, before anything is taken. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type Column,
  type FeedMapping,
  firstRecord,
  openByteSource,
  readColumns,
  readCsvHeader,
  XlsxProblem,
  xlsxRecords,
} from '../ingest/index.ts';
import { DirectoryProblem, type ExchangeDirectory, type FeedSource } from './exchange-directory.ts';

const CARRIAGE_RETURN = 13;

const opener = (path: string, packed: boolean) => (): AsyncIterable<Buffer> => {
  const file = createReadStream(path, { highWaterMark: 65_536 });
  return packed ? pipeline(file, createGunzip(), () => undefined) : file;
};

/** Where a packed file breaks off. Found out in the middle of a load, half of it would be taken already. */
const damageOf = async (path: string): Promise<string | null> => {
  let line = 1;
  try {
    for await (const chunk of opener(path, true)()) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) line += 1;
    }
    return null;
  } catch (error) {
    return `${path}:${line}: the packed file is damaged or cut short here (${(error as Error).message}). Send it again.`;
  }
};

const unknownHeaders = (path: string, line: number, columns: readonly Column[]): string => {
  const expected = columns.slice(0, 3).map((column) => `${column.name} (${column.zh})`);
  return `${path}:${line}: none of the headers is known. The first line must name columns such as ${expected.join(', ')}.`;
};

/** What is wrong with a workbook. It is read to its end: damage is found nowhere else but where it is. */
const workbookProblemOf = async (
  path: string,
  columns: readonly Column[],
  mapping: FeedMapping | null,
): Promise<string | null> => {
  const source = await openByteSource(path);
  try {
    const open = xlsxRecords(source, columns, mapping);
    const header = await firstRecord(open, 'rows');
    if (header === null) return null;
    if (readCsvHeader(header.bytes, 'utf-8', columns, mapping)?.known !== true)
      return unknownHeaders(path, header.line, columns);
    for await (const _ of open(0));
    return null;
  } catch (error) {
    if (!(error instanceof XlsxProblem))
      return `${path}: can't be read (${(error as Error).message}). Send the file again.`;
    return `${path}${error.row === null ? '' : `:${error.row}`}: ${error.message}`;
  } finally {
    await source.close();
  }
};

const headerProblemOf = async (
  path: string,
  packed: boolean,
  columns: readonly Column[],
  mapping: FeedMapping | null = null,
): Promise<string | null> => {
  try {
    const header = await firstRecord(opener(path, packed));
    // An empty file says nothing and harms nothing.
    if (header === null) return null;
    const read =
      readCsvHeader(header.bytes, 'utf-8', columns, mapping) ??
      readCsvHeader(header.bytes, 'gb18030', columns, mapping);
    // Old programs end lines with a carriage return alone: the whole file would be its own header, and no row of it read.
    if (read?.known && header.bytes.includes(CARRIAGE_RETURN)) {
      return `${path}:${header.line}: lines end with a carriage return alone. Save the file with line feeds (CSV UTF-8) and load again.`;
    }
    return read?.known ? null : unknownHeaders(path, header.line, columns);
  } catch (error) {
    return `${path}: can't be read (${(error as Error).message}). Send the file again.`;
  }
};

/** Why nothing of a feed's file could be read, with the place and the cure, or null. */
export const problemOf = async (
  { path, form, packed, ...source }: FeedSource,
  given: FeedMapping | null,
): Promise<string | null> => {
  const mapping = source.declarations ? null : given;
  if (form === 'xlsx') return workbookProblemOf(path, readColumns(source), mapping);
  const damage = packed ? await damageOf(path) : null;
  return damage ?? (form === 'csv' ? await headerProblemOf(path, packed, readColumns(source), mapping) : null);
};

/** Throws DirectoryProblem where one file can't be taken. */
export const checkFile = async (source: FeedSource, mapping: FeedMapping | null): Promise<void> => {
  const problem = await problemOf(source, mapping);
  if (problem !== null) throw new DirectoryProblem([problem]);
};

/** Throws DirectoryProblem naming every CSV file whose first line holds no known header, and every damaged packed file. */
export const checkHeaders = async (
  directory: ExchangeDirectory,
  mappings: ReadonlyMap<string, FeedMapping> = new Map(),
): Promise<void> => {
  const problems: string[] = [];
  for (const { file, path } of directory.registry) {
    const problem = await headerProblemOf(path, false, file.columns);
    if (problem !== null) problems.push(problem);
  }
  for (const source of directory.feeds) {
    const problem = await problemOf(source, mappings.get(source.feed.name) ?? null);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new DirectoryProblem(problems);
};
