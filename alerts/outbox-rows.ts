import type { AppendedEvent } from './append.ts';
import { type CaseEvent, codeOf, isReferralEvent } from './case-events.ts';
import type { CaseState } from './case-state.ts';
import { CASE_TOPIC, type OutboxRow, referralTopic } from './outbox-payload.ts';
import type { ReferralState } from './referral-state.ts';

/** Whose event it is, as far as a row of the outbox says. */
export interface EventOwner {
  readonly householdNo: number;
  readonly regionCode: string;
  readonly handlingRegion: string | null;
}

const levelOf = (event: CaseEvent, { level }: CaseState): string => {
  if ('case_level' in event && event.case_level !== undefined) return event.case_level;
  return event.type === 'opened' ? event.level : level;
};

/** What leaves of an event. `referral` is the one that the event is about, as it stands after it. Pure. */
export const outboxRow = (
  { event }: AppendedEvent,
  what: CaseEvent,
  owner: EventOwner,
  state: CaseState,
  referral: ReferralState | null,
): OutboxRow => {
  const isReferral = isReferralEvent(what);
  return {
    topic: what.type === 'referral_sent' && referral !== null ? referralTopic(referral.department) : CASE_TOPIC,
    payload: {
      type: what.type,
      case_id: event.case_id,
      sequence: event.sequence,
      at: event.at,
      role: event.role,
      household_no: owner.householdNo,
      region_code: owner.regionCode,
      handling_region: owner.handlingRegion,
      track: state.track,
      level: levelOf(what, state),
      referral_id: referral?.referral_id ?? null,
      service: referral?.service ?? null,
      department: referral?.department ?? null,
      channel: referral?.channel ?? null,
      code: codeOf(what),
      version: isReferral && referral !== null ? referral.version : event.sequence,
    },
  };
};
