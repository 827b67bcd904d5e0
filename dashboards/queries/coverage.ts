/** Touches the world: what is covered, as counts (PostgreSQL, ClickHouse). */
import { type Actor, may, RouteProblem, scopeOf } from '../../access/index.ts';
import { formatDay, formatShanghai, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import { levels } from '../../rules/contract.ts';
import type { Coverage } from './contract.ts';
import { countPostgres, countRegistered, type PostgresCounts, type RegisteredCounts } from './coverage-counts.ts';
import type { QueryDeps } from './deps.ts';
import { lengthBelow } from './facets.ts';
import { readRegionNames, readStoreDay } from './names.ts';
import { hideSmall, hideSmallParts } from './small-counts.ts';

/** Counting is dear and a page is drawn often: what was counted a minute ago is shown with its moment. */
const KEPT_MS = 60_000;
const MOST_KEPT = 200;

interface Counted {
  /** Length of the codes that are counted apart. */
  readonly length: number;
  readonly at: Date;
  readonly asOf: string;
  readonly registered: RegisteredCounts;
  readonly rest: PostgresCounts;
  readonly names: ReadonlyMap<string, string>;
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);

const funnelOf = ({ registered, rest }: Counted, show: (count: number) => number | null): Coverage['funnel'] => {
  const all = sum(registered.registered.values());
  const stage = (
    name: Coverage['funnel'][number]['stage'],
    title: string,
    count: number,
    of: string,
    denominator: number,
  ) => ({ stage: name, title, count: show(count), of, denominator: show(denominator) });
  const received = sum(registered.received.values());
  return [
    stage('registered', '登记在册家庭', all, '登记在册家庭', all),
    stage('data_received', '近12个月收到部门数据', received, '登记在册家庭', all),
    stage('warned', '近12个月发出预警', rest.warned, '登记在册家庭', all),
    stage('verified', '近12个月入户核实', rest.verified, '发出预警的家庭', rest.warned),
    stage('referred', '近12个月转办', rest.referred, '已核实的家庭', rest.verified),
    stage('helped', '近12个月得到帮扶', rest.helped, '已核实的家庭', rest.verified),
    stage('inspected', '近12个月抽检', rest.inspected, '已办结的家庭', rest.closed),
  ];
};

/** Somebody in no registry may be placed no nearer than the region above: a row of its own, so that the columns add up. */
const placed = (name: string | null, above: boolean): string | null =>
  name === null || !above ? name : `${name}（未定位）`;

const present = (
  counted: Counted,
  region: string | null,
  catalogue: QueryDeps['catalogue'],
  countsOnly: boolean,
  synthetic: boolean,
): Coverage => {
  const show = countsOnly ? hideSmall : (count: number): number => count;
  const parts = countsOnly ? hideSmallParts : (counts: readonly number[]): number[] => [...counts];
  const { registered, rest } = counted;
  const columns = {
    registered: registered.registered,
    data_received: registered.received,
    open_warnings: rest.openWarnings,
    red: rest.red,
    overdue: rest.overdue,
    closed_cases: rest.closedCases,
    open_referrals: rest.openReferrals,
  };
  const codes = [...new Set(Object.values(columns).flatMap((column) => [...column.keys()]))].filter(Boolean).sort();
  const shown = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, parts(codes.map((code) => column.get(code) ?? 0))]),
  ) as Record<keyof typeof columns, (number | null)[]>;
  const byLevel = parts(levels.map((level) => rest.byLevel.get(level) ?? 0));
  return {
    as_of: counted.asOf,
    counted_at: formatShanghai(counted.at),
    region_code: region,
    funnel: funnelOf(counted, show),
    regions: codes.map((code, i) => ({
      region_code: code,
      name: placed(counted.names.get(code) ?? null, code.length < counted.length),
      registered: shown.registered[i] ?? null,
      data_received: shown.data_received[i] ?? null,
      open_warnings: shown.open_warnings[i] ?? null,
      red: shown.red[i] ?? null,
      overdue: shown.overdue[i] ?? null,
      closed_cases: shown.closed_cases[i] ?? null,
      open_referrals: shown.open_referrals[i] ?? null,
    })),
    levels: levels.map((level, i) => ({ level, count: byLevel[i] ?? null })),
    rules: catalogue.rules
      .filter((rule) => rule.direction !== 'duty')
      .map((rule) => {
        const counts = rest.byRule.get(rule.id) ?? { open: 0, confirmed: 0, verified: 0 };
        return {
          rule_id: rule.id,
          title: rule.title,
          title_en: rule.title_en,
          open: show(counts.open),
          confirmed: show(counts.confirmed),
          verified: show(counts.verified),
        };
      }),
    synthetic,
  };
};

/** A region that is asked for must be the reader's or lie below it. */
const within = (actor: Actor, region: string | undefined): void => {
  if (region === undefined || may(actor, 'see_counts', { regions: [region] }).allowed) return;
  throw new RouteProblem(404, 'not_found', '没有找到这个地区，或不在您的辖区内。请从地区列表中选择。');
};

export const createCoverage = (deps: QueryDeps) => {
  const kept = new Map<string, { until: number; counted: Promise<Counted> }>();

  const count = async (actor: Actor, region: string | undefined, now: Date): Promise<Counted> => {
    const given = actor.role === 'system' ? [''] : actor.regions.filter(Boolean);
    const today = formatDay(shanghaiDay(now));
    const asOf = await deps.postgres.transaction((tx) => readStoreDay(tx, today, deps.isSynthetic()));
    const length = region === undefined ? Math.min(...given.map(lengthBelow), 12) : lengthBelow(region);
    const where = { given, region: region ?? '', length, asOf: parseIsoDay(asOf) as number, today };
    const [registered, rest] = await Promise.all([
      countRegistered(deps.clickhouse, where),
      deps.postgres.transaction((tx) => countPostgres(tx, where), { scope: scopeOf(actor) }),
    ]);
    const codes = [...registered.registered.keys(), ...rest.openWarnings.keys(), ...rest.closedCases.keys()];
    const names = await deps.postgres.transaction((tx) => readRegionNames(tx, codes));
    return { at: now, asOf, length, registered, rest, names };
  };

  return async (actor: Actor, region: string | undefined, now: Date): Promise<Coverage> => {
    within(actor, region);
    const key = `${scopeOf(actor)}|${region ?? ''}`;
    const found = kept.get(key);
    let counted = found !== undefined && found.until > now.getTime() ? found.counted : null;
    if (counted === null) {
      counted = count(actor, region, now);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { until: now.getTime() + KEPT_MS, counted });
      // What failed is tried again by the next reader.
      counted.catch(() => kept.delete(key));
    }
    const only = actor.role === 'system' || actor.regions.length !== 1 ? null : (actor.regions[0] ?? null);
    const countsOnly = !may(actor, 'see_warnings').allowed;
    return present(await counted, region ?? only, deps.catalogue, countsOnly, deps.isSynthetic());
  };
};
