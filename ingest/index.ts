/** The room's face: bytes -> valid department record, or quarantine. */

export { type Archive, type Archived, type ArchiveStream, createArchive } from './archive.ts';
export type { Column, ReceiptLimits } from './column.ts';
export * from './contract.ts';
export type { Feed, Row } from './feed.ts';
export { feeds } from './feeds/index.ts';
export { hash52 } from './hash.ts';
export { createArrayLines, NoJsonArray } from './json-array.ts';
export { type FeedMessage, frameMessages, judgeMessages, unframeMessages } from './messages.ts';
export { firstRecord, type RowBatch, readColumns, readFeed, type TakenRow } from './read-feed.ts';
export { readTable, type TableRow } from './read-table.ts';
export { type ReaderThread, readHere, startReaderThread } from './reader-thread.ts';
export { rejectWords } from './reject-words.ts';
export { readCsvHeader, type TextEncodingName, type UnknownColumns } from './rows.ts';
export * from './store.ts';
export { normaliseName, normaliseText } from './values.ts';
export { addVersion, emptyHistory, judgeVersion, type RecordHistory, rankOf } from './version.ts';
