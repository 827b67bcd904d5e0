import type { CaseEvent, LinkedChain, ReferralEvent } from './case-events.ts';
import type { Department } from './contract.ts';
import {
  channelWords,
  decisionWords,
  departmentWords,
  dispositionWords,
  groundWords,
  levelWords,
  notEligibleWords,
  outcomeWords,
  returnCodeWords,
  serviceWords,
} from './words.ts';

/** Names that an event holds as codes only; a code stands for itself where there is none. */
export interface EventNames {
  readonly rule?: (ruleId: string) => string | null;
  readonly region?: (code: string) => string | null;
  /** Department of a referral at the moment of the event. */
  readonly department?: (referralId: string) => Department | null;
}

const yuan = (amount: string | undefined): string => (amount === undefined ? '' : `，金额${amount}元`);

const sayLinked = ({ relation, day, case_id }: LinkedChain): string =>
  `${relation === 'split_from' ? `本户${day}由另一户分户而来` : `${day}另一户并入本户`}，接续其帮扶链${case_id}。`;

const sayReferral = (event: ReferralEvent, names: EventNames): string => {
  const given = names.department?.(event.referral_id) ?? null;
  const who = given === null ? '承办部门' : departmentWords[given];
  switch (event.type) {
    case 'referral_created':
      return `将“${serviceWords[event.service]}”转${departmentWords[event.department]}办理（${channelWords[event.channel]}）。`;
    case 'referral_sent':
      return `转办单已发往${who}。`;
    case 'referral_delivered':
      return `转办单已送达${who}。`;
    case 'referral_accepted':
      return `${who}受理了转办。`;
    case 'referral_returned':
      return `${who}退回转办：${returnCodeWords[event.code]}。`;
    case 'referral_progressed':
      return `${who}反馈正在办理。`;
    case 'referral_fulfilled':
      return `${who}反馈已于${event.given_on}落实${yuan(event.amount)}。`;
    case 'referral_refused':
      return `${who}反馈不能办理：${notEligibleWords[event.code]}。`;
    case 'referral_confirmed':
      return `已确认${who}的反馈。`;
    case 'referral_disputed':
      return `对${who}的反馈提出异议，请其重新反馈。`;
    case 'referral_rerouted':
      return `转办单改派${departmentWords[event.department]}。`;
    case 'referral_withdrawn':
      return '撤回转办。';
    default:
      return event satisfies never;
  }
};

/** One Chinese sentence of what happened, from the codes of an event; what people wrote is not a part of it. Pure. */
export const sayEvent = (event: CaseEvent, names: EventNames = {}): string => {
  const rule = (id: string): string => names.rule?.(id) ?? id;
  switch (event.type) {
    case 'opened':
      return `${levelWords[event.level]}预警“${rule(event.rule_id)}”送达，建立帮扶链。${(event.linked ?? []).map(sayLinked).join('')}`;
    case 'warning_joined':
      return `${levelWords[event.level]}预警“${rule(event.rule_id)}”并入此件。`;
    case 'warning_raised':
      return `预警升为${levelWords[event.level]}。`;
    case 'received':
      return '接收此件。';
    case 'assigned':
      return `派${names.region?.(event.township) ?? event.township}入户。`;
    case 'visited':
      return `${event.visited_on}入户走访，${event.near_relative ? '涉及近亲属，已备案' : '不涉及近亲属'}。`;
    case 'sent_back':
      return '入户情况不足，退回补充。';
    case 'verified':
      return `核实结论：${outcomeWords[event.outcome]}。`;
    case 'disposed':
      return `处置：${dispositionWords[event.disposition]}${yuan(event.amount)}${
        event.application_no === undefined ? '' : `，申请编号${event.application_no}`
      }。`;
    case 'notice_given':
      return `${event.given_on}送达告知书（${event.number}）。`;
    case 'application_decided':
      return `申请${event.application_no}${decisionWords[event.decision]}。`;
    case 'reported':
      return '结果已填报。';
    case 'report_supplemented':
      return event.by === 'answer' ? '部门反馈已补充填报。' : '新并入的预警已补充填报。';
    case 'closed':
      return '此件办结。';
    case 'inspected':
      return event.result === 'passed' ? '抽检合格。' : '抽检不合格。';
    case 'reopened':
      return `重新办理：${groundWords[event.ground]}${event.rule_id === undefined ? '' : `“${rule(event.rule_id)}”`}。`;
    case 'noted':
      return '添加备注。';
    default:
      return sayReferral(event, names);
  }
};
