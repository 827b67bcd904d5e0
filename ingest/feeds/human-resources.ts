import { type Feed, fact, monthOf, numberOf, placeOf } from '../feed.ts';

const pensionKinds = { resident: '', employee: '', survivor: '' };
const employerKinds = { public: '机关事业国企', other: '' };
const paid = ['pension_month', 'benefit_month'];

/**
 * 人力资源社会保障: work, social insurance, pensions, unemployment benefit. Of a pension `amount` less `amountB` is income; of
 * any other event the basic part says nothing. Pension kind 1 to 3 stands in `category`, employer kind 1 (public) or 2 in
 * `grade`.
 */
export const humanResources: Feed = {
  name: 'human-resources',
  zh: '人力资源社会保障',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: {
        employed: '就业',
        unemployed: '失业登记',
        insurance_month: '当月缴费',
        pension_month: '当月养老金',
        benefit_month: '当月失业金',
        benefit_ends: '失业金到期',
      },
    },
    { name: 'period', zh: '所属期', type: 'month' },
    { name: 'amount', zh: '金额', type: 'amount' },
    { name: 'basic_amount', zh: '基础养老金', type: 'amount', whenEmpty: 0 },
    { name: 'pension_kind', zh: '养老金类别', type: 'choice', values: pensionKinds },
    { name: 'employer_kind', zh: '单位性质', type: 'choice', values: employerKinds },
  ],
  alsoRequired: (row) => {
    if (paid.includes(String(row['event']))) return ['period', 'amount'];
    return row['event'] === 'insurance_month' ? ['period'] : [];
  },
  contradicts: (row) =>
    row['amount'] !== null && numberOf(row, 'basic_amount') > numberOf(row, 'amount') ? 'basic_amount' : null,
  periodColumn: 'period',
  toFact: (row, day) =>
    fact({
      kind: `human-resources.${row['event']}`,
      day,
      month: monthOf(row, day),
      amount: numberOf(row, 'amount'),
      amountB: row['event'] === 'pension_month' ? numberOf(row, 'basic_amount') : 0,
      category: placeOf(row, 'pension_kind', pensionKinds),
      grade: placeOf(row, 'employer_kind', employerKinds),
    }),
};
