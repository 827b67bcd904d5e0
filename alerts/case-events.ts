import type { Level } from '../rules/contract.ts';
import type {
  Channel,
  Department,
  Disposition,
  NotEligibleCode,
  ReopenGround,
  ReturnCode,
  Service,
  Track,
  VerificationOutcome,
} from './contract.ts';

/**
 * What has happened on a case, as the chain holds it in `what`: codes, days and amounts. What people wrote lies beside the
 * event and enters `what` as commitments only (`chain.ts`). The store is append-only: a type, once written, stays readable.
 */

/** What a case is reopened by: the grounds of people, or a new warning soon after it was closed. */
export type EventGround = ReopenGround | 'new_warning';

type OfWarning = {
  readonly warning_id: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly level: Level;
};

/**
 * The chain of a household that this one was split off (分户), or that was merged into it (并户), by the head that it had as the case was
 * opened: so the chains of households hang together (domain.md).
 */
export interface LinkedChain {
  readonly relation: 'split_from' | 'merged_from';
  /** Of the split or merge, `YYYY-MM-DD`. */
  readonly day: string;
  /** Newest case of the other household, and the hash (hex) of its last event. */
  readonly case_id: string;
  readonly head: string;
}

export type CaseEvent =
  | ({ readonly type: 'opened'; readonly track: Track; readonly linked?: readonly LinkedChain[] } & OfWarning)
  | ({ readonly type: 'warning_joined'; readonly case_level: Level } & OfWarning)
  | { readonly type: 'warning_raised'; readonly warning_id: string; readonly level: Level; readonly case_level: Level }
  | { readonly type: 'received' }
  | { readonly type: 'assigned'; readonly township: string }
  | { readonly type: 'visited'; readonly visited_on: string; readonly near_relative: boolean }
  | { readonly type: 'sent_back' }
  | { readonly type: 'verified'; readonly outcome: VerificationOutcome }
  | {
      readonly type: 'disposed';
      readonly disposition: Disposition;
      readonly amount?: string;
      readonly application_no?: string;
    }
  | { readonly type: 'notice_given'; readonly number: string; readonly given_on: string }
  | {
      readonly type: 'application_decided';
      readonly application_no: string;
      readonly decision: 'granted' | 'refused' | 'dropped';
    }
  | { readonly type: 'reported' }
  /** A department answered, or a warning joined, after the report. */
  | { readonly type: 'report_supplemented'; readonly by: 'answer' | 'warning'; readonly referral_id?: string }
  | { readonly type: 'closed' }
  | { readonly type: 'inspected'; readonly result: 'passed' | 'failed' }
  | ({ readonly type: 'reopened'; readonly ground: EventGround; readonly case_level?: Level } & Partial<OfWarning>)
  | { readonly type: 'noted' }
  | ReferralEvent;
type OfReferral = {
  readonly referral_id: string;
};

/** Steps of a referral. They are events of its case's chain. */
export type ReferralEvent = OfReferral &
  (
    | {
        readonly type: 'referral_created';
        readonly service: Service;
        readonly department: Department;
        readonly channel: Channel;
        /** Fields about the family that the department is shown. */
        readonly disclosed: readonly string[];
      }
    | { readonly type: 'referral_sent' }
    | { readonly type: 'referral_delivered' }
    | { readonly type: 'referral_accepted' }
    | { readonly type: 'referral_returned'; readonly code: ReturnCode }
    | { readonly type: 'referral_progressed' }
    | { readonly type: 'referral_fulfilled'; readonly amount?: string; readonly given_on: string }
    | { readonly type: 'referral_refused'; readonly code: NotEligibleCode }
    | { readonly type: 'referral_confirmed' }
    | { readonly type: 'referral_disputed' }
    | { readonly type: 'referral_rerouted'; readonly department: Department }
    | { readonly type: 'referral_withdrawn' }
  );

/** What was decided: the event, and what people wrote with it, field by field. */
export interface Decided {
  readonly what: CaseEvent;
  readonly personal: Readonly<Record<string, string>>;
}

/** An event with what people wrote; what they left empty is no field of it. */
export const decided = (what: CaseEvent, written: Readonly<Record<string, string | undefined>> = {}): Decided => ({
  what,
  personal: Object.fromEntries(
    Object.entries(written).filter((field): field is [string, string] => field[1] !== undefined && field[1] !== ''),
  ),
});

export const isReferralEvent = (event: CaseEvent): event is ReferralEvent => event.type.startsWith('referral_');

/** The code of an event, where it has one: what is counted. */
export const codeOf = (event: CaseEvent): string | null => {
  switch (event.type) {
    case 'verified':
      return event.outcome;
    case 'disposed':
      return event.disposition;
    case 'application_decided':
      return event.decision;
    case 'report_supplemented':
      return event.by;
    case 'inspected':
      return event.result;
    case 'reopened':
      return event.ground;
    case 'referral_returned':
    case 'referral_refused':
      return event.code;
    default:
      return null;
  }
};
