import { z } from 'zod';
import { rejectReason } from '../../ingest/contract.ts';

/** Refused rows as people see and correct them. Personal columns are masked; a route of its own shows them in full. */

/** 待处理、处理中、已更正、更正后仍未通过、不予更正. */
export const quarantineStates = ['waiting', 'sent', 'corrected', 'rejected_again', 'dismissed'] as const;
export const quarantineState = z.enum(quarantineStates);
export type QuarantineState = z.infer<typeof quarantineState>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const column = z.string().regex(/^[a-z_0-9]{1,40}$/);

export const quarantineFilters = z.object({
  feed: z.string().max(64).optional(),
  reason: rejectReason.optional(),
  /** Column; `-` where no column is to blame. */
  field: z.union([column, z.literal('-')]).optional(),
  state: quarantineState.optional(),
  /** Day of receipt, Asia/Shanghai. */
  day: day.optional(),
});
export type QuarantineFilters = z.infer<typeof quarantineFilters>;

export const quarantineQuery = quarantineFilters.extend({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});
export type QuarantineQuery = z.infer<typeof quarantineQuery>;

/** Who decided about a row, when and why, and what came of it. */
export const fate = z.object({
  correction_id: z.string(),
  kind: z.enum(['edit', 'mapping', 'dismiss']),
  reason: z.string(),
  by: z.string(),
  role: z.string(),
  at: z.string(),
  outcome: z.enum(['accepted', 'duplicate', 'not_authorised', 'completion', 'rejected']).nullable(),
  record_id: z.string().nullable(),
  /** The entry that it came back as. */
  next_no: z.int().nullable(),
});

export const quarantineItem = z.object({
  quarantine_no: z.int(),
  feed: z.string(),
  feed_title: z.string(),
  /** File, and the line in it; of a message its topic and offset. */
  source: z.string(),
  line: z.int(),
  reason: rejectReason,
  field: z.string().nullable(),
  field_title: z.string().nullable(),
  /** What stands in the column that is to blame; masked. Null where nothing does. */
  value: z.string().nullable(),
  region_code: z.string().nullable(),
  received_at: z.string(),
  state: quarantineState,
});
export type QuarantineItem = z.infer<typeof quarantineItem>;

export const quarantinePage = z.object({
  entries: z.array(quarantineItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
export type QuarantinePage = z.infer<typeof quarantinePage>;

const facet = z.array(z.object({ value: z.string(), title: z.string(), count: z.int() }));
/** Counts beside the filters, each with the same filters but its own. Days: the newest 62 that have any. */
export const quarantineCounts = z.object({ feed: facet, reason: facet, field: facet, day: facet, state: facet });
export type QuarantineCounts = z.infer<typeof quarantineCounts>;

const cell = z.object({
  column: z.string(),
  title: z.string(),
  value: z.string().nullable(),
  /** Holds data of a person: shown masked. */
  personal: z.boolean(),
  required: z.boolean(),
  /** Listed values, English and Chinese; null where anything may stand. */
  values: z.array(z.object({ value: z.string(), title: z.string() })).nullable(),
});

export const quarantineDetail = quarantineItem.extend({
  /** What is wrong and what to do; Chinese. */
  says: z.string(),
  cure: z.string(),
  /** The row by columns; null where it could not be read into any. */
  cells: z.array(cell).nullable(),
  /** The original line, masked. */
  raw: z.string(),
  raw_length: z.int(),
  fate: fate.nullable(),
  /** The entry that this one was a correction of. */
  came_of: z.int().nullable(),
  /** Why it can't be corrected here; null where it can. */
  hindrance: z.string().nullable(),
  synthetic: z.boolean(),
});
export type QuarantineDetail = z.infer<typeof quarantineDetail>;

const reason = z.string().trim().min(4).max(500);
export const quarantineReveal = z.strictObject({ reason });
export const quarantineRevealed = z.object({
  cells: z.array(z.object({ column: z.string(), value: z.string().nullable() })).nullable(),
  raw: z.string(),
});

export const kindQuery = z.object({
  feed: z.string().max(64),
  reason: rejectReason,
  field: z.union([column, z.literal('-')]),
});
export type KindQuery = z.infer<typeof kindQuery>;

/** Waiting rows of one kind by what stands in the column. */
export const kindValues = z.object({
  values: z.array(
    z.object({
      /** Names the value without saying it. */
      key: z.string(),
      /** Masked; null: empty. */
      value: z.string().nullable(),
      count: z.int(),
    }),
  ),
  /** Rows that were looked at: of more than these the newest. */
  looked_at: z.int(),
  waiting: z.int(),
});
export type KindValues = z.infer<typeof kindValues>;

/** Most rows that one correction is about. */
export const MOST_AT_ONCE = 1_000;

export const correctionRequest = z.strictObject({
  /** Made by the page for this form: asked again, it is answered with what was done. */
  request_id: z.uuid(),
  reason,
  /** Named rows, or all that wait of a kind; with `key` those whose column says the same. */
  which: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('entries'), entries: z.array(z.int().positive()).min(1).max(MOST_AT_ONCE) }),
    z.strictObject({
      by: z.literal('kind'),
      ...kindQuery.shape,
      key: z.string().max(80).nullable(),
      /** How many they were when the person decided. */
      expected: z.int().positive(),
    }),
  ]),
  change: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('edit'), values: z.record(column, z.string().max(2_000).nullable()) }),
    /** Reads the original anew with the mapping in YILIAN_HOME/mappings. */
    z.strictObject({ type: z.literal('mapping') }),
    z.strictObject({ type: z.literal('dismiss') }),
  ]),
});
export type CorrectionRequest = z.infer<typeof correctionRequest>;

export const correctionAnswer = z.object({
  correction_id: z.string(),
  entries: z.int(),
  accepted: z.int(),
  duplicate: z.int(),
  not_authorised: z.int(),
  completion: z.int(),
  rejected: z.int(),
  dismissed: z.int(),
  /** Still on their way: the program was stopped in the middle and goes on by itself. */
  sent: z.int(),
});
export type CorrectionAnswer = z.infer<typeof correctionAnswer>;
