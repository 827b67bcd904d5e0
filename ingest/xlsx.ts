/** A workbook as the bytes of a CSV file: UTF-8, RFC 4180, one record for each row of its first sheet. */
import type { ByteSource } from './byte-source.ts';
import type { Column } from './column.ts';
import type { FeedMapping } from './mapping.ts';
import { readCsvHeader } from './rows.ts';
import { readWorkbook, type Workbook } from './xlsx-parts.ts';
import { damaged, tooMuch } from './xlsx-problem.ts';
import { createSheetReader } from './xlsx-sheet.ts';
import { noSharedStrings, readSharedStrings, type SharedStrings } from './xlsx-strings.ts';
import { serialKindOf } from './xlsx-values.ts';
import { openZip, type Zip } from './xlsx-zip.ts';

/** Records may be so many times larger than the file, once they are more than `HARMLESS` bytes: texts can be shared. */
const MOST_RATIO = 200;
const HARMLESS = 67_108_864;

interface Opened {
  readonly zip: Zip;
  readonly workbook: Workbook;
  readonly strings: SharedStrings;
}

const openWorkbook = async (source: ByteSource): Promise<Opened> => {
  const zip = await openZip(source);
  const workbook = await readWorkbook(zip);
  if (zip.sizeOf(workbook.sheet) === null) throw damaged(`${workbook.sheet} is missing`);
  const { sharedStrings } = workbook;
  const strings =
    sharedStrings === null || zip.sizeOf(sharedStrings) === null
      ? noSharedStrings
      : await readSharedStrings(zip, sharedStrings);
  return { zip, workbook, strings };
};

/**
 * How to open a workbook at a byte of its records, as any other file is opened. What has to be known before the first
 * row is read once. Throws XlsxProblem, or what the source throws, while it is read.
 */
export const xlsxRecords = (
  source: ByteSource,
  columns: readonly Column[],
  mapping: FeedMapping | null,
): ((offset: number) => AsyncGenerator<Buffer>) => {
  let opened: Promise<Opened> | null = null;
  return async function* (offset) {
    opened ??= openWorkbook(source);
    const { zip, workbook, strings } = await opened;
    const reader = createSheetReader({
      ...{ strings, styles: workbook.styles, from1904: workbook.from1904 },
      kindsOf: (header) => {
        const places = readCsvHeader(header, 'utf-8', columns, mapping)?.columnOf ?? [];
        return places.map((place) => serialKindOf(columns[place]));
      },
    });
    let at = 0;
    for await (const chunk of zip.read(workbook.sheet)) {
      for (const records of reader.push(chunk)) {
        if (at + records.length > offset) yield at < offset ? records.subarray(offset - at) : records;
        at += records.length;
      }
      if (reader.written() > HARMLESS && reader.written() > MOST_RATIO * source.size)
        throw tooMuch('the workbook holds many times more text than its size allows');
    }
    for (const records of reader.end()) {
      if (at + records.length > offset) yield at < offset ? records.subarray(offset - at) : records;
      at += records.length;
    }
  };
};
