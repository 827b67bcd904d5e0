import { addMonths, lastDayOf } from '../calendar.ts';
import {
  certificate,
  dangerousHouse,
  housingEvent,
  type IncomeType,
  illness,
  income,
  monitoring,
  rehabilitation,
  type Safety,
  settlement,
  type VisitType,
  yearIncome,
} from '../forms.ts';
import type { Ledger, Manner } from '../ledger.ts';
import type { Area, Category, Domain, Draft, Household, Person } from '../model.ts';
import { benefit, mishap, pension, police, type Stage as SchoolStage, schooling } from '../notices.ts';
import type { Random } from '../random.ts';
import type { Settings } from '../settings.ts';
import type { Standards } from '../standards.ts';

export type RuleId =
  | 'medical-burden'
  | 'medical-admission'
  | 'major-illness'
  | 'rigid-ratio'
  | 'rigid-ratio-early'
  | 'income-drop'
  | 'income-lost'
  | 'income-below-standard'
  | 'income-above-standard'
  | 'new-disability'
  | 'many-disabled'
  | 'dangerous-house'
  | 'relapse-risk'
  | 'water-unsafe'
  | 'grace-ending'
  | 'verification-due'
  | 'screening-medical';

/** What a rule must say about the household (or person) on the as-of day. `level` where it is true. */
export type Claim = {
  rule: RuleId;
  expect: 'true' | 'false' | 'not_known';
  level: 'red' | 'orange' | 'yellow' | 'blue' | null;
};

/** The rule is true, at this level. */
export const holds = (rule: RuleId, level: Claim['level']): Claim => ({ rule, expect: 'true', level });
/** The rule is false. */
export const fails = (rule: RuleId): Claim => ({ rule, expect: 'false', level: null });
/** The rule must say that it does not know (three-valued, rules.md section 1). */
export const unknown = (rule: RuleId): Claim => ({ rule, expect: 'not_known', level: null });

/** Hands that plant a story: each enters a pinned record. Days and months as numbers, amounts in fen. */
export type Hands = {
  bill: (person: Person, day: number, self: number, visit?: VisitType, manner?: Manner) => Draft;
  illness: (
    person: Person,
    day: number,
    event: 'major_illness' | 'chronic_illness' | 'death',
    manner?: Manner,
  ) => Draft;
  danger: (person: Person, day: number, grade: 'A' | 'B' | 'C' | 'D', manner?: Manner) => Draft;
  renovated: (person: Person, day: number, manner?: Manner) => Draft;
  income: (person: Person, month: number, fen: number, type?: IncomeType, manner?: Manner) => Draft;
  certificate: (
    person: Person,
    day: number,
    event: 'certified' | 'regraded' | 'cancelled',
    category: number,
    grade: number,
  ) => Draft;
  rehab: (person: Person, day: number, fen: number) => Draft;
  monitoring: (
    person: Person,
    day: number,
    event: 'listed' | 'risk_cleared',
    safety?: Safety,
    manner?: Manner,
  ) => Draft;
  yearIncome: (person: Person, day: number, fen: number, year: number, sentOn: number) => Draft;
  fee: (person: Person, day: number, stage: SchoolStage, fen: number) => Draft;
  aid: (person: Person, day: number, stage: SchoolStage, fen: number) => Draft;
  mishap: (person: Person, day: number, event: 'disaster' | 'accident', loss: number) => Draft;
  /** a resident's pension of a month, with the part of it that is no income */
  pension: (person: Person, month: number, fen: number, basic: number) => Draft;
  benefit: (person: Person, month: number, fen: number) => Draft;
  policeDeath: (person: Person, day: number) => Draft;
  /** withdraws a record in a file that comes `shift` files after `sentOn` */
  withdraw: (draft: Draft, shift: number) => Draft;
};

/** The hands of a ledger. */
export const handsOf = (ledger: Ledger, random: Random): Hands => ({
  bill: (person, day, self, visit = 'outpatient', manner = {}) =>
    ledger.enter('medical-insurance', person, day, settlement(random, visit, self, day), manner),
  illness: (person, day, event, manner = {}) => ledger.enter('health', person, day, illness(random, event), manner),
  danger: (person, day, grade, manner = {}) =>
    ledger.enter('housing', person, day, dangerousHouse(random, grade), manner),
  renovated: (person, day, manner = {}) =>
    ledger.enter('housing', person, day, housingEvent(random, 'renovated'), manner),
  income: (person, month, fen, type = 'business', manner = {}) =>
    ledger.enterMonth(person, month, income(random, month, type, fen), manner),
  certificate: (person, day, event, category, grade) =>
    ledger.enter('disability', person, day, certificate(event, category, grade)),
  rehab: (person, day, fen) => ledger.enter('disability', person, day, rehabilitation(fen)),
  monitoring: (person, day, event, safety = {}, manner = {}) =>
    ledger.enter('rural-revitalization', person, day, monitoring(random, event, safety), manner),
  yearIncome: (person, day, fen, year, sentOn) =>
    ledger.enter('rural-revitalization', person, day, yearIncome(fen, year), { sentOn, history: 'late_report' }),
  fee: (person, day, stage, fen) => ledger.enter('education', person, day, schooling('fee', stage, fen)),
  aid: (person, day, stage, fen) => ledger.enter('education', person, day, schooling('aid', stage, fen)),
  mishap: (person, day, event, loss) => ledger.enter('emergency', person, day, mishap(event, loss)),
  pension: (person, month, fen, basic) =>
    ledger.enterPeriod('human-resources', person, month, lastDayOf(month), pension(month, fen, basic, 'resident')),
  benefit: (person, month, fen) =>
    ledger.enterPeriod('human-resources', person, month, lastDayOf(month), benefit(month, fen)),
  policeDeath: (person, day) => ledger.enter('public-security', person, day, police('death')),
  withdraw: (draft, shift) =>
    ledger.enter(draft.feed, draft.person, draft.period, [], {
      recordId: draft.recordId,
      sentOn: draft.sentOn,
      shift,
      version: draft.version || 1,
      op: 'delete',
      history: shift > draft.shift ? 'withdrawal' : 'withdrawal_first',
    }),
});

/** What a story is given: a whole, living family, quiet in the story's domains. */
export type Stage = {
  household: Household;
  settings: Settings;
  standards: Standards;
  hands: Hands;
  head: Person;
  /** the second member where the story asked for two, else the head */
  second: Person;
  asOf: number;
  /** asOf - 12 months: the last day outside the trailing 12 months */
  yearAgo: number;
};

export type Story = {
  what: string;
  claims: readonly Claim[];
  quiet: readonly Domain[];
  categories: readonly Category[];
  minSize: number;
  maxSize: number;
  area: Area | null;
  place: 'any' | 'steady' | 'late' | 'missed';
  /** months of history without which the story can't be told */
  minMonths: number;
  /** the claims are about the head, not the household */
  ofHead: boolean;
  plant: (stage: Stage) => unknown;
};

/** Categories in about their proportions, for stories that may happen to anybody. */
const ANY: readonly Category[] = ['dibao', 'dibao', 'tekun', 'edge', 'rigid', 'relapse', 'other'];

/** A story with the usual wishes: any category, one person or more, 14 months of history. */
export const story = (
  what: string,
  claims: Claim | readonly Claim[],
  wishes: Partial<Story> & Pick<Story, 'quiet'>,
  plant: (stage: Stage) => unknown,
): Story => ({
  what,
  claims: 'rule' in claims ? [claims] : claims,
  categories: ANY,
  minSize: 1,
  maxSize: 6,
  area: null,
  place: 'any',
  minMonths: 14,
  ofHead: false,
  ...wishes,
  plant,
});

/** The last day outside the trailing 12 months of a day. */
export const yearBefore = (asOf: number): number => addMonths(asOf, -12);
