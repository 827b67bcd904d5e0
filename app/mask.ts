import type { Column } from '../ingest/index.ts';

/** Letters as a person counts them. */
const letters = (text: string): string[] => [...text];

const ends = (text: string, head: number, tail: number): string => {
  const all = letters(text);
  if (all.length <= head + tail) return '*'.repeat(all.length);
  return `${all.slice(0, head).join('')}${'*'.repeat(Math.min(8, all.length - head - tail))}${tail === 0 ? '' : all.slice(-tail).join('')}`;
};

/** Long runs of digits in a free text are numbers of people or of their phones. */
const withoutNumbers = (text: string): string => text.replace(/\d{7,}[\dXx]?/g, (digits) => ends(digits, 3, 2));

/** Columns in which no words stand, if all is right. What stands there wrongly may be the name of the column beside it. */
const WORDLESS: ReadonlySet<Column['type']> = new Set([
  'date',
  'month',
  'time',
  'amount',
  'integer',
  'number',
  'region',
]);
const NOBODY = /^(?:[零〇一二三四五六七八九十百千万亿元角分整]+|不详|未知|不明|暂无|没有|年|月|日)$/;

/** A value that stands in the wrong column: numbers as long as a phone's or an id number, and words among numbers. */
const withoutStrays = (type: Column['type'], text: string): string => {
  const calm = text.replace(/\d{11,}[\dXx]?/g, (digits) =>
    type === 'region' && digits.length === 12 ? digits : ends(digits, 3, 2),
  );
  if (!WORDLESS.has(type)) return calm;
  return calm.replace(/\p{Script=Han}{2,}/gu, (word) => (NOBODY.test(word) ? word : `${letters(word)[0]}*`));
};

const LONGEST_SHOWN = 40;

/** A cell as it may be shown to whoever looks at a file: never a whole name, number, phone, birth date or address. */
export const maskCell = (column: Pick<Column, 'name' | 'type'>, value: unknown): string => {
  const text =
    typeof value === 'string' ? value.trim() : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const shown = ((): string => {
    switch (column.name) {
      case 'name':
        return ends(text, 1, 0);
      case 'id_number':
      case 'disability_cert':
        // A number that a spreadsheet destroyed holds no person any more, and its form is what matters.
        return /^\d(?:\.\d+)?[Ee]\+?\d+$/.test(text) ? text.replace(/^(\d(?:\.\d{2})?)\d*/, '$1…') : ends(text, 6, 4);
      case 'phone':
        return ends(text, 3, 4);
      case 'address':
        return ends(text, 3, 0);
      case 'birth_date':
        return ends(text, 4, 0);
      default:
        return column.type === 'text' ? withoutNumbers(text) : withoutStrays(column.type, text);
    }
  })();
  const all = letters(shown.replace(/\p{C}/gu, ' '));
  return all.length > LONGEST_SHOWN ? `${all.slice(0, LONGEST_SHOWN).join('')}…` : all.join('');
};
