/** Workbooks made by hand, part by part: also such as no spreadsheet program would write. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { ByteSource } from '../../ingest/byte-source.ts';

export type Parts = Readonly<Record<string, string | Buffer>>;

export interface ZipLies {
  /** What the directory of the zip says of every part instead of the truth. */
  readonly size?: number;
  readonly checksum?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly stored?: boolean;
}

export const zipOf = (parts: Parts, lies: ZipLies = {}): Buffer => {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content);
    const data = lies.stored === true ? plain : deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(lies.flags ?? 0, 2);
    fields.writeUInt16LE(lies.method ?? (lies.stored === true ? 0 : 8), 4);
    fields.writeUInt32LE(lies.checksum ?? crc32(plain), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(lies.size ?? plain.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
    const behind = Buffer.alloc(14);
    behind.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, behind, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
};

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

const relations = (...entries: readonly (readonly [string, string, string])[]): string =>
  `<?xml version="1.0"?><Relationships xmlns="${PACKAGE}">${entries
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('')}</Relationships>`;

export interface Sheet {
  /** What stands inside `sheetData`. */
  readonly rows: string;
  /** Inside `sst`. */
  readonly strings?: string;
  /** Formats by number; style n + 1 has format n. */
  readonly formats?: readonly string[];
  readonly from1904?: boolean;
}

/** Parts of a workbook with one sheet. */
export const partsOf = ({ rows, strings = '', formats = [], from1904 = false }: Sheet): Record<string, string> => ({
  '_rels/.rels': relations(['rId1', 'officeDocument', 'xl/workbook.xml']),
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relations(
    ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
    ['rId2', 'styles', 'styles.xml'],
    ['rId3', 'sharedStrings', '/xl/sharedStrings.xml'],
  ),
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts>${formats
    .map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
    .join(
      '',
    )}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, i) => `<xf numFmtId="${200 + i}"/>`).join('')}</cellXfs></styleSheet>`,
  'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings}</sst>`,
  'xl/worksheets/sheet1.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${MAIN}"><dimension ref="A1"/><sheetData>${rows}</sheetData></worksheet>`,
});

export const workbookOf = (sheet: Sheet): Buffer => zipOf(partsOf(sheet));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A row of inline texts; of numbers as such. */
export const rowOf = (cells: readonly (string | number | null)[], row: number | null = null): string =>
  `<row${row === null ? '' : ` r="${row}"`}>${cells
    .map((cell) =>
      cell === null
        ? '<c/>'
        : typeof cell === 'number'
          ? `<c><v>${cell}</v></c>`
          : `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`,
    )
    .join('')}</row>`;

/** Rows as a workbook of inline texts. */
export const tableOf = (rows: readonly (readonly (string | number | null)[])[]): Buffer =>
  workbookOf({ rows: rows.map((cells) => rowOf(cells)).join('') });

/** Bytes in memory as a zip is read from. */
export const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: async (start, length) => bytes.subarray(start, start + length),
  close: async () => undefined,
});
