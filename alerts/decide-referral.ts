import { parseIsoDay } from '../platform/calendar.ts';
import { type Decided, decided } from './case-events.ts';
import type { ReferralCommand, Refusal } from './contract.ts';
import type { ReferralState } from './referral-state.ts';
import { isStep, referralTransitions } from './transitions.ts';

/** What a decision needs to know beside the referral itself. */
export interface ReferralContext {
  /** Today's day number in Asia/Shanghai. */
  readonly today: number;
  /** The case was reported: an answer supplements the report. One before it is a part of it. */
  readonly isReported: boolean;
}

export type ReferralDecision =
  | { readonly ok: true; readonly events: readonly Decided[] }
  | { readonly ok: false; readonly refusal: Refusal };

const refuse = (refusal: Refusal): ReferralDecision => ({ ok: false, refusal });
const done = (...events: Decided[]): ReferralDecision => ({ ok: true, events });

/** What a command does to a referral, or why it doesn't. Who may is asked of `access` before. Pure. */
export const decideReferral = (
  state: ReferralState,
  command: ReferralCommand,
  { today, isReported }: ReferralContext,
): ReferralDecision => {
  const { referral_id } = state;
  if (!isStep(referralTransitions, state.status, command.type)) return refuse('illegal_step');
  const supplement = isReported ? [decided({ type: 'report_supplemented', by: 'answer', referral_id })] : [];
  switch (command.type) {
    case 'send':
      return done(
        decided({ type: 'referral_sent', referral_id }),
        ...(state.channel === 'portal' ? [decided({ type: 'referral_delivered', referral_id })] : []),
      );
    case 'deliver':
      if (state.channel !== 'offline') return refuse('wrong_channel');
      return done(decided({ type: 'referral_delivered', referral_id }));
    case 'accept':
      return done(decided({ type: 'referral_accepted', referral_id }));
    case 'return':
      return done(decided({ type: 'referral_returned', referral_id, code: command.code }, { note: command.note }));
    case 'report_progress':
      return done(decided({ type: 'referral_progressed', referral_id }, { note: command.note }));
    case 'fulfil': {
      const { given_on, amount, aid, note } = command;
      if ((parseIsoDay(given_on) as number) > today) return refuse('date_in_future');
      const given = amount === undefined ? {} : { amount };
      return done(
        decided({ type: 'referral_fulfilled', referral_id, given_on, ...given }, { aid, note }),
        ...supplement,
      );
    }
    case 'refuse':
      return done(
        decided({ type: 'referral_refused', referral_id, code: command.code }, { note: command.note }),
        ...supplement,
      );
    case 'confirm':
      return done(decided({ type: 'referral_confirmed', referral_id }, { note: command.note }));
    case 'dispute':
      return done(decided({ type: 'referral_disputed', referral_id }, { reason: command.reason }));
    case 'reroute':
      if (command.department === state.department) return refuse('same_department');
      return done(
        decided({ type: 'referral_rerouted', referral_id, department: command.department }, { reason: command.reason }),
      );
    case 'withdraw':
      // Answered once and contested: the department has given or refused something, which can't be called back.
      if (state.answer !== null) return refuse('illegal_step');
      return done(decided({ type: 'referral_withdrawn', referral_id }, { reason: command.reason }));
    default:
      return command satisfies never;
  }
};
