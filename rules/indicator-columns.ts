/**
 * Where the evaluation statement holds each indicator: a SQL expression over its household row, or over a person's
 * tuple `p`. Numbers are `n / d`, money in fen; NULL is not known. Every indicator of indicators.yaml stands here.
 */
export interface IndicatorColumn {
  readonly n: string;
  readonly d?: string;
}

const col = (n: string, d?: string): IndicatorColumn => (d === undefined ? { n } : { n, d });

// A day that never was: far enough back for every "days since", near enough for 32 bits.
const never = 1_000_000;
const since = (day: string): string => `({as_of:Int32} - ifNull(${day}, {as_of:Int32} - ${never}))`;
const acute = '(medical_12m + accident_12m)';

/**
 * Spending over income: 1/0 when there is spending and no income, not known when income is not known or both are 0.
 * income_n is income in fen times income_d.
 */
const ratio = (spent: string): IndicatorColumn => ({
  n: `multiIf(isNull(income_n), NULL, income_n > 0, toInt128(${spent}) * income_d, ${spent} > 0, toInt128(1), NULL)`,
  d: `if(ifNull(income_n, 0) > 0, income_n, toInt128(0))`,
});

export const householdColumns: Readonly<Record<string, IndicatorColumn>> = {
  'household.size': col('size'),
  'household.disabled': col('disabled'),
  'household.category': col('category'),
  'household.exited': col('exited'),
  'household.labour': col('labour'),
  'household.stable_income': col('stable_income'),
  'household.area': col('area'),
  'household.category_since': col('category_since'),
  'household.verified': col('verified'),
  'household.last_verified_on': col('last_verified_on'),
  'household.reviewed': col('reviewed'),
  'household.last_reviewed_on': col('last_reviewed_on'),
  'household.has_exit_grace': col('has_exit_grace'),
  'household.exit_grace_until': col('exit_grace_until'),
  'medical.self_paid_12m': col('medical_12m'),
  'medical.max_admission_12m': col('admission_12m'),
  'education.net_cost_12m': col('education_12m'),
  'disability.rehab_cost_12m': col('rehab_12m'),
  'accident.loss_12m': col('accident_12m'),
  'rigid.total_12m': col('rigid_12m'),
  'rigid.ratio_12m': ratio('rigid_12m'),
  'acute.ratio_12m': ratio(acute),
  'income.total_12m': col('income_n', 'income_d'),
  'income.per_capita_year': col('income_n', '(income_d * size)'),
  'income.per_capita_month': col('income_n', '(income_d * 12 * size)'),
  'income.recent_avg': col('recent_sum', '3'),
  'income.prior_avg': col('prior_sum', '9'),
  'income.prior_months_paid': col('prior_months'),
  'production.loss_12m': col('production_12m'),
  'health.days_since_major_illness': col(since('illness_day')),
  'housing.dangerous_grade': col('dangerous_grade'),
  'water.unsafe': col('water_unsafe'),
  'rural.listed': col('listed'),
  'lead.days_since': col(since('lead_any_day')),
  'lead.days_since_red': col(since('lead_red_day')),
  'lead.days_since_orange': col(since('lead_orange_day')),
  'lead.days_since_yellow': col(since('lead_yellow_day')),
  'lead.need': col('lead_need'),
};

/** Of somebody in no registry, from their waiting records (rules/unregistered.ts). */
export const unregisteredColumns: Readonly<Record<string, IndicatorColumn>> = {
  'unregistered.self_paid_12m': col('unregistered_paid'),
  'unregistered.max_admission_12m': col('unregistered_stay'),
};

/** A person's tuple in the household row, in this order. */
export const personFields = [
  'person_no',
  'living',
  'died_on',
  'birth_day',
  'own_category',
  'certified',
  'certified_on',
  'grade',
  'disability',
  'student',
] as const;

/** The SQL of one field of the tuple `p`. */
export const personField = (name: (typeof personFields)[number]): string => `p.${personFields.indexOf(name) + 1}`;

const born = `(toDate32('1970-01-01') + toInt32(${personField('birth_day')}))`;
const today = `(toDate32('1970-01-01') + {as_of:Int32})`;
// In years without 29 February that birthday is 1 March; 18 years after a leap year is never one.
const leapling = `(toMonth(${born}) = 2 AND toDayOfMonth(${born}) = 29)`;

export const personColumns: Readonly<Record<string, IndicatorColumn>> = {
  'person.grade': col(personField('grade')),
  'person.disability': col(personField('disability')),
  'person.certified': col(personField('certified')),
  'person.days_since_certified': col(since(personField('certified_on'))),
  'person.own_category': col(personField('own_category')),
  'person.category': col(`if(${personField('own_category')} = '', category, ${personField('own_category')})`),
  'person.age': col(
    `(toInt32(toYear(${today})) - toInt32(toYear(${born})) - if((toMonth(${today}), toDayOfMonth(${today})) < (toMonth(${born}), toDayOfMonth(${born})), 1, 0))`,
  ),
  'person.student': col(personField('student')),
  'person.eighteenth_birthday': col(
    `toInt32(makeDate32(toYear(${born}) + 18, if(${leapling}, 3, toMonth(${born})), if(${leapling}, 1, toDayOfMonth(${born}))))`,
  ),
  'person.died_on': col(personField('died_on')),
  'person.dead': col(`isNotNull(${personField('died_on')})`),
};
