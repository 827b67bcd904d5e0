import { createHash } from 'node:crypto';
import { parseIsoDay } from '../platform/calendar.ts';
import { type Decided, decided } from './case-events.ts';
import { type CaseState, isOpenReferral, noticesOwed } from './case-state.ts';
import {
  type CaseCommand,
  type CaseCommandType,
  type CaseStateName,
  departmentOf,
  type Refusal,
  type Service,
} from './contract.ts';
import { caseTransitions, isStep } from './transitions.ts';

/** What a decision needs to know beside the case itself. */
export interface CaseContext {
  readonly caseId: string;
  /** Today's day number in Asia/Shanghai. */
  readonly today: number;
  /** Region of the household, and where aid is given at the place of the emergency. */
  readonly regions: readonly string[];
  /** Whether a region code stands in the registry. */
  readonly isRegion: (code: string) => boolean;
  /** Open referrals of the household, of its other cases too. */
  readonly openReferrals: ReadonlyMap<Service, string>;
  /** Another case of the household is open on this track: this one can't be opened again beside it. */
  readonly otherCaseOpen: boolean;
}

export type CaseDecision =
  | { readonly ok: true; readonly events: readonly Decided[] }
  | { readonly ok: false; readonly refusal: Refusal; readonly referralId?: string };

type Given<T extends CaseCommandType> = Extract<CaseCommand, { type: T }>;
const refuse = (refusal: Refusal): CaseDecision => ({ ok: false, refusal });
const done = (...events: Decided[]): CaseDecision => ({ ok: true, events });

/** A referral's id says which case it belongs to and the how manyth it is there, never when it was made. */
export const referralIdOf = (caseId: string, ordinal: number): string =>
  `r-${createHash('sha256').update(`${caseId}|${ordinal}`).digest('hex').slice(0, 20)}`;

/** What is missing for a step that does not follow on a state, where that says more than "not now". */
const missing: Partial<Record<CaseCommandType, Partial<Record<CaseStateName, Refusal>>>> = {
  verify: { received: 'visit_missing', reopened: 'visit_missing', assigned: 'visit_missing' },
  refer: {
    ...{ received: 'verification_missing', reopened: 'verification_missing' },
    ...{ assigned: 'verification_missing', visited: 'verification_missing' },
  },
  report: {
    ...{ received: 'visit_missing', reopened: 'visit_missing', assigned: 'visit_missing' },
    ...{ visited: 'verification_missing', verified: 'disposition_missing' },
  },
};

const whyIllegal = (state: CaseStateName, command: CaseCommandType): Refusal =>
  state === 'closed' ? 'already_closed' : (missing[command]?.[state] ?? 'illegal_step');

const isFuture = (date: string, today: number): boolean => (parseIsoDay(date) as number) > today;
const visitOf = (state: CaseState) => ('visit' in state ? state.visit : null);
const verificationOf = (state: CaseState) => ('verification' in state ? state.verification : null);

/** A township has 9 digits and lies in the banner of the household, or of the place where aid is given. */
const isTownshipOf = (code: string, { regions, isRegion }: CaseContext): boolean =>
  code.length === 9 && regions.some((region) => code.startsWith(region.slice(0, 6))) && isRegion(code);

const assign = (state: CaseState, command: Given<'assign'>, context: CaseContext): CaseDecision => {
  if (state.state === 'disposed' && state.visit !== null) return refuse('illegal_step');
  if (!isTownshipOf(command.township, context)) return refuse('wrong_region');
  return done(decided({ type: 'assigned', township: command.township }, { note: command.note }));
};

const recordVisit = (state: CaseState, command: Given<'record_visit'>, { today }: CaseContext): CaseDecision => {
  if (visitOf(state) !== null) return refuse('illegal_step');
  const { visited_on, near_relative, staff, note, evidence } = command;
  if (isFuture(visited_on, today)) return refuse('date_in_future');
  const personal = { staff: staff.join('、'), note, evidence: evidence.join('；') };
  return done(decided({ type: 'visited', visited_on, near_relative }, personal));
};

const sendBack = (state: CaseState, command: Given<'send_back'>): CaseDecision => {
  if (visitOf(state) === null) return refuse('visit_missing');
  if (verificationOf(state) !== null) return refuse('illegal_step');
  return done(decided({ type: 'sent_back' }, { reason: command.reason }));
};

const verify = (state: CaseState, command: Given<'verify'>): CaseDecision => {
  if (visitOf(state) === null) return refuse('visit_missing');
  if (verificationOf(state) !== null) return refuse('illegal_step');
  const { outcome, reason, evidence } = command;
  return done(decided({ type: 'verified', outcome }, { reason, evidence: evidence.join('；') }));
};

const dispose = (state: CaseState, command: Given<'dispose'>): CaseDecision => {
  const { disposition, amount, application_no, reason } = command;
  const verification = verificationOf(state);
  // 先行救助: the only disposition that may come before the visit and the verification.
  if (verification === null && disposition !== 'emergency_aid') return refuse('verification_missing');
  if (verification !== null && verification !== 'confirmed' && disposition !== 'nothing')
    return refuse('not_confirmed');
  const isAid = disposition === 'one_off_aid' || disposition === 'emergency_aid';
  if (isAid && !/[1-9]/.test(amount ?? '')) return refuse('amount_missing');
  if (disposition === 'advise_to_apply' && application_no === undefined) return refuse('application_number_missing');
  const application = disposition === 'advise_to_apply' ? application_no : undefined;
  return done(
    decided(
      {
        ...{ type: 'disposed', disposition },
        ...(amount === undefined ? {} : { amount }),
        ...(application === undefined ? {} : { application_no: application }),
      },
      { reason },
    ),
  );
};

const giveNotice = (state: CaseState, command: Given<'give_notice'>, { today }: CaseContext): CaseDecision => {
  if (!('notices' in state) || noticesOwed(state) <= 0) return refuse('notice_not_due');
  if (isFuture(command.given_on, today)) return refuse('date_in_future');
  return done(decided({ type: 'notice_given', number: command.number, given_on: command.given_on }));
};

const decideApplication = (state: CaseState, command: Given<'decide_application'>): CaseDecision => {
  const { application_no, decision } = command;
  const applications = 'applications' in state ? state.applications : [];
  const application = applications.find((a) => a.application_no === application_no);
  if (application === undefined) return refuse('application_unknown');
  if (application.decision !== null) return refuse('illegal_step');
  return done(decided({ type: 'application_decided', application_no, decision }));
};

const refer = (state: CaseState, command: Given<'refer'>, context: CaseContext): CaseDecision => {
  const verification = verificationOf(state);
  if (verification !== null && verification !== 'confirmed') return refuse('not_confirmed');
  const { service, channel } = command;
  const own = state.referrals.find((referral) => referral.service === service && isOpenReferral(referral));
  const open = own?.referral_id ?? context.openReferrals.get(service);
  if (open !== undefined) return { ok: false, refusal: 'service_already_referred', referralId: open };
  const referral_id = referralIdOf(context.caseId, state.referred + 1);
  const department = command.department ?? departmentOf[service];
  const disclosed = [...new Set(command.disclose)];
  const created = { type: 'referral_created', referral_id, service, department, channel, disclosed } as const;
  return done(
    decided(created, { reason: command.reason }),
    decided({ type: 'referral_sent', referral_id }),
    // What is sent to a page stands on it: nobody has to carry it there.
    ...(channel === 'portal' ? [decided({ type: 'referral_delivered', referral_id })] : []),
  );
};

const report = (state: CaseState): CaseDecision => {
  if (state.state === 'reported' || state.state === 'following')
    return state.unreported > 0
      ? done(decided({ type: 'report_supplemented', by: 'warning' }))
      : refuse('illegal_step');
  if (state.state !== 'disposed') return refuse('disposition_missing');
  if (state.visit === null) return refuse('visit_missing');
  if (state.verification === null) return refuse('verification_missing');
  const isUnsent = state.referrals.some(({ status }) => status === 'created' || status === 'returned');
  if (isUnsent) return refuse('referral_not_sent');
  if (state.dispositions.includes('refer') && state.referrals.length === 0) return refuse('referral_missing');
  return done(decided({ type: 'reported' }));
};

const close = (state: CaseState, command: Given<'close'>): CaseDecision => {
  if (state.state !== 'reported' && state.state !== 'following') return refuse('illegal_step');
  if (state.referrals.some(isOpenReferral)) return refuse('referral_open');
  if (state.applications.some(({ decision }) => decision === null)) return refuse('application_open');
  if (noticesOwed(state) > 0) return refuse('notice_missing');
  return done(decided({ type: 'closed' }, { note: command.note }));
};

const inspect = (command: Given<'inspect'>, { otherCaseOpen }: CaseContext): CaseDecision => {
  const inspected = decided({ type: 'inspected', result: command.result }, { finding: command.finding });
  // Where the household's work goes on in a later case of the track, the finding stands here and the work there.
  if (command.result === 'passed' || otherCaseOpen) return done(inspected);
  return done(inspected, decided({ type: 'reopened', ground: 'failed_inspection' }));
};

const reopen = (command: Given<'reopen'>, { otherCaseOpen }: CaseContext): CaseDecision =>
  otherCaseOpen
    ? refuse('other_case_open')
    : done(decided({ type: 'reopened', ground: command.ground }, { reason: command.reason }));

/** What a command does to a case, or why it doesn't. Who may is asked of `access` before. Pure. */
export const decideCase = (state: CaseState, command: CaseCommand, context: CaseContext): CaseDecision => {
  if (!isStep(caseTransitions, state.state, command.type)) return refuse(whyIllegal(state.state, command.type));
  switch (command.type) {
    case 'receive':
      return done(decided({ type: 'received' }));
    case 'assign':
      return assign(state, command, context);
    case 'record_visit':
      return recordVisit(state, command, context);
    case 'send_back':
      return sendBack(state, command);
    case 'verify':
      return verify(state, command);
    case 'dispose':
      return dispose(state, command);
    case 'give_notice':
      return giveNotice(state, command, context);
    case 'refer':
      return refer(state, command, context);
    case 'decide_application':
      return decideApplication(state, command);
    case 'report':
      return report(state);
    case 'close':
      return close(state, command);
    case 'inspect':
      return inspect(command, context);
    case 'reopen':
      return reopen(command, context);
    case 'note':
      return done(decided({ type: 'noted' }, { note: command.text }));
    default:
      return command satisfies never;
  }
};
