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
        return column.type === 'text' ? withoutNumbers(text) : text;
    }
  })();
  const all = letters(shown.replace(/\p{C}/gu, ' '));
  return all.length > LONGEST_SHOWN ? `${all.slice(0, LONGEST_SHOWN).join('')}…` : all.join('');
};
