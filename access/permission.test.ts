import { describe, expect, it } from 'vitest';
import { type Act, type Actor, acts, type Role, roles } from './contract.ts';
import { actsOf, isOpen, may, scopeOf } from './permission.ts';

const actor = (role: Actor['role'], more: Partial<Actor> = {}): Actor => ({
  id: 'u1',
  role,
  regions: ['159901'],
  department: null,
  ...more,
});

/**
 * Every role and what it may do beyond what everybody may, written down a second time: a change of the table is a change
 * of who sees whose family, and has to be made in two places.
 */
const everybody: readonly Act[] = ['see_health', 'sign_in', 'see_own_session', 'follow_events', 'see_regions'];
const granted: Readonly<Record<Role, readonly Act[]>> = {
  leadership: ['see_counts', 'see_feeds', 'see_data_return'],
  analyst: [
    ...(['see_counts', 'see_feeds', 'see_warnings', 'see_case', 'see_full_identity', 'receive_case'] as const),
    ...(['assign_case', 'send_back_visit', 'verify_case', 'dispose_case', 'report_case', 'close_case'] as const),
    ...(['reopen_case', 'note_on_case', 'send_referral', 'judge_answer', 'see_referrals', 'see_quarantine'] as const),
    ...(['see_quality_note', 'see_data_return', 'see_duplicates', 'judge_duplicate'] as const),
    'see_duplicate_identity',
  ],
  township: ['see_warnings', 'see_case', 'see_full_identity', 'record_visit', 'note_on_case'],
  village_assistant: ['see_case', 'record_visit', 'note_on_case'],
  department: ['see_referrals', 'answer_referral', 'see_quality_note', 'see_data_return'],
  match_reviewer: [
    ...(['see_feeds', 'see_matches', 'judge_match', 'see_match_identity', 'see_quarantine'] as const),
    ...(['correct_quarantine', 'see_quality_note', 'see_duplicates', 'judge_duplicate'] as const),
    'see_duplicate_identity',
  ],
  rule_author: ['see_feeds', 'write_rules'],
  rule_approver: ['see_feeds', 'approve_rules'],
  inspector: [
    ...(['see_counts', 'see_warnings', 'see_case', 'reopen_case', 'inspect_case'] as const),
    ...(['note_on_case', 'see_referrals'] as const),
  ],
  auditor: ['see_audit'],
  administrator: ['see_feeds', 'manage_users'],
};

const machines: readonly Act[] = ['push_records'];

describe('the permission table', () => {
  it.each(roles)('gives %s its acts and no other', (role) => {
    const expected = acts.filter((act) => everybody.includes(act) || granted[role].includes(act));
    expect(acts.filter((act) => may(actor(role), act).allowed)).toEqual(expected);
    expect(actsOf(role)).toEqual(expected);
  });

  it('opens nothing to people who are not signed in but health and the sign-in', () => {
    expect(acts.filter(isOpen)).toEqual(['see_health', 'sign_in']);
  });

  it("gives a department's program its act and no other, for its own feeds", () => {
    const machine = actor('machine', { department: 'housing', feeds: ['housing'] });
    expect(acts.filter((act) => act !== 'see_health' && act !== 'sign_in' && may(machine, act).allowed)).toEqual(
      machines,
    );
    expect(may(machine, 'push_records', { feed: 'housing' }).allowed).toBe(true);
    expect(may(machine, 'push_records', { feed: 'tax' })).toEqual({ allowed: false, reason: 'feed' });
    expect(may(actor('machine'), 'push_records', { feed: 'tax' }).allowed).toBe(false);
    expect(scopeOf(machine)).toBe('');
  });

  it('gives every act to somebody', () => {
    const given = new Set([...everybody, ...machines, ...Object.values(granted).flat()]);
    expect(acts.filter((act) => !given.has(act))).toEqual([]);
  });
});

describe('may', () => {
  it('gives leadership counts and no household', () => {
    expect(may(actor('leadership'), 'see_counts').allowed).toBe(true);
    expect(may(actor('leadership'), 'see_warnings')).toEqual({ allowed: false, reason: 'role' });
  });

  it('gives an administrator no household data', () => {
    for (const act of ['see_warnings', 'see_case', 'see_matches', 'see_quarantine', 'see_counts'] as const) {
      expect(may(actor('administrator'), act).allowed).toBe(false);
    }
  });

  it('shows a case by either of its regions and by no other', () => {
    expect(may(actor('analyst'), 'see_case', { regions: ['159902101', '159901101'] }).allowed).toBe(true);
    expect(may(actor('analyst'), 'see_case', { regions: ['159902101'] })).toEqual({ allowed: false, reason: 'region' });
    expect(may(actor('analyst', { regions: [] }), 'see_case', { regions: ['159901'] }).allowed).toBe(false);
  });

  it('lets a department answer its own referrals only', () => {
    const housing = actor('department', { department: 'housing' });
    expect(may(housing, 'answer_referral', { department: 'housing' }).allowed).toBe(true);
    expect(may(housing, 'answer_referral', { department: 'tax' })).toEqual({ allowed: false, reason: 'department' });
  });

  it('never lets one role both write and approve rules', () => {
    for (const role of roles) {
      expect(may(actor(role), 'write_rules').allowed && may(actor(role), 'approve_rules').allowed).toBe(false);
    }
  });

  it('lets the program do every act in every region', () => {
    for (const act of acts) expect(may(actor('system'), act, { regions: ['999999'] }).allowed).toBe(true);
  });
});

describe('scopeOf', () => {
  it('is everything for the program, the given prefixes for people, nothing without any', () => {
    expect(scopeOf(actor('system'))).toBe('*');
    expect(scopeOf(actor('analyst', { regions: ['1599', '158801'] }))).toBe('1599,158801');
    expect(scopeOf(actor('analyst', { regions: [] }))).toBe('');
  });
});
