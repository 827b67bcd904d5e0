import type { Level } from '../rules/contract.ts';
import {
  type CaseStateName,
  type Disposition,
  endedReferral,
  type ReferralStatus,
  type Service,
  type Track,
  type VerificationOutcome,
} from './contract.ts';

export interface CaseReferral {
  readonly referral_id: string;
  readonly service: Service;
  readonly status: ReferralStatus;
}

export interface CaseApplication {
  readonly application_no: string;
  readonly decision: 'granted' | 'refused' | 'dropped' | null;
}

export interface CaseVisit {
  readonly visited_on: string;
  readonly near_relative: boolean;
}

/** What every case has, wherever it stands. */
export interface CaseCommon {
  /** Number of its events. */
  readonly version: number;
  readonly track: Track;
  readonly level: Level;
  /** Referrals that it ever made: the next one gets the next number. */
  readonly referred: number;
  /** Referrals since it was opened or last reopened. A case can't be closed before they have ended. */
  readonly referrals: readonly CaseReferral[];
}

/** What was decided since the case was opened or last reopened. */
export interface CaseWork {
  readonly township: string | null;
  readonly dispositions: readonly Disposition[];
  readonly applications: readonly CaseApplication[];
  /** Written notices given: adjust and stop need one each. */
  readonly notices: number;
}

interface Visited extends CaseCommon {
  readonly township: string;
  readonly visit: CaseVisit;
}

interface Reported extends CaseCommon, CaseWork {
  readonly visit: CaseVisit;
  readonly verification: VerificationOutcome;
  /** Warnings that joined after the report: a supplementary one answers them. */
  readonly unreported: number;
}

/** A case, discriminated by where it stands (domain.md). What a state holds is what its steps have brought. */
export type CaseState =
  | (CaseCommon & { readonly state: 'opened' | 'received' | 'reopened' })
  | (CaseCommon & { readonly state: 'assigned'; readonly township: string })
  | (Visited & { readonly state: 'visited' })
  | (Visited & { readonly state: 'verified'; readonly verification: VerificationOutcome })
  /** Emergency aid comes first and the visit later: visit and verification may still be owed. */
  | (CaseCommon &
      CaseWork & {
        readonly state: 'disposed';
        readonly visit: CaseVisit | null;
        readonly verification: VerificationOutcome | null;
      })
  | (Reported & { readonly state: 'reported' | 'following' | 'closed' });

export type CaseIn<N extends CaseStateName> = Extract<CaseState, { state: N }>;

export const isOpenReferral = ({ status }: CaseReferral): boolean => !endedReferral.includes(status);

/** Notices still to be given. */
export const noticesOwed = ({ dispositions, notices }: CaseWork): number =>
  dispositions.filter((d) => d === 'adjust' || d === 'stop').length - notices;

/** Whether something is still followed: a referral that has not ended, an application that is not decided. */
export const isFollowed = ({ referrals, applications }: Pick<CaseCommon & CaseWork, 'referrals' | 'applications'>) =>
  referrals.some(isOpenReferral) || applications.some(({ decision }) => decision === null);

/** A case as its row holds it: columns, and everything else in `progress`. */
export interface CaseRow {
  readonly state: CaseStateName;
  readonly version: number;
  readonly track: Track;
  readonly level: Level;
  readonly progress: Readonly<Record<string, unknown>>;
}

/** The row of a state. `readCase` of it is the state again. */
export const storeCase = ({ state, version, track, level, ...progress }: CaseState): CaseRow => ({
  state,
  version,
  track,
  level,
  progress,
});

/** The state of a row. A row written before cases had steps has an empty `progress`. */
export const readCase = ({ state, version, track, level, progress }: CaseRow): CaseState =>
  // The row was written by storeCase, in the same statement as its events.
  ({ referred: 0, referrals: [], ...progress, state, version, track, level }) as unknown as CaseState;

/** What a page shows of a case's progress, wherever it stands. */
export const progressOf = (
  state: CaseState,
): {
  township: string | null;
  visit: CaseVisit | null;
  verification: VerificationOutcome | null;
  dispositions: readonly Disposition[];
  applications: readonly CaseApplication[];
  visit_owed: boolean;
  notice_owed: boolean;
  notice_given: boolean;
} => {
  const work: CaseWork =
    'dispositions' in state ? state : { township: null, dispositions: [], applications: [], notices: 0 };
  const visit = 'visit' in state ? state.visit : null;
  return {
    township: 'township' in state ? state.township : null,
    visit,
    verification: 'verification' in state ? state.verification : null,
    dispositions: work.dispositions,
    applications: work.applications,
    visit_owed: state.state === 'disposed' && visit === null,
    notice_owed: noticesOwed(work) > 0,
    notice_given: work.notices > 0,
  };
};
