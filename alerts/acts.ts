import type { Act } from '../access/contract.ts';
import { formatDay } from '../platform/calendar.ts';
import type { CaseState } from './case-state.ts';
import {
  type CaseCommand,
  type CaseCommandType,
  type Channel,
  type ReferralCommand,
  type ReferralCommandType,
  type Refusal,
  services,
} from './contract.ts';
import { type CaseContext, decideCase } from './decide-case.ts';
import { decideReferral, type ReferralContext } from './decide-referral.ts';
import type { ReferralState } from './referral-state.ts';

/** The act of `access` that a command needs. */
export const actOfCase: Readonly<Record<CaseCommandType, Act>> = {
  receive: 'receive_case',
  assign: 'assign_case',
  record_visit: 'record_visit',
  send_back: 'send_back_visit',
  verify: 'verify_case',
  dispose: 'dispose_case',
  give_notice: 'dispose_case',
  decide_application: 'dispose_case',
  refer: 'send_referral',
  report: 'report_case',
  close: 'close_case',
  inspect: 'inspect_case',
  reopen: 'reopen_case',
  note: 'note_on_case',
};

const bureau: readonly ReferralCommandType[] = ['send', 'deliver', 'reroute', 'withdraw'];
const judging: readonly ReferralCommandType[] = ['confirm', 'dispute'];

/** Acts of which one is enough: an offline answer comes on paper, and the bureau types it in. */
export const actsOfReferral = (command: ReferralCommandType, channel: Channel): readonly Act[] => {
  if (bureau.includes(command)) return ['send_referral'];
  if (judging.includes(command)) return ['judge_answer'];
  return channel === 'offline' ? ['answer_referral', 'send_referral'] : ['answer_referral'];
};

/** A command as a page offers it: legal now in some form, or why not in any. */
export interface OfferedAct<T extends string> {
  readonly type: T;
  readonly allowed: boolean;
  readonly refusal: Refusal | null;
}

type Decision = { readonly ok: boolean; readonly refusal?: Refusal };

/** Asks the machine itself with commands as good as they can be; the last refusal says what is missing. */
const offer = <T extends string, C extends { readonly type: T }>(
  commands: readonly C[],
  decide: (command: C) => Decision,
): OfferedAct<T>[] => {
  const offered = new Map<T, OfferedAct<T>>();
  for (const command of commands) {
    if (offered.get(command.type)?.allowed === true) continue;
    const decision = decide(command);
    offered.set(command.type, { type: command.type, allowed: decision.ok, refusal: decision.refusal ?? null });
  }
  return [...offered.values()];
};

const text = '-';
const staff: [string, string] = [text, text];

const caseTries = (state: CaseState, today: string, township: string): CaseCommand[] => [
  { type: 'receive' },
  { type: 'assign', township },
  { type: 'record_visit', visited_on: today, staff, near_relative: false, note: text, evidence: [] },
  { type: 'send_back', reason: text },
  { type: 'verify', outcome: 'confirmed', reason: text, evidence: [] },
  { type: 'dispose', disposition: 'emergency_aid', amount: '1', reason: text },
  { type: 'dispose', disposition: 'nothing', reason: text },
  { type: 'give_notice', number: text, given_on: today },
  ...services.map(
    (service): CaseCommand => ({ type: 'refer', service, channel: 'portal', reason: text, disclose: [] }),
  ),
  ...('applications' in state ? state.applications : []).map(
    ({ application_no }): CaseCommand => ({ type: 'decide_application', application_no, decision: 'granted' }),
  ),
  { type: 'decide_application', application_no: text, decision: 'granted' },
  { type: 'report' },
  { type: 'close' },
  { type: 'inspect', result: 'passed', finding: text },
  { type: 'reopen', ground: 'objection', reason: text },
  { type: 'note', text },
];

/** Every command of a case, and whether it is legal now in some form. The caller leaves out what the role may not. */
export const offeredActs = (
  state: CaseState,
  context: Pick<CaseContext, 'today' | 'openReferrals' | 'otherCaseOpen'>,
): OfferedAct<CaseCommandType>[] => {
  const township = '000000000';
  const whole: CaseContext = { ...context, caseId: text, regions: [township], isRegion: () => true };
  return offer(caseTries(state, formatDay(context.today), township), (command) => decideCase(state, command, whole));
};

const referralTries = (state: ReferralState, today: string): ReferralCommand[] => [
  { type: 'send' },
  { type: 'deliver' },
  { type: 'accept' },
  { type: 'return', code: 'other', note: text },
  { type: 'report_progress', note: text },
  { type: 'fulfil', aid: text, given_on: today },
  { type: 'refuse', code: 'other', note: text },
  { type: 'confirm' },
  { type: 'dispute', reason: text },
  { type: 'reroute', department: state.department === 'charity' ? 'health' : 'charity', reason: text },
  { type: 'withdraw', reason: text },
];

/** Every command of a referral, and whether it is legal now. The caller leaves out what the role may not. */
export const offeredReferralActs = (
  state: ReferralState,
  context: ReferralContext,
): OfferedAct<ReferralCommandType>[] =>
  offer(referralTries(state, formatDay(context.today)), (command) => decideReferral(state, command, context));
