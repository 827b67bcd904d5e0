/** Indicators of a household as text, for whoever looks for a difference. */
import { showMonth } from './calendar.ts';
import type { Evaluation } from './evaluate.ts';
import type { PersonView } from './household-view.ts';
import type { Ratio } from './indicators.ts';
import { isKnown, type Known } from './known.ts';
import { type Rational, show } from './rational.ts';

function known<T>(value: Known<T>, print: (value: T) => string): string {
  return isKnown(value) ? print(value) : 'not known';
}

function printRatio(ratio: Ratio): string {
  return typeof ratio === 'string' ? ratio : show(ratio);
}

const money = (value: Known<Rational>): string => known(value, show);

export function explainHousehold(evaluation: Evaluation, householdId: string): Record<string, string> {
  const found = evaluation.households.get(householdId);
  if (!found) return { watched: 'no' };
  const { view, indicators } = found;
  const people = (list: readonly { personId: string }[]): string => list.map(({ personId }) => personId).join(' ');
  const base = {
    watched: 'yes',
    region: view.regionCode,
    area: view.area,
    category: view.category,
    'category.registered': `${view.registeredCategory} since ${view.categorySince}`,
    members: people(view.members),
    living: people(view.living),
    spending: people(view.spending),
    dwelling: people(view.dwelling),
  };
  const persons = Object.fromEntries(
    view.members.map((person) => [`person ${person.personId}`, explainPerson(person)]),
  );
  if (!indicators) return { ...base, ...persons };
  const { income } = indicators;
  return {
    ...base,
    'household.size': String(indicators.size),
    'household.disabled': String(indicators.disabled),
    'medical.self_paid_12m': show(indicators.medicalSelfPaid),
    'medical.max_admission_12m': show(indicators.medicalMaxAdmission),
    'education.net_cost_12m': show(indicators.educationNetCost),
    'accident.loss_12m': show(indicators.accidentLoss),
    'disability.rehab_cost_12m': show(indicators.rehabilitationCost),
    'rigid.total_12m': show(indicators.rigidTotal),
    'income.last_month': known(income.lastMonth, showMonth),
    'income.year_known': String(income.yearKnown),
    'income.total_12m': money(income.total12m),
    'income.per_capita_month': money(indicators.perCapitaMonth),
    'income.recent_avg': money(income.recentAverage),
    'income.prior_avg': money(income.priorAverage),
    'income.prior_months_paid': known(income.priorMonthsPaid, String),
    'rigid.ratio_12m': known(indicators.rigidRatio, printRatio),
    'acute.ratio_12m': known(indicators.acuteRatio, printRatio),
    'production.loss_12m': show(indicators.productionLoss),
    'standard(dibao)': money(indicators.dibaoStandard),
    'standard(disposable_income)': indicators.disposableIncome ? show(indicators.disposableIncome) : 'none given',
    ...persons,
  };
}

function explainPerson(person: PersonView): string {
  const { certificate, diedOn } = person;
  const since = certificate?.recordedOn ?? 'registry';
  return [
    `age ${known(person.age, String)}`,
    `student ${person.values.student}`,
    certificate ? `disability ${certificate.category} grade ${certificate.grade} (${since})` : 'no certificate',
    diedOn === undefined ? 'living' : `died ${diedOn}`,
  ].join(', ');
}
