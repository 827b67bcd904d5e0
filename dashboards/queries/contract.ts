import { z } from 'zod';
import { department, outcome, referralStatus, refusal, service, track } from '../../alerts/contract.ts';
import { direction, level, parameterUnits } from '../../rules/contract.ts';
import { lineageStep } from './contract-lineage.ts';

export * from './contract-chart.ts';
export * from './contract-coverage.ts';
export * from './contract-duplicate.ts';
export * from './contract-lineage.ts';
export * from './contract-return.ts';
export * from './contract-review.ts';

/**
 * What people are shown. Days are ISO 8601 dates of Asia/Shanghai, moments ISO 8601 with offset, money text with 2
 * decimals, not known null. Names and numbers are masked (`张*`, `152921********1234`); a route of its own shows one in full.
 */

const moment = z.string();
const day = z.string();
const money = z.string();

/** Several of one query field: repeated, or separated by commas. */
const several = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => (Array.isArray(given) ? given : given.split(',')).map((word) => word.trim()).filter(Boolean))
    .pipe(z.array(item).max(50))
    .optional();

export const warningStatus = z.enum(['open', 'snoozed', 'cleared', 'closed']);

/** How far a clock has run: 正常、临期、超期, or none runs. */
export const clockState = z.enum(['on_track', 'at_risk', 'overdue', 'none']);
export type ClockState = z.infer<typeof clockState>;

export const clock = z.object({
  /** What it measures. */
  name: z.enum(['warning_reported', 'referral_accepted', 'referral_answered']),
  due_on: day,
  used_days: z.int(),
  allowed_days: z.int(),
  /** Calendar or working days. */
  unit: z.enum(['days', 'working_days']),
  state: clockState,
  /** Reaches into a year whose holidays are not published yet. */
  provisional: z.boolean(),
});
export type Clock = z.infer<typeof clock>;

// --- the queue of warnings -------------------------------------------------------------------------------------------

export const queueQuery = z.object({
  status: several(warningStatus),
  level: several(level),
  rule: several(z.string().max(64)),
  direction: several(direction),
  /** Region prefix within the reader's own. */
  region: z
    .string()
    .regex(/^\d{2,12}$/)
    .optional(),
  baseline: z.enum(['true', 'false']).optional(),
  case_state: several(z.string().max(20)),
  clock: several(clockState),
  /** Household id, person id, a member's full name, or an id number in full (looked up by its hash). */
  q: z.string().trim().max(64).optional(),
  sort: z.enum(['level', 'due', 'opened']).default('level'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Where the page before ended: its `next`. */
  after: z.string().max(200).optional(),
});
export type QueueQuery = z.infer<typeof queueQuery>;

export const queueItem = z.object({
  warning_id: z.string(),
  rule_id: z.string(),
  rule_title: z.string(),
  rule_title_en: z.string(),
  subject: z.object({ household_id: z.string().nullable(), person_id: z.string().nullable() }),
  /** Head of the household, or the person of a person rule; masked. */
  name: z.string().nullable(),
  region_code: z.string(),
  region_name: z.string().nullable(),
  level,
  direction,
  status: warningStatus,
  baseline: z.boolean(),
  as_of: day,
  opened_at: moment,
  due_on: day.nullable(),
  clock: clockState,
  case_id: z.string().nullable(),
  case_state: z.string().nullable(),
  /** Why it stands where it stands: 红色、超期 3 天. One short Chinese phrase. */
  why_here: z.string(),
});
export type QueueItem = z.infer<typeof queueItem>;

export const queuePage = z.object({
  warnings: z.array(queueItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
export type QueuePage = z.infer<typeof queuePage>;

/** `title_en` of rules only: pages word the other codes themselves, and regions have one name. */
const facet = z.array(
  z.object({ value: z.string(), title: z.string(), title_en: z.string().nullable(), count: z.int() }),
);
/** Counts beside the filters, of the reader's regions, with the same filters but the facet's own. */
export const queueFacets = z.object({
  level: facet,
  rule: facet,
  region: facet,
  clock: facet,
  case_state: facet,
  baseline: facet,
});
export type QueueFacets = z.infer<typeof queueFacets>;

// --- why: a warning's explanation ------------------------------------------------------------------------------------

export const citation = z.object({ document: z.string(), clause: z.string(), says: z.string() });

export const evidenceRecord = z.object({
  feed: z.string(),
  feed_title: z.string(),
  record_id: z.string(),
  /** What the record says, such as medical.inpatient. */
  kind: z.string().nullable(),
  kind_title: z.string().nullable(),
  occurred_on: day.nullable(),
  amount: money.nullable(),
  received_at: moment.nullable(),
  /** Masked name of the member it was matched to, and how. */
  person: z.string().nullable(),
  match: z.object({ outcome: z.string(), score: z.number(), reasons: z.array(z.string()) }).nullable(),
});

export const shownValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const warningDetail = z.object({
  warning_id: z.string(),
  status: warningStatus,
  level,
  direction,
  baseline: z.boolean(),
  subject: z.object({ household_id: z.string().nullable(), person_id: z.string().nullable() }),
  name: z.string().nullable(),
  region_code: z.string(),
  region_name: z.string().nullable(),
  as_of: day,
  opened_at: moment,
  due_on: day.nullable(),
  clock: clock.nullable(),
  cleared_on: day.nullable(),
  closed_on: day.nullable(),
  case_id: z.string().nullable(),
  rule: z.object({
    rule_id: z.string(),
    version: z.int(),
    title: z.string(),
    title_en: z.string(),
    meaning: z.string(),
    expression: z.string(),
    citations: z.array(citation),
    services: z.array(service),
  }),
  /** Values that the expression read. */
  indicators: z.array(z.object({ name: z.string(), title: z.string(), type: z.string(), value: shownValue })),
  parameters: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      title_en: z.string(),
      /** What a number counts; null of codes, which are those of the indicator `of`. */
      unit: z.enum(parameterUnits).nullable(),
      of: z.string().nullable(),
      value: z.unknown(),
    }),
  ),
  records: z.array(evidenceRecord),
  observations: z.array(
    z.object({ as_of: day, observed_at: moment, level, indicators: z.record(z.string(), shownValue) }),
  ),
});
export type WarningDetail = z.infer<typeof warningDetail>;

// --- a case and its chain --------------------------------------------------------------------------------------------

/** Codes of the registry, but for the disability, which is said as the certificate does. */
export const caseMember = z.object({
  person_id: z.string(),
  name: z.string(),
  relation: z.string(),
  sex: z.string().nullable(),
  age: z.int().nullable(),
  id_number: z.string().nullable(),
  labour_ability: z.string().nullable(),
  student: z.boolean(),
  disability: z.string().nullable(),
});

export const chainStep = z.object({
  sequence: z.int(),
  at: moment,
  type: z.string(),
  /** One Chinese sentence of what happened. */
  says: z.string(),
  actor: z.string(),
  role: z.string(),
  /** Codes of the event, without personal fields. */
  what: z.record(z.string(), z.unknown()),
  /** Free text and staff names, where the reader may see them and they were not erased. */
  personal: z.record(z.string(), z.string()),
  clock: z
    .object({ used_days: z.number(), allowed_days: z.number(), unit: z.enum(['days', 'working_days']) })
    .nullable(),
  hash: z.string(),
  previous: z.string(),
});
export type ChainStep = z.infer<typeof chainStep>;

/** An act that the reader may do on the case now; what is not offered now says why. */
export const offeredAct = z.object({
  type: z.string(),
  allowed: z.boolean(),
  refusal: refusal.nullable(),
});

export const referralItem = z.object({
  referral_id: z.string(),
  case_id: z.string(),
  service,
  department,
  channel: z.string(),
  status: referralStatus,
  version: z.int(),
  level,
  region_code: z.string(),
  region_name: z.string().nullable(),
  created_at: moment,
  sent_at: moment.nullable(),
  answered_at: moment.nullable(),
  clock: clock.nullable(),
  /** How often it was given back. */
  returns: z.int(),
});
export type ReferralItem = z.infer<typeof referralItem>;

export const caseDetail = z.object({
  case_id: z.string(),
  version: z.int(),
  state: z.string(),
  track,
  level,
  opened_at: moment,
  opened_as_of: day,
  region_code: z.string(),
  region_name: z.string().nullable(),
  township: z.object({ region_code: z.string(), name: z.string().nullable() }).nullable(),
  /** Where it can be assigned to: the townships of its banner. */
  townships: z.array(z.object({ region_code: z.string(), name: z.string().nullable() })),
  clock: clock.nullable(),
  verification: outcome.nullable(),
  dispositions: z.array(z.string()),
  visit_owed: z.boolean(),
  notice_given: z.boolean(),
  household: z.object({
    household_id: z.string(),
    head: z.string().nullable(),
    category: z.string().nullable(),
    category_since: day.nullable(),
    area: z.string().nullable(),
    address: z.string().nullable(),
    phone: z.string().nullable(),
    monthly_benefit: money.nullable(),
    members: z.array(caseMember),
  }),
  /** Splits and merges of the household up to today, the oldest first. */
  lineage: z.array(lineageStep),
  warnings: z.array(
    z.object({
      warning_id: z.string(),
      rule_id: z.string(),
      rule_title: z.string(),
      rule_title_en: z.string(),
      meaning: z.string(),
      level,
      status: warningStatus,
      baseline: z.boolean(),
      opened_at: moment,
      /** Last day of its clock while that runs. */
      due_on: day.nullable(),
      person: z.string().nullable(),
    }),
  ),
  referrals: z.array(referralItem),
  /** What the rules of its standing warnings propose and nobody is asked for yet, the most urgent first. A person chooses. */
  proposals: z.array(z.object({ service, department })),
  chain: z.array(chainStep),
  chain_intact: z.boolean(),
  /** Cases of the household before this one, newest first. */
  earlier: z.array(z.object({ case_id: z.string(), track, state: z.string(), opened_at: moment })),
  acts: z.array(offeredAct),
  synthetic: z.boolean(),
});
export type CaseDetail = z.infer<typeof caseDetail>;

export const casesQuery = z.object({
  state: several(z.string().max(20)),
  region: z
    .string()
    .regex(/^\d{2,12}$/)
    .optional(),
  track: track.optional(),
  /** Closed cases with a closing older than nothing: what an inspector draws from. */
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});
export type CasesQuery = z.infer<typeof casesQuery>;
export const caseItem = z.object({
  case_id: z.string(),
  household_id: z.string(),
  head: z.string().nullable(),
  address: z.string().nullable(),
  track,
  level,
  state: z.string(),
  version: z.int(),
  region_code: z.string(),
  region_name: z.string().nullable(),
  township: z.string().nullable(),
  opened_at: moment,
  due_on: day.nullable(),
  clock: clockState,
  warnings: z.int(),
});
export const casePage = z.object({
  cases: z.array(caseItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
export type CasePage = z.infer<typeof casePage>;

// --- referrals of a department ---------------------------------------------------------------------------------------

export const referralsQuery = z.object({
  status: several(referralStatus),
  service: several(service),
  clock: several(clockState),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});
export type ReferralsQuery = z.infer<typeof referralsQuery>;

export const referralPage = z.object({
  referrals: z.array(referralItem),
  total: z.int(),
  next: z.string().nullable(),
  /** By status, whatever the filter. */
  counts: z.record(z.string(), z.int()),
  synthetic: z.boolean(),
});
export type ReferralPage = z.infer<typeof referralPage>;

export const referralDetail = referralItem.extend({
  /** Fields about the family that this referral discloses, in full for its department. */
  disclosed: z.record(z.string(), z.string().nullable()),
  reason: z.string().nullable(),
  answer: z
    .object({
      aid: z.string().nullable(),
      amount: money.nullable(),
      given_on: day.nullable(),
      code: z.string().nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
  trail: z.array(chainStep),
  acts: z.array(offeredAct),
  synthetic: z.boolean(),
});
export type ReferralDetail = z.infer<typeof referralDetail>;

// --- live ------------------------------------------------------------------------------------------------------------

/** What a page is told of over `GET /api/events` (SSE): codes only. `id` resumes (Last-Event-ID). */
export const liveEvent = z.object({
  type: z.string(),
  case_id: z.string().nullable(),
  referral_id: z.string().nullable(),
  version: z.int().nullable(),
  region_code: z.string(),
});
export type LiveEvent = z.infer<typeof liveEvent>;
