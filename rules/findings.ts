import { createHash } from 'node:crypto';
import { addMonths } from '../platform/calendar.ts';
import { type Finding, type Indicators, type Level, levels, type Rule, type ShownValue } from './contract.ts';
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

/** What a rule read of a subject, and on which records that rests. */
export interface FindingParts {
  readonly householdNo: number;
  readonly personNo: number | null;
  readonly regionCode: string;
  readonly category: string | null;
  readonly level: Level;
  readonly values: ReadonlyMap<string, ShownValue>;
  readonly asOf: number;
  /** Records and the newest of them; `days` is the rule's own number of days. */
  readonly evidence: (days: number | null) => { records: string[]; newest: Date | null };
}

/** A finding with its explanation. Pure. */
export const createFinding = (
  rule: Rule,
  names: ReadonlySet<string>,
  indicators: Indicators,
  parts: FindingParts,
): Finding => {
  const { householdNo, personNo, regionCode, level, values, asOf } = parts;
  const word = (indicator: string): string | null => {
    const value = values.get(indicator);
    return typeof value === 'string' ? value : null;
  };
  const shown = [...names].sort().map((name) => [name, values.get(name) ?? null] as const);
  const lasting = shown.filter(([name]) => indicators.indicators[name]?.type !== 'days');
  const parameters = parametersFor(rule, { regionCode, word }, asOf);
  const { records, newest } = parts.evidence(typeof parameters['days'] === 'number' ? parameters['days'] : null);
  // A sweep holds all findings until they are written: as one text a hundred records take a third of what they take as texts.
  const packed = JSON.stringify(records);
  const signed = `${JSON.stringify([level, rule.version, parameters, lasting]).slice(0, -1)},${packed}]`;
  return {
    ...{ ruleId: rule.id, ruleVersion: rule.version, householdNo, personNo, regionCode, level },
    direction: rule.direction,
    service: serviceOf(rule, parts.category, word),
    parameters,
    indicators: Object.fromEntries(shown),
    get records() {
      return JSON.parse(packed) as string[];
    },
    newestRecordAt: newest,
    ...(rule.answers === 'records' ? { answersRecords: true } : {}),
    signature: createHash('sha256').update(signed).digest('hex'),
  };
};

export const valuesOf = (
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

/** The service proposed: fixed, the one that an indicator names, or by the household's category. */
const serviceOf = (
  rule: Rule,
  category: string | null,
  word: (indicator: string) => string | null,
): readonly string[] => {
  if ('of' in rule.service) return [word(rule.service.of) ?? ''].filter(Boolean);
  if (!('when' in rule.service)) return rule.service;
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
  const household = valuesOf(statement.shown, row.household_values, indicators);
  const scope: EvidenceScope = {
    asOf,
    yearAgo: addMonths(asOf, -12),
    lastMonth: row.known ? row.last_month : null,
    living: new Set(row.living_persons),
    spending: new Set(row.spending_persons),
    dwelling: new Set(row.dwelling_persons),
    personNo: null,
    days: null,
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
    findings.push(
      createFinding(rule, names, indicators, {
        ...{ householdNo: row.household_no, personNo, regionCode: row.region_code ?? '', category: row.category },
        ...{ level: levels[level] ?? rule.level, values: all, asOf },
        evidence: (days) => chooseEvidence(evidence, facts, { ...scope, personNo, days }),
      }),
    );
  };
  statement.householdRules.forEach((rule, i) => {
    judge(rule, row.household_truth[i] ?? null, row.household_levels[i] ?? 0, null, household);
  });
  for (const [personNo, truths, personLevels, flat] of row.persons) {
    const all = new Map([...household, ...valuesOf(statement.shownPerson, flat, indicators)]);
    statement.personRules.forEach((rule, i) => {
      judge(rule, truths[i] ?? null, personLevels[i] ?? 0, personNo, all);
    });
  }
  return { findings, unknown };
};
