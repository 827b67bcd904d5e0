/** Touches the world: the explanation chart of a case, from the household's facts (PostgreSQL, ClickHouse). */
import type { Actor } from '../../access/index.ts';
import { readEffectiveCompletions } from '../../ingest/index.ts';
import { formatDay, monthOfDay, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import type { ClickHouse } from '../../platform/clickhouse.ts';
import { type Catalogue, createWatermarks, incomeMonths, parametersFor, standardsFor } from '../../rules/index.ts';
import { caseScope, findCase } from './case-row.ts';
import { authorisedFrom, isIncomeKnown, MONTHS, type MonthOfPerson, monthsOf, whoCounts } from './chart.ts';
import { type HouseholdHistory, readHistory } from './chart-history.ts';
import type { CaseChart } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { yuan } from './money.ts';

const isIncome = `(startsWith(kind, 'tax.') OR kind IN ('human-resources.pension_month', 'human-resources.benefit_month'))`;
const isDeath = `kind IN ('health.death', 'public-security.death')`;
/** Three years: the oldest month shown sums the twelve before it. */
const READ_MONTHS = MONTHS + 12;

const readMonths = async (
  clickhouse: ClickHouse,
  persons: readonly number[],
  asOf: number,
): Promise<{ months: MonthOfPerson[]; deaths: Map<number, number> }> => {
  const rows = await clickhouse.query<
    { person_no: number; month: number; died: number | null } & Record<
      'medical' | 'fee' | 'aid' | 'rehabilitation' | 'accident' | 'income',
      string
    >
  >(
    'pages',
    `SELECT person_no, month, minOrNullIf(day, ${isDeath}) AS died,
       sumIf(amount, startsWith(kind, 'medical.')) AS medical,
       sumIf(amount, kind = 'education.fee' AND category != 2) AS fee,
       sumIf(amount, kind = 'education.aid' AND category != 2) AS aid,
       sumIf(amount, kind = 'disability.rehab_cost') AS rehabilitation,
       sumIf(amount, startsWith(kind, 'emergency.')) AS accident,
       sumIf(amount - amount_b, ${isIncome}) AS income
     FROM facts FINAL
     WHERE person_no IN {persons:Array(UInt32)} AND day <= {as_of:Int32} AND (month > {since:Int32} OR ${isDeath})
     GROUP BY person_no, month`,
    { persons, as_of: asOf, since: monthOfDay(asOf) - READ_MONTHS },
  );
  const deaths = new Map<number, number>();
  for (const { person_no, died } of rows) {
    if (died !== null) deaths.set(person_no, Math.min(died, deaths.get(person_no) ?? died));
  }
  const months = rows.map((row) => ({
    personNo: row.person_no,
    month: row.month,
    medical: Number(row.medical),
    fee: Number(row.fee),
    aid: Number(row.aid),
    rehabilitation: Number(row.rehabilitation),
    accident: Number(row.accident),
    income: Number(row.income),
  }));
  return { months, deaths };
};

/** Lines of the chart that spending and income are held against. */
const limitsOf = (history: HouseholdHistory, catalogue: Catalogue, size: number, asOf: number): CaseChart['limits'] => {
  const dibao = standardsFor(history.standards, history.regionCode, history.area, asOf).get('dibao');
  const rule = catalogue.rules.find((one) => one.id === 'medical-burden');
  const burden =
    rule === undefined
      ? undefined
      : parametersFor(rule, { regionCode: history.regionCode, word: () => history.category }, asOf)['limit'];
  return [
    ...(dibao === undefined
      ? []
      : [
          {
            name: 'dibao',
            title: `低保标准×${size}人`,
            amount: yuan(dibao * size),
            per: 'month' as const,
          },
        ]),
    ...(typeof burden === 'string'
      ? [{ name: 'medical_burden', title: '医疗负担预警线', amount: burden, per: 'year' as const }]
      : []),
  ];
};

/**
 * 24 months up to the day of the pages. Income is that of tax, pension and benefit records, null in months that are not
 * complete or not authorised; what a department says of a whole year is in none of its months.
 */
export const readChart = async (deps: QueryDeps, actor: Actor, caseId: string, now: Date): Promise<CaseChart> => {
  const row = await findCase(deps.postgres, actor, 'see_case', caseId);
  const today = formatDay(shanghaiDay(now));
  const history = await deps.postgres.transaction(
    (tx) => readHistory(tx, { row, today, synthetic: deps.isSynthetic(), catalogue: deps.catalogue }),
    { scope: caseScope(actor, row) },
  );
  const asOf = parseIsoDay(history.asOf) as number;
  const { months, deaths } = await readMonths(
    deps.clickhouse,
    history.members.map((member) => member.personNo),
    asOf,
  );
  const members = history.members.map((member) => ({ ...member, diedOn: deaths.get(member.personNo) ?? null }));
  const who = whoCounts(members, asOf);
  const declared = await readEffectiveCompletions(deps.postgres, null);
  const watermarksOf = createWatermarks(declared.map((one) => ({ ...one, regionPrefix: one.region_prefix })));
  const gap = deps.catalogue.indicators.parameters['grant_gap_days']?.value ?? 0;
  const known = isIncomeKnown(
    incomeMonths(watermarksOf, history.regionCode, asOf),
    authorisedFrom(history.grants, asOf, gap),
  );
  const shown = monthsOf(months, who, asOf, known);
  const first = `${shown[0]?.month}-01`;
  const died = members.flatMap((member) =>
    member.diedOn === null || !who.spending.has(member.personNo)
      ? []
      : [{ on: formatDay(member.diedOn), title: `${member.name}死亡登记`, title_en: null, kind: 'record' as const }],
  );
  return {
    as_of: history.asOf,
    months: shown,
    limits: limitsOf(history, deps.catalogue, who.living.size, asOf),
    events: [...history.events, ...died]
      .filter((event) => event.on >= first)
      .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)),
  };
};
