import type { ASTNode } from '@marcbachmann/cel-js';
import { standardKinds } from '../registry/index.ts';
import { dotted, parseExpression } from './cel.ts';
import type { Indicators, Parameter, Rule } from './contract.ts';
import { householdColumns, personColumns, unregisteredColumns } from './indicator-columns.ts';
import { decimalFraction, overridesInForce } from './parameters.ts';

/**
 * A checked CEL tree -> SQL. Numbers are exact fractions of integers (numerator, denominator), so that 0.1 + 0.2 and
 * a division by 12 decide a family's case exactly as the rule says; comparing multiplies crosswise in 128 bits. A
 * denominator is never negative; 1/0 stands above every limit. Truth is three-valued: NULL is not known.
 */
export type SqlValue =
  | { readonly kind: 'bool'; readonly sql: string }
  | { readonly kind: 'text'; readonly sql: string }
  | { readonly kind: 'number'; readonly n: string; readonly d: string }
  | { readonly kind: 'list'; readonly items: readonly SqlValue[] };

/** Values become query parameters; `bind` returns their placeholder. */
export interface Binder {
  readonly bind: (type: 'Int64' | 'String', value: number | string) => string;
  readonly params: Record<string, number | string>;
}

export const createBinder = (prefix: string): Binder => {
  const params: Record<string, number | string> = {};
  let count = 0;
  return {
    params,
    bind(type, value) {
      const name = `${prefix}${count}`;
      count += 1;
      params[name] = value;
      return `{${name}:${type}}`;
    },
  };
};

export interface CompileContext {
  readonly rule: Rule;
  readonly indicators: Indicators;
  readonly binder: Binder;
  /** The day that is judged, for what is in force. */
  readonly asOf: number;
}

const number = (n: string, d = '1'): SqlValue => ({ kind: 'number', n, d });
const bool = (sql: string): SqlValue => ({ kind: 'bool', sql });
const wide = (sql: string): string => `toInt128(${sql})`;
const times = (a: string, b: string): string => (b === '1' ? a : a === '1' ? b : `${wide(a)} * ${wide(b)}`);

const literal = (binder: Binder, value: number, factor = 1): SqlValue => {
  const { n, d } = decimalFraction(value, factor);
  if (!Number.isSafeInteger(n)) throw new Error(`${value} has more digits than a rule's numbers hold`);
  return number(binder.bind('Int64', n), d === 1 ? '1' : String(d));
};

const compare = (op: string, left: SqlValue, right: SqlValue): string => {
  const sign = op === '==' ? '=' : op;
  if (left.kind === 'number' && right.kind === 'number') {
    return `(${times(left.n, right.d)} ${sign} ${times(right.n, left.d)})`;
  }
  if ((left.kind === 'text' || left.kind === 'bool') && left.kind === right.kind)
    return `(${left.sql} ${sign} ${right.sql})`;
  throw new Error(`comparison of ${left.kind} with ${right.kind} passed the check`);
};

const arithmetic = (op: string, left: SqlValue, right: SqlValue): SqlValue => {
  if (left.kind !== 'number' || right.kind !== 'number') throw new Error(`arithmetic on ${left.kind} passed the check`);
  if (op === '*')
    return number(
      `(${times(left.n, right.n)})`,
      left.d === '1' && right.d === '1' ? '1' : `(${times(left.d, right.d)})`,
    );
  if (op === '/') {
    const signed = (sql: string): string => `if(${right.n} < 0, -(${sql}), ${sql})`;
    const n = signed(times(left.n, right.d));
    // Something by nothing stands above every limit; nothing by nothing is not known.
    return number(`if(${right.n} = 0 AND ${left.n} = 0, NULL, ${n})`, signed(times(left.d, right.n)));
  }
  const sum =
    left.d === right.d ? `(${left.n} ${op} ${right.n})` : `(${times(left.n, right.d)} ${op} ${times(right.n, left.d)})`;
  return number(sum, left.d === right.d ? left.d : `(${times(left.d, right.d)})`);
};

const parameterForm = (
  context: CompileContext,
  form: Pick<Parameter, 'value' | 'text' | 'list' | 'values'>,
  of: Parameter,
): SqlValue => {
  const { binder } = context;
  const factor = of.unit === 'yuan' ? 100 : 1;
  if (form.value !== undefined) return literal(binder, form.value, factor);
  if (form.text !== undefined) return { kind: 'text', sql: binder.bind('String', form.text) };
  if (form.list !== undefined) {
    const items = form.list.map(
      (item): SqlValue =>
        typeof item === 'string' ? { kind: 'text', sql: binder.bind('String', item) } : literal(binder, item, factor),
    );
    return { kind: 'list', items };
  }
  const word = columnOf(context, of.by as string);
  if (word.kind !== 'text') throw new Error(`parameter by ${of.by} passed the check`);
  const entries = Object.entries(form.values ?? {});
  const scale = Math.max(...entries.map(([, value]) => decimalFraction(value, factor).d));
  const cases = entries.flatMap(([key, value]) => {
    const { n, d } = decimalFraction(value, factor);
    return [`${word.sql} = ${binder.bind('String', key)}`, binder.bind('Int64', (n * scale) / d)];
  });
  return number(`multiIf(${cases.join(', ')}, NULL)`, String(scale));
};

/** A parameter's value: its own, or below a region prefix with an override in force the override's. */
const parameterOf = (context: CompileContext, name: string): SqlValue => {
  const parameter = context.rule.parameters[name] as Parameter;
  const own = parameterForm(context, parameter, parameter);
  return overridesInForce(parameter, context.asOf).reduceRight<SqlValue>((otherwise, override) => {
    const value = parameterForm(context, override, parameter);
    const here = `ifNull(startsWith(region_code, ${context.binder.bind('String', override.region)}), 0)`;
    if (value.kind === 'number' && otherwise.kind === 'number') {
      return number(
        `if(${here}, ${value.n}, ${otherwise.n})`,
        value.d === otherwise.d ? value.d : `if(${here}, ${value.d}, ${otherwise.d})`,
      );
    }
    if (value.kind === 'text' && otherwise.kind === 'text')
      return { kind: 'text', sql: `if(${here}, ${value.sql}, ${otherwise.sql})` };
    throw new Error(`${context.rule.id}: an override of ${name} has another form than the parameter`);
  }, own);
};

const columnOf = (context: CompileContext, name: string): SqlValue => {
  const column = householdColumns[name] ?? personColumns[name] ?? unregisteredColumns[name];
  const type = context.indicators.indicators[name]?.type;
  if (column === undefined || type === undefined) throw new Error(`indicator ${name} has no column`);
  if (type === 'flag') return bool(column.n);
  return type === 'text' ? { kind: 'text', sql: column.n } : number(column.n, column.d ?? '1');
};

const call = (context: CompileContext, name: string, args: readonly ASTNode[]): SqlValue => {
  const [first, second] = args as [ASTNode, ASTNode];
  if (name === 'add_months') {
    const date = walk(context, first);
    const months = walk(context, second);
    if (date.kind !== 'number' || months.kind !== 'number') throw new Error('add_months passed the check');
    if (date.d !== '1' || months.d !== '1') throw new Error('add_months takes a date and a whole number of months');
    return number(`toInt32(addMonths(toDate32('1970-01-01') + toInt32(${date.n}), toInt32(${months.n})))`);
  }
  if (name !== 'standard' && name !== 'standard_given') throw new Error(`the rule language has no function ${name}`);
  const word = standardKinds.find((known) => first.op === 'value' && known === first.args);
  if (word === undefined) throw new Error(`${name} takes one of the words ${standardKinds.join(', ')}`);
  const kind = context.binder.bind('String', word);
  const given = `if(isNull(region_code), NULL, mapContains(standards, ${kind}))`;
  return name === 'standard' ? number(`if(ifNull(${given}, 0), standards[${kind}], NULL)`) : bool(given);
};

const membership = (left: SqlValue, right: SqlValue): SqlValue => {
  if (right.kind !== 'list') throw new Error('in without a list passed the check');
  if (right.items.length === 0) throw new Error('in takes a list that holds something');
  return bool(`(${right.items.map((item) => compare('==', left, item)).join(' OR ')})`);
};

const numberOf = (value: unknown): number => {
  if (value === null || value instanceof Uint8Array)
    throw new Error('the rule language knows numbers, text, true, false');
  return Number(value);
};

const walk = (context: CompileContext, node: ASTNode): SqlValue => {
  const both = (): [SqlValue, SqlValue] => {
    const [left, right] = node.args as [ASTNode, ASTNode];
    return [walk(context, left), walk(context, right)];
  };
  switch (node.op) {
    case 'value':
      return typeof node.args === 'string'
        ? { kind: 'text', sql: context.binder.bind('String', node.args) }
        : typeof node.args === 'boolean'
          ? bool(node.args ? '1' : '0')
          : literal(context.binder, numberOf(node.args));
    case 'id':
      if (node.args === 'as_of') return number('{as_of:Int32}');
      break;
    case '.': {
      const name = dotted(node) ?? '';
      return name.startsWith('params.') ? parameterOf(context, name.slice('params.'.length)) : columnOf(context, name);
    }
    case '&&':
    case '||': {
      const [left, right] = both();
      if (left.kind === 'bool' && right.kind === 'bool')
        return bool(`(${left.sql} ${node.op === '&&' ? 'AND' : 'OR'} ${right.sql})`);
      break;
    }
    case '!_': {
      const inner = walk(context, node.args);
      if (inner.kind === 'bool') return bool(`(NOT ${inner.sql})`);
      break;
    }
    case '-_':
      return arithmetic('-', number('0'), walk(context, node.args));
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bool(compare(node.op, ...both()));
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(node.op, ...both());
    case 'in':
      return membership(...both());
    case 'list':
      return { kind: 'list', items: node.args.map((item) => walk(context, item)) };
    case 'call':
      return call(context, ...(node.args as [string, ASTNode[]]));
    default:
  }
  throw new Error(`the rule language has no translation for ${node.op}`);
};

/** Translates one of a rule's boolean expressions. The text must have passed `checkExpressions`. */
export const compileExpression = (context: CompileContext, text: string): string => {
  const value = walk(context, parseExpression(text, context.rule, context.indicators));
  if (value.kind !== 'bool') throw new Error(`${context.rule.id}: ${text} is ${value.kind}`);
  return value.sql;
};
