import { type AppendedEvent, append, type GrowingChain, type Stamp, salted } from './append.ts';
import { type CaseEvent, type Decided, isReferralEvent } from './case-events.ts';
import type { CaseState } from './case-state.ts';
import { evolveCase } from './evolve-case.ts';
import { evolveReferral } from './evolve-referral.ts';
import type { OutboxRow } from './outbox-payload.ts';
import { type EventOwner, outboxRow } from './outbox-rows.ts';
import type { ReferralState } from './referral-state.ts';

export interface Applied {
  readonly state: CaseState;
  /** The referral that was created or moved, if one was. */
  readonly referral: ReferralState | null;
  readonly head: Buffer;
  readonly handlingRegion: string | null;
  readonly happened: readonly CaseEvent[];
  readonly events: readonly AppendedEvent[];
  readonly outbox: readonly OutboxRow[];
}

/**
 * The handling region of a case that is assigned to a township: that township where it is not the household's own, for
 * else its people would not see what they are asked to visit.
 */
const handlingOf = (regionCode: string, township: string): string | null =>
  regionCode.startsWith(township) ? null : township;

/**
 * Appends what was decided to a case's chain and lets the case, and the referral it is about, follow: events, states and
 * what leaves by the outbox. Pure but for the salts that `saltOf` makes.
 */
export const applyEvents = (
  before: { caseId: string; state: CaseState; referral: ReferralState | null; head: Buffer; owner: EventOwner },
  decided: readonly Decided[],
  stamp: Stamp,
  saltOf: () => Buffer,
): Applied => {
  const events: AppendedEvent[] = [];
  const chain: GrowingChain = { caseId: before.caseId, version: before.state.version, head: before.head, events };
  const outbox: OutboxRow[] = [];
  let { state, referral, owner } = before;
  for (const { what, personal } of decided) {
    append(chain, stamp, what, salted(personal, saltOf));
    state = evolveCase(state, what);
    if (isReferralEvent(what)) referral = evolveReferral(referral, what);
    if (what.type === 'assigned') owner = { ...owner, handlingRegion: handlingOf(owner.regionCode, what.township) };
    const about = 'referral_id' in what ? referral : null;
    outbox.push(outboxRow(events.at(-1) as AppendedEvent, what, owner, state, about));
  }
  return {
    ...{ state, referral, head: chain.head, handlingRegion: owner.handlingRegion },
    ...{ happened: decided.map(({ what }) => what), events, outbox },
  };
};
