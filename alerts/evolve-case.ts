import { type CaseEvent, isReferralEvent, type ReferralEvent } from './case-events.ts';
import { type CaseCommon, type CaseIn, type CaseReferral, type CaseState, isFollowed } from './case-state.ts';
import { statusAfter } from './evolve-referral.ts';

const impossible = (state: CaseState | null, event: CaseEvent): Error =>
  new Error(`${event.type} on a case that is ${state?.state ?? 'not opened'}`);

const commonOf = ({ version, track, level, referred, referrals }: CaseState): CaseCommon => ({
  ...{ version, track, level, referred, referrals },
});

/** `reported` is followed as soon as something is open that was referred or applied for. */
const followed = (state: CaseState): CaseState =>
  state.state === 'reported' && isFollowed(state) ? { ...state, state: 'following' } : state;

const withReferral = (state: CaseState, event: ReferralEvent): CaseState => {
  const { referral_id } = event;
  const status = statusAfter(event);
  if (event.type === 'referral_created') {
    const referrals = [...state.referrals, { referral_id, service: event.service, status }];
    return followed({ ...state, referred: state.referred + 1, referrals });
  }
  if (!state.referrals.some((referral) => referral.referral_id === referral_id)) throw impossible(state, event);
  const moved = (referral: CaseReferral): CaseReferral =>
    referral.referral_id === referral_id ? { ...referral, status } : referral;
  return { ...state, referrals: state.referrals.map(moved) };
};

const disposed = (state: CaseState, event: Extract<CaseEvent, { type: 'disposed' }>): CaseIn<'disposed'> => {
  const work =
    state.state === 'disposed'
      ? state
      : {
          ...commonOf(state),
          township: 'township' in state ? state.township : null,
          visit: 'visit' in state ? state.visit : null,
          verification: 'verification' in state ? state.verification : null,
          ...{ dispositions: [], applications: [], notices: 0 },
        };
  const { disposition, application_no } = event;
  const applications =
    application_no === undefined
      ? work.applications
      : [...work.applications.filter((a) => a.application_no !== application_no), { application_no, decision: null }];
  return { ...work, state: 'disposed', dispositions: [...work.dispositions, disposition], applications };
};

const step = (state: CaseState, event: CaseEvent): CaseState => {
  if (isReferralEvent(event)) return withReferral(state, event);
  switch (event.type) {
    case 'opened':
      throw impossible(state, event);
    case 'warning_joined': {
      const level = event.case_level;
      if (state.state === 'reported' || state.state === 'following')
        return { ...state, level, unreported: state.unreported + 1 };
      return { ...state, level };
    }
    case 'warning_raised':
      return { ...state, level: event.case_level };
    case 'received':
      return { ...commonOf(state), state: 'received' };
    case 'assigned':
      if (state.state === 'disposed') return { ...state, township: event.township };
      return { ...commonOf(state), state: 'assigned', township: event.township };
    case 'visited': {
      const visit = { visited_on: event.visited_on, near_relative: event.near_relative };
      if (state.state === 'disposed') return { ...state, visit };
      if (state.state !== 'assigned') throw impossible(state, event);
      return { ...state, state: 'visited', visit };
    }
    case 'sent_back':
      if (state.state === 'disposed') return { ...state, visit: null };
      if (state.state !== 'visited') throw impossible(state, event);
      return { ...commonOf(state), state: 'assigned', township: state.township };
    case 'verified':
      if (state.state === 'disposed') return { ...state, verification: event.outcome };
      if (state.state !== 'visited') throw impossible(state, event);
      return { ...state, state: 'verified', verification: event.outcome };
    case 'disposed':
      return disposed(state, event);
    case 'notice_given':
      if (!('notices' in state)) throw impossible(state, event);
      return { ...state, notices: state.notices + 1 };
    case 'application_decided': {
      if (!('applications' in state)) throw impossible(state, event);
      const { application_no, decision } = event;
      return {
        ...state,
        applications: state.applications.map((a) => (a.application_no === application_no ? { ...a, decision } : a)),
      };
    }
    case 'reported': {
      if (state.state !== 'disposed' || state.visit === null || state.verification === null)
        throw impossible(state, event);
      const { visit, verification } = state;
      return followed({ ...state, state: 'reported', visit, verification, unreported: 0 });
    }
    case 'report_supplemented':
      if (event.by === 'answer') return state;
      if (!('unreported' in state)) throw impossible(state, event);
      return { ...state, unreported: 0 };
    case 'closed':
      if (state.state !== 'reported' && state.state !== 'following') throw impossible(state, event);
      return { ...state, state: 'closed' };
    case 'reopened':
      if (state.state !== 'closed') throw impossible(state, event);
      // A new round: what was decided before it is told by the chain.
      return { ...commonOf(state), state: 'reopened', level: event.case_level ?? state.level, referrals: [] };
    case 'inspected':
    case 'noted':
      return state;
    default:
      return event satisfies never;
  }
};

/**
 * A case after one of its events; null before the first. Every event counts one in `version`. What can't follow on the
 * state is a broken invariant and throws. Pure.
 */
export const evolveCase = (state: CaseState | null, event: CaseEvent): CaseState => {
  if (state === null) {
    if (event.type !== 'opened') throw impossible(state, event);
    return { state: 'opened', version: 1, track: event.track, level: event.level, referred: 0, referrals: [] };
  }
  return { ...step(state, event), version: state.version + 1 };
};

/** A case as its events tell it, from the first. */
export const replayCase = (events: Iterable<CaseEvent>): CaseState => {
  let state: CaseState | null = null;
  for (const event of events) state = evolveCase(state, event);
  if (state === null) throw new Error('a case has no events');
  return state;
};
