import { service } from '../../alerts/contract.ts';
import type { Catalogue, Rule, ShownValue } from '../../rules/index.ts';
import type { WarningDetail } from './contract.ts';

/** What a rule says, for the page that explains a warning. Pure. */

/**
 * Services proposed: fixed, the one that an indicator names, or by the household's category, the only condition that a
 * service may have.
 */
const servicesOf = (
  rule: Rule,
  category: string | null,
  values: Readonly<Record<string, ShownValue>>,
): WarningDetail['rule']['services'] => {
  const given =
    'of' in rule.service
      ? [String(values[rule.service.of] ?? '')]
      : !('when' in rule.service)
        ? rule.service
        : category !== null && [...rule.service.when.matchAll(/"([^"]+)"/g)].some((word) => word[1] === category)
          ? rule.service.matching
          : rule.service.otherwise;
  return given.flatMap((name) => {
    const known = service.safeParse(name);
    return known.success ? [known.data] : [];
  });
};

/** `version` is that of the warning; the text is the catalogue's, which holds the current version only. */
export const explainRule = (
  catalogue: Catalogue,
  ruleId: string,
  version: number,
  category: string | null,
  values: Readonly<Record<string, ShownValue>>,
): WarningDetail['rule'] => {
  const rule = catalogue.rules.find((one) => one.id === ruleId);
  if (rule === undefined) {
    return {
      ...{ rule_id: ruleId, version, title: ruleId, meaning: '这条规则已不在规则目录中。' },
      ...{ expression: '', citations: [], services: [] },
    };
  }
  const older = rule.version === version ? '' : `（预警时为第${version}版，以下为现行第${rule.version}版的内容）`;
  return {
    rule_id: ruleId,
    version,
    title: rule.title,
    meaning: `${rule.meaning}${older}`,
    expression: [rule.when, ...rule.escalate.map((step) => `${step.level}: ${step.when}`)]
      .map((text) => text.trim())
      .join('\n'),
    citations: rule.citation.map(({ document, clause, says }) => ({ document, clause, says })),
    services: servicesOf(rule, category, values),
  };
};

/** Values that the expression read, in the order in which indicators are declared. */
export const explainIndicators = (
  catalogue: Catalogue,
  values: Readonly<Record<string, ShownValue>>,
): WarningDetail['indicators'] => {
  const declared = catalogue.indicators.indicators;
  const order = Object.keys(declared);
  const place = (name: string): number => (name in declared ? order.indexOf(name) : order.length);
  return Object.entries(values)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => ({
      name,
      title: declared[name]?.title ?? name,
      type: declared[name]?.type ?? 'text',
      value,
    }));
};
