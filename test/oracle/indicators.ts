/** The indicators of rules.md that the rules read, for one household on one day. */
import { inTrailingMonths } from './calendar.ts';
import { fenOf } from './facts.ts';
import { factsOf, type HouseholdView, type PersonView } from './household-view.ts';
import { type Income, incomeOf, totalOrZero } from './income.ts';
import { type Known, mapKnown, NOT_KNOWN } from './known.ts';
import { above, add, divide, type Rational, subtract, whole, yuan, ZERO } from './rational.ts';
import { standardFor } from './standards.ts';

/** A ratio, or above every limit (spending without income). */
export type Ratio = Rational | 'above every limit';

export interface Indicators {
  readonly size: number;
  readonly disabled: number;
  readonly medicalSelfPaid: Rational;
  readonly medicalMaxAdmission: Rational;
  readonly rehabilitationCost: Rational;
  /** Per person what school costs beyond aid, but for the compulsory stage. */
  readonly educationNetCost: Rational;
  readonly accidentLoss: Rational;
  /** medical + education + rehabilitation + accident. */
  readonly rigidTotal: Rational;
  readonly income: Income;
  readonly perCapitaMonth: Known<Rational>;
  readonly rigidRatio: Known<Ratio>;
  readonly acuteRatio: Known<Ratio>;
  readonly productionLoss: Rational;
  readonly dibaoStandard: Known<Rational>;
  /** Undefined where none is given. */
  readonly disposableIncome: Rational | undefined;
}

export function indicatorsOf(view: HouseholdView): Indicators {
  const size = view.living.length;
  const settlements = inYear(view, factsOf(view.spending, 'medical-insurance'));
  const medicalSelfPaid = totalOrZero(settlements, 'self_paid');
  const rehabilitationCost = totalOrZero(
    inYear(view, factsOf(view.spending, 'disability', 'rehab_cost')),
    'rehab_amount',
  );
  const educationNetCost = view.spending.map((person) => netCostOf(view, person)).reduce(add, ZERO);
  const accidentLoss = totalOrZero(inYear(view, factsOf(view.spending, 'emergency')), 'loss_amount');
  const rigidTotal = [medicalSelfPaid, educationNetCost, rehabilitationCost, accidentLoss].reduce(add, ZERO);
  const income = incomeOf(view);
  const losses = inYear(view, factsOf(view.living, 'rural-revitalization', 'production_loss'));
  return {
    size,
    disabled: view.living.filter((person) => person.certificate !== undefined).length,
    medicalSelfPaid,
    medicalMaxAdmission: settlements
      .filter((fact) => fact.fields.get('visit_type') === 'inpatient')
      .map((fact) => yuan(fenOf(fact, 'self_paid')))
      .reduce((largest, paid) => (above(paid, largest) ? paid : largest), ZERO),
    rehabilitationCost,
    educationNetCost,
    accidentLoss,
    rigidTotal,
    income,
    perCapitaMonth: mapKnown(income.total12m, (total) => divide(total, whole(12 * size))),
    rigidRatio: ratioTo(rigidTotal, income.total12m),
    acuteRatio: ratioTo(add(medicalSelfPaid, accidentLoss), income.total12m),
    productionLoss: totalOrZero(losses, 'amount'),
    dibaoStandard: standardFor(view, 'dibao') ?? NOT_KNOWN,
    disposableIncome: standardFor(view, 'disposable_income'),
  };
}

/** Fees less aid of one person in the trailing 12 months, never below 0; compulsory school counts on neither side. */
function netCostOf(view: HouseholdView, person: PersonView): Rational {
  const sumOf = (event: string): Rational => {
    const facts = inYear(view, factsOf([person], 'education', event));
    return totalOrZero(
      facts.filter((fact) => fact.fields.get('stage') !== 'compulsory'),
      'amount',
    );
  };
  const net = subtract(sumOf('fee'), sumOf('aid'));
  return above(net, ZERO) ? net : ZERO;
}

function inYear<T extends { readonly occurredOn: string }>(view: HouseholdView, facts: readonly T[]): T[] {
  return facts.filter((fact) => inTrailingMonths(fact.occurredOn, view.day, 12));
}

/** Above every limit when there is spending and no income; not known when there is neither. */
function ratioTo(spent: Rational, income: Known<Rational>): Known<Ratio> {
  return mapKnown(income, (total) => {
    if (total.n > 0n) return divide(spent, total);
    return spent.n > 0n ? 'above every limit' : NOT_KNOWN;
  });
}

export function ratioAbove(ratio: Known<Ratio>, limit: Rational): Known<boolean> {
  return mapKnown(ratio, (known) => known === 'above every limit' || above(known, limit));
}
