import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, parseIsoDay } from '../platform/calendar.ts';
import { loadCatalogue } from './catalogue.ts';
import { checkExpressions } from './cel.ts';
import { compileExpression, createBinder } from './compile.ts';
import { type Rule, ruleSchema } from './contract.ts';

/**
 * The translation is proved by reading its SQL: a small interpreter of the few forms that it writes, with integers of
 * any size and three-valued truth as ClickHouse has it. What the engine itself makes of the statement is the business of
 * the integration tests.
 */
type Value = bigint | string | boolean | null;
type Row = Readonly<Record<string, Value | ReadonlyMap<string, bigint>>>;

const TOKEN = /\s*(?:(\d+)|'([^']*)'|\{(\w+):\w+\}|([A-Za-z_]\w*)|(!=|<=|>=|[()[\],<>=+*-]))/y;

const tokensOf = (sql: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw new Error(`no SQL of ours at ${sql.slice(at, at + 30)}`);
    const [, number, text, parameter, word, sign] = match;
    tokens.push(
      number !== undefined
        ? `#${number}`
        : text !== undefined
          ? `'${text}`
          : parameter !== undefined
            ? `$${parameter}`
            : ((word ?? sign) as string),
    );
  }
  return tokens;
};

const BINDS: Readonly<Record<string, number>> = {
  ...{ OR: 1, AND: 2, '=': 4, '!=': 4, '<': 4, '<=': 4, '>': 4, '>=': 4, '+': 5, '-': 5, '*': 6 },
};
const truthOf = (value: Value): boolean | null => (value === null ? null : value === true || value === 1n);

const operate = (op: string, a: Value, b: Value): Value => {
  if (op === 'AND' || op === 'OR') {
    const [x, y] = [truthOf(a), truthOf(b)];
    const decides = op === 'OR';
    if (x === decides || y === decides) return decides;
    return x === null || y === null ? null : !decides;
  }
  if (a === null || b === null) return null;
  if (op === '=') return a === b;
  if (op === '!=') return a !== b;
  if (typeof a === 'string' && typeof b === 'string') return compareAs(op, a < b ? -1 : a > b ? 1 : 0);
  if (typeof a !== 'bigint' || typeof b !== 'bigint') throw new Error(`${typeof a} ${op} ${typeof b}`);
  if (op === '+') return a + b;
  if (op === '-') return a - b;
  if (op === '*') return a * b;
  return compareAs(op, a < b ? -1 : a > b ? 1 : 0);
};
const compareAs = (op: string, order: number): boolean =>
  op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;

const INT128 = 2n ** 127n;

const readSql = (sql: string, row: Row, params: Readonly<Record<string, number | string>>): Value => {
  const tokens = tokensOf(sql);
  let at = 0;
  const take = (wanted: string): void => {
    if (tokens[at] !== wanted) throw new Error(`${wanted} expected, ${tokens[at]} found in ${sql}`);
    at += 1;
  };
  const call = (name: string, args: Value[]): Value => {
    const [a = null, b = null, c = null] = args;
    if (name === 'if') return truthOf(a) ? b : c;
    if (name === 'multiIf') return args.length === 1 ? a : truthOf(a) ? b : call(name, args.slice(2));
    if (name === 'ifNull') return a ?? b;
    if (name === 'isNull') return a === null;
    if (a === null) return null;
    if (name === 'toInt128') {
      if (typeof a !== 'bigint' || a >= INT128 || a < -INT128) throw new Error(`${a} is no Int128`);
      return a;
    }
    if (name === 'toInt32' || name === 'toDate32') return name === 'toDate32' ? BigInt(parseIsoDay(String(a)) ?? 0) : a;
    if (name === 'addMonths') return b === null ? null : BigInt(addMonths(Number(a), Number(b)));
    if (name === 'startsWith') return String(a).startsWith(String(b));
    throw new Error(`no function ${name}`);
  };
  const prefix = (): Value => {
    const token = tokens[at] as string;
    at += 1;
    if (token === '(') {
      const inner = expression(0);
      take(')');
      return inner;
    }
    if (token === 'NOT') {
      const inner = truthOf(expression(3));
      return inner === null ? null : !inner;
    }
    if (token === '-') {
      const inner = expression(7);
      return typeof inner === 'bigint' ? -inner : inner;
    }
    if (token === 'NULL') return null;
    if (token.startsWith('#')) return BigInt(token.slice(1));
    if (token.startsWith("'")) return token.slice(1);
    if (token.startsWith('$')) {
      const value = token === '$as_of' ? row['as_of'] : params[token.slice(1)];
      if (value === undefined) throw new Error(`no parameter ${token}`);
      return typeof value === 'number' ? BigInt(value) : (value as Value);
    }
    if (tokens[at] === '[') {
      at += 1;
      const key = expression(0);
      take(']');
      return (row[token] as ReadonlyMap<string, bigint>).get(String(key)) ?? 0n;
    }
    if (tokens[at] === '(') {
      at += 1;
      if (token === 'mapContains') {
        const map = row[tokens[at] as string] as ReadonlyMap<string, bigint>;
        at += 1;
        take(',');
        const key = expression(0);
        take(')');
        return map.has(String(key));
      }
      const args: Value[] = [];
      while (tokens[at] !== ')') {
        args.push(expression(0));
        if (tokens[at] === ',') at += 1;
      }
      at += 1;
      return call(token, args);
    }
    const value = row[token];
    if (value === undefined) throw new Error(`no column ${token}`);
    return value as Value;
  };
  const expression = (least: number): Value => {
    let left = prefix();
    for (;;) {
      const op = tokens[at] ?? '';
      const binds = BINDS[op] ?? 0;
      if (binds <= least) return left;
      at += 1;
      left = operate(op, left, expression(binds));
    }
  };
  const value = expression(0);
  if (at !== tokens.length) throw new Error(`${tokens[at]} left over in ${sql}`);
  return value;
};

const { indicators } = loadCatalogue(import.meta.dirname);
const source = { status: 'policy' };
/** With what a rule file has to say of a parameter and no calculation reads. */
const labelled = (parameters: object) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      { title: '参数', title_en: 'P', ...('unit' in parameter ? {} : { of: 'household.category' }), ...parameter },
    ]),
  );
const ruleOf = (when: string, parameters: object = {}, subject = 'household'): Rule =>
  ruleSchema.parse({
    ...{
      id: 'a-rule',
      version: 1,
      title: 't',
      meaning: 'm',
      subject,
      direction: 'need',
      level: 'red',
      when,
      title_en: 'T',
      parameters: labelled(parameters),
    },
    ...{ service: [], citation: [{ document: 'd', clause: 'c', says: 's' }], valid_from: '2020-01-01' },
  });

const AS_OF = parseIsoDay('2026-09-30') as number;
const row: Row = {
  ...{ size: 3n, disabled: 2n, medical_12m: 1_500_000n, income_n: 28_000_00n, income_d: 10n, category: 'other' },
  ...{
    exited: 0n,
    region_code: '159903101001',
    last_reviewed_on: BigInt(parseIsoDay('2026-03-31') ?? 0),
    reviewed: 1n,
  },
  standards: new Map([['dibao', 70_000n]]),
  as_of: BigInt(AS_OF),
};

/** What the SQL of an expression says of a row: true, false, or null for not known. */
const judge = (when: string, more: Row = {}, parameters: object = {}): boolean | null => {
  const rule = ruleOf(when, parameters);
  expect(checkExpressions(rule, indicators)).toEqual([]);
  const binder = createBinder('v');
  const sql = compileExpression({ rule, indicators, binder, asOf: AS_OF }, when);
  return truthOf(readSql(sql, { ...row, ...more }, binder.params));
};

/** An exact fraction with a positive denominator. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}
interface Sum {
  readonly text: string;
  readonly value: Fraction | null;
}
interface Condition {
  readonly text: string;
  readonly truth: boolean | null;
}

const fraction = (n: bigint, d: bigint): Fraction => (d < 0n ? { n: -n, d: -d } : { n, d });
const literal = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 4 }))
  .map(([n, decimals]): Sum => {
    const d = 10 ** decimals;
    return { text: (n / d).toFixed(Math.max(1, decimals)), value: fraction(BigInt(n), BigInt(d)) };
  });
const named = fc.constantFrom<Sum>(
  { text: 'household.size', value: { n: 3n, d: 1n } },
  { text: 'medical.self_paid_12m', value: { n: 1_500_000n, d: 1n } },
  { text: 'income.total_12m', value: { n: 2_800_000n, d: 10n } },
  { text: 'income.per_capita_month', value: { n: 2_800_000n, d: 360n } },
  { text: 'params.ratio', value: { n: 7n, d: 10n } },
  { text: 'params.limit', value: { n: 123_456n, d: 1n } },
  { text: 'params.by', value: { n: 150n, d: 1n } },
  { text: 'income.prior_months_paid', value: null },
);
const parameters = {
  ratio: { value: 0.7, source },
  limit: { value: 1234.56, unit: 'yuan', source },
  by: { values: { other: 1.5, dibao: 0.25 }, by: 'household.category', unit: 'yuan', source },
};

const combine = (op: string, a: Sum, b: Sum): Sum => {
  const text = `(${a.text} ${op} ${b.text})`;
  const [x, y] = [a.value, b.value];
  if (x === null || y === null) return { text, value: null };
  if (op === '*') return { text, value: fraction(x.n * y.n, x.d * y.d) };
  if (op === '/') return { text, value: fraction(x.n * y.d, x.d * y.n) };
  const right = op === '+' ? y.n : -y.n;
  return { text, value: fraction(x.n * y.d + right * x.d, x.d * y.d) };
};
// Two operations deep: a rule goes no deeper, and 128 bits hold no more.
const leaf = fc.oneof(literal, named);
const sum = fc.oneof(
  leaf,
  leaf.map((a): Sum => ({ text: `-${a.text}`, value: a.value && fraction(-a.value.n, a.value.d) })),
  fc
    .tuple(fc.constantFrom('+', '-', '*', '/'), leaf, leaf)
    .filter(([op, , b]) => op !== '/' || (b.value !== null && b.value.n !== 0n))
    .map(([op, a, b]) => combine(op, a, b)),
);
const comparison = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), sum, sum)
  .map(([op, a, b]): Condition => {
    const text = `${a.text} ${op} ${b.text}`;
    if (a.value === null || b.value === null) return { text, truth: null };
    const [x, y] = [a.value.n * b.value.d, b.value.n * a.value.d];
    const truth = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y, '==': x === y, '!=': x !== y }[op] as boolean;
    return { text, truth };
  });

describe('numbers', () => {
  it('are compared exactly, whatever the fractions', () => {
    fc.assert(
      fc.property(comparison, ({ text, truth }) => {
        expect(judge(text, { prior_months: null }, parameters), text).toBe(truth);
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    ['0.1 + 0.2 == 0.3', true],
    ['1.0 / 3.0 * 3.0 == 1.0', true],
    ['income.per_capita_month > 7777.77', true],
    ['income.per_capita_month > 7777.78', false],
    ['1.0 / -2.0 < 0.0', true],
    ['1.0 - 2.0 / (1.0 - 3.0) == 2.0', true],
    // Something by nothing stands above every limit, nothing by nothing is not known.
    ['household.size / (household.size - household.size) > 99999999.0', true],
    ['-household.size / (household.size - household.size) < -99999999.0', true],
    ['(household.size - household.size) / (household.size - household.size) > 1.0', null],
    ['(household.size - household.size) / (household.size - household.size) <= 1.0', null],
  ])('%s is %s', (when, truth) => expect(judge(when)).toBe(truth));

  it('of spending by no income stand above every limit; without both nothing is known', () => {
    const of = (income: Value, spent: bigint): (boolean | null)[] =>
      ['rigid.ratio_12m > 0.7', 'rigid.ratio_12m <= 99999.0'].map((when) =>
        judge(when, { income_n: income, income_d: 10n, rigid_12m: spent }),
      );
    expect(of(0n, 1n)).toEqual([true, false]);
    expect(of(-5n, 1n)).toEqual([true, false]);
    expect(of(0n, 0n)).toEqual([null, null]);
    expect(of(null, 5n)).toEqual([null, null]);
    // 7 of 10 is not more than 0.7; a fen more is.
    expect(of(1_000_0n, 700n)).toEqual([false, true]);
    expect(of(1_000_0n, 701n)).toEqual([true, true]);
  });
});

describe('truth', () => {
  const condition = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Condition>(
        { text: 'household.size > 2.0', truth: true },
        { text: 'household.size > 3.0', truth: false },
        { text: 'income.prior_months_paid > 3.0', truth: null },
        { text: 'household.exited', truth: false },
        { text: 'household.stable_income', truth: null },
        { text: 'household.category in ["dibao", "other"]', truth: true },
        { text: 'household.area in ["rural", "urban"]', truth: null },
        { text: 'true', truth: true },
      ),
      tie('tree').map(({ text, truth }): Condition => ({ text: `!(${text})`, truth: truth === null ? null : !truth })),
      fc.tuple(fc.constantFrom('&&', '||'), tie('tree'), tie('tree')).map(([op, a, b]): Condition => {
        const decides = op === '||';
        const decided = a.truth === decides || b.truth === decides;
        const unknown = a.truth === null || b.truth === null;
        return { text: `(${a.text} ${op} ${b.text})`, truth: decided ? decides : unknown ? null : !decides };
      }),
    ),
  })).tree;

  it('is three-valued', () => {
    fc.assert(
      fc.property(condition, ({ text, truth }) => {
        expect(judge(text, { prior_months: null, stable_income: null, area: null }), text).toBe(truth);
      }),
      { numRuns: 300 },
    );
  });
});

describe('standards', () => {
  it('are known, not given, or not known where there is no region', () => {
    const of = (more: Row): (boolean | null)[] =>
      ['standard_given("dibao")', 'standard("dibao") > 699.0 * 100.0', 'standard("dibao") > 700.0 * 100.0'].map(
        (when) => judge(when, more),
      );
    expect(of({})).toEqual([true, true, false]);
    expect(of({ standards: new Map() })).toEqual([false, null, null]);
    expect(of({ region_code: null })).toEqual([null, null, null]);
  });
});

describe('dates', () => {
  it('move by whole months, to the last day that there is', () => {
    const due = 'household.reviewed && add_months(household.last_reviewed_on, params.half) <= as_of';
    const half = { half: { value: 6, source } };
    expect(judge(due, {}, half)).toBe(true);
    expect(judge(due, { last_reviewed_on: BigInt(parseIsoDay('2026-04-01') ?? 0) }, half)).toBe(false);
    expect(judge(due, { last_reviewed_on: null }, half)).toBeNull();
  });
});

describe('parameters', () => {
  const limit = {
    limit: {
      ...{ value: 5000, unit: 'yuan', source },
      overrides: [
        { region: '15', value: 15_000.005, source },
        { region: '1599', value: 15_000, source, valid_from: '2027-01-01' },
        { region: '159903', value: 14_999.99, source },
      ],
    },
  };
  it('are overridden below their region, by the longest prefix in force', () => {
    const of = (region: Value): boolean | null =>
      judge('medical.self_paid_12m > params.limit', { region_code: region }, limit);
    expect([of('159903101001'), of('159904101001'), of('162201'), of(null)]).toEqual([true, false, true, true]);
  });

  it('by a word are not known for a word that they do not list', () => {
    const by = { by: { values: { dibao: 1, tekun: 2.5 }, by: 'household.category', source } };
    const of = (category: Value): boolean | null => judge('household.size > params.by', { category }, by);
    expect([of('dibao'), of('tekun'), of('other'), of(null)]).toEqual([true, true, null, null]);
  });

  it('never become a part of the SQL', () => {
    const evil = "x') OR 1 = 1 --";
    const rule = ruleOf('household.category == params.word', { word: { text: evil, source } });
    const binder = createBinder('v');
    const sql = compileExpression({ rule, indicators, binder, asOf: AS_OF }, rule.when);
    expect(sql).not.toContain('--');
    expect(Object.values(binder.params)).toEqual([evil]);
  });
});
