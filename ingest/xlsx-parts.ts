/** The small parts of a workbook: which sheet is the first, which texts it shares, which styles are dates. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { damaged, notReadable } from './xlsx-problem.ts';
import type { Zip } from './xlsx-zip.ts';

const LARGEST_SMALL_PART = 33_554_432;

/** How a style shows a number, as far as it changes what the number means. */
export interface NumberStyle {
  /** Parts of a date that it shows, '' for a plain number. */
  readonly shows: '' | 'date' | 'month' | 'datetime' | 'time';
  /** Digits that a whole number is filled up to with zeros (format `000000`). */
  readonly digits: number;
}

export interface Workbook {
  readonly sheet: string;
  readonly sharedStrings: string | null;
  readonly styles: readonly NumberStyle[];
  /** Days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Tells of every element of a small part, by its name without prefix. */
const eachElement = (xml: string, part: string, visit: (name: string, tag: SaxesTagPlain) => void): void => {
  const parser = new SaxesParser({ position: false });
  parser.on('opentag', (tag) => visit(localName(tag.name), tag as SaxesTagPlain));
  parser.on('doctype', () => {
    throw notReadable('a part of the workbook declares a document type');
  });
  parser.on('error', (error) => {
    throw damaged(`${part}: ${error.message}`);
  });
  parser.write(xml).close();
};

/** An attribute by its name without prefix: the id of a relation stands under whatever prefix the file gives it. */
const prefixed = (tag: SaxesTagPlain, name: string): string | undefined =>
  Object.entries(tag.attributes).find(([key]) => key.includes(':') && localName(key) === name)?.[1];

interface Relation {
  readonly kind: string;
  readonly target: string;
}

/** The part that a relation of a part in `folder` leads to. */
const partOf = (target: string, folder: string, relations: string): string => {
  try {
    return decodeURIComponent(new URL(target, `zip:///${folder}`).pathname.slice(1));
  } catch (error) {
    // A percent sign that escapes nothing, or no address at all.
    if (error instanceof URIError || (error as { code?: unknown }).code === 'ERR_INVALID_URL')
      throw damaged(`${relations}: "${target.slice(0, 80)}" is no name of a part`);
    throw error;
  }
};

/** Relations of a part by id; targets are names of parts. What is outside of the workbook is left there. */
const relationsOf = async (zip: Zip, part: string): Promise<Map<string, Relation>> => {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  const relations = new Map<string, Relation>();
  if (zip.sizeOf(name) === null) return relations;
  eachElement(await zip.text(name, LARGEST_SMALL_PART), name, (element, { attributes }) => {
    if (element !== 'Relationship' || attributes['TargetMode'] === 'External') return;
    const { Id = '', Type = '', Target = '' } = attributes as { Id?: string; Type?: string; Target?: string };
    relations.set(Id, { kind: Type.slice(Type.lastIndexOf('/') + 1), target: partOf(Target, folder, name) });
  });
  return relations;
};

const targetOf = (relations: Map<string, Relation>, kind: string): string | null =>
  [...relations.values()].find((relation) => relation.kind === kind)?.target ?? null;

// Formats that are known by number only (ECMA-376 18.8.30), those of Chinese Excel from 27 on among them.
const DATES = new Set([14, 15, 16, 28, 29, 30, 31, 51, 53, 54, 58]);
const MONTHS = new Set([17, 27, 36, 50, 52, 57]);
const TIMES = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56]);

/** What a format code shows: its letters, without quoted text, colours and conditions, escaped signs and fillers. */
export const readFormat = (id: number, code: string | undefined): NumberStyle => {
  const plain = (shows: NumberStyle['shows'], digits = 0): NumberStyle => ({ shows, digits });
  if (code === undefined) {
    if (id === 22) return plain('datetime');
    return plain(DATES.has(id) ? 'date' : MONTHS.has(id) ? 'month' : TIMES.has(id) ? 'time' : '');
  }
  if (/^0{2,}$/.test(code)) return plain('', code.length);
  const letters = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?![hms]+\])[^\]]*\]/gi, '')
    .replace(/general|e[+-]/gi, '')
    .replace(/AM\/PM|A\/P/gi, 'h')
    .split(';', 1)[0] as string;
  const day = /d/i.test(letters);
  const year = /[ye]/i.test(letters);
  const time = /[hs]/i.test(letters);
  const month = /m/i.test(letters) && (!time || year || day);
  if (day || year || month) return plain(time ? 'datetime' : day || (year && !month) ? 'date' : 'month');
  return plain(time ? 'time' : '');
};

const readStyles = (xml: string, part: string): NumberStyle[] => {
  const formats = new Map<number, string>();
  const styles: NumberStyle[] = [];
  let inside = '';
  eachElement(xml, part, (name, { attributes }) => {
    if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
    else if (name === 'cellXfs' || name === 'cellStyleXfs' || name === 'cellStyles' || name === 'dxfs') inside = name;
    else if (name === 'xf' && inside === 'cellXfs') {
      const id = Number(attributes['numFmtId'] ?? 0);
      styles.push(readFormat(id, formats.get(id)));
    }
  });
  return styles;
};

/** Reads what has to be known before the first row. The first sheet is the first one that is shown. */
export const readWorkbook = async (zip: Zip): Promise<Workbook> => {
  const main = targetOf(await relationsOf(zip, ''), 'officeDocument') ?? 'xl/workbook.xml';
  if (zip.sizeOf(main) === null) throw notReadable('is no XLSX workbook');
  const relations = await relationsOf(zip, main);
  const sheets: { part: string; hidden: boolean }[] = [];
  let from1904 = false;
  eachElement(await zip.text(main, LARGEST_SMALL_PART), main, (name, tag) => {
    if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(tag.attributes['date1904'] ?? '');
    if (name !== 'sheet') return;
    const relation = relations.get(prefixed(tag, 'id') ?? '');
    // Sheets of charts and of dialogues hold no cells.
    if (relation?.kind === 'worksheet')
      sheets.push({ part: relation.target, hidden: (tag.attributes['state'] ?? 'visible') !== 'visible' });
  });
  const sheet = sheets.find(({ hidden }) => !hidden) ?? sheets[0];
  if (sheet === undefined) throw notReadable('the workbook has no sheet');
  const styles = targetOf(relations, 'styles');
  return {
    sheet: sheet.part,
    sharedStrings: targetOf(relations, 'sharedStrings'),
    styles:
      styles === null || zip.sizeOf(styles) === null
        ? []
        : readStyles(await zip.text(styles, LARGEST_SMALL_PART), styles),
    from1904,
  };
};
