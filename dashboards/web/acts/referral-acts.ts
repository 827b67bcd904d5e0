import type { ReferralCommandType } from '../../../alerts/contract.ts';
import { type ActForm, type Field, today } from './field.ts';

const reason: Field = { name: 'reason', label: 'reason', kind: 'text', required: true };
const says: Field = { name: 'note', label: 'says', kind: 'text', required: true };

/** Forms of what the bureau or the department tells a referral to do. */
export const referralActs: Readonly<Record<ReferralCommandType, ActForm>> = {
  send: { fields: [] },
  deliver: { fields: [] },
  accept: { fields: [] },
  return: { fields: [{ name: 'code', label: 'code', kind: 'choice', choices: 'return_code', required: true }, says] },
  report_progress: { fields: [{ name: 'note', label: 'progress', kind: 'text', required: true }] },
  fulfil: {
    fields: [
      { name: 'aid', label: 'aid', kind: 'line', required: true },
      { name: 'amount', label: 'amount', kind: 'money' },
      { name: 'given_on', label: 'aid_given_on', kind: 'day', required: true, initial: today },
      { name: 'note', label: 'note', kind: 'text' },
    ],
  },
  refuse: {
    fields: [{ name: 'code', label: 'code', kind: 'choice', choices: 'not_eligible_code', required: true }, says],
  },
  confirm: { fields: [{ name: 'note', label: 'note', kind: 'text' }] },
  dispute: { fields: [reason] },
  reroute: {
    fields: [{ name: 'department', label: 'department', kind: 'pick', choices: 'department', required: true }, reason],
  },
  withdraw: { fields: [reason] },
};
