// Types of cells (ECMA-376 18.18.11).
export const NUMBER = 0;
export const SHARED = 1;
export const BOOLEAN = 2;
export const TEXT = 3;
export const DATE = 4;

const SPACE = 32;
const QUOTE = 34;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const A = 65;
const Z = 90;
const SMALL_N = 110;
const SMALL_R = 114;
const SMALL_S = 115;
const SMALL_T = 116;

/** Columns that a sheet can have. */
const MOST_COLUMNS = 16_384;

export interface CellTag {
  /** Index of the column, -1 where the cell does not say. */
  column: number;
  type: number;
  style: number;
  /** Whether the element is empty. */
  empty: boolean;
}

/**
 * Reads the rest of `<c ...><v>` or `<c .../>`, from behind the `c`, letter by letter, into `tag`: there are millions of
 * them. The index of the `<` of its value, or behind the empty element; -1 where anything is not as nearly every program
 * writes it.
 */
export const readCellTag = (xml: string, from: number, tag: CellTag): number => {
  tag.column = -1;
  tag.type = NUMBER;
  tag.style = 0;
  let i = from;
  while (xml.charCodeAt(i) === SPACE) {
    const name = xml.charCodeAt(i + 1);
    if (xml.charCodeAt(i + 2) !== EQUALS || xml.charCodeAt(i + 3) !== QUOTE) return -1;
    i += 4;
    let letter = xml.charCodeAt(i);
    let number = 0;
    if (name === SMALL_R) {
      for (; letter >= A && letter <= Z; letter = xml.charCodeAt(i)) {
        number = number * 26 + letter - A + 1;
        i += 1;
      }
      if (number === 0 || number > MOST_COLUMNS) return -1;
      tag.column = number - 1;
    } else if (name === SMALL_T) {
      if (letter === SMALL_S) tag.type = SHARED;
      else if (letter !== SMALL_N) return -1;
      i += 1;
      letter = xml.charCodeAt(i);
    } else if (name !== SMALL_S) return -1;
    number = 0;
    for (; name !== SMALL_T && letter >= ZERO && letter <= NINE; letter = xml.charCodeAt(i)) {
      number = number * 10 + letter - ZERO;
      i += 1;
    }
    if (letter !== QUOTE) return -1;
    if (name === SMALL_S) tag.style = number;
    i += 1;
  }
  const letter = xml.charCodeAt(i);
  tag.empty = letter === SLASH;
  if (tag.empty) return xml.charCodeAt(i + 1) === GREATER ? i + 2 : -1;
  return letter === GREATER && xml.startsWith('<v>', i + 1) ? i + 1 : -1;
};

/** Index behind the digits of a whole number that ends at a `<`; -1 where anything else stands there. */
export const digitsEnd = (xml: string, from: number): number => {
  let i = from;
  for (let letter = xml.charCodeAt(i); letter >= ZERO && letter <= NINE; letter = xml.charCodeAt(i)) i += 1;
  return i > from && i < from + 10 && xml.charCodeAt(i) === LESS ? i : -1;
};
