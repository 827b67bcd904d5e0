import { parseIsoDay } from '../platform/calendar.ts';
import type { CaseEvent, Decided } from './case-events.ts';
import type { CaseState } from './case-state.ts';
import type { CaseCommand, ReferralCommand, Refusal } from './contract.ts';
import { type CaseContext, decideCase } from './decide-case.ts';
import { decideReferral } from './decide-referral.ts';
import { evolveCase } from './evolve-case.ts';
import { evolveReferral } from './evolve-referral.ts';
import type { ReferralState } from './referral-state.ts';

/** Given, when, then for both machines: a case and its referrals in memory, walked by commands. For tests. */

export const TODAY = parseIsoDay('2026-09-30') as number;

export const context: CaseContext = {
  caseId: 'c-1',
  today: TODAY,
  regions: ['159901101001'],
  isRegion: (code) => code !== '159901999',
  openReferrals: new Map(),
  otherCaseOpen: false,
};

export const openedEvent: CaseEvent = {
  ...{ type: 'opened', track: 'need', warning_id: 'w-1', rule_id: 'medical-burden', rule_version: 1, level: 'orange' },
};

export const openedCase = evolveCase(null, openedEvent);

/** What is told a case: a command, an event of the program, or a command to one of its referrals (by number, from 1). */
export type Step =
  | CaseCommand
  | { readonly event: CaseEvent }
  | { readonly referral: number; command: ReferralCommand };

export interface Walked {
  readonly state: CaseState;
  readonly referrals: ReadonlyMap<string, ReferralState>;
  readonly events: readonly CaseEvent[];
}

export type Result =
  | { readonly ok: true; readonly walked: Walked; readonly types: string[] }
  | { ok: false; refusal: Refusal };

export const start: Walked = { state: openedCase, referrals: new Map(), events: [openedEvent] };

const follow = (walked: Walked, decided: readonly Decided[]): Walked => {
  let { state } = walked;
  const referrals = new Map(walked.referrals);
  for (const { what } of decided) {
    state = evolveCase(state, what);
    if (what.type.startsWith('referral_')) {
      const event = what as Extract<CaseEvent, { type: 'referral_sent' }>;
      referrals.set(event.referral_id, evolveReferral(referrals.get(event.referral_id) ?? null, event));
    }
  }
  return { state, referrals, events: [...walked.events, ...decided.map(({ what }) => what)] };
};

/** One step, legal or not. */
export const tell = (walked: Walked, step: Step, given: Partial<CaseContext> = {}): Result => {
  const { state } = walked;
  const decide = () => {
    if ('event' in step) return { ok: true as const, events: [{ what: step.event, personal: {} }] };
    if (!('referral' in step)) return decideCase(state, step, { ...context, ...given });
    const referral = [...walked.referrals.values()][step.referral - 1];
    if (referral === undefined) throw new Error(`the case has no referral ${step.referral}`);
    const isReported = state.state === 'reported' || state.state === 'following';
    return decideReferral(referral, step.command, { today: TODAY, isReported });
  };
  const decision = decide();
  if (!decision.ok) return { ok: false, refusal: decision.refusal };
  return { ok: true, walked: follow(walked, decision.events), types: decision.events.map(({ what }) => what.type) };
};

/** Steps that are all legal, from an opened case or from where another walk ended. */
export const walk = (steps: readonly Step[], from: Walked = start): Walked =>
  steps.reduce((walked, step) => {
    const result = tell(walked, step);
    if (!result.ok) throw new Error(`${JSON.stringify(step)} was refused: ${result.refusal}`);
    return result.walked;
  }, from);

const reason = '理由';

/** A good command of each kind. */
export const commands = {
  receive: { type: 'receive' },
  assign: { type: 'assign', township: '159901101' },
  record_visit: {
    ...{ type: 'record_visit', visited_on: '2026-09-29', staff: ['张一', '李二'], near_relative: false },
    ...{ note: '住院', evidence: ['照片'] },
  },
  send_back: { type: 'send_back', reason },
  verify: { type: 'verify', outcome: 'confirmed', reason, evidence: [] },
  verify_not: { type: 'verify', outcome: 'not_confirmed', reason, evidence: [] },
  dispose: { type: 'dispose', disposition: 'enrol', reason },
  dispose_emergency: { type: 'dispose', disposition: 'emergency_aid', amount: '800.00', reason },
  dispose_adjust: { type: 'dispose', disposition: 'adjust', reason },
  dispose_refer: { type: 'dispose', disposition: 'refer', reason },
  dispose_apply: { type: 'dispose', disposition: 'advise_to_apply', application_no: 'A1', reason },
  dispose_nothing: { type: 'dispose', disposition: 'nothing', reason },
  give_notice: { type: 'give_notice', number: '告字1号', given_on: '2026-09-30' },
  refer: { type: 'refer', service: 'medical', channel: 'portal', reason, disclose: ['name', 'phone'] },
  refer_offline: { type: 'refer', service: 'water', channel: 'offline', reason, disclose: [] },
  decide_application: { type: 'decide_application', application_no: 'A1', decision: 'granted' },
  report: { type: 'report' },
  close: { type: 'close' },
  inspect: { type: 'inspect', result: 'passed', finding: '属实' },
  inspect_failed: { type: 'inspect', result: 'failed', finding: '未入户' },
  reopen: { type: 'reopen', ground: 'objection', reason },
  note: { type: 'note', text: '备注' },
} as const satisfies Record<string, CaseCommand>;
export type CommandName = keyof typeof commands;

export const referralCommands = {
  send: { type: 'send' },
  deliver: { type: 'deliver' },
  accept: { type: 'accept' },
  return: { type: 'return', code: 'not_our_duty', note: '不归我们' },
  report_progress: { type: 'report_progress', note: '正在办' },
  fulfil: { type: 'fulfil', aid: '二次报销', amount: '1200.50', given_on: '2026-09-30' },
  refuse: { type: 'refuse', code: 'criteria_not_met', note: '不够条件' },
  confirm: { type: 'confirm' },
  dispute: { type: 'dispute', reason },
  reroute: { type: 'reroute', department: 'health', reason },
  withdraw: { type: 'withdraw', reason },
} as const satisfies Record<string, ReferralCommand>;

/** The main line, to be cut where a test begins. */
export const mainLine = [
  commands.receive,
  commands.assign,
  commands.record_visit,
  commands.verify,
  commands.dispose,
  commands.report,
  commands.close,
] as const;
