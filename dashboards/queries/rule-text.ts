import { type Service, service } from '../../alerts/contract.ts';
import type { Catalogue, Rule, ShownValue } from '../../rules/index.ts';
import type { WarningDetail } from './contract.ts';

/** What a rule says, for the page that explains a warning. Pure. */

/** Names of rules by their ids; one that is no longer in the catalogue is called by its id. */
export const ruleNames = ({ rules }: Pick<Catalogue, 'rules'>) => {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return (id: string): { readonly title: string; readonly title_en: string } => {
    const { title = id, title_en = id } = known.get(id) ?? {};
    return { title, title_en };
  };
};

/**
 * Services proposed: fixed, the one that an indicator names, or by the household's category, the only condition that a
 * service may have.
 */
export const servicesOf = (
  rule: Rule,
  category: string | null,
  values: Readonly<Record<string, ShownValue>>,
): Service[] => {
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
      ...{ rule_id: ruleId, version, title: ruleId, title_en: ruleId, meaning: '这条规则已不在规则目录中。' },
      ...{ expression: '', citations: [], services: [] },
    };
  }
  const older = rule.version === version ? '' : `（预警时为第${version}版，以下为现行第${rule.version}版的内容）`;
  return {
    rule_id: ruleId,
    version,
    title: rule.title,
    title_en: rule.title_en,
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

/** Limits and lists that the expression was read with, called as the rule calls them now. */
export const explainParameters = (
  catalogue: Catalogue,
  ruleId: string,
  values: Readonly<Record<string, unknown>>,
): WarningDetail['parameters'] => {
  const declared = catalogue.rules.find((rule) => rule.id === ruleId)?.parameters ?? {};
  return Object.entries(values).map(([name, value]) => {
    const { title = name, title_en = name, unit = null, of = null } = declared[name] ?? {};
    return { name, title, title_en, unit, of, value };
  });
};
