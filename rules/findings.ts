import { addMonths } from '../platform/calendar.ts';
import { type Finding, type Indicators, levels, type Rule, type ShownValue } from './contract.ts';
import { chooseEvidence, type EvidenceFact, type EvidenceScope } from './evidence.ts';
import { parametersFor } from './parameters.ts';
import { showValue } from './shown-values.ts';
import type { Statement } from './statement.ts';

type Truth = 0 | 1 | null;

/** A row of the evaluation statement. A person is [person_no, truths, levels, values]. */
export interface JudgedRow {
  readonly household_no: number;
  readonly region_code: string | null;
  readonly category: string | null;
  readonly last_month: number | null;
  readonly known: number | null;
  readonly living_persons: readonly number[];
  readonly spending_persons: readonly number[];
  readonly dwelling_persons: readonly number[];
  readonly household_truth: readonly Truth[];
  readonly household_levels: readonly number[];
  readonly household_values: readonly (string | null)[];
  readonly persons: readonly (readonly [number, readonly Truth[], readonly number[], readonly (string | null)[]])[];
}

const values = (
  names: readonly string[],
  flat: readonly (string | null)[],
  indicators: Indicators,
): Map<string, ShownValue> =>
  new Map(
    names.map((name, i) => {
      const indicator = indicators.indicators[name];
      if (indicator === undefined) throw new Error(`indicator ${name} is not declared`);
      return [name, showValue(indicator, flat[i * 2] ?? null, flat[i * 2 + 1] ?? null)];
    }),
  );

/** The service proposed: fixed, or by the household's category. */
const serviceOf = (rule: Rule, category: string | null): readonly string[] => {
  if (Array.isArray(rule.service)) return rule.service;
  const { when, matching, otherwise } = rule.service;
  // The only condition that a service may have is on the category's word; checked when the catalogue is read.
  const words = [...when.matchAll(/"([^"]+)"/g)].map((m) => m[1]);
  return category !== null && words.includes(category) ? matching : otherwise;
};

/** What a judged row says: findings with their explanation, and which rules are not known of whom. Pure. */
export const toFindings = (
  statement: Pick<Statement, 'householdRules' | 'personRules' | 'shown' | 'shownPerson' | 'named'>,
  row: JudgedRow,
  facts: readonly EvidenceFact[],
  indicators: Indicators,
  asOf: number,
): { findings: Finding[]; unknown: [string, number | null][] } => {
  const findings: Finding[] = [];
  const unknown: [string, number | null][] = [];
  const household = values(statement.shown, row.household_values, indicators);
  const scope: EvidenceScope = {
    asOf,
    yearAgo: addMonths(asOf, -12),
    lastMonth: row.known ? row.last_month : null,
    living: new Set(row.living_persons),
    spending: new Set(row.spending_persons),
    dwelling: new Set(row.dwelling_persons),
    personNo: null,
  };
  const judge = (
    rule: Rule,
    truth: Truth,
    level: number,
    personNo: number | null,
    all: Map<string, ShownValue>,
  ): void => {
    if (truth === null) unknown.push([rule.id, personNo]);
    if (truth !== 1) return;
    const names = statement.named.get(rule.id) ?? new Set<string>();
    const evidence = new Set([...names].flatMap((name) => indicators.indicators[name]?.evidence ?? []));
    const { records, newest } = chooseEvidence(evidence, facts, { ...scope, personNo });
    const word = (indicator: string): string | null => {
      const value = all.get(indicator);
      return typeof value === 'string' ? value : null;
    };
    const shown = [...names].sort().map((name) => [name, all.get(name) ?? null] as const);
    const lasting = shown.filter(([name]) => indicators.indicators[name]?.type !== 'days');
    const parameters = parametersFor(rule, { regionCode: row.region_code ?? '', word }, asOf);
    findings.push({
      ruleId: rule.id,
      ruleVersion: rule.version,
      householdNo: row.household_no,
      personNo,
      regionCode: row.region_code ?? '',
      level: levels[level] ?? rule.level,
      direction: rule.direction,
      service: serviceOf(rule, row.category),
      parameters,
      indicators: Object.fromEntries(shown),
      records,
      newestRecordAt: newest,
      signature: JSON.stringify([levels[level], rule.version, parameters, lasting, records]),
    });
  };
  statement.householdRules.forEach((rule, i) => {
    judge(rule, row.household_truth[i] ?? null, row.household_levels[i] ?? 0, null, household);
  });
  for (const [personNo, truths, personLevels, flat] of row.persons) {
    const all = new Map([...household, ...values(statement.shownPerson, flat, indicators)]);
    statement.personRules.forEach((rule, i) => {
      judge(rule, truths[i] ?? null, personLevels[i] ?? 0, personNo, all);
    });
  }
  return { findings, unknown };
};
