import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf, placeOf } from '../feed.ts';

const stages = { preschool: '', compulsory: '', high_school: '', vocational: '', college: '' };

/** 教育: enrolment, fees and aid of a school stage. The stage becomes 1 to 5 in `category`; 2 is compulsory. */
export const education: Feed = {
  name: 'education',
  zh: '教育',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { enrolled: '在学', fee: '费用', aid: '资助', dropout_risk: '疑似辍学', graduated: '毕业' },
    },
    { name: 'stage', zh: '学段', type: 'choice', required: true, values: stages },
    { name: 'amount', zh: '金额', type: 'amount' },
  ],
  alsoRequired: (row) => (row['event'] === 'fee' || row['event'] === 'aid' ? ['amount'] : []),
  toFact: (row, day) =>
    fact({
      kind: `education.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, 'amount'),
      category: placeOf(row, 'stage', stages),
    }),
};
