import { parseIsoDay } from '../platform/calendar.ts';
import type { Parameter, Rule } from './contract.ts';

/** A decimal number as an exact fraction, times an integer factor: 0.7 is 7/10, 5000 yuan in fen is 500000/1. */
export const decimalFraction = (value: number, factor = 1): { n: number; d: number } => {
  const text = value.toString();
  const decimals = text.includes('e') ? 15 : (text.split('.')[1]?.length ?? 0);
  let d = 10 ** decimals;
  let n = Math.round(value * d) * factor;
  while (d > 1 && n % 10 === 0) {
    n /= 10;
    d /= 10;
  }
  return { n, d };
};

/** Whether something valid from a day (inclusive) to a day (inclusive) is in force on a day. */
export const inForce = (
  span: { valid_from?: string | undefined; valid_to?: string | undefined },
  day: number,
): boolean => {
  const from = span.valid_from === undefined ? null : parseIsoDay(span.valid_from);
  const to = span.valid_to === undefined ? null : parseIsoDay(span.valid_to);
  return (from === null || from <= day) && (to === null || day <= to);
};

/** Overrides in force on a day, the longest region prefix first (of one prefix the latest valid_from). */
export const overridesInForce = (parameter: Parameter, day: number): NonNullable<Parameter['overrides']> =>
  (parameter.overrides ?? [])
    .filter((override) => inForce(override, day))
    .sort((a, b) => b.region.length - a.region.length || (b.valid_from ?? '').localeCompare(a.valid_from ?? ''));

/** Rules in force on a day: enabled, valid, with all their parameters. */
export const rulesInForce = (rules: readonly Rule[], day: number): Rule[] =>
  rules.filter(
    (rule) => rule.enabled && inForce(rule, day) && Object.values(rule.parameters).every((p) => inForce(p, day)),
  );

/** The values that held for a subject, as the finding's explanation shows them. */
export const parametersFor = (
  rule: Rule,
  subject: { regionCode: string; word: (indicator: string) => string | null },
  day: number,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(rule.parameters).map(([name, parameter]) => {
      const form = overridesInForce(parameter, day).find((o) => subject.regionCode.startsWith(o.region)) ?? parameter;
      const word = parameter.by === undefined ? null : subject.word(parameter.by);
      const value = form.value ?? form.text ?? form.list ?? (word === null ? undefined : form.values?.[word]);
      const shown = typeof value === 'number' && parameter.unit === 'yuan' ? value.toFixed(2) : (value ?? null);
      return [name, shown];
    }),
  );
