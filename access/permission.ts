import type { Act, Actor, Decision, Role, Subject } from './contract.ts';

/** The permission table: which role may do which act (domain.md "Roles"). What stands nowhere is forbidden. */
const table: Readonly<Record<Act, readonly Role[] | 'anybody'>> = {
  see_health: 'anybody',
  see_counts: ['leadership', 'analyst', 'inspector'],
  see_warnings: ['analyst', 'township', 'inspector'],
  see_case: ['analyst', 'township', 'inspector'],
  see_matches: ['match_reviewer'],
  see_quarantine: ['analyst', 'match_reviewer'],
  correct_quarantine: ['match_reviewer'],
  see_audit: ['auditor'],
  manage_users: ['administrator'],
  write_rules: ['rule_author'],
  approve_rules: ['rule_approver'],
  inspect_cases: ['inspector'],
  answer_referral: ['department'],
};

const refused = (reason: string): Decision => ({ allowed: false, reason });
const ALLOWED: Decision = { allowed: true };

/**
 * May this actor do this act to this subject? The one place that says so: role and act from the table, the region (the
 * home or the handling region of a case gives sight of it), and for departments their own referrals only. Pure.
 */
export const may = (actor: Actor, act: Act, subject: Subject = {}): Decision => {
  const allowed = table[act];
  if (allowed === 'anybody' || actor.role === 'system') return ALLOWED;
  if (!allowed.includes(actor.role)) return refused('role');
  const { regions, department } = subject;
  if (regions !== undefined && !regions.some((code) => actor.regions.some((given) => code.startsWith(given)))) {
    return refused('region');
  }
  if (department !== undefined && department !== actor.department) return refused('department');
  return ALLOWED;
};

/** The row-level scope of an actor for `Postgres.transaction`: every region for the program, else the prefixes given. */
export const scopeOf = (actor: Actor): string => (actor.role === 'system' ? '*' : actor.regions.join(','));
