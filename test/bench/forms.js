// The records of a directory in another form: as CSV, or as a workbook of the kind that Excel saves, with texts that cells
// share, numbers as numbers and dates as days with a style.
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { crc32, createDeflateRaw } from 'node:zlib';

const FEED = 'feeds/medical-insurance';
const DATES = new Set(['occurred_on', 'birth_date', 'admitted_on']);
const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(1899, 11, 30);

/** Writes lines in large pieces. */
const pieces = (stream) => {
  let waiting = '';
  const flush = async () => {
    const text = waiting;
    waiting = '';
    if (!stream.write(text)) await once(stream, 'drain');
  };
  return {
    add: (text) => {
      waiting += text;
      return waiting.length > 1_000_000 ? flush() : null;
    },
    flush,
    end: async () => {
      await flush();
      stream.end();
      await once(stream, 'close');
    },
  };
};

async function* recordsOf(path) {
  for await (const line of createInterface(createReadStream(path))) if (line !== '') yield JSON.parse(line);
}

const csvCell = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

const writeCsv = async (from, to) => {
  const out = pieces(createWriteStream(to));
  let columns = null;
  for await (const record of recordsOf(from)) {
    if (columns === null) {
      columns = Object.keys(record);
      await out.add(`${columns.join()}\n`);
    }
    await out.add(`${columns.map((column) => csvCell(String(record[column]))).join()}\n`);
  }
  await out.end();
};

/** A part that is packed as it is written, with its size and checksum. */
const openPart = (path) => {
  const file = createWriteStream(path);
  const deflate = createDeflateRaw({ level: 1 });
  deflate.pipe(file);
  let sum = 0;
  let size = 0;
  const out = pieces({
    write: (text) => {
      const bytes = Buffer.from(text);
      sum = crc32(bytes, sum);
      size += bytes.length;
      return deflate.write(bytes);
    },
    once: deflate.once.bind(deflate),
    on: deflate.on.bind(deflate),
    removeListener: deflate.removeListener.bind(deflate),
    emit: deflate.emit.bind(deflate),
    end: () => undefined,
  });
  return {
    add: out.add,
    async end() {
      await out.flush();
      deflate.end();
      await once(file, 'close');
      return { path, sum, size, packed: (await stat(path)).size };
    },
  };
};

const header = (signature, part, name, offset) => {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(part.sum, 10);
  fields.writeUInt32LE(part.packed, 14);
  fields.writeUInt32LE(part.size, 18);
  fields.writeUInt16LE(name.length, 22);
  if (offset === null) return Buffer.concat([Buffer.from(signature), fields, Buffer.from(name)]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from(`${signature}\x14\0`), fields, rest, Buffer.from(name)]);
};

/** Parts one behind the other, then where each stands. */
const writeZip = async (to, parts) => {
  const file = await open(to, 'w');
  const directory = [];
  let at = 0;
  const append = async (bytes) => {
    await file.appendFile(bytes);
    at += bytes.length;
  };
  for (const [name, part] of parts) {
    directory.push(header('PK\x01\x02', part, name, at));
    await append(header('PK\x03\x04', part, name, null));
    for await (const chunk of createReadStream(part.path, { highWaterMark: 1_048_576 })) await append(chunk);
    await rm(part.path);
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  await append(Buffer.concat([...directory, Buffer.from('PK\x05\x06'), end]));
  await file.close();
};

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (...entries) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const SMALL = {
  '_rels/.rels': relations(['rId1', 'officeDocument', 'xl/workbook.xml']),
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relations(
    ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
    ['rId2', 'styles', 'styles.xml'],
    ['rId3', 'sharedStrings', 'sharedStrings.xml'],
  ),
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
};

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const letter = (column) => String.fromCharCode(65 + column);

const writeXlsx = async (from, to) => {
  const sheet = openPart(`${to}.sheet`);
  const strings = openPart(`${to}.strings`);
  await sheet.add(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${MAIN}"><sheetData>`);
  await strings.add(`<sst xmlns="${MAIN}">`);
  const numbers = new Map();
  const shared = async (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(text, number);
    await strings.add(`<si><t>${escaped(text)}</t></si>`);
    return number;
  };
  let row = 1;
  const addRow = async (cells) => {
    let line = `<row r="${row}" spans="1:${cells.length}">`;
    for (const [i, { column, value }] of cells.entries()) {
      const at = `${letter(i)}${row}`;
      if (typeof value === 'number') line += `<c r="${at}"><v>${value}</v></c>`;
      else if (row > 1 && DATES.has(column))
        line += `<c r="${at}" s="1"><v>${(Date.parse(value) - FIRST_DAY) / DAY}</v></c>`;
      else line += `<c r="${at}" t="s"><v>${await shared(value)}</v></c>`;
    }
    await sheet.add(`${line}</row>`);
    row += 1;
  };
  for await (const record of recordsOf(from)) {
    if (row === 1) await addRow(Object.keys(record).map((column) => ({ column, value: column })));
    await addRow(Object.entries(record).map(([column, value]) => ({ column, value })));
  }
  await sheet.add('</sheetData></worksheet>');
  await strings.add('</sst>');
  const parts = [];
  for (const [name, text] of Object.entries(SMALL)) {
    const part = openPart(`${to}.${parts.length}`);
    await part.add(text);
    parts.push([name, await part.end()]);
  }
  parts.push(['xl/sharedStrings.xml', await strings.end()], ['xl/worksheets/sheet1.xml', await sheet.end()]);
  await writeZip(to, parts);
};

/** The directory with its records in a form; made once beside the one it is made from. */
export const directoryIn = async (form, directory, say) => {
  if (form === 'jsonl') return directory;
  const out = `${directory}-${form}`;
  const complete = `${out}.complete`;
  if (existsSync(complete) && existsSync(out)) return out;
  say(`writing the same records as ${form} to ${out}`);
  await rm(complete, { force: true });
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, FEED), { recursive: true });
  await cp(join(directory, 'registry'), join(out, 'registry'), { recursive: true });
  const [from, to] = [join(directory, FEED, '01.jsonl'), join(out, FEED, `01.${form}`)];
  await (form === 'csv' ? writeCsv : writeXlsx)(from, to);
  await writeFile(complete, '');
  return out;
};

export const fileIn = (form, directory) => join(directory, FEED, `01.${form}`);
