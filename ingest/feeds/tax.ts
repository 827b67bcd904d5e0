import { lastDayOfMonth } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

/** 税务: income by period. The day of a row that names none is the last day of its period. */
export const tax: Feed = {
  name: 'tax',
  zh: '税务',
  needsAuthorisation: true,
  columns: [
    { name: 'period', zh: '所属期', type: 'month', required: true },
    {
      name: 'income_type',
      zh: '所得项目',
      type: 'choice',
      required: true,
      values: { wages: '工资薪金', business: '经营', labour: '劳务', property: '财产', other: '其他' },
    },
    { name: 'income_amount', zh: '收入额', type: 'amount', required: true },
    { name: 'payer', zh: '扣缴义务人', type: 'text' },
  ],
  periodColumn: 'period',
  defaultDay: (row) => (typeof row['period'] === 'number' ? lastDayOfMonth(row['period']) : null),
  toFact: (row, day) =>
    fact({
      kind: `tax.${row['income_type']}`,
      day,
      month: numberOf(row, 'period'),
      amount: numberOf(row, 'income_amount'),
    }),
};
