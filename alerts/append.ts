import type { CaseEvent } from './case-events.ts';
import { type ChainEvent, hashEvent, type PersonalValue, withCommitments } from './chain.ts';

/** A case's chain while events are appended to it. */
export interface GrowingChain {
  readonly caseId: string;
  version: number;
  head: Buffer;
  readonly events: AppendedEvent[];
}

export interface AppendedEvent {
  readonly event: ChainEvent;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
  readonly personal: Readonly<Record<string, PersonalValue>>;
}

/** Who did it, when, and how far the clock had run. */
export type Stamp = Pick<ChainEvent, 'at' | 'actor' | 'role' | 'clock'>;

/**
 * Appends an event on the hash of the one before it. What people wrote gets a salt each and enters the hash as
 * commitments; `why` stays null, for a reason that a person writes is personal.
 */
export const append = (
  chain: GrowingChain,
  stamp: Stamp,
  what: CaseEvent,
  personal: Readonly<Record<string, PersonalValue>> = {},
): void => {
  const event: ChainEvent = {
    case_id: chain.caseId,
    sequence: chain.version + 1,
    at: stamp.at,
    actor: stamp.actor,
    role: stamp.role,
    what: withCommitments(what, personal),
    why: null,
    clock: stamp.clock,
    previous: chain.head.toString('hex'),
  };
  const hash = hashEvent(event);
  chain.events.push({ event, previousHash: chain.head, hash, personal });
  chain.head = hash;
  chain.version += 1;
};

/** What people wrote with the salts that `saltOf` makes: 16 random bytes each. */
export const salted = (
  written: Readonly<Record<string, string>>,
  saltOf: () => Buffer,
): Readonly<Record<string, PersonalValue>> =>
  Object.fromEntries(Object.entries(written).map(([field, value]) => [field, { value, salt: saltOf() }]));
