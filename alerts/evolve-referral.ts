import type { ReferralEvent } from './case-events.ts';
import type { ReferralStatus } from './contract.ts';
import type { ReferralState } from './referral-state.ts';

/** Where a referral stands after a step. */
export const statusAfter = (event: ReferralEvent): ReferralStatus => {
  switch (event.type) {
    case 'referral_created':
    case 'referral_rerouted':
      return 'created';
    case 'referral_sent':
      return 'sent';
    case 'referral_delivered':
      return 'delivered';
    case 'referral_accepted':
      return 'accepted';
    case 'referral_returned':
      return 'returned';
    case 'referral_progressed':
      return 'in_progress';
    case 'referral_fulfilled':
      return 'fulfilled';
    case 'referral_refused':
      return 'not_eligible';
    case 'referral_confirmed':
      return 'confirmed';
    case 'referral_disputed':
      return 'disputed';
    case 'referral_withdrawn':
      return 'withdrawn';
    default:
      return event satisfies never;
  }
};

const impossible = (state: ReferralState, event: ReferralEvent): Error =>
  new Error(`${event.type} on referral ${state.referral_id}, which is ${state.status}`);

/** A referral after one of its steps. What can't follow on the state is a broken invariant and throws. Pure. */
export const evolveReferral = (state: ReferralState | null, event: ReferralEvent): ReferralState => {
  if (event.type === 'referral_created') {
    if (state !== null) throw impossible(state, event);
    const { referral_id, service, department, channel, disclosed } = event;
    return {
      ...{ referral_id, version: 1, service, department, channel, disclosed },
      ...{ status: 'created', answer: null, returns: [], reports: 0, disputes: 0 },
    };
  }
  if (state === null) throw new Error(`${event.type} on referral ${event.referral_id}, which was not created`);
  const next = { ...state, version: state.version + 1 };
  switch (event.type) {
    case 'referral_sent':
      return { ...next, status: 'sent', answer: null };
    case 'referral_delivered':
      return { ...next, status: 'delivered', answer: null };
    case 'referral_accepted':
      return { ...next, status: 'accepted', answer: null };
    case 'referral_returned': {
      const returns = [...state.returns, { department: state.department, code: event.code }];
      return { ...next, status: 'returned', answer: null, returns };
    }
    case 'referral_progressed':
      return { ...next, status: 'in_progress', reports: state.reports + 1 };
    case 'referral_fulfilled': {
      const answer = { kind: 'fulfilled', amount: event.amount ?? null, given_on: event.given_on } as const;
      return { ...next, status: 'fulfilled', answer };
    }
    case 'referral_refused':
      return { ...next, status: 'not_eligible', answer: { kind: 'not_eligible', code: event.code } };
    case 'referral_confirmed':
    case 'referral_disputed': {
      if (state.answer === null) throw impossible(state, event);
      if (event.type === 'referral_confirmed') return { ...next, status: 'confirmed', answer: state.answer };
      return { ...next, status: 'disputed', answer: state.answer, disputes: state.disputes + 1 };
    }
    case 'referral_rerouted':
      return { ...next, status: 'created', answer: null, department: event.department };
    case 'referral_withdrawn':
      return { ...next, status: 'withdrawn', answer: null };
    default:
      return event satisfies never;
  }
};
