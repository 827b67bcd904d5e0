import type { CaseCommandType } from '../../../alerts/contract.ts';
import type { ActForm, Values } from './field.ts';
import { today } from './field.ts';

const is =
  (name: string, ...codes: string[]) =>
  (values: Values): boolean =>
    codes.includes(String(values[name]));

/** Forms of what a person tells a case to do, in the order in which a case walks. */
export const caseActs: Readonly<Record<CaseCommandType, ActForm>> = {
  receive: { fields: [] },
  assign: {
    fields: [
      { name: 'township', label: 'township', kind: 'pick', choices: 'townships', required: true },
      { name: 'note', label: 'note', kind: 'text' },
    ],
  },
  record_visit: {
    fields: [
      { name: 'visited_on', label: 'visited_on', kind: 'day', required: true, initial: today },
      { name: 'staff_1', label: 'staff_1', kind: 'line', required: true },
      { name: 'staff_2', label: 'staff_2', kind: 'line', required: true },
      { name: 'near_relative', label: 'near_relative', kind: 'yes_no', required: true },
      { name: 'note', label: 'visit_note', kind: 'text', required: true },
      { name: 'evidence', label: 'evidence', kind: 'lines' },
    ],
    command: ({ staff_1, staff_2, ...visit }) => ({ ...visit, staff: [staff_1, staff_2] }),
  },
  send_back: { fields: [{ name: 'reason', label: 'reason', kind: 'text', required: true }] },
  verify: {
    fields: [
      { name: 'outcome', label: 'outcome', kind: 'choice', choices: 'outcome', required: true },
      { name: 'reason', label: 'reason', kind: 'text', required: true },
      { name: 'evidence', label: 'evidence', kind: 'lines' },
    ],
  },
  dispose: {
    fields: [
      { name: 'disposition', label: 'disposition', kind: 'choice', choices: 'disposition', required: true },
      {
        name: 'amount',
        label: 'amount',
        kind: 'money',
        when: is('disposition', 'enrol', 'adjust', 'one_off_aid', 'emergency_aid'),
        requiredWhen: is('disposition', 'one_off_aid', 'emergency_aid'),
      },
      {
        name: 'application_no',
        label: 'application_no',
        kind: 'line',
        when: is('disposition', 'advise_to_apply'),
        required: true,
      },
      { name: 'reason', label: 'reason', kind: 'text', required: true },
    ],
  },
  give_notice: {
    fields: [
      { name: 'number', label: 'number', kind: 'line', required: true },
      { name: 'given_on', label: 'given_on', kind: 'day', required: true, initial: today },
    ],
  },
  refer: {
    fields: [
      { name: 'service', label: 'service', kind: 'pick', choices: 'service', required: true },
      { name: 'department', label: 'department', kind: 'pick', choices: 'department', required: true },
      { name: 'channel', label: 'channel', kind: 'choice', choices: 'channel', required: true, initial: 'portal' },
      { name: 'reason', label: 'refer_reason', kind: 'text', required: true },
      {
        name: 'disclose',
        label: 'disclose',
        kind: 'checks',
        choices: 'disclosed',
        initial: ['name', 'phone', 'address', 'warning'],
      },
    ],
  },
  decide_application: {
    fields: [
      { name: 'application_no', label: 'application_no', kind: 'line', required: true },
      { name: 'decision', label: 'decision', kind: 'choice', choices: 'decision', required: true },
    ],
  },
  report: { fields: [] },
  close: { fields: [{ name: 'note', label: 'note', kind: 'text' }] },
  inspect: {
    fields: [
      { name: 'result', label: 'result', kind: 'choice', choices: 'inspection', required: true },
      { name: 'finding', label: 'finding', kind: 'text', required: true },
    ],
  },
  reopen: {
    fields: [
      { name: 'ground', label: 'ground', kind: 'choice', choices: 'ground', required: true },
      { name: 'reason', label: 'reason', kind: 'text', required: true },
    ],
  },
  note: { fields: [{ name: 'text', label: 'text', kind: 'text', required: true }] },
};
