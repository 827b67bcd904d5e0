import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

/** 医疗保障: settlements. What counts is `self_paid`, after fund and medical aid. */
export const medicalInsurance: Feed = {
  name: 'medical-insurance',
  zh: '医疗保障',
  needsAuthorisation: false,
  columns: [
    {
      name: 'visit_type',
      zh: '就诊类型',
      type: 'choice',
      required: true,
      values: { inpatient: '住院', outpatient: '门诊', chronic: '门诊慢特病', pharmacy: '药店' },
    },
    { name: 'total_amount', zh: '医疗费总额', type: 'amount', required: true },
    { name: 'fund_paid', zh: '基金支付', type: 'amount' },
    { name: 'medical_aid_paid', zh: '医疗救助支付', type: 'amount' },
    { name: 'self_paid', zh: '个人负担', type: 'amount', required: true },
    { name: 'diagnosis_code', zh: '诊断编码', type: 'text' },
    { name: 'hospital', zh: '医疗机构', type: 'text' },
    { name: 'admitted_on', zh: '入院日期', type: 'date' },
  ],
  contradicts: (row) =>
    row['total_amount'] !== null && numberOf(row, 'self_paid') > numberOf(row, 'total_amount') ? 'self_paid' : null,
  toFact: (row, day) =>
    fact({ kind: `medical.${row['visit_type']}`, day, month: monthOfDay(day), amount: numberOf(row, 'self_paid') }),
};
