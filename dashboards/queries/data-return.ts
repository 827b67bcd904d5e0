/** Touches the world: what a department's data did - taken, refused, grounds of warnings, families helped (PostgreSQL). */
import { type Actor, may, RouteProblem } from '../../access/index.ts';
import type { Department } from '../../alerts/contract.ts';
import { departmentWords } from '../../alerts/index.ts';
import { feedsBySender, type RejectReason, rejectWords, senderWords } from '../../ingest/index.ts';
import { formatDay, formatMonth, monthOfDay, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import type { DataReturn, DataReturnQuery } from './contract.ts';
import { readDefects, readHelped, readIntake, readWarnings } from './data-return-counts.ts';
import type { QueryDeps } from './deps.ts';
import { readStoreDay } from './names.ts';
import { hideSmall, hideSmallParts } from './small-counts.ts';
import { feedTitle } from './titles.ts';

const MONTHS = 12;
const MOST_MONTHS = 60;

export const departmentTitle = (department: string): string =>
  departmentWords[department as Department] ??
  senderWords[department] ??
  feedTitle(feedsBySender().get(department)?.[0] ?? department);

const noDepartment = () =>
  new RouteProblem(404, 'not_found', '没有这个部门的共享数据，或不是您所在的部门。请从部门列表中选择。');
const badMonths = () =>
  new RouteProblem(422, 'bad_months', `起止月份有误：起始月份不得晚于截止月份，一次最多 ${MOST_MONTHS} 个月。`);

/** The department that is asked for, as far as the reader may ask. A department that sends nothing has nothing to see. */
const sendersFor = (actor: Actor): string[] =>
  [...feedsBySender().keys()].filter((department) => may(actor, 'see_data_return', { department }).allowed);

const monthNumber = (text: string): number => Number(text.slice(0, 4)) * MONTHS + Number(text.slice(5)) - 1;

/** Scope of the counts: a department's own is empty, but these are counts of its regions and no rows. */
const scopeOfCounts = (actor: Actor): string => (actor.role === 'system' ? '*' : actor.regions.join(','));

export const readDataReturn = async (
  deps: QueryDeps,
  actor: Actor,
  query: DataReturnQuery,
  now: Date,
): Promise<DataReturn> => {
  const senders = sendersFor(actor);
  const department = query.department ?? (actor.role === 'department' ? actor.department : senders[0]) ?? '';
  const feeds = senders.includes(department) ? feedsBySender().get(department) : undefined;
  if (feeds === undefined) throw noDepartment();
  const asOf = await deps.postgres.transaction((tx) =>
    readStoreDay(tx, formatDay(shanghaiDay(now)), deps.isSynthetic()),
  );
  const to = query.to === undefined ? monthOfDay(parseIsoDay(asOf) as number) : monthNumber(query.to);
  const from = query.from === undefined ? to - MONTHS + 1 : monthNumber(query.from);
  if (from > to || to - from >= MOST_MONTHS) throw badMonths();
  const asked = { feeds, from: formatMonth(from), to: formatMonth(to) };
  const { intake, defects, warnings, helped } = await deps.postgres.transaction(
    async (tx) => ({
      intake: new Map((await readIntake(tx, asked)).map((row) => [row.month, row])),
      defects: await readDefects(tx, asked),
      warnings: new Map((await readWarnings(tx, asked)).map((row) => [row.month, row.warnings])),
      helped: new Map((await readHelped(tx, asked)).map((row) => [row.month, row.families])),
    }),
    { scope: scopeOfCounts(actor) },
  );
  // A department knows the rows that it sent itself; of people it sees counts only, as leadership does.
  const countsOnly = !may(actor, 'see_warnings').allowed;
  const people = countsOnly ? hideSmall : (count: number): number => count;
  const rows = countsOnly && actor.role !== 'department' ? hideSmall : (count: number): number => count;
  const parts = rows === hideSmall ? hideSmallParts : (counts: readonly number[]): number[] => [...counts];
  const sum = (month: string, of: 'rejected' | 'corrected'): number =>
    defects.filter((row) => row.month === month).reduce((all, row) => all + row[of], 0);
  const reasons = new Map<string, number>();
  for (const row of defects) reasons.set(row.reason, (reasons.get(row.reason) ?? 0) + row.rejected);
  const ordered = [...reasons].sort(([, a], [, b]) => b - a);
  const shown = parts(ordered.map(([, count]) => count));
  return {
    as_of: asOf,
    departments: senders.map((name) => ({ department: name, title: departmentTitle(name) })),
    ...{ department, title: departmentTitle(department) },
    feeds: feeds.map((feed) => ({ feed, title: feedTitle(feed) })),
    months: Array.from({ length: to - from + 1 }, (_, i) => {
      const month = formatMonth(to - i);
      const taken = intake.get(month);
      return {
        month,
        accepted: rows(taken?.accepted ?? 0),
        duplicate: rows(taken?.duplicate ?? 0),
        not_authorised: people(taken?.not_authorised ?? 0),
        rejected: rows(sum(month, 'rejected')),
        corrected: rows(sum(month, 'corrected')),
        warnings: people(warnings.get(month) ?? 0),
        helped: people(helped.get(month) ?? 0),
      };
    }),
    defects: ordered.map(([reason], i) => ({
      ...{ reason, says: rejectWords[reason as RejectReason].what, count: shown[i] ?? null },
    })),
    hides_small: countsOnly,
    synthetic: deps.isSynthetic(),
  };
};
