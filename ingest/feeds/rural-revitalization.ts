import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

const water = (value: unknown): number => (value === 1 ? 1 : value === 0 ? 2 : 0);

/** 乡村振兴 / 农牧: monitoring against relapse, income of a year, losses, and the two safety labels. */
export const ruralRevitalization: Feed = {
  name: 'rural-revitalization',
  zh: '乡村振兴',
  department: 'agriculture',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { listed: '纳入监测', risk_cleared: '风险消除', annual_income: '年度收入', production_loss: '生产损失' },
    },
    {
      name: 'monitor_type',
      zh: '监测类型',
      type: 'choice',
      values: { unstable: '脱贫不稳定', marginal: '边缘易致贫', sudden: '突发严重困难' },
    },
    {
      name: 'risk',
      zh: '风险',
      type: 'choice',
      values: { illness: '', schooling: '', disaster: '', accident: '', employment: '', industry: '', other: '' },
    },
    { name: 'amount', zh: '金额', type: 'amount' },
    { name: 'year', zh: '年度', type: 'integer', range: [1990, 'receipt_year'] },
    { name: 'housing_safe', zh: '住房安全', type: 'boolean' },
    { name: 'water_safe', zh: '饮水安全', type: 'boolean' },
  ],
  alsoRequired: (row) => {
    if (row['event'] === 'annual_income') return ['amount', 'year'];
    return row['event'] === 'production_loss' ? ['amount'] : [];
  },
  toFact: (row, day) =>
    fact({
      kind: `rural.${row['event']}`,
      day,
      // A year's income stands at the January of the year it was earned in.
      month: row['event'] === 'annual_income' ? numberOf(row, 'year') * 12 : monthOfDay(day),
      amount: numberOf(row, 'amount'),
      water: water(row['water_safe']),
    }),
};
