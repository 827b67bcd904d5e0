import type { ReferralEvent } from './case-events.ts';
import type { Refusal } from './contract.ts';
import { decideReferral } from './decide-referral.ts';
import { evolveReferral } from './evolve-referral.ts';
import { referralCommands as commands, TODAY } from './machine-for-tests.ts';
import type { ReferralState } from './referral-state.ts';

/** A referral in memory, walked by commands, and every place at which it can stand. For tests. */

export type Name = keyof typeof commands;
export type Command = (typeof commands)[Name];

export interface Walked {
  readonly state: ReferralState;
  readonly events: readonly ReferralEvent[];
}

export const created = (channel: 'portal' | 'offline'): Walked => {
  const event: ReferralEvent = {
    ...({
      type: 'referral_created',
      referral_id: 'r-1',
      service: 'medical',
      department: 'medical-insurance',
      channel,
    } as const),
    disclosed: ['name'],
  };
  return { state: evolveReferral(null, event), events: [event] };
};

export const tell = (
  { state, events }: Walked,
  command: Command,
  isReported = false,
): { ok: true; walked: Walked; types: string[] } | { ok: false; refusal: Refusal } => {
  const decision = decideReferral(state, command, { today: TODAY, isReported });
  if (!decision.ok) return decision;
  const types = decision.events.map(({ what }) => what.type);
  const own = decision.events.map(({ what }) => what).filter((what) => what.type.startsWith('referral_'));
  const walked = {
    state: own.reduce((s, e) => evolveReferral(s, e as ReferralEvent), state),
    events: [...events, ...(own as ReferralEvent[])],
  };
  return { ok: true, walked, types };
};

export const walk = (names: readonly Name[], channel: 'portal' | 'offline' = 'portal'): Walked =>
  names.reduce((walked, name) => {
    const result = tell(walked, commands[name]);
    if (!result.ok) throw new Error(`${name} was refused: ${result.refusal}`);
    return result.walked;
  }, created(channel));

export const places = {
  created: walk([]),
  createdOffline: walk([], 'offline'),
  sentOffline: walk(['send'], 'offline'),
  delivered: walk(['send']),
  accepted: walk(['send', 'accept']),
  returned: walk(['send', 'return']),
  rerouted: walk(['send', 'return', 'reroute']),
  in_progress: walk(['send', 'accept', 'report_progress']),
  fulfilled: walk(['send', 'accept', 'fulfil']),
  not_eligible: walk(['send', 'accept', 'refuse']),
  confirmed: walk(['send', 'accept', 'fulfil', 'confirm']),
  disputed: walk(['send', 'accept', 'fulfil', 'dispute']),
  /** Contested, and the department works on it again. */
  againInProgress: walk(['send', 'accept', 'fulfil', 'dispute', 'report_progress']),
  withdrawn: walk(['send', 'withdraw']),
} as const;
export type Place = keyof typeof places;
