import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

/** 残疾人联合会: certificates and rehabilitation cost (after subsidies). */
export const disability: Feed = {
  name: 'disability',
  zh: '残疾人联合会',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { certified: '新领证', regraded: '等级变更', cancelled: '注销', rehab_cost: '康复支出' },
    },
    { name: 'category', zh: '残疾类别', type: 'integer', range: [1, 7] },
    { name: 'grade', zh: '残疾等级', type: 'integer', range: [1, 4] },
    { name: 'rehab_amount', zh: '康复费用', type: 'amount' },
  ],
  alsoRequired: (row) => {
    if (row['event'] === 'certified' || row['event'] === 'regraded') return ['category', 'grade'];
    return row['event'] === 'rehab_cost' ? ['rehab_amount'] : [];
  },
  toFact: (row, day) =>
    fact({
      kind: `disability.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, 'rehab_amount'),
      category: numberOf(row, 'category'),
      grade: numberOf(row, 'grade'),
    }),
};
