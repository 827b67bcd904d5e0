/** Touches the world: how senders' files differ from ours, as YAML beside them or in YILIAN_HOME. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Feed, type FeedMapping, readColumns, readMapping } from '../ingest/index.ts';
import { DirectoryProblem, type ExchangeDirectory } from './exchange-directory.ts';

/** Where the mapping of a feed lies that no sender sends. */
export const homeMapping = (home: string, feed: string): string => join(home, 'mappings', `${feed}.yaml`);

const MISSING = Symbol('missing');

/** Reads one mapping; null where there is no such file. Throws DirectoryProblem with file, line and reason. */
export const readMappingFile = async (path: string, feed: Feed): Promise<FeedMapping | null> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return MISSING;
    throw new DirectoryProblem([`${path}: can't be read (${error.code}). Give read permission, or remove it.`]);
  });
  if (typeof text !== 'string') return null;
  const read = readMapping(text, readColumns({ feed, declarations: false }));
  if (read.ok) return read.mapping;
  throw new DirectoryProblem(read.problems.map(({ line, reason }) => `${path}:${line}: ${reason}`));
};

/** Mappings by feed: the one in the feed's folder, else the one in the home. Throws DirectoryProblem naming every problem. */
export const readMappings = async (
  directory: ExchangeDirectory,
  home: string,
): Promise<ReadonlyMap<string, FeedMapping>> => {
  const mappings = new Map<string, FeedMapping>();
  const problems: string[] = [];
  for (const feed of new Set(directory.feeds.map((source) => source.feed))) {
    try {
      const path = directory.mappings.get(feed.name) ?? homeMapping(home, feed.name);
      const mapping = await readMappingFile(path, feed);
      if (mapping !== null) mappings.set(feed.name, mapping);
    } catch (error) {
      if (!(error instanceof DirectoryProblem)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new DirectoryProblem(problems);
  return mappings;
};
