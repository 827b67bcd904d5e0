import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

const grades: Record<string, number> = { A: 1, B: 2, C: 3, D: 4 };

/** 住房城乡建设: dangerous houses, public rental, arrears. Grade A to D becomes 1 to 4. */
export const housing: Feed = {
  name: 'housing',
  zh: '住房城乡建设',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { dangerous_house: '危房', public_rental: '公租房', rent_arrears: '欠租', renovated: '已改造' },
    },
    { name: 'grade', zh: '危房等级', type: 'choice', values: { A: '', B: '', C: '', D: '' } },
    { name: 'monthly_rent', zh: '月租金', type: 'amount' },
    { name: 'arrears_amount', zh: '欠租金额', type: 'amount' },
    { name: 'area_sqm', zh: '面积', type: 'number' },
  ],
  alsoRequired: (row) => (row['event'] === 'dangerous_house' ? ['grade'] : []),
  toFact: (row, day) =>
    fact({
      kind: `housing.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, row['event'] === 'rent_arrears' ? 'arrears_amount' : 'monthly_rent'),
      grade: grades[String(row['grade'])] ?? 0,
    }),
};
