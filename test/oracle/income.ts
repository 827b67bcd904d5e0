/** Income of a household: which months are known, and what came in. */
import { addDays, addMonths, type Day, lastDayOf, lastMonthEndedOn, type Month, yearOfMonth } from './calendar.ts';
import { type CompleteMonths, completeMonths, isDeclared } from './completeness.ts';
import { eventOf, type Fact, fenOf, latest, numberOf } from './facts.ts';
import { factsOf, type HouseholdView } from './household-view.ts';
import { isKnown, type Known, NOT_KNOWN } from './known.ts';
import { add, decimal, divide, multiply, type Rational, subtract, sum, whole, yuan, ZERO } from './rational.ts';
import { type Authorisation, authorisationsOf, isInForce } from './registry-state.ts';

const MAX_DAYS_BETWEEN_AUTHORISATIONS = 31;
const WORK_COST = decimal('0.10');

export interface Income {
  /** M, the last complete month that ended on or before the day. */
  readonly lastMonth: Known<Month>;
  readonly yearKnown: boolean;
  readonly total12m: Known<Rational>;
  readonly recentAverage: Known<Rational>;
  readonly priorAverage: Known<Rational>;
  readonly priorMonthsPaid: Known<number>;
}

export function incomeOf(view: HouseholdView): Income {
  const complete = incomeMonths(view);
  const last = complete && Math.min(complete.watermark, lastMonthEndedOn(view.day));
  const lastMonth = complete && last !== undefined && last >= complete.first ? last : NOT_KNOWN;
  const granted = authorisationsOf(view.state.registry, view.householdId).filter((a) => a.grantedOn <= view.day);
  const isMonthKnown = (month: Month): boolean =>
    complete !== undefined &&
    isKnown(lastMonth) &&
    month >= complete.first &&
    month <= lastMonth &&
    granted.some((a) => a.grantedOn <= lastDayOf(month) && reachesToday(a, granted, view.day));
  const year = isKnown(lastMonth) ? Array.from({ length: 12 }, (_, i) => lastMonth - 11 + i) : [];
  const yearKnown = year.length === 12 && year.every(isMonthKnown);
  const taxed = granted.some((a) => isInForce(a, view.day)) ? factsOf(view.living, 'tax') : [];
  const paid = [...taxed, ...factsOf(view.living, 'human-resources', 'pension_month', 'benefit_month')];
  const monthly = (month: Month): Rational =>
    sum(paid.filter((fact) => numberOf(fact, 'period') === month).map(earnedBy));
  const recent = year.slice(9).map(monthly);
  const prior = year.slice(0, 9).map(monthly);
  return {
    lastMonth,
    yearKnown,
    total12m: totalIncome(view, yearKnown, year, paid),
    recentAverage: yearKnown ? divide(sum(recent), whole(3)) : NOT_KNOWN,
    priorAverage: yearKnown ? divide(sum(prior), whole(9)) : NOT_KNOWN,
    priorMonthsPaid: yearKnown ? prior.filter((income) => income.n > 0n).length : NOT_KNOWN,
  };
}

/**
 * Tax's months; where human resources has declared anything for the region, those of both: from the later beginning to the
 * lower watermark, and none where it was declared but never complete.
 */
function incomeMonths(view: HouseholdView): CompleteMonths | undefined {
  const { tax, 'human-resources': pensions } = view.state.records;
  const ofTax = completeMonths(tax, view.regionCode);
  if (!isDeclared(pensions, view.regionCode)) return ofTax;
  const ofPensions = completeMonths(pensions, view.regionCode);
  if (!ofTax || !ofPensions) return undefined;
  return {
    first: Math.max(ofTax.first, ofPensions.first),
    watermark: Math.min(ofTax.watermark, ofPensions.watermark),
  };
}

/** A tax line, a pension without its basic part, or a benefit. */
function earnedBy(fact: Fact): Rational {
  if (fact.feed === 'tax') return yuan(fenOf(fact, 'income_amount'));
  const basic = eventOf(fact) === 'pension_month' ? fenOf(fact, 'basic_amount') : 0n;
  return yuan(fenOf(fact, 'amount') - basic);
}

/** In force on the day, or followed without a longer gap by one that is. */
function reachesToday(start: Authorisation, granted: readonly Authorisation[], day: Day): boolean {
  const seen = new Set<Authorisation>();
  const open = [start];
  for (let current = open.pop(); current; current = open.pop()) {
    if (isInForce(current, day)) return true;
    seen.add(current);
    const latestStart = addDays(current.expiresOn!, MAX_DAYS_BETWEEN_AUTHORISATIONS);
    open.push(...granted.filter((next) => !seen.has(next) && next.grantedOn <= latestStart));
  }
  return false;
}

function totalIncome(view: HouseholdView, yearKnown: boolean, year: Month[], paid: Fact[]): Known<Rational> {
  if (yearKnown) {
    const inYear = paid.filter((fact) => year.includes(numberOf(fact, 'period')));
    const annual = annualFacts(view, year[11]!);
    if (inYear.length + annual.length > 0) {
      const earned = sum(inYear.map(earnedBy));
      const wages = inYear.filter((fact) => fact.feed === 'tax' && fact.fields.get('income_type') === 'wages');
      const workCost = multiply(WORK_COST, sum(wages.map((fact) => yuan(fenOf(fact, 'income_amount')))));
      return subtract(add(earned, sum(annual.map((fact) => yuan(fenOf(fact, 'amount'))))), workCost);
    }
  }
  if (!isKnown(view.values)) return NOT_KNOWN;
  const { assessedOn, assessedIncome } = view.values;
  if (assessedOn === undefined || assessedIncome === undefined) return NOT_KNOWN;
  if (assessedOn <= addMonths(view.day, -12) || assessedOn > view.day) return NOT_KNOWN;
  return multiply(yuan(assessedIncome), whole(view.living.length * 12));
}

/** Per living member the annual income of the latest of the three years up to that of M; of one year the latest record. */
function annualFacts(view: HouseholdView, lastMonth: Month): Fact[] {
  const lastYear = yearOfMonth(lastMonth);
  return view.living.flatMap((person) => {
    const reported = factsOf([person], 'rural-revitalization', 'annual_income').filter((fact) => {
      const year = numberOf(fact, 'year');
      return year <= lastYear && year >= lastYear - 2;
    });
    const latestYear = Math.max(...reported.map((fact) => numberOf(fact, 'year')));
    const chosen = latest(reported.filter((fact) => numberOf(fact, 'year') === latestYear));
    return chosen ? [chosen] : [];
  });
}

export function totalOrZero(facts: readonly Fact[], column: string): Rational {
  return facts.length === 0 ? ZERO : sum(facts.map((fact) => yuan(fenOf(fact, column))));
}
