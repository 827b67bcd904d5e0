/**
 * Tags and texts of a large XML document, chunk by chunk. A sheet is millions of small tags: a general parser that looks
 * at every letter takes five times as long as this one, which jumps from one sign to the next
 * (docs/decisions/0022-xlsx-as-csv.md). Chunks are bytes as letters (latin1), so text stays UTF-8 bytes until somebody
 * decodes it; tags are ASCII either way.
 */
import { damaged, notReadable, tooMuch } from './xlsx-problem.ts';

export interface XmlHandler {
  /** `name` without its prefix; `attributes` as they stand there. An empty element is opened and closed. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** A piece of text, its entities resolved. */
  text(piece: string): void;
  /**
   * Reads what stands at a `<` all at once, where it is whole and written as nearly every program writes it; the index
   * behind it. -1 where it is not: then it is told piece by piece.
   */
  whole?(text: string, at: number): number;
}

/** A tag, a comment or an instruction is read as a whole. */
const LONGEST_TAG = 1_048_576;
const MOST_DEPTH = 256;

const SPACE = 32;
const BANG = 33;
const DOUBLE = 34;
const SINGLE = 39;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** UTF-8 bytes as letters of a character; what no text can hold becomes NUL, so that its row is refused. */
export const bytesOfCodePoint = (code: number): string => {
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return '\0';
  return code < 128 ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code)).toString('latin1');
};

const resolve = (whole: string, name: string): string => {
  if (name[0] !== '#') return named[name] ?? whole;
  const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return Number.isNaN(code) ? whole : bytesOfCodePoint(code);
};

/** Text with its entities resolved; one that XML does not know stays as it stands. */
export const unescaped = (text: string): string =>
  text.includes('&') ? text.replace(/&(#x[\da-fA-F]{1,8}|#\d{1,8}|\w{1,8});/g, resolve) : text;

/** An entity is not longer than this, so text that ends in one that is cut can wait for the rest. */
const LONGEST_ENTITY = 12;

/** Index of the `>` that ends a tag, past those inside its quotes; -1 where it is not there yet. */
const tagEnd = (text: string, from: number): number => {
  for (let i = from; i < text.length; i += 1) {
    const letter = text.charCodeAt(i);
    if (letter === GREATER) return i;
    if (letter === DOUBLE || letter === SINGLE) {
      i = text.indexOf(letter === DOUBLE ? '"' : "'", i + 1);
      if (i < 0) return -1;
    }
  }
  return -1;
};

/** Value of an attribute, with or without a prefix, or null. */
export const attributeOf = (attributes: string, wanted: string): string | null => {
  let at = 0;
  for (;;) {
    while (attributes.charCodeAt(at) <= SPACE) at += 1;
    const begin = at;
    let local = at;
    let letter = attributes.charCodeAt(at);
    while (letter > SPACE && letter !== EQUALS) {
      if (letter === COLON) local = at + 1;
      at += 1;
      letter = attributes.charCodeAt(at);
    }
    const end = at;
    while (attributes.charCodeAt(at) <= SPACE) at += 1;
    if (at === begin || attributes.charCodeAt(at) !== EQUALS) return null;
    at += 1;
    while (attributes.charCodeAt(at) <= SPACE) at += 1;
    const quote = attributes.charCodeAt(at);
    if (quote !== DOUBLE && quote !== SINGLE) return null;
    const stop = attributes.indexOf(quote === DOUBLE ? '"' : "'", at + 1);
    if (stop < 0) return null;
    if (end - local === wanted.length && attributes.startsWith(wanted, local))
      return unescaped(attributes.slice(at + 1, stop));
    at = stop + 1;
  }
};

/** A scanner that is fed chunk by chunk. Throws XlsxProblem where the document is broken off or no document. */
export const createXmlScanner = (handler: XmlHandler) => {
  const whole = handler.whole?.bind(handler) ?? null;
  let carry = '';
  let seen = false;
  /** Open elements, by their name with prefix. */
  const inside: string[] = [];

  const declaration = (instruction: string): void => {
    const encoding = /^\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(instruction)?.[1];
    if (encoding !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(encoding))
      throw notReadable(`a part of the workbook is in the encoding ${encoding.slice(0, 20)}`);
  };

  /** Handles `<!...` and `<?...`; the index behind it, or -1 where it is not whole yet. */
  const special = (text: string, at: number): number => {
    if (text.charCodeAt(at + 1) === QUESTION) {
      const stop = text.indexOf('?>', at);
      if (stop >= 0) declaration(text.slice(at + 1, stop));
      return stop < 0 ? -1 : stop + 2;
    }
    // Long enough to be told apart.
    if (text.length < at + 9) return -1;
    if (text.startsWith('<!--', at)) {
      const stop = text.indexOf('-->', at + 4);
      return stop < 0 ? -1 : stop + 3;
    }
    if (text.startsWith('<![CDATA[', at)) {
      const stop = text.indexOf(']]>', at);
      if (stop >= 0 && stop > at + 9) handler.text(text.slice(at + 9, stop));
      return stop < 0 ? -1 : stop + 3;
    }
    // Nothing that a spreadsheet program writes; a document type can make a few bytes into gigabytes.
    throw notReadable('a part of the workbook declares a document type');
  };

  const closing = (text: string, from: number, to: number): void => {
    const written = text.slice(from, to);
    const begun = inside.pop();
    const name = written === begun ? written : written.trimEnd();
    if (name !== begun) throw damaged(`an element ends as ${name.slice(0, 40)} that did not begin so`);
    const colon = name.indexOf(':');
    handler.close(colon < 0 ? name : name.slice(colon + 1));
  };

  const opening = (text: string, from: number, to: number): void => {
    const empty = text.charCodeAt(to - 1) === SLASH;
    const end = empty ? to - 1 : to;
    let at = from;
    let local = from;
    for (; at < end; at += 1) {
      const letter = text.charCodeAt(at);
      if (letter === COLON) local = at + 1;
      else if (letter <= SPACE) break;
    }
    if (at === from) throw damaged('a tag has no name');
    seen = true;
    const name = text.slice(local, at);
    handler.open(name, text.slice(at, end));
    if (empty) handler.close(name);
    else if (inside.push(local === from ? name : text.slice(from, at)) > MOST_DEPTH)
      throw damaged(`elements are nested more than ${MOST_DEPTH} deep`);
  };

  /** The piece in which an entity may have been cut waits for the next chunk. */
  const lastText = (text: string, from: number): string => {
    const cut = text.lastIndexOf('&');
    const open = cut >= from && text.length - cut < LONGEST_ENTITY && text.indexOf(';', cut) < 0;
    const to = open ? cut : text.length;
    if (to > from) handler.text(unescaped(text.slice(from, to)));
    return text.slice(to);
  };

  const push = (chunk: string): void => {
    // In one piece: a text that was put together is slower to look at, letter by letter.
    const text = carry === '' ? chunk : Buffer.from(carry + chunk, 'latin1').toString('latin1');
    let at = 0;
    for (;;) {
      const less = text.indexOf('<', at);
      if (less < 0) {
        carry = lastText(text, at);
        return;
      }
      if (less > at) handler.text(unescaped(text.slice(at, less)));
      const behind = whole === null ? -1 : whole(text, less);
      if (behind > 0) {
        at = behind;
        continue;
      }
      const sign = text.charCodeAt(less + 1);
      let next: number;
      if (sign === BANG || sign === QUESTION) next = special(text, less);
      else if (sign === SLASH) {
        next = text.indexOf('>', less) + 1;
        if (next > 0) closing(text, less + 2, next - 1);
        else next = -1;
      } else {
        const stop = tagEnd(text, less + 1);
        next = stop < 0 ? -1 : stop + 1;
        if (stop >= 0) opening(text, less + 1, stop);
      }
      if (next < 0) {
        carry = text.slice(less);
        if (carry.length > LONGEST_TAG) throw tooMuch(`a tag is longer than ${LONGEST_TAG} bytes`);
        return;
      }
      at = next;
    }
  };

  const end = (): void => {
    if (!seen || inside.length > 0 || carry.includes('<')) throw damaged('the XML ends in the middle');
  };

  return { push, end };
};
