import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, numberOf } from '../feed.ts';

const COMPENSATION = 'natural-resources.land_compensation';

/** 自然资源: houses and shops of a family, which it must have authorised; compensation for land, which it need not. */
export const naturalResources: Feed = {
  name: 'natural-resources',
  zh: '自然资源',
  needsAuthorisation: ({ kind }) => kind !== COMPENSATION,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { house_registered: '新增房产', shop_registered: '新增商铺', land_compensation: '征地补偿' },
    },
    { name: 'area_sqm', zh: '面积', type: 'number' },
    { name: 'amount', zh: '金额', type: 'amount' },
  ],
  alsoRequired: (row) => (row['event'] === 'land_compensation' ? ['amount'] : []),
  toFact: (row, day) =>
    fact({
      kind: `natural-resources.${row['event']}`,
      day,
      month: monthOfDay(day),
      amount: numberOf(row, 'amount'),
    }),
};
