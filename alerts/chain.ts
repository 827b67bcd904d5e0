import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';

/**
 * The chain of a case (domain.md "Chain"): every step is an event that holds the hash of the one before it. Hashed is
 * the canonical JSON (RFC 8785) of the event; personal fields enter it as salted commitments only, value and salt lie
 * beside it, so that erasing them leaves the chain verifiable.
 */
export interface ChainEvent {
  readonly case_id: string;
  readonly sequence: number;
  /** ISO 8601 with offset. */
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  /** What happened, in the past tense, and its content. */
  readonly what: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly why: string | null;
  /** Days used of the days allowed; null where no clock runs. */
  readonly clock: { readonly used_days: number; readonly allowed_days: number } | null;
  /** Hash of the event before it (of the household's case before it for the first), hex. */
  readonly previous: string;
}

// The package is CommonJS and its types say otherwise.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** What the first event of a household's first case stands on. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256 over the canonical form. */
export const hashEvent = (event: ChainEvent): Buffer => {
  const text = canonicalize(event);
  if (text === undefined) throw new Error(`event ${event.case_id}/${event.sequence} has no canonical form`);
  return createHash('sha256').update(text, 'utf8').digest();
};

/** What somebody wrote, with the salt of its commitment. */
export interface PersonalValue {
  readonly value: string;
  readonly salt: Buffer;
}

/** A personal field as it enters the hash: SHA-256 over salt and value, hex. Without the salt it tells nothing of the value. */
export const commit = ({ value, salt }: PersonalValue): string =>
  createHash('sha256').update(salt).update(value, 'utf8').digest('hex');

/** Commitments of an event by field; events of the first version have none. */
const commitmentsOf = ({ what }: ChainEvent): Readonly<Record<string, unknown>> =>
  (what['commitments'] ?? {}) as Readonly<Record<string, unknown>>;

/** Puts commitments of what people wrote into `what`, where there is any. */
export const withCommitments = <W extends { readonly type: string }>(
  what: W,
  personal: Readonly<Record<string, PersonalValue>>,
): W => {
  const commitments = Object.fromEntries(Object.entries(personal).map(([field, value]) => [field, commit(value)]));
  return Object.keys(commitments).length === 0 ? what : { ...what, commitments };
};

export interface StoredEvent {
  readonly event: ChainEvent;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
  /** What was written with it and is still there: a field that was erased is missing, one that can't be read is null. */
  readonly personal?: Readonly<Record<string, PersonalValue | null>>;
}

export interface BrokenLink {
  readonly caseId: string;
  readonly sequence: number;
  readonly problem: 'sequence' | 'previous' | 'hash' | 'head' | 'foundation' | 'personal' | 'linked';
}

/** Whether everything written that is still there is what was committed to. */
const isAsCommitted = ({ event, personal = {} }: StoredEvent): boolean => {
  const commitments = commitmentsOf(event);
  return Object.entries(personal).every(([field, value]) => value !== null && commit(value) === commitments[field]);
};

/**
 * Checks one case: sequence without gaps, every event on the hash of the one before it, every hash right, what people
 * wrote as it was committed to (erasing it breaks nothing), the head the last. `foundations` are hashes that the first event may stand on: genesis, or any event of the case before it.
 * Returns the first broken link, or null. Pure.
 */
export const verifyCase = (
  caseId: string,
  events: readonly StoredEvent[],
  head: Buffer,
  foundations: { has(hash: string): boolean },
): BrokenLink | null => {
  let previous: Buffer | null = null;
  for (const [i, stored] of events.entries()) {
    const { event, previousHash, hash } = stored;
    const broken = (problem: BrokenLink['problem']): BrokenLink => ({ caseId, sequence: i + 1, problem });
    if (event.sequence !== i + 1 || event.case_id !== caseId) return broken('sequence');
    if (previous === null && !foundations.has(previousHash.toString('hex'))) return broken('foundation');
    if (previous !== null && !previous.equals(previousHash)) return broken('previous');
    if (event.previous !== previousHash.toString('hex')) return broken('previous');
    if (!hashEvent(event).equals(hash)) return broken('hash');
    if (!isAsCommitted(stored)) return broken('personal');
    previous = hash;
  }
  if (previous === null || !previous.equals(head)) return { caseId, sequence: events.length, problem: 'head' };
  return null;
};

/** Chains of other households that an event names: a case and the hash of one of its events. */
export const linkedBy = ({ what }: ChainEvent): readonly { readonly case_id: string; readonly head: string }[] =>
  (what['linked'] ?? []) as readonly { case_id: string; head: string }[];

/**
 * Checks what a case's events say of other households' chains: whatever they name is an event there. Returns the first that is
 * not, or null. Pure.
 */
export const verifyLinks = (
  caseId: string,
  events: readonly StoredEvent[],
  isEvent: (caseId: string, hash: string) => boolean,
): BrokenLink | null => {
  const wrong = events.find(({ event }) => linkedBy(event).some(({ case_id, head }) => !isEvent(case_id, head)));
  return wrong === undefined ? null : { caseId, sequence: wrong.event.sequence, problem: 'linked' };
};
