import { describe, expect, it } from 'vitest';
import { type Actor, acts, roles } from './contract.ts';
import { may, scopeOf } from './permission.ts';

const actor = (role: Actor['role'], more: Partial<Actor> = {}): Actor => ({
  id: 'u1',
  role,
  regions: ['159901'],
  department: null,
  ...more,
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
