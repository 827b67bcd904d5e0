/** Touches the world: when departments are expected to deliver, as YILIAN_HOME/deliveries.yaml says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { type Deliveries, deliverySettings, feeds, noDeliveries } from '../ingest/index.ts';
import { DirectoryProblem } from './exchange-directory.ts';

/** Read at start, so that a mistake is told to whoever made it and not to whoever opens a page. Throws DirectoryProblem. */
export const readDeliveries = async (home: string): Promise<Deliveries> => {
  const path = join(home, 'deliveries.yaml');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new DirectoryProblem([`${path}: can't be read (${error.code}). Give read permission, or remove it.`]);
  });
  if (text === null) return noDeliveries;
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new DirectoryProblem([`${path}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`]);
  }
  const read = deliverySettings.safeParse(given ?? {});
  if (!read.success)
    throw new DirectoryProblem(
      read.error.issues.map(({ path: at, message }) => `${path}: ${at.join('.') || 'the file'}: ${message}`),
    );
  const unknown = Object.keys(read.data.feeds).filter((name) => !feeds.has(name));
  if (unknown.length > 0)
    throw new DirectoryProblem([
      `${path}: feeds.${unknown[0]}: there is no such feed. The feeds are ${[...feeds.keys()].join(', ')}.`,
    ]);
  return read.data;
};
