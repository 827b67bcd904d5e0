import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Indicator, Indicators, Parameter, Rule } from './contract.ts';

/** CEL is parsed and type-checked here; it is never evaluated, evaluation is SQL (rules/compile.ts). */

const celTypeOfIndicator = ({ type }: Indicator): string =>
  type === 'text' ? 'string' : type === 'flag' ? 'bool' : 'double';

const celTypeOfParameter = (parameter: Parameter): string => {
  if (parameter.text !== undefined) return 'string';
  if (parameter.list !== undefined) return typeof parameter.list[0] === 'string' ? 'list<string>' : 'list<double>';
  return 'double';
};

const isVisible = (indicator: Indicator, rule: Rule): boolean =>
  rule.subject === 'unregistered' || indicator.subject === 'unregistered'
    ? indicator.subject === rule.subject
    : indicator.subject === 'household' || rule.subject === 'person';

/** The names that a rule's expressions may use, with their types. */
export const createEnvironment = (rule: Rule, indicators: Indicators): Environment => {
  const groups = new Map<string, Record<string, string>>();
  for (const [name, indicator] of Object.entries(indicators.indicators)) {
    if (!isVisible(indicator, rule)) continue;
    const [group, field] = name.split('.') as [string, string];
    groups.set(group, { ...groups.get(group), [field]: celTypeOfIndicator(indicator) });
  }
  const environment = new Environment();
  for (const [name, schema] of groups) environment.registerVariable({ name, schema });
  const parameters = Object.entries(rule.parameters).map(([name, parameter]) => [name, celTypeOfParameter(parameter)]);
  environment.registerVariable({ name: 'params', schema: Object.fromEntries(parameters) });
  environment.registerVariable('as_of', 'double');
  environment.registerFunction('standard(string): double', () => 0);
  environment.registerFunction('standard_given(string): bool', () => true);
  environment.registerFunction('add_months(double, double): double', () => 0);
  return environment;
};

export interface ExpressionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Every boolean expression of a rule, by its place in the file. */
export const expressionsOf = (rule: Rule): { path: (string | number)[]; text: string }[] => [
  { path: ['when'], text: rule.when },
  ...rule.escalate.map(({ when }, i) => ({ path: ['escalate', i, 'when'], text: when })),
  ...('when' in rule.service ? [{ path: ['service', 'when'], text: rule.service.when }] : []),
];

/** What is wrong with a rule's expressions: unknown names, wrong types, bad syntax; and `by` and `of` of its parameters. */
export const checkExpressions = (rule: Rule, indicators: Indicators): ExpressionProblem[] => {
  const environment = createEnvironment(rule, indicators);
  const problems: ExpressionProblem[] = [];
  for (const { path, text } of expressionsOf(rule)) {
    const result = environment.check(text);
    if (!result.valid) problems.push({ path, message: firstLine(result.error) });
    else if (String(result.type) !== 'bool')
      problems.push({ path, message: `is ${result.type}, must be true or false` });
  }
  // The words behind it are all that decides which service is proposed (findings.ts).
  if ('of' in rule.service && indicators.indicators[rule.service.of]?.type !== 'text') {
    problems.push({ path: ['service', 'of'], message: `${rule.service.of} is no indicator with words` });
  }
  if ('when' in rule.service && !/^household\.category (?:in \["[^\]]*"\]|== "[^"]*")$/.test(rule.service.when)) {
    problems.push({ path: ['service', 'when'], message: 'must be household.category == "..." or in ["...", ...]' });
  }
  for (const [name, parameter] of Object.entries(rule.parameters)) {
    if (parameter.by !== undefined && indicators.indicators[parameter.by]?.type !== 'text') {
      problems.push({ path: ['parameters', name, 'by'], message: `${parameter.by} is no indicator with words` });
    }
    if (parameter.of !== undefined && indicators.indicators[parameter.of] === undefined) {
      problems.push({ path: ['parameters', name, 'of'], message: `${parameter.of} is no indicator` });
    }
  }
  return problems;
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;

/** The tree of a checked expression. */
export const parseExpression = (text: string, rule: Rule, indicators: Indicators): ASTNode =>
  createEnvironment(rule, indicators).parse(text).ast;

/** Indicators that an expression names. */
export const indicatorsIn = (ast: ASTNode, known: Indicators): Set<string> => {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const part of node) visit(part);
    if (typeof node !== 'object' || node === null || !('op' in node)) return;
    const { op, args } = node as ASTNode;
    const name = op === '.' ? dotted(node as ASTNode) : null;
    if (name !== null && name in known.indicators) found.add(name);
    else visit(args);
  };
  visit(ast);
  return found;
};

/** `a.b` of a field access on a variable, else null. */
export const dotted = (node: ASTNode): string | null => {
  if (node.op !== '.') return null;
  const [receiver, field] = node.args as [ASTNode, string];
  return receiver.op === 'id' ? `${receiver.args}.${field}` : null;
};
