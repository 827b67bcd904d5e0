/** All rules for all households on one day. */
import type { Day } from './calendar.ts';
import { factsOn } from './facts.ts';
import { callRoll, type HouseholdView, viewHousehold } from './household-view.ts';
import { type Indicators, indicatorsOf } from './indicators.ts';
import type { Truth } from './known.ts';
import type { OracleState } from './load-directory.ts';
import { HOUSEHOLD_RULES, type Judgement, type Level } from './rules-household.ts';
import { judgePersons } from './rules-person.ts';
import { screenMedical } from './screening.ts';

export interface Finding {
  readonly rule_id: string;
  readonly household_id: string | null;
  readonly person_id: string | null;
  readonly level: Level;
}

/** A rule judged for a subject; only true is a finding. */
export interface Judged extends Finding {
  readonly truth: Truth;
}

export interface Evaluation {
  readonly asOf: Day;
  readonly findings: Finding[];
  readonly truths: Judged[];
  readonly households: ReadonlyMap<string, { view: HouseholdView; indicators: Indicators | undefined }>;
}

export function evaluate(state: OracleState, asOf: Day): Evaluation {
  const book = factsOn(state, asOf);
  const roll = callRoll(state);
  const truths: Judged[] = [];
  const households = new Map<string, { view: HouseholdView; indicators: Indicators | undefined }>();
  for (const householdId of state.registry.households.keys()) {
    const view = viewHousehold(state, roll, book, householdId, asOf);
    if (!view) continue;
    const indicators = view.living.length > 0 ? indicatorsOf(view) : undefined;
    households.set(householdId, { view, indicators });
    truths.push(...judgeHousehold(view, indicators));
  }
  for (let i = screenMedical(book, asOf); i > 0; i--) {
    truths.push({ rule_id: 'screening-medical', household_id: null, person_id: null, level: 'orange', truth: true });
  }
  const findings = truths
    .filter(({ truth }) => truth === true)
    .map(({ rule_id, household_id, person_id, level }) => ({ rule_id, household_id, person_id, level }));
  return { asOf, findings: findings.sort(compareFindings), truths, households };
}

/** A household without living members has no findings but member-death. */
function judgeHousehold(view: HouseholdView, indicators: Indicators | undefined): Judged[] {
  const household_id = view.householdId;
  const ofHousehold = indicators ? HOUSEHOLD_RULES.map((rule) => rule(view, indicators)) : [];
  return [
    ...ofHousehold.map((judgement) => judged(judgement, household_id, null)),
    ...judgePersons(view).map((judgement) => judged(judgement, household_id, judgement.personId)),
  ];
}

function judged({ rule, truth, level }: Judgement, household_id: string, person_id: string | null): Judged {
  return { rule_id: rule, household_id, person_id, level, truth };
}

function compareFindings(a: Finding, b: Finding): number {
  const key = (finding: Finding) => [finding.rule_id, finding.household_id ?? '', finding.person_id ?? ''].join('|');
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
