import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact } from '../feed.ts';

/** 卫生健康: major and chronic illness, death. */
export const health: Feed = {
  name: 'health',
  zh: '卫生健康',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: { major_illness: '重病', chronic_illness: '慢病', death: '死亡' },
    },
    { name: 'disease_code', zh: '疾病编码', type: 'text' },
    { name: 'hospital', zh: '医疗机构', type: 'text' },
  ],
  toFact: (row, day) => fact({ kind: `health.${row['event']}`, day, month: monthOfDay(day) }),
};
