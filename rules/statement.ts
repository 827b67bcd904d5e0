import { indicatorsIn, parseExpression } from './cel.ts';
import { compileExpression, createBinder } from './compile.ts';
import type { Indicators, Rule } from './contract.ts';
import { levels } from './contract.ts';
import { householdColumns, personColumns, personField, personFields } from './indicator-columns.ts';
import { decimalFraction } from './parameters.ts';

/** Which households a statement looks at: a range of pseudonyms, or of those in it the ones that are listed for the sweep. */
export interface SweepScope {
  readonly from: number;
  readonly to: number;
  readonly listed: boolean;
}

export interface StatementOptions {
  readonly rules: readonly Rule[];
  readonly indicators: Indicators;
  readonly asOf: number;
  readonly scope: SweepScope;
  /** With a moment, only what was received by then is read, from the history of facts. */
  readonly knownAt: Date | null;
}

export interface Statement {
  readonly sql: string;
  readonly params: Record<string, unknown>;
  readonly householdRules: readonly Rule[];
  readonly personRules: readonly Rule[];
  /** Household indicators returned, in the order of the columns `values`. */
  readonly shown: readonly string[];
  /** Person indicators returned, in the order of each person's values. */
  readonly shownPerson: readonly string[];
  /** Indicators that each rule's expressions name, by rule id. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

const inHistory = '(revision <= {revision:UInt64} AND (replaced = 0 OR replaced > {revision:UInt64}))';

const listed = `household_no IN (SELECT household_no FROM sweep_households
  WHERE sweep = {sweep:UInt64} AND household_no BETWEEN {scope_from:UInt32} AND {scope_to:UInt32})`;
const inRange = 'household_no BETWEEN {scope_from:UInt32} AND {scope_to:UInt32}';
const inScope = (scope: SweepScope): string => (scope.listed ? `(${inRange} AND ${listed})` : inRange);

/** Stays that had begun by the day. */
const stays = (scope: SweepScope): string =>
  `mirror_memberships FINAL
    WHERE ${inHistory} AND member_from <= {as_of:Int32} AND left_on >= member_from AND ${inScope(scope)}`;

/** Of the same persons as `m`, without it: every mention of a common table is analysed anew, with all that stands behind it. */
const ofMembers = (scope: SweepScope): string => `person_no IN (SELECT person_no FROM ${stays(scope)})`;

/** Facts as they stand, or as they stood when only what had been received by `known_at` was known. */
const factSource = (knownAt: Date | null, scope: SweepScope): string =>
  knownAt === null
    ? `SELECT * FROM facts FINAL WHERE day <= {as_of:Int32} AND ${ofMembers(scope)}`
    : `SELECT * FROM (
        SELECT person_no, fact_key, argMax(kind, v) AS kind, argMax(day, v) AS day, argMax(month, v) AS month,
          argMax(amount, v) AS amount, argMax(amount_b, v) AS amount_b, argMax(category, v) AS category,
          argMax(grade, v) AS grade, argMax(water, v) AS water, argMax(record_id, v) AS record_id,
          argMax(record_version, v) AS record_version, argMax(is_deleted, v) AS deleted
        FROM (SELECT *, (version, is_deleted) AS v FROM fact_versions FINAL
              WHERE received_at <= {known_at:DateTime64(3, 'UTC')} AND ${ofMembers(scope)})
        GROUP BY person_no, fact_key
      ) WHERE deleted = 0 AND day <= {as_of:Int32}`;

const certificateKinds = "('disability.certified', 'disability.regraded', 'disability.cancelled')";
const deathKinds = "('health.death', 'public-security.death')";
const isLead = "startsWith(kind, 'leads.')";
/** Needs as the feed numbers them from 1 (ingest/feeds/leads.ts). */
export const needWords = [
  ...['', 'living', 'medical', 'education', 'housing', 'employment', 'industry', 'disaster', 'care', 'other'],
] as const;
const needs = `[${needWords.map((word) => `'${word}'`).join(', ')}]`;
const latest = '(day, record_version, record_id)';
const isIncome =
  "(startsWith(kind, 'tax.') OR kind IN ('human-resources.pension_month', 'human-resources.benefit_month'))";
const year = 'day > {year_ago:Int32}';
/** A month among M-11..M, M-2..M, M-11..M-3 of the household that the person lives in. */
const inYear = 'month > m_last - 12 AND month <= m_last';
const recent = 'month > m_last - 3 AND month <= m_last';
const prior = 'month > m_last - 12 AND month <= m_last - 3';
const inYears =
  "kind = 'rural.annual_income' AND month >= (intDiv(m_last, 12) - 2) * 12 AND month <= intDiv(m_last, 12) * 12";

/** Everything that is known of a person from facts, one row per person. */
const personFacts = (knownAt: Date | null, scope: SweepScope): string => `
  SELECT person_no,
    minOrNullIf(day, kind IN ${deathKinds}) AS died_on,
    sumIf(amount, startsWith(kind, 'medical.') AND ${year}) AS medical,
    maxIf(amount, kind = 'medical.inpatient' AND ${year}) AS admission,
    greatest(sumIf(amount, kind = 'education.fee' AND category != 2 AND ${year})
      - sumIf(amount, kind = 'education.aid' AND category != 2 AND ${year}), 0) AS education,
    sumIf(amount, kind = 'disability.rehab_cost' AND ${year}) AS rehab,
    sumIf(amount, startsWith(kind, 'emergency.') AND ${year}) AS accident,
    sumIf(amount, kind = 'rural.production_loss' AND ${year}) AS production,
    maxOrNullIf(day, kind = 'health.major_illness') AS illness,
    countIf(kind IN ${certificateKinds}) AS certificates,
    argMaxIf((kind = 'disability.cancelled', day, f.category, f.grade), ${latest}, kind IN ${certificateKinds}) AS certificate,
    countIf(kind = 'housing.dangerous_house') AS houses,
    maxIf((day, record_version, record_id, f.grade), kind = 'housing.dangerous_house') AS house,
    maxOrNullIf(day, kind = 'housing.renovated') AS renovated,
    countIf(f.water > 0) AS waters,
    maxIf((day, record_version, record_id, f.water), f.water > 0) AS water,
    maxOrNullIf(day, ${isLead}) AS lead_day,
    maxOrNullIf(day, ${isLead} AND f.grade = 1) AS lead_red, maxOrNullIf(day, ${isLead} AND f.grade IN (0, 2)) AS lead_orange,
    maxOrNullIf(day, ${isLead} AND f.grade = 3) AS lead_yellow,
    maxIf((day, record_version, record_id, f.category), ${isLead}) AS lead,
    maxOrNullIf(day, kind = 'rural.listed') AS listed,
    maxOrNullIf(day, kind = 'rural.risk_cleared') AS cleared,
    sumIf(amount - amount_b, ${isIncome} AND ${inYear}) AS income,
    sumIf(amount - amount_b, ${isIncome} AND ${recent}) AS recent,
    sumIf(amount - amount_b, ${isIncome} AND ${prior}) AS prior,
    groupBitOrIf(bitShiftLeft(toUInt32(1), toUInt8(greatest(0, least(8, month - m_last + 11)))),
      ${isIncome} AND amount > amount_b AND ${prior}) AS prior_bits,
    sumIf(amount, kind = 'tax.wages' AND ${inYear}) AS wages,
    countIf(${isIncome} AND ${inYear}) + countIf(${inYears}) AS incomes,
    argMaxIf(amount, (month, day, record_version, record_id), ${inYears}) AS annual
  FROM (${factSource(knownAt, scope)}) AS f
  LEFT JOIN (SELECT person_no, any(m_last) AS m_last FROM m WHERE left_on > {as_of:Int32} GROUP BY person_no) AS lives USING (person_no)
  GROUP BY person_no`;

/** What the registry says of a household on the day. */
const households = (scope: SweepScope, exitMonths: number): string => `
  SELECT household_no, s.region_code AS region_code, s.area AS area, labour, stable_income, assessed_income, assessed_on,
    exit_grace_until, last_verified_on, last_reviewed_on,
    if(ifNull(said, 0), toNullable(isNotNull(exit_grace_until)), NULL) AS has_exit_grace,
    if(ifNull(said, 0), toNullable(isNotNull(last_verified_on)), NULL) AS verified,
    if(ifNull(said, 0), toNullable(isNotNull(last_reviewed_on)), NULL) AS reviewed,
    c.latest_since AS category_since, c.category = 'exited' AS exited,
    multiIf(isNull(c.category), NULL, c.category != 'exited', c.category,
      {as_of:Int32} < toInt32(addMonths(toDate32('1970-01-01') + toInt32(c.latest_since), ${exitMonths})), 'other', 'gone') AS base_category,
    multiIf(isNull(base_category), NULL, base_category != 'other', base_category, isNull(flags), NULL,
      has(splitByChar(';', toString(flags)), 'relapse'), 'relapse', 'other') AS category,
    r.last_month AS last_month, r.standards AS standards,
    -- Income of M-11..M is known: all complete, and authorised from the last day of the oldest month on.
    isNotNull(r.last_month) AND r.first_month <= r.last_month - 11 AND
      toInt32(toLastDayOfMonth(makeDate32(intDiv(r.last_month - 11, 12), (r.last_month - 11) % 12 + 1, 1))) >= a.authorised_from AS known
  FROM (SELECT DISTINCT household_no FROM mirror_memberships WHERE ${inScope(scope)}) AS h
  LEFT JOIN (
    -- Region, area and flags of the first load hold before it too; values without a date are not known before it.
    SELECT household_no, said, place.1 AS region_code, place.2 AS area, place.3 AS flags,
      if(said, toNullable(t.1), NULL) AS labour, if(said, toNullable(t.2), NULL) AS stable_income, t.3 AS assessed_income,
      t.4 AS assessed_on, t.5 AS exit_grace_until, t.6 AS last_verified_on, t.7 AS last_reviewed_on
    FROM (
      SELECT household_no, countIf(held_from <= {as_of:Int32}) > 0 AS said,
        if(said, argMaxIf(tuple(region_code, area, flags), held_from, held_from <= {as_of:Int32}), argMin(tuple(region_code, area, flags), held_from)) AS place,
        argMaxIf(tuple(labour, stable_income, assessed_income, assessed_on, exit_grace_until, last_verified_on, last_reviewed_on), held_from, held_from <= {as_of:Int32}) AS t
      FROM mirror_states FINAL WHERE ${inHistory} AND ${inScope(scope)} GROUP BY household_no
    )
  ) AS s USING (household_no)
  LEFT JOIN (
    SELECT household_no, argMax(mc.category, mc.category_since) AS category, max(mc.category_since) AS latest_since
    FROM mirror_categories AS mc FINAL WHERE ${inHistory} AND category_since <= {as_of:Int32} AND ${inScope(scope)} GROUP BY household_no
  ) AS c USING (household_no)
  LEFT JOIN (
    -- Grants that follow one another without a longer gap are one span; known from the first grant of the span in force.
    SELECT household_no, min(span_from) AS authorised_from FROM (
      SELECT household_no, granted_on, expires_on,
        max(if(starts, granted_on, -2147483648)) OVER (PARTITION BY household_no ORDER BY granted_on, expires_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS span_from
      FROM (
        SELECT household_no, granted_on, expires_on,
          toInt64(granted_on) > toInt64(max(expires_on) OVER (PARTITION BY household_no ORDER BY granted_on, expires_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) + {grant_gap:Int64}
            OR row_number() OVER (PARTITION BY household_no ORDER BY granted_on, expires_on) = 1 AS starts
        FROM mirror_authorisations FINAL WHERE ${inHistory} AND ${inScope(scope)}
      )
    ) WHERE granted_on <= {as_of:Int32} AND expires_on >= {as_of:Int32} GROUP BY household_no
  ) AS a USING (household_no)
  LEFT JOIN (SELECT * FROM sweep_regions WHERE sweep = {sweep:UInt64}) AS r ON r.region_code = s.region_code AND r.area = s.area`;

/** Members with what is known of each, and their part in sums: living, spending, dwelling (rules.md section 1). */
const members = (scope: SweepScope): string => `
  SELECT m.household_no AS household_no, m.person_no AS person_no, m.left_on > {as_of:Int32} AS member,
    pf.died_on AS died_on, member AND isNull(died_on) AS living,
    -- In one of the stays: who came back after it, or had left before it, did not die there.
    isNotNull(died_on) AND arrayExists(s -> s.1 <= ifNull(died_on, 0) AND s.2 >= ifNull(died_on, 0), m.stays) AS died_member,
    living OR (died_member AND died_on > {year_ago:Int32}) AS spending, living OR died_member AS dwelling,
    p.birth_day AS birth_day, ifNull(p.category, '') AS own_category, ifNull(p.student, 0) AS student,
    if(ifNull(pf.certificates, 0) > 0, NOT tupleElement(pf.certificate, 1), ifNull(p.certificate, 0) = 1) AS certified,
    if(ifNull(pf.certificates, 0) > 0 AND certified, toNullable(tupleElement(pf.certificate, 2)), NULL) AS certified_on,
    multiIf(NOT certified, NULL, ifNull(pf.certificates, 0) > 0, toNullable(tupleElement(pf.certificate, 4)), nullIf(p.disability_grade, 0)) AS grade,
    multiIf(NOT certified, NULL, ifNull(pf.certificates, 0) > 0, toNullable(tupleElement(pf.certificate, 3)), nullIf(p.disability_category, 0)) AS disability,
    pf.*
  FROM m
  LEFT JOIN pf USING (person_no)
  LEFT JOIN (SELECT * FROM mirror_persons FINAL WHERE ${inHistory} AND ${ofMembers(scope)}) AS p USING (person_no)`;

// A person without facts has no sum, and neither has a household of such persons: what nothing was reported of is 0.
const total = (column: string, who: string): string => `ifNull(sumIf(${column}, ${who}), 0)`;

const sums = `
  SELECT household_no, countIf(living) AS size, countIf(living AND certified) AS disabled,
    ${total('medical', 'spending')} AS medical_12m, ifNull(maxIf(admission, spending), 0) AS admission_12m,
    ${total('education', 'spending')} AS education_12m, ${total('rehab', 'spending')} AS rehab_12m,
    ${total('accident', 'spending')} AS accident_12m, medical_12m + education_12m + rehab_12m + accident_12m AS rigid_12m,
    ${total('production', 'living')} AS production_12m, maxOrNullIf(illness, living) AS illness_day,
    countIf(dwelling AND houses > 0) AS household_houses,
    maxIf(house, dwelling AND houses > 0) AS household_house, maxOrNullIf(renovated, dwelling) AS household_renovated,
    if(household_houses > 0 AND NOT ifNull(household_renovated > tupleElement(household_house, 1), 0), char(64 + tupleElement(household_house, 4)), '') AS dangerous_grade,
    countIf(dwelling AND waters > 0) AS household_waters,
    household_waters > 0 AND tupleElement(maxIf(water, dwelling AND waters > 0), 4) = 2 AS water_unsafe,
    maxOrNullIf(lead_day, living) AS lead_any_day, maxOrNullIf(lead_red, living) AS lead_red_day,
    maxOrNullIf(lead_orange, living) AS lead_orange_day, maxOrNullIf(lead_yellow, living) AS lead_yellow_day,
    ${needs}[1 + if(isNull(lead_any_day), 0, tupleElement(maxIf(lead, living AND isNotNull(lead_day)), 4))] AS lead_need,
    maxOrNullIf(listed, living) AS listed_day, maxOrNullIf(cleared, living) AS cleared_day,
    isNotNull(listed_day) AND NOT ifNull(cleared_day > listed_day, 0) AS is_listed,
    ${total('income', 'living')} AS income_sum, ${total('recent', 'living')} AS recent_total, ${total('prior', 'living')} AS prior_total,
    bitCount(ifNull(groupBitOrIf(prior_bits, living), 0)) AS prior_paid, ${total('wages', 'living')} AS wages_sum,
    ${total('incomes', 'living')} AS income_facts, ${total('annual', 'living')} AS annual_sum,
    groupArrayIf(tuple(${personFields.map((field) => (field === 'living' ? 'toUInt8(living)' : field)).join(', ')}), member) AS persons,
    groupArrayIf(person_no, living) AS living_persons, groupArrayIf(person_no, spending) AS spending_persons,
    groupArrayIf(person_no, dwelling) AS dwelling_persons
  FROM members GROUP BY household_no`;

export const truth = (sql: string): string => `toNullable(toUInt8(${sql}))`;

/** Levels are numbers in SQL: the place in `levels`; the highest ground that is true counts. */
export const levelSql = (rule: Rule, expression: (text: string) => string): string => {
  const own = levels.indexOf(rule.level);
  const raised = rule.escalate.map(
    ({ level, when }) => `if(ifNull(${expression(when)}, 0), ${levels.indexOf(level)}, ${own})`,
  );
  return `toUInt8(least(${[String(own), ...raised, String(own)].join(', ')}))`;
};

/** Indicators that a rule's expressions name. */
export const namedIn = (rule: Rule, indicators: Indicators): Set<string> => {
  const names = new Set<string>();
  for (const text of [rule.when, ...rule.escalate.map((e) => e.when)]) {
    for (const name of indicatorsIn(parseExpression(text, rule, indicators), indicators)) names.add(name);
  }
  if ('of' in rule.service) names.add(rule.service.of);
  return names;
};

export const shownIn = (
  rules: readonly Rule[],
  named: ReadonlyMap<string, ReadonlySet<string>>,
  columns: Readonly<Record<string, unknown>>,
): string[] => {
  const names = new Set<string>();
  for (const rule of rules) {
    for (const name of named.get(rule.id) ?? []) names.add(name);
    for (const { by } of Object.values(rule.parameters)) if (by !== undefined) names.add(by);
  }
  return [...names].filter((name) => name in columns).sort();
};

export const shownSql = (
  names: readonly string[],
  columns: Readonly<Record<string, { n: string; d?: string }>>,
): string =>
  `[${names.flatMap((name) => [`toString(${columns[name]?.n})`, `toNullable(toString(${columns[name]?.d ?? '1'}))`]).join(', ') || "toNullable('')"}]`;

/**
 * The one statement of a sweep: every rule for every household in scope on the day `as_of`, three-valued. Returns a
 * row for each household of which a rule is true, and for every watched one.
 */
export const buildStatement = (options: StatementOptions): Statement => {
  const { rules, indicators, asOf, scope, knownAt } = options;
  const householdRules = rules.filter((rule) => rule.subject === 'household');
  const personRules = rules.filter((rule) => rule.subject === 'person');
  const binder = createBinder('v');
  const expression = (rule: Rule) => (text: string) => compileExpression({ rule, indicators, binder, asOf }, text);
  const parameterOf = (name: string): number => indicators.parameters[name]?.value as number;
  const workCost = decimalFraction(parameterOf('work_cost'));
  const cost = binder.bind('Int64', workCost.n);
  const scale = binder.bind('Int64', workCost.d);
  const householdTruths = householdRules.map((rule) => truth(`size > 0 AND (${expression(rule)(rule.when)})`));
  const personTruths = personRules.map((rule) =>
    truth(
      rule.over === 'members'
        ? expression(rule)(rule.when)
        : `size > 0 AND ${personField('living')} = 1 AND (${expression(rule)(rule.when)})`,
    ),
  );
  const householdLevels = householdRules.map((rule) => levelSql(rule, expression(rule)));
  const personLevels = personRules.map((rule) => levelSql(rule, expression(rule)));
  // Parsed once a sweep: a finding would otherwise build the language's environment anew.
  const named = new Map(rules.map((rule) => [rule.id, namedIn(rule, indicators)]));
  const shown = shownIn(rules, named, householdColumns);
  const shownPerson = shownIn(personRules, named, personColumns);
  const list = (items: readonly string[], empty: string): string =>
    `[${items.length === 0 ? empty : items.join(', ')}]`;
  const none = 'toNullable(toUInt8(0))';
  const sql = `
WITH
hh AS (${households(scope, Math.trunc(parameterOf('exit_watch_months')))}
),
m AS (
  SELECT person_no, household_no, stays, last_left AS left_on, m_last FROM (
    SELECT person_no, household_no, groupArray((member_from, left_on)) AS stays, max(left_on) AS last_left
    FROM ${stays(scope)} GROUP BY person_no, household_no
  ) AS ms
  LEFT JOIN (SELECT household_no, if(known, last_month, NULL) AS m_last FROM hh) AS months USING (household_no)
),
pf AS (${personFacts(knownAt, scope)}
),
members AS (${members(scope)}
),
sums AS (${sums}
),
h AS (
  SELECT sums.*, hh.*,
    is_listed AS listed,
    if(known, toNullable(recent_total), NULL) AS recent_sum,
    if(known, toNullable(prior_total), NULL) AS prior_sum,
    if(known, toNullable(prior_paid), NULL) AS prior_months,
    ${scale} AS income_d,
    multiIf(known AND income_facts > 0, toNullable(toInt128(income_sum + annual_sum) * ${scale} - toInt128(wages_sum) * ${cost}),
      assessed_on > {year_ago:Int32} AND assessed_on <= {as_of:Int32} AND isNotNull(assessed_income), toInt128(assessed_income) * size * 12 * ${scale},
      NULL) AS income_n
  FROM sums LEFT JOIN hh USING (household_no)
),
judged AS (
  SELECT household_no, region_code, category, last_month, known, living_persons, spending_persons, dwelling_persons,
    ${list(householdTruths, none)} AS household_truth,
    ${list(householdLevels, 'toUInt8(0)')} AS household_levels,
    ${shownSql(shown, householdColumns)} AS household_values,
    arrayMap(p -> tuple(${personField('person_no')}, ${list(personTruths, none)}, ${list(personLevels, 'toUInt8(0)')}, ${shownSql(shownPerson, personColumns)}), persons) AS person_results
  -- Without a category on the day a household is not registered yet; after the watch that follows its exit, no longer.
  FROM h WHERE isNotNull(base_category) AND base_category != 'gone'
)
SELECT household_no, region_code, category, last_month, known, living_persons, spending_persons, dwelling_persons,
  household_truth, household_levels, household_values,
  arrayFilter(p -> watched OR has(p.2, 1), person_results) AS persons,
  household_no IN (SELECT household_no FROM sweep_households WHERE sweep = {sweep:UInt64} AND watched = 1) AS watched
FROM judged
WHERE watched OR has(household_truth, 1) OR arrayExists(p -> has(p.2, 1), person_results)
ORDER BY household_no
SETTINGS join_use_nulls = 1, allow_experimental_analyzer = 1, short_circuit_function_evaluation = 'enable',
  optimize_and_compare_chain = 0, output_format_json_quote_64bit_integers = 1`;
  return { sql, params: binder.params, householdRules, personRules, shown, shownPerson, named };
};
