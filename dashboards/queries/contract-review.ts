import { z } from 'zod';
import { reviewState, reviewVerdict, secondReading } from '../../matchers/contract.ts';

/**
 * What reviewers are shown. Names and numbers are masked; whether two fields agree is told of the whole ones. A score, and
 * what another reader said, are hidden until the question is decided.
 */

export const reviewQuery = z.object({
  /** `waiting`: what the reader may take; `decided`: what was decided, the newest first. */
  state: z.enum(['waiting', 'decided']).default('waiting'),
  feed: z.string().max(64).optional(),
  /** Region prefix within the reader's own. */
  region: z
    .string()
    .regex(/^\d{2,12}$/)
    .optional(),
  sort: z.enum(['urgency', 'oldest']).default('urgency'),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type ReviewQuery = z.infer<typeof reviewQuery>;

const reason = z.string();

export const reviewItem = z.object({
  question_id: z.string(),
  version: z.int(),
  state: reviewState,
  name: z.string(),
  feeds: z.array(z.string()),
  reasons: z.array(reason),
  candidates: z.int(),
  /** 0 the most urgent. */
  urgency: z.int(),
  first_received_at: z.string(),
  /** A second reading: the first one's verdict is not shown. */
  second: z.boolean(),
  /** Whether somebody has it in hand: the reader or somebody else. */
  claimed: z.enum(['mine', 'another', 'none']),
  /** Of a decided one. */
  verdict: reviewVerdict.nullable(),
});
export const reviewPage = z.object({
  questions: z.array(reviewItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
const facet = z.object({ value: z.string(), title: z.string().nullable(), count: z.int() });
/** What the list can be narrowed to, each with how many there are; a region beside those within it. */
export const reviewFacets = z.object({ feed: z.array(facet), region: z.array(facet) });
export type ReviewFacets = z.infer<typeof reviewFacets>;
export type ReviewPage = z.infer<typeof reviewPage>;

/** A field of a candidate beside what the department says. `unknown`: one of both does not say it. */
const compared = z.object({ value: z.string().nullable(), compare: z.enum(['same', 'differs', 'unknown']) });
export const reviewFields = ['name', 'id_number', 'birth_date', 'phone', 'address', 'region'] as const;
export type ReviewField = (typeof reviewFields)[number];
const said = z.record(z.enum(reviewFields), z.string().nullable());

export const reviewCandidate = z.object({
  person_id: z.string(),
  household_id: z.string().nullable(),
  category: z.string().nullable(),
  fields: z.record(z.enum(reviewFields), compared),
  /** Of the household on the day, the candidate left out. */
  members: z.array(z.object({ name: z.string(), relation: z.string(), birth_year: z.int().nullable() })),
  /** 0 to 1: the probability that the evidence stands for. Null while it would lead the reader, and where there is none. */
  score: z.number().nullable(),
});

/** What the matcher found when it compared two. Weights are in bits: 10 are odds of 1,000 to 1. */
export const pairExplanation = z.object({
  /** Hash of the model (SHA-256, hex). */
  model: z.string(),
  /** Bits before anything was compared. */
  prior: z.number(),
  /** What was compared, and the level of agreement reached; null where one side says nothing. */
  fields: z.array(
    z.object({
      ...{ title: z.string(), title_en: z.string(), level: z.string().nullable(), level_en: z.string().nullable() },
      bits: z.number(),
    }),
  ),
  total: z.number(),
  second_best: z.number().nullable(),
  /** Codes of what forbids a link whatever the bits say. */
  vetoes: z.array(reason),
  sentence: z.string(),
  sentence_en: z.string(),
});
export type PairExplanation = z.infer<typeof pairExplanation>;

/** Why the matcher left it to a person. */
export const reviewExplanation = pairExplanation.extend({
  /** The candidate that the evidence speaks for most; null where it is none of those who are shown. */
  person_id: z.string().nullable(),
});
export type ReviewExplanation = z.infer<typeof reviewExplanation>;

/** A step of a question's history. */
export const readingEvent = z.object({
  version: z.int(),
  at: z.string(),
  actor: z.string(),
  type: z.enum(['read', 'overturned', 'released', 'reopened']),
  verdict: reviewVerdict.nullable(),
  note: z.string().nullable(),
});

export const reviewDetail = z.object({
  question_id: z.string(),
  version: z.int(),
  state: reviewState,
  second: secondReading,
  claimed: z.enum(['mine', 'another', 'none']),
  claimed_until: z.string().nullable(),
  reasons: z.array(reason),
  /** What the newest record claims. */
  claims: said,
  candidates: z.array(reviewCandidate),
  /** Null until one's own verdict is given, and where no evidence was asked. */
  explanation: reviewExplanation.nullable(),
  /** Candidates outside of the reader's regions, and those for whom there was no place. */
  more_candidates: z.int(),
  records: z.array(
    z.object({ feed: z.string(), record_id: z.string(), occurred_on: z.string(), received_at: z.string() }),
  ),
  verdict: reviewVerdict.nullable(),
  /** Of the verdict `same`. */
  person_id: z.string().nullable(),
  /** False: facts follow the verdict later, when a running load lets them. */
  settled: z.boolean(),
  history: z.array(readingEvent.extend({ person_id: z.string().nullable() })),
  synthetic: z.boolean(),
});
export type ReviewDetail = z.infer<typeof reviewDetail>;

export const reviewRevealRequest = z.strictObject({ reason: z.string().trim().min(4).max(500) });
const personRevealed = z.object({ person_id: z.string(), fields: said });
/** Everything in full, for this reader and this page. */
export const reviewRevealed = z.object({
  claims: said,
  candidates: z.array(personRevealed),
});
export type ReviewRevealed = z.infer<typeof reviewRevealed>;

export const reviewFigures = z.object({
  waiting: z.int(),
  decided: z.int(),
  overturned: z.int(),
  /** Verdicts that two people gave. */
  read_twice: z.int(),
  agreed: z.int(),
  /** Cohen's kappa; null while there is too little to tell. */
  kappa: z.number().nullable(),
  /** Questions answered as wrongly reported, by feed: what the department has to correct. */
  wrong_data: z.array(z.object({ feed: z.string(), questions: z.int() })),
});
export type ReviewFigures = z.infer<typeof reviewFigures>;
