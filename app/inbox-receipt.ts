/** Touches the world: what is written beside a file that leaves the inbox, and its last move. */
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { countRefused, type Feed, readColumns, readRefused } from '../ingest/index.ts';
import type { Postgres } from '../platform/postgres.ts';
import { writeDurably } from '../platform/write-durably.ts';
import { type Claim, freeName, putAway } from './inbox-folder.ts';
import type { LoadCounts } from './load-counts.ts';
import {
  REJECTED_HEADER,
  type Receipt,
  receiptOf,
  receiptOfUnreadable,
  rejectedLines,
  unreadableLines,
} from './receipt.ts';
import type { ReceivedFile } from './take-file.ts';

/** Refused rows that are read and written at once. */
const PAGE = 5_000;
/** Departments read it: not only the user that the program runs as. */
const READABLE = 0o644;

/** Where the file will lie, made if it is not there, and its name there. The same again after a crash before the move. */
const placeOf = async (folder: string, to: Receipt['state'], name: string): Promise<{ at: string; name: string }> => {
  const at = join(folder, to === 'taken' ? 'done' : 'failed');
  await mkdir(at, { recursive: true });
  return { at, name: await freeName(at, name) };
};

const writeReceipt = async (at: string, name: string, receipt: Receipt): Promise<void> => {
  const path = join(at, `${name}.receipt.json`);
  await writeDurably(path, `${JSON.stringify(receipt, null, 2)}\n`, READABLE);
};

/** Lists the refused rows of a file, a page at a time: there may be as many as rows. */
const writeRejected = async (postgres: Postgres, file: ReceivedFile, path: string): Promise<void> => {
  const names = new Map(readColumns(file).map((column) => [column.name, column.zh]));
  const beside = `${path}.new`;
  const out = await open(beside, 'w', READABLE);
  try {
    await out.appendFile(REJECTED_HEADER);
    for (let after = -1; ; ) {
      const rows = await readRefused(postgres, file.fileNo, { after, most: PAGE });
      await out.appendFile(rejectedLines(names, rows));
      if (rows.length < PAGE) break;
      after = rows.at(-1)?.position ?? after;
    }
    await out.sync();
  } finally {
    await out.close();
  }
  await rename(beside, path);
};

/** Moves a file that was read to `done/`, or to `failed/` where none of its rows could be taken, with its receipt. */
export const endClaim = async (
  { postgres }: { readonly postgres: Postgres },
  given: { folder: string; claim: Claim; file: ReceivedFile; counts: LoadCounts },
): Promise<Receipt> => {
  const { folder, claim, file, counts } = given;
  const refused = await countRefused(postgres, file.fileNo);
  const said = (name: string): Receipt =>
    receiptOf({
      ...{ file: claim.name, feed: file.feed.name, size: file.archived.size, sha256: file.archived.sha256 },
      ...{ receivedAt: file.receivedAt, counts, refused, rejectedRows: `${name}.rejected.csv` },
    });
  const { state } = said(claim.name);
  const { at, name } = await placeOf(folder, state, claim.name);
  if (refused > 0) await writeRejected(postgres, file, join(at, `${name}.rejected.csv`));
  const receipt = said(name);
  await writeReceipt(at, name, receipt);
  await putAway(folder, claim, state === 'taken' ? 'done' : 'failed', name);
  return receipt;
};

/** Moves a file that nothing could be read of to `failed/`. */
export const endUnreadable = async (given: {
  feed: Feed;
  folder: string;
  claim: Claim;
  size: number;
  problem: string;
}): Promise<void> => {
  const { feed, folder, claim, size, problem } = given;
  const { at, name } = await placeOf(folder, 'failed', claim.name);
  await writeDurably(join(at, `${name}.rejected.csv`), unreadableLines(problem), READABLE);
  await writeReceipt(at, name, receiptOfUnreadable({ file: claim.name, feed: feed.name, size, problem }));
  await putAway(folder, claim, 'failed', name);
};
