import { type Act, type Actor, acts, type Decision, type Role, type Subject } from './contract.ts';

/** Acts that need no role: those before sign-in, those of everybody who is signed in, those of departments' programs. */
type Whoever = 'anybody' | 'signed_in' | 'machine';

/** The permission table: which role may do which act (domain.md "Roles"). What stands nowhere is forbidden. */
const table: Readonly<Record<Act, readonly Role[] | Whoever>> = {
  see_health: 'anybody',
  sign_in: 'anybody',
  see_own_session: 'signed_in',
  follow_events: 'signed_in',
  see_counts: ['leadership', 'analyst', 'inspector'],
  see_feeds: ['leadership', 'analyst', 'match_reviewer', 'rule_author', 'rule_approver', 'administrator'],
  see_regions: 'signed_in',
  see_warnings: ['analyst', 'township', 'inspector'],
  see_case: ['analyst', 'township', 'village_assistant', 'inspector'],
  see_full_identity: ['analyst', 'township'],
  receive_case: ['analyst'],
  assign_case: ['analyst'],
  record_visit: ['township', 'village_assistant'],
  send_back_visit: ['analyst'],
  verify_case: ['analyst'],
  dispose_case: ['analyst'],
  report_case: ['analyst'],
  close_case: ['analyst'],
  reopen_case: ['analyst', 'inspector'],
  inspect_case: ['inspector'],
  note_on_case: ['analyst', 'township', 'village_assistant', 'inspector'],
  send_referral: ['analyst'],
  judge_answer: ['analyst'],
  see_referrals: ['analyst', 'department', 'inspector'],
  answer_referral: ['department'],
  see_matches: ['match_reviewer'],
  judge_match: ['match_reviewer'],
  see_match_identity: ['match_reviewer'],
  see_duplicates: ['analyst', 'match_reviewer'],
  judge_duplicate: ['analyst', 'match_reviewer'],
  see_duplicate_identity: ['analyst', 'match_reviewer'],
  see_quarantine: ['analyst', 'match_reviewer'],
  correct_quarantine: ['match_reviewer'],
  see_quality_note: ['analyst', 'department', 'match_reviewer'],
  see_data_return: ['leadership', 'analyst', 'department'],
  see_audit: ['auditor'],
  manage_users: ['administrator'],
  write_rules: ['rule_author'],
  approve_rules: ['rule_approver'],
  push_records: 'machine',
};

const refused = (reason: string): Decision => ({ allowed: false, reason });
const ALLOWED: Decision = { allowed: true };

/**
 * May this actor do this act to this subject? The one place that says so: role and act from the table, the region (the
 * home or the handling region of a case gives sight of it), for departments their own referrals only, for their programs
 * their own feeds only. Pure.
 */
export const may = (actor: Actor, act: Act, subject: Subject = {}): Decision => {
  const allowed = table[act];
  if (allowed === 'anybody' || actor.role === 'system') return ALLOWED;
  if (actor.role === 'machine' || allowed === 'machine') {
    if (actor.role !== allowed) return refused('role');
    return subject.feed === undefined || actor.feeds?.includes(subject.feed) ? ALLOWED : refused('feed');
  }
  if (allowed !== 'signed_in' && !allowed.includes(actor.role)) return refused('role');
  const { regions, department } = subject;
  if (regions !== undefined && !regions.some((code) => actor.regions.some((given) => code.startsWith(given)))) {
    return refused('region');
  }
  if (department !== undefined && actor.role === 'department' && department !== actor.department)
    return refused('department');
  return ALLOWED;
};

/** Acts that a role may do, as a page needs them to offer what it offers. */
export const actsOf = (role: Role): Act[] =>
  acts.filter((act) => {
    const allowed = table[act];
    return typeof allowed === 'string' ? allowed !== 'machine' : allowed.includes(role);
  });

/** Acts that need no session. */
export const isOpen = (act: Act): boolean => table[act] === 'anybody';

/**
 * The row-level scope of an actor for `Postgres.transaction`: every region for the program, else the prefixes given. A
 * department's scope matches no region: it sees its own referrals and nothing else.
 */
export const scopeOf = (actor: Actor): string => {
  if (actor.role === 'system') return '*';
  // What a program sends is stored by this one; it reads nothing.
  if (actor.role === 'machine') return '';
  if (actor.role !== 'department') return actor.regions.join(',');
  return actor.department === null ? '' : actor.regions.map((region) => `${actor.department}@${region}`).join(',');
};
