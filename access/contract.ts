import { z } from 'zod';

/** Roles of domain.md. */
export const roles = [
  'leadership',
  'analyst',
  'township',
  'village_assistant',
  'department',
  'match_reviewer',
  'rule_author',
  'rule_approver',
  'inspector',
  'auditor',
  'administrator',
] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** What can be done. Every route and every command of a person names one of these. */
export const acts = [
  'see_health',
  'sign_in',
  'see_own_session',
  'follow_events',
  'see_counts',
  'see_feeds',
  'see_regions',
  'see_warnings',
  'see_case',
  'see_full_identity',
  'receive_case',
  'assign_case',
  'record_visit',
  'send_back_visit',
  'verify_case',
  'dispose_case',
  'report_case',
  'close_case',
  'reopen_case',
  'inspect_case',
  'note_on_case',
  'send_referral',
  'judge_answer',
  'see_referrals',
  'answer_referral',
  'see_matches',
  'judge_match',
  'see_match_identity',
  'see_duplicates',
  'judge_duplicate',
  'see_duplicate_identity',
  'see_quarantine',
  'correct_quarantine',
  'see_quality_note',
  'see_data_return',
  'see_audit',
  'manage_users',
  'write_rules',
  'approve_rules',
  'push_records',
] as const;
export const act = z.enum(acts);
export type Act = z.infer<typeof act>;

/** Who acts: a signed-in person, a department's program (role `machine`), or this program (role `system`, every region). */
export interface Actor {
  readonly id: string;
  readonly role: Role | 'system' | 'machine';
  /** Region prefixes given to the actor; sees these and nothing else. */
  readonly regions: readonly string[];
  /** The department of a department's user or program, else null. */
  readonly department: string | null;
  /** Feeds that a department's program may send; nobody else has any. */
  readonly feeds?: readonly string[];
}

/** What an act is done to, as far as it decides: its regions (a case may have two), its department, its feed. */
export interface Subject {
  readonly feed?: string;
  readonly regions?: readonly string[];
  readonly department?: string;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** An account as its owner and the pages see it. Never the password. */
export const signedIn = z.object({
  user_id: z.string(),
  account: z.string(),
  name: z.string(),
  role,
  regions: z.array(z.object({ region_code: z.string(), name: z.string().nullable() })),
  department: z.string().nullable(),
  /** Acts that the role may do: what a page offers. The server asks again at each. */
  acts: z.array(act),
  /** ISO 8601: when the session ends unless something is done. */
  expires_at: z.string(),
  /** True in a store of fictional data: pages say 模拟数据. */
  synthetic: z.boolean(),
});
export type SignedIn = z.infer<typeof signedIn>;

export const signInRequest = z.strictObject({
  account: z.string().trim().min(1).max(64),
  password: z.string().min(1).max(200),
});

/** Accounts that exist in a store of fictional data only, listed on the sign-in page with their password. */
export const demoAccounts = z.object({
  accounts: z.array(
    z.object({
      account: z.string(),
      password: z.string(),
      name: z.string(),
      role,
      department: z.string().nullable(),
      regions: z.array(z.string()),
    }),
  ),
});
export type DemoAccounts = z.infer<typeof demoAccounts>;

/** What every refused or failed request answers. `message` is Chinese and says what to do. */
export const problem = z.object({
  error: z.string(),
  message: z.string(),
  /** Of a bad request: each field and what is wrong with it. */
  problems: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problem>;
