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

const DATES = ['(?<y>\\d{4})-(?<mo>\\d\\d)-(?<d>\\d\\d)', '(?<y>\\d{4})(?<mo>\\d\\d)(?<d>\\d\\d)'];
const TIMES = [
  '(?<h>\\d\\d):(?<mi>\\d\\d)(:(?<s>\\d\\d)([.,](?<f>\\d+))?)?',
  '(?<h>\\d\\d)(?<mi>\\d\\d)((?<s>\\d\\d)([.,](?<f>\\d+))?)?',
];
const ZONES = ['Z|(?<sign>[+-])(?<oh>\\d\\d)(:?(?<om>\\d\\d))?', 'Z|(?<sign>[+-])(?<oh>\\d\\d)((?<om>\\d\\d))?'];
const TIME_FORMS = [0, 1].map((i) => new RegExp(`^${DATES[i]}T${TIMES[i]}(?<zone>${ZONES[i]})?$`));
const HOURS_EAST_OF_GREENWICH = 8;

/** The moment (UTC) of an ISO 8601 date and time; a time without an offset is one of Shanghai. Undefined when it is none. */
export function readTime(text: string): string | undefined {
  const found = TIME_FORMS.map((form) => form.exec(text)).find((match) => match !== null)?.groups;
  if (!found) return undefined;
  const part = (name: string): number => Number(found[name] ?? 0);
  if (!dayOf(part('y'), part('mo'), part('d'))) return undefined;
  if (part('h') > 23 || part('mi') > 59 || part('s') > 59 || part('oh') > 23 || part('om') > 59) return undefined;
  const at = new Date(0);
  at.setUTCFullYear(part('y'), part('mo') - 1, part('d'));
  at.setUTCHours(part('h'), part('mi'), part('s'), Number((found['f'] ?? '').padEnd(3, '0').slice(0, 3)));
  const offset = found['zone'] === undefined ? HOURS_EAST_OF_GREENWICH * 60 : part('oh') * 60 + part('om');
  return new Date(at.getTime() - (found['sign'] === '-' ? -offset : offset) * 60_000).toISOString();
}

const PLAIN_AMOUNT = /^(\d+)(?:\.(\d{1,2}))?$/;
const GROUPED_AMOUNT = /^(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/** Fen of an amount in yuan (thousands separators allowed), or undefined when it is none. */
export function readAmount(text: string): bigint | undefined {
  const match = PLAIN_AMOUNT.exec(text) ?? GROUPED_AMOUNT.exec(text);
  if (!match) return undefined;
  return BigInt(match[1]!.replaceAll(',', '')) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}
