import { levels } from '../../rules/contract.ts';
import type { QueueFacets, QueueQuery } from './contract.ts';
import { caseStateTitle, clockTitle, levelTitle } from './titles.ts';

/** Warnings that agree in everything that has a facet. */
export interface Cell {
  readonly level: (typeof levels)[number];
  readonly rule_id: string;
  readonly region: string;
  readonly clock: 'on_track' | 'at_risk' | 'overdue' | 'none';
  readonly case_state: string | null;
  readonly baseline: boolean;
  readonly count: number;
}

type Facet = keyof QueueFacets;
const names: readonly Facet[] = ['level', 'rule', 'region', 'clock', 'case_state', 'baseline'];

const clocks = ['overdue', 'at_risk', 'on_track', 'none'] as const;
const states = 'opened reopened received assigned visited verified disposed reported following closed'.split(' ');
/** Codes in the order in which they follow one another; others behind them by their text. */
const placed = (codes: readonly string[]) => (a: string, b: string) => {
  const [x, y] = [codes.indexOf(a), codes.indexOf(b)];
  return x !== y ? (x < 0 ? codes.length : x) - (y < 0 ? codes.length : y) : a < b ? -1 : 1;
};

const passes = (query: QueueQuery): Readonly<Record<Facet, (cell: Cell) => boolean>> => {
  const among = (asked: readonly string[] | undefined, value: string | null): boolean =>
    asked === undefined || asked.length === 0 || (value !== null && asked.includes(value));
  return {
    level: (cell) => among(query.level, cell.level),
    rule: (cell) => among(query.rule, cell.rule_id),
    region: (cell) => query.region === undefined || cell.region.startsWith(query.region),
    clock: (cell) => among(query.clock, cell.clock),
    case_state: (cell) => among(query.case_state, cell.case_state),
    baseline: (cell) => query.baseline === undefined || String(cell.baseline) === query.baseline,
  };
};

/** Lengths of region codes: league, banner, township, village. */
const LENGTHS = [4, 6, 9, 12];
export const lengthBelow = (prefix: string): number => LENGTHS.find((length) => length > prefix.length) ?? 12;

/**
 * Counts beside the filters: each facet under all filters but its own. Regions one level below what the reader may see,
 * and one below the region that is chosen. `title` names rules and regions. Pure.
 */
export const facetsOf = (
  cells: readonly Cell[],
  query: QueueQuery,
  given: readonly string[],
  title: {
    readonly rule: (id: string) => { readonly title: string; readonly title_en: string };
    readonly region: (code: string) => string;
  },
): QueueFacets => {
  const pass = passes(query);
  const under = (facet: Facet): Cell[] =>
    cells.filter((cell) => names.every((name) => name === facet || pass[name](cell)));
  const count = (
    facet: Facet,
    valuesOf: (cell: Cell) => readonly string[],
    titleOf: (value: string) => string,
    order: (a: string, b: string) => number,
  ) => {
    const counts = new Map<string, number>();
    for (const cell of under(facet)) {
      for (const value of valuesOf(cell)) counts.set(value, (counts.get(value) ?? 0) + cell.count);
    }
    return [...counts]
      .sort(([a], [b]) => order(a, b))
      .map(([value, n]) => ({ value, title: titleOf(value), title_en: null, count: n }));
  };
  const { region: chosen } = query;
  const regionsOf = ({ region }: Cell): string[] => {
    const own = given.filter((prefix) => region.startsWith(prefix)).map((prefix) => lengthBelow(prefix));
    const below = chosen !== undefined && region.startsWith(chosen) ? [lengthBelow(chosen)] : [];
    return [...new Set([...own, ...below].map((length) => region.slice(0, length)))];
  };
  const byRule = count('rule', (cell) => [cell.rule_id], String, placed([])).map((one) => ({
    ...one,
    ...title.rule(one.value),
  }));
  return {
    level: count(
      'level',
      (cell) => [cell.level],
      (v) => levelTitle(v as Cell['level']),
      placed(levels),
    ),
    rule: byRule.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    region: count('region', regionsOf, title.region, placed([])),
    clock: count(
      'clock',
      (cell) => [cell.clock],
      (v) => clockTitle(v as Cell['clock']),
      placed(clocks),
    ),
    case_state: count(
      'case_state',
      (cell) => (cell.case_state === null ? [] : [cell.case_state]),
      caseStateTitle,
      placed(states),
    ),
    baseline: count(
      'baseline',
      (cell) => [String(cell.baseline)],
      (value) => (value === 'true' ? '首次研判存量' : '新增预警'),
      placed(['false', 'true']),
    ),
  };
};
