import { addMonths, formatMonth, lastDayOfMonth, monthOfDay } from '../../platform/calendar.ts';
import type { Watermark } from '../../rules/index.ts';
import type { CaseChart } from './contract.ts';
import { yuan } from './money.ts';

/** Spending and income of a household month by month, as rules.md sections 1 and 2 count them. Amounts are fen. Pure. */

export const MONTHS = 24;

export interface MonthOfPerson {
  readonly personNo: number;
  readonly month: number;
  readonly medical: number;
  /** Fees and aid in stages other than compulsory. */
  readonly fee: number;
  readonly aid: number;
  readonly rehabilitation: number;
  readonly accident: number;
  readonly income: number;
}

export interface ChartMember {
  readonly personNo: number;
  readonly joinedOn: number | null;
  readonly leftOn: number | null;
  readonly diedOn: number | null;
}

/**
 * Living members on the day, and with them those who died as members in the months shown: their bills are the household's.
 * As in the rules, what a member spent before joining counts too.
 */
export const whoCounts = (
  members: readonly ChartMember[],
  asOf: number,
): { living: Set<number>; spending: Set<number> } => {
  const since = addMonths(asOf, -MONTHS);
  const isOn = (member: ChartMember, day: number): boolean =>
    (member.joinedOn === null || member.joinedOn <= day) && (member.leftOn === null || member.leftOn > day);
  const died = (member: ChartMember): boolean => member.diedOn !== null && member.diedOn <= asOf;
  const diedMember = (member: ChartMember): boolean =>
    died(member) &&
    (member.diedOn as number) > since &&
    (member.joinedOn === null || member.joinedOn <= (member.diedOn as number)) &&
    (member.leftOn === null || member.leftOn >= (member.diedOn as number));
  const living = members.filter((member) => isOn(member, asOf) && !died(member));
  return {
    living: new Set(living.map((member) => member.personNo)),
    spending: new Set([...living, ...members.filter(diedMember)].map((member) => member.personNo)),
  };
};

export interface Grant {
  readonly from: number;
  /** Null: without end. */
  readonly to: number | null;
}

/** First day of the authorisation in force on a day, those before it counted in when no gap was longer; null without one. */
export const authorisedFrom = (grants: readonly Grant[], asOf: number, longestGap: number): number | null => {
  const sorted = [...grants].sort((a, b) => a.from - b.from || (a.to ?? Infinity) - (b.to ?? Infinity));
  let [from, until] = [0, -Infinity];
  let found: number | null = null;
  for (const grant of sorted) {
    const end = grant.to ?? Infinity;
    if (grant.from > until + longestGap) from = grant.from;
    until = Math.max(until, end);
    if (grant.from <= asOf && end >= asOf) found = found === null ? from : Math.min(found, from);
  }
  return found;
};

/** Months whose income is known: complete, and authorised by their last day. */
export const isIncomeKnown =
  (complete: Watermark | null, authorised: number | null) =>
  (month: number): boolean =>
    complete !== null &&
    authorised !== null &&
    month >= complete.first &&
    month <= complete.last &&
    lastDayOfMonth(month) >= authorised;

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The last 24 calendar months up to the day's own; `rigid_12m` sums twelve of them, education per person not below 0. */
export const monthsOf = (
  rows: readonly MonthOfPerson[],
  who: { readonly living: ReadonlySet<number>; readonly spending: ReadonlySet<number> },
  asOf: number,
  isKnown: (month: number) => boolean,
): CaseChart['months'] => {
  const last = monthOfDay(asOf);
  const spent = rows.filter((row) => who.spending.has(row.personNo));
  const earned = rows.filter((row) => who.living.has(row.personNo));
  const education = (some: readonly MonthOfPerson[]): number =>
    sum(
      [...new Set(some.map((row) => row.personNo))].map((personNo) =>
        Math.max(0, sum(some.filter((row) => row.personNo === personNo).map((row) => row.fee - row.aid))),
      ),
    );
  const rigid = (some: readonly MonthOfPerson[]): number =>
    sum(some.map((row) => row.medical + row.rehabilitation + row.accident)) + education(some);
  return Array.from({ length: MONTHS }, (_, i) => {
    const month = last - MONTHS + 1 + i;
    const own = spent.filter((row) => row.month === month);
    return {
      month: formatMonth(month),
      medical: yuan(sum(own.map((row) => row.medical))),
      education: yuan(education(own)),
      rehabilitation: yuan(sum(own.map((row) => row.rehabilitation))),
      accident: yuan(sum(own.map((row) => row.accident))),
      income: isKnown(month) ? yuan(sum(earned.filter((row) => row.month === month).map((row) => row.income))) : null,
      rigid_12m: yuan(rigid(spent.filter((row) => row.month > month - 12 && row.month <= month))),
    };
  });
};
