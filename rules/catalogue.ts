/** Touches the world: reads the rule and indicator files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { checkExpressions, type ExpressionProblem, expressionsOf } from './cel.ts';
import { compileExpression, createBinder } from './compile.ts';
import { type Indicators, indicatorsSchema, type Rule, ruleSchema } from './contract.ts';

/** A rule file that can't be used: file, line and what is wrong with it, each on a line of its own. */
export class CatalogueError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the rule catalogue can't be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'CatalogueError';
    this.problems = problems;
  }
}

type Located<T> =
  | { ok: true; value: T; lineOf: (path: readonly PropertyKey[]) => number }
  | { ok: false; problems: string[] };

/** Parses YAML by a schema; every problem names file and line. */
const parseYaml = <S extends z.ZodType>(file: string, text: string, schema: S): Located<z.output<S>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((e) => `${file}:${e.linePos?.[0].line ?? 1}: ${e.message.split('\n')[0]}`),
    };
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    return { ok: false, problems: [`${file}:1: ${(error as Error).message}`] };
  }
  const result = schema.safeParse(content);
  if (result.success) return { ok: true, value: result.data, lineOf };
  return {
    ok: false,
    problems: result.error.issues.map((issue) => {
      // Of something that should not be there the issue names the map around it.
      const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] as string] : issue.path;
      return `${file}:${lineOf(at)}: ${issue.path.join('.') || 'file'}: ${issue.message}`;
    }),
  };
};

/** Expressions that pass the check of types but have no translation: found here, and not by the first sweep. */
const translationProblems = (rule: Rule, indicators: Indicators): ExpressionProblem[] =>
  expressionsOf(rule).flatMap(({ path, text }) => {
    try {
      compileExpression({ rule, indicators, binder: createBinder('v'), asOf: 0 }, text);
      return [];
    } catch (error) {
      return [{ path, message: (error as Error).message }];
    }
  });

/** Reads one rule file's text against the indicators. */
export const readRule = (
  file: string,
  text: string,
  indicators: Indicators,
): { rule: Rule } | { problems: string[] } => {
  const parsed = parseYaml(file, text, ruleSchema);
  if (!parsed.ok) return { problems: parsed.problems };
  const rule = parsed.value;
  const mistyped = checkExpressions(rule, indicators);
  const problems = mistyped.length > 0 ? mistyped : translationProblems(rule, indicators);
  if (problems.length === 0) return { rule };
  return {
    problems: problems.map(({ path, message }) => `${file}:${parsed.lineOf(path)}: ${path.join('.')}: ${message}`),
  };
};

export interface Catalogue {
  readonly rules: readonly Rule[];
  readonly indicators: Indicators;
}

/** Reads every rule of a folder (`catalogue/*.yaml` beside `indicators.yaml`). Throws CatalogueError naming all problems. */
export const loadCatalogue = (folder: string): Catalogue => {
  const indicatorsFile = join(folder, 'indicators.yaml');
  const parsed = parseYaml('indicators.yaml', readFileSync(indicatorsFile, 'utf8'), indicatorsSchema);
  if (!parsed.ok) throw new CatalogueError(parsed.problems);
  const problems: string[] = [];
  const rules: Rule[] = [];
  for (const file of readdirSync(join(folder, 'catalogue')).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const read = readRule(file, readFileSync(join(folder, 'catalogue', file), 'utf8'), parsed.value);
    if ('problems' in read) problems.push(...read.problems);
    else if (rules.some((rule) => rule.id === read.rule.id)) problems.push(`${file}:1: id: ${read.rule.id} is taken`);
    else rules.push(read.rule);
  }
  if (problems.length > 0) throw new CatalogueError(problems);
  return { rules, indicators: parsed.value };
};
