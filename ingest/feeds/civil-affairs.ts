import { type Feed, fact, monthOf, numberOf } from '../feed.ts';

/**
 * 社会救助经办系统: what the case-handling system did. The kind of a fact names event and kind of aid
 * (`civil-affairs.paid.dibao`), its month the period that was paid for.
 */
export const civilAffairs: Feed = {
  name: 'civil-affairs',
  zh: '社会救助经办系统',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: {
        accepted: '受理',
        confirmed: '确认',
        refused: '不予确认',
        adjusted: '调整',
        stopped: '停发',
        paid: '已发放',
        pay_failed: '发放失败',
      },
    },
    {
      name: 'kind',
      zh: '救助类别',
      type: 'choice',
      required: true,
      values: {
        dibao: '',
        tekun: '',
        edge: '',
        rigid: '',
        temporary: '',
        disabled_living: '困难残疾人生活补贴',
        disabled_care: '重度残疾人护理补贴',
      },
    },
    { name: 'application_no', zh: '申请编号', type: 'text' },
    { name: 'amount', zh: '金额', type: 'amount' },
    { name: 'period', zh: '所属期', type: 'month' },
    { name: 'extended_to_45', zh: '延长', type: 'boolean' },
    { name: 'reason', zh: '原因', type: 'text' },
  ],
  alsoRequired: (row) => {
    if (row['event'] === 'paid') return ['amount', 'period'];
    return row['event'] === 'pay_failed' ? ['period'] : [];
  },
  periodColumn: 'period',
  toFact: (row, day) =>
    fact({
      kind: `civil-affairs.${row['event']}.${row['kind']}`,
      day,
      month: monthOf(row, day),
      amount: numberOf(row, 'amount'),
    }),
};
