/** A feed file on disk as a load would read it: checked first, then row by row. */
import { basename } from 'node:path';
import { formOf } from '../../app/exchange-directory.ts';
import { checkFile } from '../../app/load-headers.ts';
import { type Feed, feeds, openByteSource, openOnDisk, readFeed, type TakenRow } from '../../ingest/index.ts';

/** 2026-09-30, received that day. */
export const LIMITS = { latestDay: 20_726, receiptDay: 20_726 };

/** Rows of a file; throws DirectoryProblem where it is refused as a whole. */
export const readFile = async (path: string, feedName: string): Promise<TakenRow[]> => {
  const feed = feeds.get(feedName) as Feed;
  const name = basename(path);
  const form = formOf(name);
  if (form === null) throw new Error(`${name} is of no form that is read`);
  const source = await openByteSource(path);
  try {
    await checkFile({ feed, name, path, ...form, size: source.size }, null);
    const file = { feed, ...form, mapping: null };
    const opened = await openOnDisk(source, file, () => undefined);
    const rows: TakenRow[] = [];
    const options = { from: { line: 1, offset: 0 }, limits: LIMITS, batchRows: 1000, unknown: new Map() };
    for await (const batch of readFeed({ ...file, ...opened }, options)) rows.push(...batch.rows);
    return rows;
  } finally {
    await source.close();
  }
};
