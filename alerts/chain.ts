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

export interface StoredEvent {
  readonly event: ChainEvent;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

export interface BrokenLink {
  readonly caseId: string;
  readonly sequence: number;
  readonly problem: 'sequence' | 'previous' | 'hash' | 'head' | 'foundation';
}

/**
 * Checks one case: sequence without gaps, every event on the hash of the one before it, every hash right, the head the
 * last. `foundations` are hashes that the first event may stand on: genesis, or any event of the case before it.
 * Returns the first broken link, or null. Pure.
 */
export const verifyCase = (
  caseId: string,
  events: readonly StoredEvent[],
  head: Buffer,
  foundations: { has(hash: string): boolean },
): BrokenLink | null => {
  let previous: Buffer | null = null;
  for (const [i, { event, previousHash, hash }] of events.entries()) {
    const broken = (problem: BrokenLink['problem']): BrokenLink => ({ caseId, sequence: i + 1, problem });
    if (event.sequence !== i + 1 || event.case_id !== caseId) return broken('sequence');
    if (previous === null && !foundations.has(previousHash.toString('hex'))) return broken('foundation');
    if (previous !== null && !previous.equals(previousHash)) return broken('previous');
    if (event.previous !== previousHash.toString('hex')) return broken('previous');
    if (!hashEvent(event).equals(hash)) return broken('hash');
    previous = hash;
  }
  if (previous === null || !previous.equals(head)) return { caseId, sequence: events.length, problem: 'head' };
  return null;
};
