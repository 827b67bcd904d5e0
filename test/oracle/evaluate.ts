/** All rules for all households on one day. */
import type { Day } from './calendar.ts';
import { type Fact, type FactBook, factsOn, latest } from './facts.ts';
import { callRoll, type HouseholdView, viewHousehold } from './household-view.ts';
import { type Indicators, indicatorsOf } from './indicators.ts';
import type { Truth } from './known.ts';
import type { OracleState } from './load-directory.ts';
import { HOUSEHOLD_RULES, type Judgement, type Level, levelOfLeads } from './rules-household.ts';
import { judgePersons } from './rules-person.ts';
import { screenMedical } from './screening.ts';

export interface Finding {
  readonly rule_id: string;
  readonly household_id: string | null;
  readonly person_id: string | null;
  readonly level: Level;
  /** Of people in no registry: what tells one from another, and the banner that their records name. */
  readonly stranger?: { readonly key: string; readonly banner: string };
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
  truths.push(...judgeStrangers(book, asOf));
  const findings = truths.filter(({ truth }) => truth === true).map(({ truth: _, ...finding }) => finding);
  return { asOf, findings: findings.sort(compareFindings), truths, households };
}

/** Screening has neither household nor person; a lead about somebody unregistered makes a provisional household. */
function judgeStrangers(book: FactBook, asOf: Day): Judged[] {
  const screened = [...screenMedical(book, asOf)].map(
    ([key, facts]): Judged => ({
      ...{ rule_id: 'screening-medical', household_id: null, person_id: null, level: 'orange', truth: true },
      stranger: { key, banner: bannerOf(facts) },
    }),
  );
  const named = [...book.strayLeads].flatMap(([key, facts]): Judged[] => {
    const level = levelOfLeads(facts, asOf);
    if (level === undefined) return [];
    return [
      {
        ...{ rule_id: 'lead', household_id: PROVISIONAL, person_id: null, level, truth: true },
        stranger: { key, banner: bannerOf(facts) },
      },
    ];
  });
  return [...screened, ...named];
}

/** Every provisional household; its id begins so, the rest is the program's to choose. */
export const PROVISIONAL = 'provisional';

/** Where the latest record that names a region puts somebody, '' where none does. */
function bannerOf(facts: readonly Fact[]): string {
  const region = latest(facts.filter((fact) => fact.fields.has('region_code')))?.fields.get('region_code');
  return String(region ?? '').slice(0, 6);
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
