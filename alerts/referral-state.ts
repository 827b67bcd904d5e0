import type { Channel, Department, NotEligibleCode, ReferralStatus, ReturnCode, Service } from './contract.ts';

export interface ReferralReturn {
  readonly department: Department;
  readonly code: ReturnCode;
}

/** What a department answered last, as codes. Its words lie beside the event. */
export type ReferralAnswer =
  | { readonly kind: 'fulfilled'; readonly amount: string | null; readonly given_on: string }
  | { readonly kind: 'not_eligible'; readonly code: NotEligibleCode };

interface ReferralCommon {
  readonly referral_id: string;
  /** Number of its own events. */
  readonly version: number;
  readonly service: Service;
  readonly department: Department;
  readonly channel: Channel;
  readonly disclosed: readonly string[];
  /** Departments that gave it back. */
  readonly returns: readonly ReferralReturn[];
  /** Reports of progress, over all. */
  readonly reports: number;
  /** How often the bureau contested an answer. */
  readonly disputes: number;
}

/** A referral, discriminated by where it stands (domain.md "Referral"). Once answered it holds the last answer. */
export type ReferralState =
  | (ReferralCommon & {
      readonly status: 'created' | 'sent' | 'delivered' | 'accepted' | 'returned' | 'withdrawn';
      readonly answer: null;
    })
  | (ReferralCommon & { readonly status: 'in_progress'; readonly answer: ReferralAnswer | null })
  | (ReferralCommon & {
      readonly status: 'fulfilled' | 'not_eligible' | 'confirmed' | 'disputed';
      readonly answer: ReferralAnswer;
    });

/** A referral as its row holds it. */
export interface ReferralRow {
  readonly referral_id: string;
  readonly status: ReferralStatus;
  readonly version: number;
  readonly service: Service;
  readonly department: Department;
  readonly channel: Channel;
  readonly progress: Readonly<Record<string, unknown>>;
}

/** The row of a state. `readReferral` of it is the state again. */
export const storeReferral = (state: ReferralState): ReferralRow => {
  const { referral_id, status, version, service, department, channel, ...progress } = state;
  return { referral_id, status, version, service, department, channel, progress };
};

/** The state of a row. */
export const readReferral = ({ progress, ...columns }: ReferralRow): ReferralState =>
  // The row was written by storeReferral, in the same statement as its events.
  ({ ...progress, ...columns }) as unknown as ReferralState;
