import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

/** 应急管理: disasters and accidents. `amount` is the own loss, `amountB` the number of collapsed rooms. */
export const emergency: Feed = {
  name: 'emergency',
  zh: '应急管理',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { disaster: '自然灾害', accident: '意外事故' },
    },
    { name: 'loss_amount', zh: '损失金额', type: 'amount' },
    { name: 'collapsed_rooms', zh: '倒损间数', type: 'integer' },
  ],
  toFact: (row, day) =>
    fact({
      kind: `emergency.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, 'loss_amount'),
      amountB: numberOf(row, 'collapsed_rooms'),
    }),
};
