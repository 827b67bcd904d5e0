import type { CaseCommand, ReferralCommand, Service, Track } from '../../alerts/contract.ts';

/** Days are counted from the day of the demo: 0 is that day, -12 twelve days before it. */
export type Offset = number;

/** A member of a story's household; the id number follows from birth and sequence (odd: male). */
export interface Member {
  readonly name: string;
  readonly relation: 'head' | 'spouse' | 'child' | 'parent' | 'other';
  readonly birth: string;
  readonly sequence: number;
  readonly labour?: 'full' | 'part' | 'none';
  readonly student?: boolean;
}

/** A record of a department about one member (1 is the head), with the columns of its feed. */
export interface StoryRecord {
  readonly feed: string;
  readonly member: number;
  readonly on: Offset;
  /** Ends the record id; a record sent again under the same one is another version of it. */
  readonly no: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** What somebody does: with the case of a track, or with the referral of a service. */
export type StoryAct = {
  readonly on: Offset;
  /** HH:MM in Asia/Shanghai. */
  readonly at: string;
  /** A demo account. */
  readonly by: string;
} & (
  | { readonly track?: Track; readonly does: CaseCommand }
  | { readonly referral: Service; readonly does: ReferralCommand }
);

/** One household and what happens to it, told up to the stage at which a reader meets it. */
export interface Story {
  readonly householdId: string;
  /** What it shows, as docs/stories.md lists it. */
  readonly title: string;
  readonly stage: string;
  readonly village: string;
  readonly address: string;
  readonly category: 'dibao' | 'tekun' | 'edge' | 'rigid' | 'relapse' | 'other';
  readonly categorySince: string;
  readonly flags?: string;
  readonly monthlyBenefit?: string;
  readonly members: readonly Member[];
  /** What arrives on a day, for evaluation as of that day. */
  readonly deliveries: readonly { readonly on: Offset; readonly records: readonly StoryRecord[] }[];
  /** Wages of a member by months before the month of the delivery: [member, month back, yuan]. */
  readonly wages?: { readonly on: Offset; readonly lines: readonly (readonly [number, number, string])[] };
  readonly acts: readonly StoryAct[];
}
