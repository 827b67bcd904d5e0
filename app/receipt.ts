import { type RefusedRow, rejectWords } from '../ingest/index.ts';
import { formatShanghai } from '../platform/calendar.ts';
import type { LoadCounts } from './load-counts.ts';

/** What a department finds beside a file that was taken from the inbox, or could not be. */
export interface Receipt {
  readonly file: string;
  readonly feed: string;
  readonly state: 'taken' | 'failed';
  /** Chinese, for the person who opens the folder. */
  readonly message: string;
  /** Why the file as such could not be read, else null. */
  readonly problem: string | null;
  /** When it came in first: the same file again keeps its time. Null where nothing of it was received. */
  readonly received_at: string | null;
  /** Of the bytes as received, hexadecimal. */
  readonly sha256: string | null;
  readonly size: number;
  readonly records: LoadCounts['records'] | null;
  readonly completions: number;
  readonly rejected_by_reason: readonly { readonly reason: string; readonly rows: number; readonly meaning: string }[];
  /** Name of the file beside it that lists the refused rows, or null. */
  readonly rejected_rows: string | null;
}

const UNREADABLE =
  '整个文件无法读取，未采纳其中任何内容。请按 problem 一栏的说明改正后，以新的文件重新放入；文件应为 CSV 或 JSONL（可用 gzip 压缩），首行为字段名称。';
const NOTHING_TAKEN =
  '文件中没有一行可以采纳。每一行的原因和修改办法见同名的 .rejected.csv（可用 Excel 打开），改正后请重新放入。';
const TAKEN = '文件已接收。';
const SOME_REFUSED =
  '文件已接收，部分行未采纳：原因和修改办法见同名的 .rejected.csv（可用 Excel 打开），请只重新报送这些行。';

/** Receipt of a file that nothing could be read of. */
export const receiptOfUnreadable = (given: { file: string; feed: string; size: number; problem: string }): Receipt => ({
  ...{ file: given.file, feed: given.feed, state: 'failed', message: UNREADABLE, problem: given.problem },
  ...{ received_at: null, sha256: null, size: given.size, records: null, completions: 0 },
  ...{ rejected_by_reason: [], rejected_rows: null },
});

/** Receipt of a file that was read. It failed where it had rows and none of them could be taken. */
export const receiptOf = (given: {
  file: string;
  feed: string;
  size: number;
  sha256: Buffer;
  receivedAt: Date;
  counts: LoadCounts;
  /** Rows of the file in quarantine, unreadable declarations included. */
  refused: number;
  rejectedRows: string;
}): Receipt => {
  const { records, completions, rejected_by_reason } = given.counts;
  const failed = given.refused > 0 && records.read === records.rejected && completions === 0;
  return {
    ...{ file: given.file, feed: given.feed, state: failed ? 'failed' : 'taken' },
    message: failed ? NOTHING_TAKEN : given.refused > 0 ? SOME_REFUSED : TAKEN,
    ...{ problem: null, received_at: formatShanghai(given.receivedAt), sha256: given.sha256.toString('hex') },
    ...{ size: given.size, records, completions },
    rejected_by_reason: Object.entries(rejected_by_reason).map(([reason, rows]) => ({
      ...{ reason, rows, meaning: rejectWords[reason as keyof typeof rejectWords].what },
    })),
    rejected_rows: given.refused > 0 ? given.rejectedRows : null,
  };
};

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells: readonly (string | number)[]): string => `${cells.map((cell) => quoted(`${cell}`)).join(',')}\r\n`;

/** First line of a list of refused rows. With a byte order mark: without it Excel takes UTF-8 for something else. */
export const REJECTED_HEADER = `\u{feff}${line(['行号', '原因', '原因代码', '字段', '字段名称', '如何修改'])}`;

/** Lines of the list; what the row held is not repeated, because it may be an id number. */
export const rejectedLines = (names: ReadonlyMap<string, string>, rows: readonly RefusedRow[]): string =>
  rows
    .map(({ position, reason, field }) => {
      const { what, cure } = rejectWords[reason];
      return line([position, what, reason, field ?? '', field === null ? '' : (names.get(field) ?? ''), cure]);
    })
    .join('');

/** The list of a file that could not be read: one line about all of it. */
export const unreadableLines = (problem: string): string =>
  `${REJECTED_HEADER}${line(['', '整个文件无法读取', 'unreadable', '', '', problem])}`;
