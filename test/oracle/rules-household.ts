/** The household rules of the first catalogue that are built. */
import { addDays, addMonths, type Day, inTrailingDays } from './calendar.ts';
import { eventOf, type Fact, latest } from './facts.ts';
import { factsOf, type HouseholdView } from './household-view.ts';
import { type Indicators, ratioAbove } from './indicators.ts';
import { and, mapBoth, mapKnown, not, or, type Truth } from './known.ts';
import { above, atLeast, below, decimal, divide, multiply, type Rational, whole } from './rational.ts';
import type { Category } from './registry-state.ts';

export type Level = 'red' | 'orange' | 'yellow' | 'blue';

export interface Judgement {
  readonly rule: string;
  readonly truth: Truth;
  readonly level: Level;
}

const MEDICAL_LIMITS: Readonly<Record<Exclude<Category, 'exited'>, number>> = {
  tekun: 1000,
  dibao: 5000,
  edge: 10_000,
  rigid: 10_000,
  relapse: 10_000,
  other: 15_000,
};

type Rule = (view: HouseholdView, indicators: Indicators) => Judgement;

const isOneOf = (view: HouseholdView, ...categories: Category[]): boolean => categories.includes(view.category);

const medicalBurden: Rule = (view, { medicalSelfPaid }) => {
  const limit = whole(MEDICAL_LIMITS[view.category as Exclude<Category, 'exited'>]);
  const isRed = atLeast(medicalSelfPaid, multiply(limit, whole(2)));
  return { rule: 'medical-burden', truth: above(medicalSelfPaid, limit), level: isRed ? 'red' : 'orange' };
};

const medicalAdmission: Rule = (_, { medicalMaxAdmission }) => ({
  rule: 'medical-admission',
  truth: above(medicalMaxAdmission, whole(6000)),
  level: 'yellow',
});

const majorIllness: Rule = (view) => {
  const illnesses = factsOf(view.living, 'health', 'major_illness');
  const truth = illnesses.some((fact) => inTrailingDays(fact.occurredOn, view.day, 30));
  return { rule: 'major-illness', truth, level: 'yellow' };
};

/** What rigid-ratio and rigid-ratio-early share: all but the ratios. */
function rigidGround(view: HouseholdView, indicators: Indicators): Truth {
  const { disposableIncome, income, size } = indicators;
  return and(
    isOneOf(view, 'edge', 'relapse', 'other'),
    atLeast(indicators.rigidTotal, whole(3000)),
    disposableIncome === undefined ||
      mapKnown(income.total12m, (total) => below(divide(total, whole(size)), disposableIncome)),
  );
}

function rigidRatioTruth(view: HouseholdView, indicators: Indicators): Truth {
  const ratios = or(
    ratioAbove(indicators.rigidRatio, decimal('0.70')),
    ratioAbove(indicators.acuteRatio, decimal('0.60')),
  );
  return and(rigidGround(view, indicators), ratios);
}

const rigidRatio: Rule = (view, indicators) => ({
  rule: 'rigid-ratio',
  truth: rigidRatioTruth(view, indicators),
  level: 'red',
});

const rigidRatioEarly: Rule = (view, indicators) => ({
  rule: 'rigid-ratio-early',
  truth: and(
    rigidGround(view, indicators),
    not(rigidRatioTruth(view, indicators)),
    ratioAbove(indicators.rigidRatio, decimal('0.50')),
  ),
  level: 'yellow',
});

const incomeDrop: Rule = (_, { income }) => ({
  rule: 'income-drop',
  truth: mapBoth(
    income.priorAverage,
    income.recentAverage,
    (prior, recent) => atLeast(prior, whole(500)) && recent.n > 0n && below(recent, multiply(decimal('0.5'), prior)),
  ),
  level: 'orange',
});

const incomeLost: Rule = (_, { income }) => ({
  rule: 'income-lost',
  truth: mapBoth(income.priorMonthsPaid, income.recentAverage, (paid, recent) => paid >= 6 && recent.n === 0n),
  level: 'red',
});

const compareToStandard = (
  { perCapitaMonth, dibaoStandard }: Indicators,
  test: (perCapita: Rational, standard: Rational) => boolean,
): Truth => mapBoth(perCapitaMonth, dibaoStandard, test);

const incomeBelowStandard: Rule = (view, indicators) => ({
  rule: 'income-below-standard',
  truth: and(isOneOf(view, 'edge', 'rigid', 'relapse', 'other'), compareToStandard(indicators, below)),
  level: 'orange',
});

const incomeEdge: Rule = (view, indicators) => ({
  rule: 'income-edge',
  truth: and(
    isOneOf(view, 'relapse', 'other'),
    compareToStandard(indicators, atLeast),
    compareToStandard(indicators, (perCapita, standard) => below(perCapita, multiply(decimal('1.5'), standard))),
  ),
  level: 'yellow',
});

const incomeAboveStandard: Rule = (view, indicators) => ({
  rule: 'income-above-standard',
  truth: and(isOneOf(view, 'dibao'), compareToStandard(indicators, above)),
  level: 'blue',
});

const manyDisabled: Rule = (_, { disabled }) => ({ rule: 'many-disabled', truth: disabled >= 2, level: 'yellow' });

/** "After it" means strictly later by occurred_on. */
const isAfter = (later: Fact, earlier: Fact): boolean => later.occurredOn > earlier.occurredOn;

const dangerousHouse: Rule = (view) => {
  const last = latest(factsOf(view.dwelling, 'housing', 'dangerous_house'));
  const renovated = factsOf(view.dwelling, 'housing', 'renovated').some((fact) => last && isAfter(fact, last));
  const grade = last?.fields.get('grade');
  const truth = (grade === 'C' || grade === 'D') && !renovated;
  return { rule: 'dangerous-house', truth, level: grade === 'D' ? 'red' : 'orange' };
};

const waterUnsafe: Rule = (view) => {
  const given = factsOf(view.dwelling, 'rural-revitalization').filter((fact) => fact.fields.has('water_safe'));
  return { rule: 'water-unsafe', truth: latest(given)?.fields.get('water_safe') === false, level: 'orange' };
};

const productionLoss: Rule = (_, { productionLoss: loss, income }) => ({
  rule: 'production-loss',
  truth: mapKnown(income.total12m, (total) => above(loss, multiply(decimal('0.3'), total))),
  level: 'orange',
});

const relapseRisk: Rule = (view) => {
  const facts = factsOf(view.living, 'rural-revitalization', 'listed', 'risk_cleared');
  const cleared = facts.filter((fact) => eventOf(fact) === 'risk_cleared');
  const isOpen = (fact: Fact): boolean => eventOf(fact) === 'listed' && !cleared.some((other) => isAfter(other, fact));
  return { rule: 'relapse-risk', truth: isOneOf(view, 'other') && facts.some(isOpen), level: 'yellow' };
};

const LEVELS: readonly Level[] = ['red', 'orange', 'yellow', 'blue'];

/** The level that a higher level gave, else orange; of several the highest. Undefined without a lead in the trailing 90 days. */
export function levelOfLeads(leads: readonly Fact[], day: Day): Level | undefined {
  const recent = leads.filter((fact) => inTrailingDays(fact.occurredOn, day, 90));
  const given = recent.map((fact) => String(fact.fields.get('upstream_level') ?? 'orange'));
  return LEVELS.find((level) => given.includes(level));
}

const lead: Rule = (view) => {
  const level = levelOfLeads(factsOf(view.living, 'leads'), view.day);
  return { rule: 'lead', truth: level !== undefined, level: level ?? 'blue' };
};

/** D > exit_grace_until - 1 month; an exited household, also while it counts as other, is past its grace. */
const graceEnding: Rule = (view) => ({
  rule: 'grace-ending',
  truth: and(
    view.registeredCategory !== 'exited',
    mapKnown(
      view.values,
      ({ exitGraceUntil }) => exitGraceUntil !== undefined && view.day > addMonths(exitGraceUntil, -1),
    ),
  ),
  level: 'yellow',
});

const verificationDue: Rule = (view) => ({
  rule: 'verification-due',
  truth: and(
    isOneOf(view, 'dibao', 'tekun', 'edge', 'rigid'),
    mapKnown(
      view.values,
      ({ lastVerifiedOn }) => lastVerifiedOn === undefined || addMonths(lastVerifiedOn, 3) <= view.day,
    ),
  ),
  level: 'blue',
});

const reviewDue: Rule = (view) => ({
  rule: 'review-due',
  truth: and(
    isOneOf(view, 'dibao', 'tekun', 'edge'),
    mapKnown(view.values, ({ lastReviewedOn, labour, stableIncome }) => {
      if (lastReviewedOn === undefined) return true;
      const isHalfYearly = view.category === 'dibao' && (labour === 'able' || labour === 'partly') && !stableIncome;
      return addMonths(lastReviewedOn, isHalfYearly ? 6 : 12) <= view.day;
    }),
  ),
  level: 'blue',
});

const rigidExpiring: Rule = (view) => ({
  rule: 'rigid-expiring',
  truth: isOneOf(view, 'rigid') && addDays(addMonths(view.categorySince, 12), -30) <= view.day,
  level: 'yellow',
});

export const HOUSEHOLD_RULES: readonly Rule[] = [
  medicalBurden,
  medicalAdmission,
  majorIllness,
  rigidRatio,
  rigidRatioEarly,
  incomeDrop,
  incomeLost,
  incomeBelowStandard,
  incomeEdge,
  incomeAboveStandard,
  manyDisabled,
  dangerousHouse,
  waterUnsafe,
  productionLoss,
  relapseRisk,
  lead,
  graceEnding,
  verificationDue,
  reviewDue,
  rigidExpiring,
];
