/** Normal forms of what files hold: text, names, dates, months. */
import { type Day, dayOf, type Month } from './calendar.ts';

const FULL_WIDTH = /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]/g;
const NAME_DOTS = /[·•．.]/g;

/** NFC, full-width digits and letters to half-width, trimmed. */
export function normaliseText(raw: string): string {
  return raw
    .normalize('NFC')
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .trim();
}

/** As text, and every name dot becomes the middle dot. */
export function normaliseName(raw: string): string {
  return normaliseText(raw).replace(NAME_DOTS, '·');
}

const DATE_FORMS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})(\d{2})(\d{2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
];
const MONTH_FORMS = [/^(\d{4})-(\d{1,2})$/, /^(\d{4})(\d{2})$/, /^(\d{4})年(\d{1,2})月$/];

/** The day that a text names, or undefined. */
export function readDay(text: string): Day | undefined {
  for (const form of DATE_FORMS) {
    const match = form.exec(text);
    if (match) return dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  }
  return undefined;
}

/** The month that a text names, or undefined. */
export function readMonth(text: string): Month | undefined {
  for (const form of MONTH_FORMS) {
    const match = form.exec(text);
    if (!match) continue;
    const year = Number(match[1]);
    const month = Number(match[2]);
    return year >= 1 && month >= 1 && month <= 12 ? year * 12 + month - 1 : undefined;
  }
  return undefined;
}

const PLAIN_AMOUNT = /^(\d+)(?:\.(\d{1,2}))?$/;
const GROUPED_AMOUNT = /^(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/** Fen of an amount in yuan (thousands separators allowed), or undefined when it is none. */
export function readAmount(text: string): bigint | undefined {
  const match = PLAIN_AMOUNT.exec(text) ?? GROUPED_AMOUNT.exec(text);
  if (!match) return undefined;
  return BigInt(match[1]!.replaceAll(',', '')) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}
