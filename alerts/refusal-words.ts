import type { CommandRefused, Refusal } from './contract.ts';

/** Why a command was refused, in words that say what to do. */
export const refusalWords: Readonly<Record<Refusal, string>> = {
  illegal_step: '当前环节不能进行这一操作，请查看最新进展后再办理。',
  already_closed: '此件已办结。如需继续办理，请先重新办理。',
  visit_missing: '还没有入户记录，请先由苏木乡镇登记入户。',
  verification_missing: '还没有核实结论，请先核实。急难情形可以先行救助。',
  disposition_missing: '还没有处置意见，请先处置；无需处置的，请选择“不予处置”并写明理由。',
  referral_missing: '处置意见是转办，但还没有转办单，请先转办。',
  referral_not_sent: '有转办单尚未发送或已被退回，请先发送、改派或撤回。',
  referral_open: '有转办单尚未了结，请等部门反馈并确认结果，或撤回转办单。',
  application_open: '有救助申请尚未登记结果，请先登记。',
  application_unknown: '此件没有这个申请编号，请核对后再填。',
  application_number_missing: '告知申请须填写申请编号。',
  notice_missing: '调整或停发待遇须先送达告知书，登记文号后才能办结。',
  notice_not_due: '没有需要送达的告知书。',
  amount_missing: '请填写救助金额，金额须大于零。',
  not_confirmed: '核实结论不是“属实”，不能给予救助或转办，只能选择“不予处置”。',
  service_already_referred: '该家庭的这项服务已有未了结的转办单，请在原转办单上继续办理。',
  same_department: '改派的部门与退回的部门相同，请选择其他部门。',
  wrong_channel: '平台转办自动送达，无须登记送达。',
  date_in_future: '日期不能晚于今天。',
  wrong_region: '只能派给本旗县所辖的苏木乡镇。',
  other_case_open: '该家庭已有在办的同类事项，请在那一件上继续办理。',
};

const STALE = '此件刚被他人更新。您填写的内容还在，请查看最新进展后再提交。';

/** Body of a 409: the page showed an older version. */
export const staleVersion = (version: number): CommandRefused => ({
  ...{ error: 'stale_version', message: STALE, refusal: null, version, referral_id: null },
});

/** Body of a 409: the step is not legal now. */
export const refused = (refusal: Refusal, version: number, referralId: string | null = null): CommandRefused => ({
  ...{ error: 'illegal_step', message: refusalWords[refusal], refusal, version, referral_id: referralId },
});
