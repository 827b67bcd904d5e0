import { z } from 'zod';

/**
 * What leaves by the outbox for each event of a case: codes only, for it goes to ClickHouse, to Kafka and to open pages.
 * No name, no text, no outer id (domain.md "Personal data").
 */
export const outboxPayload = z.strictObject({
  /** Type of the event, such as `case_received`. */
  type: z.string().regex(/^[a-z_]{1,60}$/),
  case_id: z.string().regex(/^c-[0-9a-f]{20}$/),
  sequence: z.int().min(1).max(4_294_967_295),
  /** ISO 8601 with offset. */
  at: z.iso.datetime({ offset: true }),
  role: z.string().regex(/^[a-z_]{1,40}$/),
  household_no: z.int().min(1).max(4_294_967_295),
  /** Empty where the registry gives the household no region. */
  region_code: z.string().regex(/^\d{0,12}$/),
  handling_region: z
    .string()
    .regex(/^\d{4,12}$/)
    .nullable(),
  track: z.string().regex(/^[a-z_]{1,20}$/),
  level: z.string().regex(/^[a-z_]{1,20}$/),
  referral_id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .nullable(),
  service: z
    .string()
    .regex(/^[a-z_-]{1,40}$/)
    .nullable(),
  department: z
    .string()
    .regex(/^[a-z_-]{1,40}$/)
    .nullable(),
  channel: z
    .string()
    .regex(/^[a-z_]{1,20}$/)
    .nullable(),
  /** What was decided, as far as it has a code: outcome, disposition, return code. */
  code: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .nullable(),
  /** Of the referral where there is one, else of the case: what a page compares with what it shows. */
  version: z.int().min(0),
});
export type OutboxPayload = z.infer<typeof outboxPayload>;

/** A row to be written with the event that it tells of. */
export interface OutboxRow {
  readonly topic: string;
  readonly payload: OutboxPayload;
}

/** Topic of an event that only pages and counts are told of. */
export const CASE_TOPIC = 'case.events';
const REFERRAL_TOPIC = 'referral.';

/** Topic of the event that sends a referral: it is what the department gets. */
export const referralTopic = (department: string): string => `${REFERRAL_TOPIC}${department}`;

/** Whether a row hands a referral to its department by the program itself, and not by a printed slip. */
export const handsOn = ({ topic, payload }: OutboxRow): boolean =>
  topic.startsWith(REFERRAL_TOPIC) && payload.channel === 'portal';

/** The same event always has the same number: whoever gets a message twice tells by it. */
export const messageId = ({ case_id, sequence }: OutboxPayload): string => `${case_id}/${sequence}`;
