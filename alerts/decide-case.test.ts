import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCase, storeCase } from './case-state.ts';
import { type CaseCommand, caseStates, dispositions, outcomes, type Refusal, services } from './contract.ts';
import { referralIdOf } from './decide-case.ts';
import { replayCase } from './evolve-case.ts';
import {
  type CommandName,
  commands,
  context,
  mainLine,
  referralCommands,
  type Step,
  start,
  TODAY,
  tell,
  type Walked,
  walk,
} from './machine-for-tests.ts';

const upTo = (steps: number): Walked => walk(mainLine.slice(0, steps));
const { receive, assign, record_visit, verify, report } = commands;
const joined: Step = {
  event: {
    ...{ type: 'warning_joined', warning_id: 'w-2', rule_id: 'lost-job', rule_version: 1, level: 'red' },
    case_level: 'red',
  },
};
const answered: Step[] = [
  { referral: 1, command: referralCommands.accept },
  { referral: 1, command: referralCommands.fulfil },
  { referral: 1, command: referralCommands.confirm },
];

/** Every place at which a case can stand, as far as commands tell them apart. */
const places = {
  opened: start,
  received: upTo(1),
  assigned: upTo(2),
  visited: upTo(3),
  verified: upTo(4),
  verifiedNot: walk([receive, assign, record_visit, commands.verify_not]),
  /** Emergency aid first: no visit yet. */
  disposedFirst: walk([receive, commands.dispose_emergency]),
  /** Emergency aid first, visited, not verified. */
  disposedVisited: walk([receive, assign, record_visit, commands.dispose_emergency]),
  disposed: upTo(5),
  reported: upTo(6),
  reportedNotice: walk([receive, assign, record_visit, verify, commands.dispose_adjust, report]),
  /** A warning joined after the report. */
  reportedJoined: walk([joined], upTo(6)),
  following: walk([receive, assign, record_visit, verify, commands.dispose_refer, commands.refer, report]),
  followingApplied: walk([receive, assign, record_visit, verify, commands.dispose_apply, report]),
  followingDone: walk(
    answered,
    walk([receive, assign, record_visit, verify, commands.dispose_refer, commands.refer, report]),
  ),
  closed: upTo(7),
  reopened: walk([...mainLine, commands.reopen]),
} as const;
type Place = keyof typeof places;

/** What a command comes to at a place: the state after it, or why not. */
type Cell = `-> ${(typeof caseStates)[number]}` | Refusal;
const no = 'illegal_step';
const shut = 'already_closed';

/** Every command at every place. What a row does not name is `else`. */
const table: Record<CommandName, { else: Cell } & Partial<Record<Place, Cell>>> = {
  receive: { else: no, opened: '-> received', closed: shut },
  assign: {
    ...{ else: no, received: '-> assigned', reopened: '-> assigned', assigned: '-> assigned', closed: shut },
    disposedFirst: '-> disposed',
  },
  record_visit: { else: no, assigned: '-> visited', disposedFirst: '-> disposed', closed: shut },
  send_back: {
    ...{ else: no, visited: '-> assigned', disposedVisited: '-> disposed', disposedFirst: 'visit_missing' },
    closed: shut,
  },
  verify: {
    ...{ else: no, received: 'visit_missing', assigned: 'visit_missing', reopened: 'visit_missing' },
    ...{ visited: '-> verified', disposedVisited: '-> disposed', disposedFirst: 'visit_missing', closed: shut },
  },
  verify_not: {
    ...{ else: no, received: 'visit_missing', assigned: 'visit_missing', reopened: 'visit_missing' },
    ...{ visited: '-> verified', disposedVisited: '-> disposed', disposedFirst: 'visit_missing', closed: shut },
  },
  dispose: {
    ...{ else: no, verified: '-> disposed', disposed: '-> disposed', verifiedNot: 'not_confirmed' },
    ...{ received: 'verification_missing', assigned: 'verification_missing', visited: 'verification_missing' },
    ...{ reopened: 'verification_missing', disposedFirst: 'verification_missing' },
    ...{ disposedVisited: 'verification_missing', closed: shut },
  },
  dispose_emergency: {
    ...{ else: no, received: '-> disposed', assigned: '-> disposed', visited: '-> disposed', reopened: '-> disposed' },
    ...{ verified: '-> disposed', verifiedNot: 'not_confirmed', disposed: '-> disposed', closed: shut },
    ...{ disposedFirst: '-> disposed', disposedVisited: '-> disposed' },
  },
  dispose_adjust: {
    ...{ else: no, verified: '-> disposed', disposed: '-> disposed', verifiedNot: 'not_confirmed' },
    ...{ received: 'verification_missing', assigned: 'verification_missing', visited: 'verification_missing' },
    ...{ reopened: 'verification_missing', disposedFirst: 'verification_missing' },
    ...{ disposedVisited: 'verification_missing', closed: shut },
  },
  dispose_refer: {
    ...{ else: no, verified: '-> disposed', disposed: '-> disposed', verifiedNot: 'not_confirmed' },
    ...{ received: 'verification_missing', assigned: 'verification_missing', visited: 'verification_missing' },
    ...{ reopened: 'verification_missing', disposedFirst: 'verification_missing' },
    ...{ disposedVisited: 'verification_missing', closed: shut },
  },
  dispose_apply: {
    ...{ else: no, verified: '-> disposed', disposed: '-> disposed', verifiedNot: 'not_confirmed' },
    ...{ received: 'verification_missing', assigned: 'verification_missing', visited: 'verification_missing' },
    ...{ reopened: 'verification_missing', disposedFirst: 'verification_missing' },
    ...{ disposedVisited: 'verification_missing', closed: shut },
  },
  dispose_nothing: {
    ...{ else: no, verified: '-> disposed', disposed: '-> disposed', verifiedNot: '-> disposed' },
    ...{ received: 'verification_missing', assigned: 'verification_missing', visited: 'verification_missing' },
    ...{ reopened: 'verification_missing', disposedFirst: 'verification_missing' },
    ...{ disposedVisited: 'verification_missing', closed: shut },
  },
  give_notice: {
    ...{ else: no, disposed: 'notice_not_due', disposedFirst: 'notice_not_due', disposedVisited: 'notice_not_due' },
    ...{ reported: 'notice_not_due', reportedJoined: 'notice_not_due', reportedNotice: '-> reported' },
    ...{
      following: 'notice_not_due',
      followingApplied: 'notice_not_due',
      followingDone: 'notice_not_due',
      closed: shut,
    },
  },
  refer: {
    ...{
      else: no,
      received: 'verification_missing',
      assigned: 'verification_missing',
      visited: 'verification_missing',
    },
    ...{ reopened: 'verification_missing', verified: '-> verified', verifiedNot: 'not_confirmed' },
    ...{ disposed: '-> disposed', disposedFirst: '-> disposed', disposedVisited: '-> disposed' },
    ...{ reported: '-> following', reportedNotice: '-> following', reportedJoined: '-> following' },
    ...{ following: 'service_already_referred', followingApplied: '-> following', followingDone: '-> following' },
    closed: shut,
  },
  refer_offline: {
    ...{
      else: no,
      received: 'verification_missing',
      assigned: 'verification_missing',
      visited: 'verification_missing',
    },
    ...{ reopened: 'verification_missing', verified: '-> verified', verifiedNot: 'not_confirmed' },
    ...{ disposed: '-> disposed', disposedFirst: '-> disposed', disposedVisited: '-> disposed' },
    ...{ reported: '-> following', reportedNotice: '-> following', reportedJoined: '-> following' },
    ...{ following: '-> following', followingApplied: '-> following', followingDone: '-> following', closed: shut },
  },
  decide_application: {
    ...{ else: no, disposed: 'application_unknown', disposedFirst: 'application_unknown' },
    ...{ disposedVisited: 'application_unknown', following: 'application_unknown' },
    ...{ followingDone: 'application_unknown', followingApplied: '-> following', closed: shut },
  },
  report: {
    ...{ else: no, received: 'visit_missing', reopened: 'visit_missing', assigned: 'visit_missing' },
    ...{ visited: 'verification_missing', verified: 'disposition_missing', verifiedNot: 'disposition_missing' },
    ...{ disposed: '-> reported', disposedFirst: 'visit_missing', disposedVisited: 'verification_missing' },
    ...{ reportedJoined: '-> reported', closed: shut },
  },
  close: {
    ...{ else: no, reported: '-> closed', reportedJoined: '-> closed', reportedNotice: 'notice_missing' },
    ...{ following: 'referral_open', followingApplied: 'application_open', followingDone: '-> closed', closed: shut },
  },
  inspect: { else: no, closed: '-> closed' },
  inspect_failed: { else: no, closed: '-> reopened' },
  reopen: { else: no, closed: '-> reopened' },
  note: { else: no },
};

const cell = (result: ReturnType<typeof tell>): string =>
  result.ok ? `-> ${result.walked.state.state}` : result.refusal;

describe('every command at every place of a case', () => {
  for (const [place, walked] of Object.entries(places)) {
    it(place, () => {
      const found = Object.fromEntries(
        Object.entries(commands).map(([name, step]) => [name, cell(tell(walked, step))]),
      );
      const expected = Object.fromEntries(
        Object.entries(table).map(([name, row]) => [name, row[place as Place] ?? row.else]),
      );
      // A note is taken everywhere and moves nothing.
      expect(found).toEqual({ ...expected, note: `-> ${walked.state.state}` });
    });
  }

  it('covers every state', () => {
    expect(new Set(Object.values(places).map(({ state }) => state.state))).toEqual(new Set(caseStates));
  });
});

describe('the main line', () => {
  it('is a chain of events, each counted in the version', () => {
    const walked = walk([...mainLine, commands.inspect_failed]);
    expect(walked.events.map(({ type }) => type)).toEqual([
      ...['opened', 'received', 'assigned', 'visited', 'verified', 'disposed', 'reported', 'closed'],
      ...['inspected', 'reopened'],
    ]);
    expect(walked.state).toEqual({
      ...{ state: 'reopened', version: 10, track: 'need', level: 'orange', referred: 0, referrals: [] },
    });
    expect(walk([assign, record_visit, verify, commands.dispose, report], walked).state.state).toBe('reported');
  });

  it('with emergency aid first still owes visit and verification', () => {
    const owed = walk([receive, commands.dispose_emergency]);
    const visited = walk([assign, record_visit], owed);
    expect(tell(visited, report)).toEqual({ ok: false, refusal: 'verification_missing' });
    expect(walk([verify, report], visited).state).toMatchObject({
      ...{ state: 'reported', township: '159901101', dispositions: ['emergency_aid'], verification: 'confirmed' },
    });
    // A visit that was sent back is owed again.
    expect(tell(walk([commands.send_back], visited), report)).toEqual({ ok: false, refusal: 'visit_missing' });
  });

  it('follows a referral and an application to their ends before it closes', () => {
    const both = walk([receive, assign, record_visit, verify, commands.dispose_refer, commands.dispose_apply]);
    expect(tell(both, report)).toEqual({ ok: false, refusal: 'referral_missing' });
    const reported = walk([commands.refer, report], both);
    expect(reported.state.state).toBe('following');
    const done = walk(answered, reported);
    expect(done.events.map(({ type }) => type).filter((type) => type === 'report_supplemented')).toHaveLength(1);
    expect(tell(done, commands.close)).toEqual({ ok: false, refusal: 'application_open' });
    expect(walk([commands.decide_application, commands.close], done).state.state).toBe('closed');
  });

  it('is not reported while a referral was returned or re-routed and not sent again', () => {
    const returned = walk(
      [{ referral: 1, command: referralCommands.return }],
      walk([receive, assign, record_visit, verify, commands.dispose_refer, commands.refer]),
    );
    expect(tell(returned, report)).toEqual({ ok: false, refusal: 'referral_not_sent' });
    const rerouted = walk([{ referral: 1, command: referralCommands.reroute }], returned);
    expect(tell(rerouted, report)).toEqual({ ok: false, refusal: 'referral_not_sent' });
    expect(walk([{ referral: 1, command: referralCommands.send }, report], rerouted).state.state).toBe('following');
  });

  it('an answer before the report is a part of it', () => {
    const early = walk(answered, walk([receive, assign, record_visit, verify, commands.dispose_refer, commands.refer]));
    expect(early.events.map(({ type }) => type)).not.toContain('report_supplemented');
    expect(walk([report], early).state.state).toBe('reported');
  });

  it('a warning that joins after the report is answered by a supplementary one, once', () => {
    const more = walk([report], places.reportedJoined);
    expect(more.events.at(-1)).toEqual({ type: 'report_supplemented', by: 'warning' });
    expect(more.state).toMatchObject({ state: 'reported', level: 'red' });
    expect(tell(more, report)).toEqual({ ok: false, refusal: 'illegal_step' });
  });
});

describe('a command is refused', () => {
  const refusalOf = (walked: Walked, command: CaseCommand, given = {}): string | null => {
    const result = tell(walked, command, given);
    return result.ok ? null : result.refusal;
  };

  it.each([
    ['159902101', 'another banner'],
    ['159901', 'a banner itself'],
    ['159901101001', 'a village'],
    ['159901999', 'a township that there is not'],
  ])('assign to %s, %s', (township) => {
    expect(refusalOf(upTo(1), { type: 'assign', township })).toBe('wrong_region');
  });

  it('assign within the banner where aid is given is taken', () => {
    const regions = ['159901101001', '159902101'];
    expect(refusalOf(upTo(1), { type: 'assign', township: '159902101' }, { regions })).toBeNull();
  });

  it('for a day in the future, and not for today', () => {
    const visit = (visited_on: string) => ({
      ...record_visit,
      visited_on,
      staff: ['张一', '李二'] as [string, string],
      evidence: [],
    });
    expect(refusalOf(upTo(2), visit('2026-10-01'))).toBe('date_in_future');
    expect(refusalOf(upTo(2), visit('2026-09-30'))).toBeNull();
    const notice = { ...commands.give_notice, given_on: '2026-10-01' };
    expect(refusalOf(places.reportedNotice, notice)).toBe('date_in_future');
    expect(TODAY).toBe(context.today);
  });

  it('aid without an amount, and an application without its number', () => {
    for (const disposition of ['one_off_aid', 'emergency_aid'] as const) {
      expect(refusalOf(places.verified, { type: 'dispose', disposition, reason: '-' })).toBe('amount_missing');
      expect(refusalOf(places.verified, { type: 'dispose', disposition, reason: '-', amount: '0.00' })).toBe(
        'amount_missing',
      );
      expect(refusalOf(places.verified, { type: 'dispose', disposition, reason: '-', amount: '0.50' })).toBeNull();
    }
    const apply = { type: 'dispose', disposition: 'advise_to_apply', reason: '-' } as const;
    expect(refusalOf(places.verified, apply)).toBe('application_number_missing');
  });

  it('any aid where the outcome is not confirmed, and nothing else', () => {
    for (const outcome of outcomes) {
      const walked = walk([{ ...verify, outcome, evidence: [] }], upTo(3));
      for (const disposition of dispositions) {
        const command = { type: 'dispose', disposition, reason: '-', amount: '1', application_no: 'A' } as const;
        const expected = outcome === 'confirmed' || disposition === 'nothing' ? null : 'not_confirmed';
        expect(refusalOf(walked, command), `${outcome} ${disposition}`).toBe(expected);
      }
    }
  });

  it('a second referral of a service that is open, with the first one’s id', () => {
    const again = tell(places.following, commands.refer);
    expect(again).toEqual({ ok: false, refusal: 'service_already_referred' });
    const elsewhere = { openReferrals: new Map([['medical' as const, 'r-other']]) };
    expect(refusalOf(places.verified, commands.refer as CaseCommand, elsewhere)).toBe('service_already_referred');
    expect(refusalOf(places.verified, commands.refer_offline as CaseCommand, elsewhere)).toBeNull();
  });

  it('to open a case again beside a later one; a failed inspection is noted all the same', () => {
    const given = { otherCaseOpen: true };
    expect(refusalOf(places.closed, commands.reopen, given)).toBe('other_case_open');
    const inspected = tell(places.closed, commands.inspect_failed, given);
    expect(inspected).toMatchObject({ ok: true, types: ['inspected'], walked: { state: { state: 'closed' } } });
  });

  it('adjust and stop need a notice each before the case is closed', () => {
    const two = walk([receive, assign, record_visit, verify, commands.dispose_adjust, commands.dispose_adjust, report]);
    const one = walk([commands.give_notice], two);
    expect(refusalOf(one, commands.close)).toBe('notice_missing');
    expect(walk([commands.give_notice, commands.close], one).state.state).toBe('closed');
  });
});

describe('a referral’s id', () => {
  it('is of its case and number, and never given twice, also after reopening', () => {
    const first = walk([...answered, commands.close, commands.reopen], places.following);
    const again = walk([assign, record_visit, verify, commands.refer], first);
    expect([...again.referrals.keys()]).toEqual([referralIdOf('c-1', 1), referralIdOf('c-1', 2)]);
    expect(again.state).toMatchObject({ referred: 2, referrals: [{ referral_id: referralIdOf('c-1', 2) }] });
  });
});

describe('whatever people do', () => {
  const anyCommand = fc.oneof(
    fc.constantFrom(...(Object.values(commands) as Step[]), joined),
    fc.constantFrom(...services).map((service): Step => ({ ...commands.refer, service, disclose: [] })),
    fc.record({
      referral: fc.integer({ min: 1, max: 3 }),
      command: fc.constantFrom(...Object.values(referralCommands)),
    }),
  );

  it('a replay of the events gives the stored state, and the version counts them', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(anyCommand, { maxLength: 60 }),
        fc.constantFrom(...Object.values(places)),
        (steps, began) => {
          let walked: Walked = began;
          reached.add(walked.state.state);
          for (const step of steps) {
            if ('referral' in step && step.referral > walked.referrals.size) continue;
            // The sweep takes no closed case for an open one.
            if (step === joined && walked.state.state === 'closed') continue;
            const result = tell(walked, step);
            if (result.ok) walked = result.walked;
            reached.add(walked.state.state);
            expect(walked.state.version).toBe(walked.events.length);
          }
          expect(replayCase(walked.events)).toEqual(walked.state);
          const row = storeCase(walked.state);
          expect(readCase({ ...row, progress: JSON.parse(JSON.stringify(row.progress)) })).toEqual(walked.state);
          for (const referral of walked.state.referrals)
            expect(walked.referrals.get(referral.referral_id)).toMatchObject(referral);
        },
      ),
      { numRuns: 400 },
    );
    expect(reached).toEqual(new Set(caseStates));
  });
});
