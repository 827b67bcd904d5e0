import { type Document, isMap, isNode, isScalar, Lexer, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Column, compileColumn, isRefusal } from './column.ts';
import type { FeedMapping } from './mapping.ts';
import { normaliseText } from './values.ts';

/** What is wrong with a mapping, where and why, in a sentence. */
export interface MappingProblem {
  readonly line: number;
  readonly reason: string;
}

export type ReadMapping =
  | { readonly ok: true; readonly mapping: FeedMapping }
  | { readonly ok: false; readonly problems: readonly MappingProblem[] };

/** Far more than the codes of any department, in letters. */
const LONGEST = 262_144;
/** A value is judged as of a day after every year that a column may name. */
const LAST_DAY = 2_932_896;
const LIMITS = { latestDay: LAST_DAY, receiptDay: LAST_DAY };

const texts = z.record(z.string(), z.string());
/** Without `schema: failsafe` YAML would take codes such as 01 and no for numbers and booleans. */
const shape = z.strictObject({
  headers: texts.default({}),
  codes: z.record(z.string(), texts).default({}),
  constants: texts.default({}),
});

const FORM =
  'A mapping holds `headers` (their header: our column), `codes` (our column: their code: our value) and `constants` (our column: value).';

/** The line of a key in the document, as near to it as there is one. */
const lineFinder =
  (document: Document, lines: LineCounter) =>
  (path: readonly PropertyKey[]): number => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const step of path) {
      if (!isMap(node)) break;
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    return lines.linePos(offset).line;
  };

const said = (text: string): string => JSON.stringify(text.slice(0, 60));

const valuesOf = ({ values, type }: Column): string =>
  values === undefined
    ? ` (${type})`
    : `; write one of ${Object.entries(values)
        .map(([word, zh]) => (zh === '' ? word : `${word} (${zh})`))
        .join(', ')}`;

/** Deeper than this nothing is nested that was meant to be read; and the library that reads YAML dies of a few thousand. */
const MOST_DEPTH = 20;
const DEEPEST_INDENT = 80;

/** Whether a document is nested deeper than that: in brackets, by dashes in a line, or by indentation. */
const isTooDeep = (yaml: string): boolean => {
  let brackets = 0;
  let dashes = 0;
  for (const sign of new Lexer().lex(yaml)) {
    if (sign === '[' || sign === '{') brackets += 1;
    else if (sign === ']' || sign === '}') brackets -= 1;
    else if (sign === '-' || sign === '?' || sign === ':') dashes += 1;
    else if (/^[\r\n]/.test(sign)) dashes = 0;
    else if (dashes === 0 && brackets === 0 && /^ +$/.test(sign) && sign.length > DEEPEST_INDENT) return true;
    if (brackets > MOST_DEPTH || (brackets === 0 && dashes > MOST_DEPTH)) return true;
  }
  return false;
};

type Report = (path: readonly PropertyKey[], reason: string) => void;

/** The mapping in our own names; what is not known is reported. */
const resolved = (given: z.infer<typeof shape>, columns: readonly Column[], report: Report): FeedMapping => {
  const columnOf = (name: string, path: readonly PropertyKey[]): Column | undefined => {
    const column = columns.find((c) => c.name === name.trim() || c.zh === name.trim());
    if (column === undefined)
      report(path, `there is no column ${said(name)}; the columns are ${columns.map((c) => c.name).join(', ')}`);
    return column;
  };
  const valueFor = (column: Column, value: string, path: readonly PropertyKey[]): string => {
    if (isRefusal(compileColumn(column)(value, LIMITS)))
      report(path, `${said(value)} is no value of ${column.name}${valuesOf(column)}`);
    return normaliseText(value);
  };
  const headers: [string, string][] = [];
  for (const [header, name] of Object.entries(given.headers)) {
    const column = columnOf(name, ['headers', header]);
    if (normaliseText(header) === '') report(['headers', header], 'a header that is empty names no column');
    else if (column !== undefined) headers.push([header, column.name]);
  }
  const codes: [string, Record<string, string>][] = [];
  for (const [name, values] of Object.entries(given.codes)) {
    const column = columnOf(name, ['codes', name]);
    if (column === undefined) continue;
    codes.push([
      column.name,
      Object.fromEntries(
        Object.entries(values).map(([code, value]) => [code, valueFor(column, value, ['codes', name, code])]),
      ),
    ]);
  }
  const constants: [string, string][] = [];
  for (const [name, value] of Object.entries(given.constants)) {
    const column = columnOf(name, ['constants', name]);
    if (column?.name === 'record_id') report(['constants', name], 'every row needs a record_id of its own');
    else if (column !== undefined) constants.push([column.name, valueFor(column, value, ['constants', name])]);
  }
  return {
    headers: Object.fromEntries(headers),
    codes: Object.fromEntries(codes),
    constants: Object.fromEntries(constants),
  };
};

/** Reads a mapping for a feed with these columns. Every problem is named with its line; never throws. */
export const readMapping = (yaml: string, columns: readonly Column[]): ReadMapping => {
  const problems: MappingProblem[] = [];
  const refused = (line: number, reason: string): ReadMapping => ({ ok: false, problems: [{ line, reason }] });
  if (yaml.length > LONGEST) return refused(1, `it is longer than ${LONGEST} letters. ${FORM}`);
  if (isTooDeep(yaml)) return refused(1, `it is nested deeper than any mapping. ${FORM}`);
  const lines = new LineCounter();
  let document: Document;
  let content: unknown;
  try {
    document = parseDocument(yaml, { schema: 'failsafe', lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) return refused(lines.linePos(error.pos[0]).line, `this is no YAML: ${error.message}`);
    content = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    // Aliases, and what is nested deeper than a program can follow.
    return refused(1, `this can't be read (${(error as Error).message}). ${FORM}`);
  }
  const lineOf = lineFinder(document, lines);
  const parsed = shape.safeParse(content ?? {});
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] as string] : issue.path;
      problems.push({
        line: lineOf(path),
        reason: `${path.map(String).join('.') || 'the document'} is not of this form. ${FORM}`,
      });
    }
    return { ok: false, problems };
  }
  const mapping = resolved(parsed.data, columns, (path, reason) =>
    problems.push({ line: lineOf(path), reason: `${path.map(String).join('.')}: ${reason}` }),
  );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, mapping };
};
