import { describe, expect, it } from 'vitest';
import type { CaseEvent } from '../../alerts/index.ts';
import { type EventRow, stepsOf } from './steps.ts';

const rowsOf = (...events: CaseEvent[]): EventRow[] =>
  events.map((what, i) => ({
    sequence: i + 1,
    event: {
      ...{ case_id: 'c-1', sequence: i + 1, at: '2026-11-02T09:00:00.000+08:00', actor: 'u-1', role: 'analyst' },
      ...{ what, why: null, clock: { used_days: 1, allowed_days: 5 }, previous: '' },
    },
    personal: null,
    previous_hash: Buffer.alloc(32),
    hash: Buffer.alloc(32),
  }));

const referral_id = 'r-1';
const created = (channel: 'portal' | 'offline'): CaseEvent => ({
  ...{ type: 'referral_created', referral_id, service: 'water', department: 'water', channel, disclosed: [] },
});
const unitsOf = (...events: CaseEvent[]): (string | undefined)[] =>
  stepsOf(rowsOf(...events), {
    names: { rule: new Map(), region: new Map(), user: new Map() },
    cipher: { open: (sealed) => sealed },
  }).map(({ clock }) => clock?.unit);

describe('the clock of a step', () => {
  it('counts calendar days of the case, and working days of a referral that is with its department', () => {
    const [sent, delivered, accepted] = (['sent', 'delivered', 'accepted'] as const).map(
      (step): CaseEvent => ({ type: `referral_${step}`, referral_id }),
    ) as [CaseEvent, CaseEvent, CaseEvent];
    const received: CaseEvent = { type: 'received' };
    expect(unitsOf(received, created('portal'), sent, delivered, accepted)).toEqual([
      ...['days', 'days', 'days', 'days', 'working_days'],
    ]);
    // Somebody carried it there later: how long that took is measured by the referral's own clock
    expect(unitsOf(created('offline'), sent, delivered, accepted)).toEqual([
      ...['days', 'days', 'working_days', 'working_days'],
    ]);
  });
});
