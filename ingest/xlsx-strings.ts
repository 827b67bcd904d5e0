/** Texts that cells of a workbook share: kept as bytes one behind the other, a fifth of what they take as strings. */

import { tooMuch } from './xlsx-problem.ts';
import { cellText, LONGEST_CELL, quoted } from './xlsx-values.ts';
import type { Zip } from './xlsx-zip.ts';
import { createXmlScanner, unescaped } from './xml-scan.ts';

const LARGEST_PART = 1_073_741_824;
const MOST_BYTES = 402_653_184;
const MOST_TEXTS = 20_000_000;
const BLOCK = 1_048_576;
/** Raw letters of one text that are looked at; entities make them more than they say. */
export const LONGEST_RAW = 8 * LONGEST_CELL;

export interface SharedStrings {
  readonly count: number;
  /** A text by its number, as a field of a CSV record and as bytes (latin1); null where there is none. */
  at(index: number): string | null;
}

export const noSharedStrings: SharedStrings = { count: 0, at: () => null };

/** Texts in order; no text lies in two blocks. */
const createStore = () => {
  let block = Buffer.allocUnsafeSlow(BLOCK);
  const blocks: Buffer[] = [block];
  let filled = 0;
  let bytes = 0;
  let count = 0;
  /** Where each text begins, counted over whole blocks, and how long it is. */
  let starts = new Float64Array(1024);
  let lengths = new Uint32Array(1024);
  return {
    add(text: string): void {
      if (filled + text.length > block.length) {
        block = Buffer.allocUnsafeSlow(BLOCK);
        blocks.push(block);
        filled = 0;
      }
      if (count === starts.length) {
        const [more, longer] = [new Float64Array(count * 2), new Uint32Array(count * 2)];
        more.set(starts);
        longer.set(lengths);
        [starts, lengths] = [more, longer];
      }
      starts[count] = (blocks.length - 1) * BLOCK + filled;
      lengths[count] = text.length;
      block.write(text, filled, 'latin1');
      filled += text.length;
      bytes += text.length;
      count += 1;
      if (bytes > MOST_BYTES || count > MOST_TEXTS)
        throw tooMuch(
          `the workbook shares more than ${count > MOST_TEXTS ? `${MOST_TEXTS} texts` : `${MOST_BYTES} bytes of text`}`,
        );
    },
    done: (): SharedStrings => ({
      count,
      at(index) {
        if (!(index < count)) return null;
        const length = lengths[index] as number;
        if (length === 0) return '';
        const start = starts[index] as number;
        const from = start % BLOCK;
        return (blocks[(start - from) / BLOCK] as Buffer).toString('latin1', from, from + length);
      },
    }),
  };
};

/** Reads the shared texts. Of rich text the runs are joined; how it is pronounced (phonetic runs) is left out. */
export const readSharedStrings = async (zip: Zip, part: string): Promise<SharedStrings> => {
  const size = zip.sizeOf(part) ?? 0;
  if (size > LARGEST_PART) throw tooMuch(`the texts of the workbook would unpack to ${size} bytes`);
  const store = createStore();
  let text = '';
  let inText = false;
  let pronounced = 0;
  const scanner = createXmlScanner({
    // <si><t>...</t></si>
    whole(xml, at) {
      if (!xml.startsWith('<si><t>', at)) return -1;
      const end = xml.indexOf('<', at + 7);
      if (end < 0 || end - at > LONGEST_CELL || !xml.startsWith('</t></si>', end)) return -1;
      store.add(quoted(cellText(unescaped(xml.slice(at + 7, end)))));
      return end + 9;
    },
    open(name) {
      if (name === 't') inText = pronounced === 0;
      else if (name === 'si') text = '';
      else if (name === 'rPh') pronounced += 1;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'si') store.add(quoted(cellText(text)));
      else if (name === 'rPh') pronounced -= 1;
    },
    text(piece) {
      if (inText && text.length < LONGEST_RAW) text += piece;
    },
  });
  for await (const chunk of zip.read(part)) scanner.push(chunk.toString('latin1'));
  scanner.end();
  return store.done();
};
