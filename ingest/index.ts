/** The room's face: bytes -> valid department record, or quarantine. */

export { type Archive, type Archived, type ArchiveStream, createArchive } from './archive.ts';
export { openByteSource } from './byte-source.ts';
export type { Column, ReceiptLimits } from './column.ts';
export * from './contract.ts';
export { csvFields } from './csv-fields.ts';
export {
  type Deliveries,
  type DeliveryState,
  deliveryDay,
  deliverySettings,
  deliveryState,
  noDeliveries,
} from './deliveries.ts';
export { type Feed, needsAuthorisation, type Row } from './feed.ts';
export { feeds } from './feeds/index.ts';
export { hash52 } from './hash.ts';
export { createArrayLines, NoJsonArray } from './json-array.ts';
export { columnIndex, type FeedMapping } from './mapping.ts';
export { type FeedMessage, frameMessages, judgeMessages, unframeMessages } from './messages.ts';
export * from './quarantine-store.ts';
export {
  type FeedFile,
  firstRecord,
  type JudgedRows,
  openCells,
  type ReadRows,
  type RowBatch,
  readColumns,
  readFeed,
  recordForms,
  type TakenRow,
} from './read-feed.ts';
export { readMapping } from './read-mapping.ts';
export { readRecords } from './read-records.ts';
export { readTable, type TableRow } from './read-table.ts';
export { type ReaderThread, readHere, startReaderThread } from './reader-thread.ts';
export { openOnDisk, openReceived } from './received.ts';
export { rejectWords } from './reject-words.ts';
export { type CellReader, decodeRecord, readCsvHeader, type TextEncodingName, type UnknownColumns } from './rows.ts';
export { feedsBySender, senderOf, senderWords } from './senders.ts';
export * from './store.ts';
export { normaliseName, normaliseText } from './values.ts';
export { addVersion, emptyHistory, judgeVersion, type RecordHistory, rankOf } from './version.ts';
export { xlsxRecords } from './xlsx.ts';
export { XlsxProblem } from './xlsx-problem.ts';
