import {
  type CaseCommandType,
  type CaseStateName,
  caseStates,
  type ReferralCommandType,
  type ReferralStatus,
} from './contract.ts';

/** A step that may follow on a state, as the machines are decided by and drawn from. */
export interface Transition<S extends string, C extends string> {
  readonly from: S;
  readonly by: C;
  readonly to: S;
  /** In which case only, or which of several ends; for the picture. */
  readonly when?: string;
}

const steps = <S extends string, C extends string>(
  from: readonly S[],
  by: C,
  to: S | 'same',
  when?: string,
): Transition<S, C>[] =>
  from.map((state) => ({ from: state, by, to: to === 'same' ? state : to, ...(when === undefined ? {} : { when }) }));

const onCase = steps<CaseStateName, CaseCommandType>;
const onReferral = steps<ReferralStatus, ReferralCommandType>;

type CaseStep = Transition<CaseStateName, CaseCommandType | 'new_warning'>;

/** The case (domain.md). A step that stands here may still be refused for what is missing; one that doesn't is illegal. */
export const caseTransitions: readonly CaseStep[] = [
  ...onCase(['opened'], 'receive', 'received'),
  ...onCase(['received', 'reopened', 'assigned'], 'assign', 'assigned'),
  ...onCase(['assigned'], 'record_visit', 'visited'),
  ...onCase(['visited'], 'send_back', 'assigned'),
  ...onCase(['visited'], 'verify', 'verified'),
  ...onCase(['verified', 'disposed'], 'dispose', 'disposed'),
  ...onCase(['received', 'reopened', 'assigned', 'visited'], 'dispose', 'disposed', 'emergency_aid'),
  ...(['assign', 'record_visit', 'send_back', 'verify'] as const).flatMap((by) =>
    onCase(['disposed'], by, 'same', 'owed'),
  ),
  ...onCase(['verified', 'disposed', 'following'], 'refer', 'same'),
  ...onCase(['reported'], 'refer', 'following'),
  ...onCase(['disposed', 'reported', 'following'], 'give_notice', 'same'),
  ...onCase(['disposed', 'following'], 'decide_application', 'same'),
  ...onCase(['disposed'], 'report', 'reported', 'nothing open'),
  ...onCase(['disposed'], 'report', 'following', 'referral or application open'),
  ...onCase(['reported', 'following'], 'report', 'same', 'warning joined since'),
  ...onCase(['reported', 'following'], 'close', 'closed'),
  ...onCase(['closed'], 'inspect', 'same', 'passed'),
  ...onCase(['closed'], 'inspect', 'reopened', 'failed'),
  ...onCase(['closed'], 'reopen', 'reopened'),
  ...steps<CaseStateName, 'new_warning'>(['closed'], 'new_warning', 'reopened', 'within 30 days'),
  ...onCase(caseStates, 'note', 'same'),
];

type ReferralStep = Transition<ReferralStatus, ReferralCommandType>;

/** The referral (domain.md). On the portal `send` delivers at once: what is sent stands on the department's page. */
export const referralTransitions: readonly ReferralStep[] = [
  ...onReferral(['created'], 'send', 'sent', 'offline'),
  ...onReferral(['created'], 'send', 'delivered', 'portal'),
  ...onReferral(['sent'], 'deliver', 'delivered'),
  ...onReferral(['sent', 'delivered'], 'accept', 'accepted'),
  ...onReferral(['sent', 'delivered'], 'return', 'returned'),
  ...onReferral(['accepted', 'in_progress', 'disputed'], 'report_progress', 'in_progress'),
  ...onReferral(['accepted', 'in_progress', 'disputed'], 'fulfil', 'fulfilled'),
  ...onReferral(['accepted', 'in_progress', 'disputed'], 'refuse', 'not_eligible'),
  ...onReferral(['fulfilled', 'not_eligible'], 'confirm', 'confirmed'),
  ...onReferral(['fulfilled', 'not_eligible'], 'dispute', 'disputed'),
  ...onReferral(['returned'], 'reroute', 'created'),
  ...onReferral(['created', 'sent', 'delivered', 'accepted', 'returned'], 'withdraw', 'withdrawn'),
  ...onReferral(['in_progress'], 'withdraw', 'withdrawn', 'never answered'),
];

/** Whether a table has a step of a state by a command. */
export const isStep = <S extends string, C extends string>(
  table: readonly Transition<S, C>[],
  from: S,
  by: C,
): boolean => table.some((row) => row.from === from && row.by === by);
