import { describe, expect, it } from 'vitest';
import { type CaseEvent, codeOf } from './case-events.ts';
import { refusals } from './contract.ts';
import { refusalWords, refused, staleVersion } from './refusal-words.ts';
import { sayEvent } from './say-event.ts';

const warning = { warning_id: 'w-1', rule_id: 'medical-burden', rule_version: 1, level: 'red' } as const;
const of = { referral_id: 'r-1' };

/** One of every type: the compiler counts them. */
const events: { [T in CaseEvent['type']]: [Extract<CaseEvent, { type: T }>, string, string | null] } = {
  opened: [{ type: 'opened', track: 'need', ...warning }, '红色预警“医疗费用过重”送达，建立帮扶链。', null],
  warning_joined: [{ type: 'warning_joined', ...warning, case_level: 'red' }, '红色预警“医疗费用过重”并入此件。', null],
  warning_raised: [
    { type: 'warning_raised', warning_id: 'w-1', level: 'red', case_level: 'red' },
    ...(['预警升为红色。', null] as const),
  ],
  received: [{ type: 'received' }, '接收此件。', null],
  assigned: [{ type: 'assigned', township: '159901101' }, '派示范镇入户。', null],
  visited: [
    { type: 'visited', visited_on: '2026-09-30', near_relative: true },
    ...(['2026-09-30入户走访，涉及近亲属，已备案。', null] as const),
  ],
  sent_back: [{ type: 'sent_back' }, '入户情况不足，退回补充。', null],
  verified: [{ type: 'verified', outcome: 'confirmed' }, '核实结论：属实。', 'confirmed'],
  disposed: [
    { type: 'disposed', disposition: 'one_off_aid', amount: '800.00' },
    ...(['处置：一次性救助，金额800.00元。', 'one_off_aid'] as const),
  ],
  notice_given: [
    { type: 'notice_given', number: '告字1号', given_on: '2026-09-30' },
    ...(['2026-09-30送达告知书（告字1号）。', null] as const),
  ],
  application_decided: [
    { type: 'application_decided', application_no: 'A1', decision: 'granted' },
    ...(['申请A1已批准。', 'granted'] as const),
  ],
  reported: [{ type: 'reported' }, '结果已填报。', null],
  report_supplemented: [{ type: 'report_supplemented', by: 'answer', ...of }, '部门反馈已补充填报。', 'answer'],
  closed: [{ type: 'closed' }, '此件办结。', null],
  inspected: [{ type: 'inspected', result: 'failed' }, '抽检不合格。', 'failed'],
  reopened: [{ type: 'reopened', ground: 'objection' }, '重新办理：申诉异议。', 'objection'],
  noted: [{ type: 'noted' }, '添加备注。', null],
  referral_created: [
    {
      ...{ type: 'referral_created', ...of, service: 'medical', department: 'medical-insurance', channel: 'portal' },
      disclosed: [],
    },
    ...(['将“医疗救助”转医疗保障局办理（平台）。', null] as const),
  ],
  referral_sent: [{ type: 'referral_sent', ...of }, '转办单已发往医疗保障局。', null],
  referral_delivered: [{ type: 'referral_delivered', ...of }, '转办单已送达医疗保障局。', null],
  referral_accepted: [{ type: 'referral_accepted', ...of }, '医疗保障局受理了转办。', null],
  referral_returned: [
    { type: 'referral_returned', ...of, code: 'incomplete' },
    ...(['医疗保障局退回转办：材料不全。', 'incomplete'] as const),
  ],
  referral_progressed: [{ type: 'referral_progressed', ...of }, '医疗保障局反馈正在办理。', null],
  referral_fulfilled: [
    { type: 'referral_fulfilled', ...of, given_on: '2026-09-30', amount: '12.00' },
    ...(['医疗保障局反馈已于2026-09-30落实，金额12.00元。', null] as const),
  ],
  referral_refused: [
    { type: 'referral_refused', ...of, code: 'declined' },
    ...(['医疗保障局反馈不能办理：本人放弃。', 'declined'] as const),
  ],
  referral_confirmed: [{ type: 'referral_confirmed', ...of }, '已确认医疗保障局的反馈。', null],
  referral_disputed: [{ type: 'referral_disputed', ...of }, '对医疗保障局的反馈提出异议，请其重新反馈。', null],
  referral_rerouted: [{ type: 'referral_rerouted', ...of, department: 'health' }, '转办单改派卫生健康委。', null],
  referral_withdrawn: [{ type: 'referral_withdrawn', ...of }, '撤回转办。', null],
};

const names = {
  rule: (id: string) => (id === 'medical-burden' ? '医疗费用过重' : null),
  region: (code: string) => (code === '159901101' ? '示范镇' : null),
  department: () => 'medical-insurance' as const,
};

describe('an event in one sentence', () => {
  it.each(Object.values(events))('%o: %s', (event, says, code) => {
    expect(sayEvent(event, names)).toBe(says);
    expect(codeOf(event)).toBe(code);
  });

  it('tells of the chains that it goes on from', () => {
    const from = { day: '2026-05-01', case_id: 'c-1', head: '' };
    const linked = (['split_from', 'merged_from'] as const).map((relation) => ({ relation, ...from }));
    expect(sayEvent({ ...events.opened[0], linked }, names)).toBe(
      '红色预警“医疗费用过重”送达，建立帮扶链。本户2026-05-01由另一户分户而来，接续其帮扶链c-1。2026-05-01另一户并入本户，接续其帮扶链c-1。',
    );
  });

  it('stands on its codes where no name is known', () => {
    expect(sayEvent(events.opened[0])).toContain('medical-burden');
    expect(sayEvent(events.assigned[0])).toContain('159901101');
    expect(sayEvent(events.referral_sent[0])).toBe('转办单已发往承办部门。');
    const again = { type: 'reopened', ground: 'new_warning', ...warning, case_level: 'red' } as const;
    expect(sayEvent(again, names)).toBe('重新办理：办结后30日内又有新预警“医疗费用过重”。');
  });
});

describe('a refusal', () => {
  it('has words of its own that end a sentence', () => {
    const words = refusals.map((refusal) => refusalWords[refusal]);
    expect(new Set(words).size).toBe(refusals.length);
    for (const said of words) expect(said).toMatch(/^[\p{Script=Han}“”、，；。]+。$/u);
  });

  it('says whether to load again', () => {
    expect(staleVersion(7)).toMatchObject({ error: 'stale_version', refusal: null, version: 7, referral_id: null });
    expect(refused('service_already_referred', 3, 'r-9')).toMatchObject({ error: 'illegal_step', referral_id: 'r-9' });
  });
});
