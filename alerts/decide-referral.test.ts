import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReferralStatus, type Refusal, referralStatuses } from './contract.ts';
import { decideReferral } from './decide-referral.ts';
import { evolveReferral } from './evolve-referral.ts';
import { referralCommands as commands, TODAY } from './machine-for-tests.ts';
import {
  type Command,
  created,
  type Name,
  type Place,
  places,
  tell,
  type Walked,
  walk,
} from './referral-places-for-tests.ts';
import { type ReferralState, readReferral, storeReferral } from './referral-state.ts';

type Cell = `-> ${ReferralStatus}` | Refusal;
const no = 'illegal_step';

/** Every command at every place; what a row does not name is refused. */
const table: Record<Name, Partial<Record<Place, Cell>>> = {
  send: { created: '-> delivered', createdOffline: '-> sent', rerouted: '-> delivered' },
  deliver: { sentOffline: '-> delivered' },
  accept: { sentOffline: '-> accepted', delivered: '-> accepted' },
  return: { sentOffline: '-> returned', delivered: '-> returned' },
  report_progress: {
    ...{ accepted: '-> in_progress', in_progress: '-> in_progress', disputed: '-> in_progress' },
    againInProgress: '-> in_progress',
  },
  fulfil: {
    ...{ accepted: '-> fulfilled', in_progress: '-> fulfilled', disputed: '-> fulfilled' },
    againInProgress: '-> fulfilled',
  },
  refuse: {
    ...{ accepted: '-> not_eligible', in_progress: '-> not_eligible', disputed: '-> not_eligible' },
    againInProgress: '-> not_eligible',
  },
  confirm: { fulfilled: '-> confirmed', not_eligible: '-> confirmed' },
  dispute: { fulfilled: '-> disputed', not_eligible: '-> disputed' },
  reroute: { returned: '-> created' },
  withdraw: {
    ...{ created: '-> withdrawn', createdOffline: '-> withdrawn', sentOffline: '-> withdrawn' },
    ...{ delivered: '-> withdrawn', accepted: '-> withdrawn', returned: '-> withdrawn', rerouted: '-> withdrawn' },
    in_progress: '-> withdrawn',
  },
};

describe('every command at every place of a referral', () => {
  for (const [place, walked] of Object.entries(places)) {
    it(place, () => {
      const found = Object.fromEntries(
        Object.entries(commands).map(([name, command]) => {
          const result = tell(walked, command);
          return [name, result.ok ? `-> ${result.walked.state.status}` : result.refusal];
        }),
      );
      expect(found).toEqual(
        Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row[place as Place] ?? no])),
      );
    });
  }

  it('covers every status; on the portal what is sent is delivered', () => {
    const statuses = Object.values(places).map(({ state }) => state.status);
    expect(new Set(statuses)).toEqual(new Set(referralStatuses));
    expect(places.delivered.events.map(({ type }) => type).slice(1)).toEqual(['referral_sent', 'referral_delivered']);
  });
});

describe('a referral', () => {
  it('goes from created to confirmed', () => {
    const walked = walk(['send', 'accept', 'report_progress', 'fulfil', 'confirm']);
    expect(walked.state).toMatchObject({
      ...{ status: 'confirmed', version: 7, reports: 1, disputes: 0, returns: [] },
      answer: { kind: 'fulfilled', amount: '1200.50', given_on: '2026-09-30' },
    });
  });

  it('that was returned goes to another department and keeps who gave it back', () => {
    const { state } = places.rerouted;
    expect(state).toMatchObject({
      ...{ status: 'created', department: 'health' },
      returns: [{ department: 'medical-insurance', code: 'not_our_duty' }],
    });
    const same = { ...commands.reroute, department: 'medical-insurance' } as unknown as Command;
    expect(tell(places.returned, same)).toEqual({ ok: false, refusal: 'same_department' });
    const twice = walk(['send', 'return', 'reroute', 'send', 'return']).state.returns;
    expect(twice.map(({ department }) => department)).toEqual(['medical-insurance', 'health']);
  });

  it('that is contested is answered again', () => {
    const walked = walk(['send', 'accept', 'fulfil', 'dispute', 'refuse', 'confirm']);
    expect(walked.state).toMatchObject({
      ...{ status: 'confirmed', disputes: 1, answer: { kind: 'not_eligible', code: 'criteria_not_met' } },
    });
  });

  it('on the portal is not delivered by hand, offline it is', () => {
    const sent = { ...created('portal').state, status: 'sent', answer: null } as ReferralState;
    expect(tell({ state: sent, events: [] }, commands.deliver)).toEqual({ ok: false, refusal: 'wrong_channel' });
    expect(walk(['send', 'deliver'], 'offline').state.status).toBe('delivered');
  });

  it('is not given on a day in the future', () => {
    const tomorrow = { ...commands.fulfil, given_on: '2026-10-01' } as unknown as Command;
    expect(tell(places.accepted, tomorrow)).toEqual({ ok: false, refusal: 'date_in_future' });
  });

  it('supplements the report with each answer, once the case is reported', () => {
    expect(tell(places.accepted, commands.fulfil, true)).toMatchObject({
      types: ['referral_fulfilled', 'report_supplemented'],
    });
    expect(tell(places.disputed, commands.refuse, true)).toMatchObject({
      types: ['referral_refused', 'report_supplemented'],
    });
    expect(tell(places.accepted, commands.fulfil)).toMatchObject({ types: ['referral_fulfilled'] });
    expect(tell(places.accepted, commands.report_progress, true)).toMatchObject({ types: ['referral_progressed'] });
  });

  it('keeps words of people out of its events', () => {
    const decision = decideReferral(places.accepted.state, commands.fulfil, { today: TODAY, isReported: true });
    expect(decision).toEqual({
      ok: true,
      events: [
        {
          what: { type: 'referral_fulfilled', referral_id: 'r-1', given_on: '2026-09-30', amount: '1200.50' },
          personal: { aid: '二次报销' },
        },
        { what: { type: 'report_supplemented', by: 'answer', referral_id: 'r-1' }, personal: {} },
      ],
    });
  });

  it('a replay of its events gives the stored state, and its version counts them', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(places)),
        fc.array(fc.constantFrom(...Object.values(commands)), { maxLength: 40 }),
        (began, told) => {
          let walked: Walked = began;
          reached.add(walked.state.status);
          for (const command of told) {
            const result = tell(walked, command);
            if (result.ok) walked = result.walked;
            reached.add(walked.state.status);
            expect(walked.state.version).toBe(walked.events.length);
          }
          let replayed: ReferralState | null = null;
          for (const event of walked.events) replayed = evolveReferral(replayed, event);
          expect(replayed).toEqual(walked.state);
          const row = storeReferral(walked.state);
          expect(readReferral({ ...row, progress: JSON.parse(JSON.stringify(row.progress)) })).toEqual(walked.state);
        },
      ),
      { numRuns: 500 },
    );
    expect(reached).toEqual(new Set(referralStatuses));
  });
});
