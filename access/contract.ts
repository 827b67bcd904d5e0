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
  'see_counts',
  'see_warnings',
  'see_case',
  'see_matches',
  'see_quarantine',
  'correct_quarantine',
  'see_audit',
  'manage_users',
  'write_rules',
  'approve_rules',
  'inspect_cases',
  'answer_referral',
] as const;
export const act = z.enum(acts);
export type Act = z.infer<typeof act>;

/** Who acts: a signed-in person, or the program itself (role `system`, every region). */
export interface Actor {
  readonly id: string;
  readonly role: Role | 'system';
  /** Region prefixes given to the actor; sees these and nothing else. */
  readonly regions: readonly string[];
  /** The department of a department's user, else null. */
  readonly department: string | null;
}

/** What an act is done to, as far as it decides: its regions (a case may have two), its department. */
export interface Subject {
  readonly regions?: readonly string[];
  readonly department?: string;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };
