import { describe, expect, it } from 'vitest';
import { caseCommand, caseCommand as contract, referralCommand } from '../../../alerts/contract.ts';
import { caseActs } from './case-acts.ts';
import { commandOf } from './field.ts';
import { referralActs } from './referral-acts.ts';

describe('commandOf', () => {
  it('makes a visit with two staff, a declaration and evidence by lines', () => {
    const command = commandOf('record_visit', caseActs.record_visit, {
      visited_on: '2026-11-20',
      staff_1: ' 王某 ',
      staff_2: '李某',
      near_relative: 'no',
      note: '户主卧床',
      evidence: '照片 1\n\n 医院发票 ',
    });
    expect(caseCommand.parse(command)).toEqual({
      type: 'record_visit',
      visited_on: '2026-11-20',
      staff: ['王某', '李某'],
      near_relative: false,
      note: '户主卧床',
      evidence: ['照片 1', '医院发票'],
    });
  });

  it('leaves out what no longer applies', () => {
    const command = commandOf('dispose', caseActs.dispose, {
      disposition: 'nothing',
      reason: '已消除',
      amount: '500',
      application_no: '',
    });
    expect(caseCommand.parse(command)).toEqual({ type: 'dispose', disposition: 'nothing', reason: '已消除' });
  });

  it('gives every command of the contract a form, and no other', () => {
    const types = (schema: typeof contract | typeof referralCommand) =>
      schema.options.map((option) => option.shape.type.value).sort();
    expect(Object.keys(caseActs).sort()).toEqual(types(contract));
    expect(Object.keys(referralActs).sort()).toEqual(types(referralCommand));
  });
});
