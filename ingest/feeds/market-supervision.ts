import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf, placeOf } from '../feed.ts';

const entityKinds = { company: '', sole_trader: '', cooperative: '' };

/** 市场监管: businesses set up and struck off. The kind of entity becomes 1 (company), 2 (sole trader), 3 in `category`. */
export const marketSupervision: Feed = {
  name: 'market-supervision',
  zh: '市场监管',
  needsAuthorisation: false,
  columns: [
    { name: 'event', zh: '事件', type: 'choice', required: true, values: { registered: '设立', cancelled: '注销' } },
    { name: 'entity_kind', zh: '类型', type: 'choice', values: entityKinds },
    { name: 'capital_amount', zh: '出资额', type: 'amount' },
  ],
  toFact: (row, day) =>
    fact({
      kind: `market-supervision.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, 'capital_amount'),
      category: placeOf(row, 'entity_kind', entityKinds),
    }),
};
