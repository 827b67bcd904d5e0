/** Touches the world: what an exchange directory holds, checked as a whole before anything of it is taken. */
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Feed, feeds } from '../ingest/index.ts';
import { type RegistryFile, registryFiles } from '../registry/index.ts';

export interface FeedSource {
  readonly feed: Feed;
  readonly name: string;
  readonly path: string;
  readonly form: 'csv' | 'jsonl';
  readonly packed: boolean;
  readonly declarations: boolean;
  readonly size: number;
}

export interface ExchangeDirectory {
  /** The directory without links: what a load of it is known by. */
  readonly path: string;
  readonly registry: readonly { readonly file: RegistryFile; readonly path: string; readonly size: number }[];
  readonly feeds: readonly FeedSource[];
  /** What is there but not taken, in words. */
  readonly notices: readonly string[];
}

/** A directory that can't be taken: every problem names the file and what to do. */
export class DirectoryProblem extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'DirectoryProblem';
    this.problems = problems;
  }
}

const form = /^(.+)\.(csv|jsonl)(\.gz)?$/;

/** What a feed's file is by its name: its form, and whether it holds declarations of complete periods (feeds.md section 4). */
export const formOf = (name: string): Pick<FeedSource, 'form' | 'packed' | 'declarations'> | null => {
  const match = form.exec(name);
  if (match === null) return null;
  const [, stem, text, packed] = match;
  return {
    form: text as 'csv' | 'jsonl',
    packed: packed !== undefined,
    declarations: stem === '_complete' && text === 'csv',
  };
};

const NO_PERMISSION = 'may not be read by this user. Give read permission and load again.';

/** Why a path can't be used, with the cure. `missing` is what to do where nothing is there. */
const problemOf = (path: string, error: unknown, missing: string): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${path}: ${missing}`;
  if (code === 'EACCES' || code === 'EPERM') return `${path}: ${NO_PERMISSION}`;
  if (code === 'ENOTDIR') return `${path}: a file stands where a folder was expected. Move it away or rename it.`;
  return `${path}: can't be read (${code}). Send it again.`;
};

const readableFile = async (path: string, missing: string): Promise<{ size: number } | string> => {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return `${path}: is a directory, a file was expected. Move it away or rename it.`;
    if (!found.isFile()) return `${path}: is no regular file. Copy its content to a file of this name.`;
    await access(path, constants.R_OK);
    return { size: found.size };
  } catch (error) {
    return problemOf(path, error, missing);
  }
};

/** Names in a folder, null where there is none, or what is wrong with it. */
const namesIn = async (path: string): Promise<string[] | string | null> => {
  try {
    const names = await readdir(path);
    // Byte order, the order of receipt within a directory (feeds.md section 1).
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : problemOf(path, error, '');
  }
};

/** Reads the layout of a directory; throws DirectoryProblem naming every problem of it at once. */
export const readExchangeDirectory = async (given: string): Promise<ExchangeDirectory> => {
  const found = await stat(given).catch((error: unknown) => {
    throw new DirectoryProblem([problemOf(given, error, 'there is no such directory. Check the path.')]);
  });
  if (!found.isDirectory())
    throw new DirectoryProblem([`${given}: is a file; give the exchange directory that holds registry/ and feeds/.`]);
  const path = await realpath(given);
  const problems: string[] = [];
  const notices: string[] = [];
  const entries = await namesIn(path);
  if (typeof entries === 'string') throw new DirectoryProblem([entries]);
  if (entries === null || entries.length === 0)
    throw new DirectoryProblem([
      `${path}: is empty. It must hold registry/ with five CSV files, and feeds/ (feeds.md section 1).`,
    ]);
  const registry: { file: RegistryFile; path: string; size: number }[] = [];
  for (const file of registryFiles) {
    const at = join(path, 'registry', file.name);
    const readable = await readableFile(at, 'is missing. Add it (feeds.md section 5) and load again.');
    if (typeof readable === 'string') problems.push(readable);
    else registry.push({ file, path: at, size: readable.size });
  }
  const sources: FeedSource[] = [];
  const folders = await namesIn(join(path, 'feeds'));
  if (typeof folders === 'string') problems.push(folders);
  else if (folders === null) notices.push('feeds: is not there; the registry is taken, no records');
  for (const folder of Array.isArray(folders) ? folders : []) {
    const feed = feeds.get(folder);
    if (feed === undefined) {
      notices.push(`feeds/${folder}: no feed of this program takes it; left alone`);
      continue;
    }
    const inside = await namesIn(join(path, 'feeds', folder));
    if (typeof inside === 'string') problems.push(inside);
    for (const name of Array.isArray(inside) ? inside : []) {
      const known = formOf(name);
      if (known === null) {
        notices.push(`feeds/${folder}/${name}: no .csv, .jsonl or their .gz; left alone`);
        continue;
      }
      const at = join(path, 'feeds', folder, name);
      const readable = await readableFile(at, 'is a link that leads nowhere. Put the file itself there.');
      if (typeof readable === 'string') problems.push(readable);
      else
        sources.push({
          feed,
          name,
          path: at,
          ...known,
          size: readable.size,
        });
    }
  }
  if (problems.length > 0) throw new DirectoryProblem(problems);
  return { path, registry, feeds: sources, notices };
};
