import { z } from 'zod';
import {
  duplicateGround,
  orderClosed,
  orderKind,
  reviewState,
  reviewVerdict,
  secondReading,
} from '../../matchers/contract.ts';
import { pairExplanation, readingEvent, reviewCandidate, reviewRevealed } from './contract-review.ts';

/** Persons whom the registry may hold twice, as analysts see them: masked, scores hidden until somebody decided. */

const region = z
  .string()
  .regex(/^\d{2,12}$/)
  .optional();
export const duplicatesQuery = z.object({
  /** `waiting`: what the reader may take; `decided`: what was decided. */
  state: z.enum(['waiting', 'decided']).default('waiting'),
  /** Region prefix within the reader's own. */
  region,
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type DuplicatesQuery = z.infer<typeof duplicatesQuery>;

/** One of two; null where somebody is registered outside of the reader's regions. */
const briefly = z
  .object({
    person_id: z.string(),
    name: z.string(),
    household_id: z.string().nullable(),
    region: z.string().nullable(),
  })
  .nullable();

export const duplicateItem = z.object({
  pair_id: z.string(),
  version: z.int(),
  state: reviewState,
  ground: duplicateGround,
  first: briefly,
  second: briefly,
  /** A second reading: the first one's verdict is not shown. */
  is_second: z.boolean(),
  claimed: z.enum(['mine', 'another', 'none']),
  found_at: z.string(),
  verdict: reviewVerdict.nullable(),
});
export const duplicatePage = z.object({
  pairs: z.array(duplicateItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
export type DuplicatePage = z.infer<typeof duplicatePage>;

const order = z.object({
  order_no: z.int(),
  kind: orderKind,
  opened_at: z.string(),
  closed_at: z.string().nullable(),
  closed_why: orderClosed.nullable(),
});

export const duplicateDetail = z.object({
  pair_id: z.string(),
  version: z.int(),
  state: reviewState,
  ground: duplicateGround,
  second: secondReading,
  claimed: z.enum(['mine', 'another', 'none']),
  claimed_until: z.string().nullable(),
  /** Both, or the one whom the reader may see; each field compared with the other one's. */
  persons: z.array(reviewCandidate),
  /** Null until one's own verdict is given. */
  explanation: pairExplanation.nullable(),
  verdict: reviewVerdict.nullable(),
  /** The newest correction order for the registry's keeper. */
  order: order.nullable(),
  history: z.array(readingEvent),
  synthetic: z.boolean(),
});
export type DuplicateDetail = z.infer<typeof duplicateDetail>;

/** Everything in full, for this reader and this page. */
export const duplicateRevealed = reviewRevealed.pick({ candidates: true });
export type DuplicateRevealed = z.infer<typeof duplicateRevealed>;

export const ordersQuery = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(20),
});
export type OrdersQuery = z.infer<typeof ordersQuery>;

const side = z
  .object({ person_id: z.string(), household_id: z.string().nullable(), region_code: z.string().nullable() })
  .nullable();
export const orderItem = order.extend({ pair_id: z.string(), first: side, second: side });
export const orderPage = z.object({
  orders: z.array(orderItem),
  total: z.int(),
  next: z.string().nullable(),
  synthetic: z.boolean(),
});
export type OrderPage = z.infer<typeof orderPage>;
