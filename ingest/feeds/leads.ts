import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, placeOf } from '../feed.ts';

const needs = {
  living: '',
  medical: '',
  education: '',
  housing: '',
  employment: '',
  industry: '',
  disaster: '',
  care: '',
  other: '',
};
const levels = { red: '', orange: '', yellow: '', blue: '' };

/**
 * 主动发现: what visits, 12345, self-applications, petitions and higher levels point out. The need becomes 1 (living) to 9
 * (other) in `category`, the level that a higher level gave 1 (red) to 4 (blue) in `grade`. The note is no part of the
 * fact: it may name people.
 */
export const leads: Feed = {
  name: 'leads',
  zh: '主动发现',
  department: 'civil-affairs',
  needsAuthorisation: false,
  columns: [
    {
      name: 'channel',
      zh: '渠道',
      type: 'choice',
      required: true,
      values: {
        visit: '走访摸排',
        hotline: '12345',
        self_application: '自主申请',
        petition: '信访',
        upper_level: '上级下发',
      },
    },
    { name: 'need', zh: '需求', type: 'choice', values: needs },
    { name: 'note', zh: '说明', type: 'text', longest: 2_000 },
    { name: 'upstream_id', zh: '上级预警编号', type: 'text' },
    { name: 'issued_at', zh: '下发时间', type: 'time' },
    { name: 'upstream_level', zh: '上级预警等级', type: 'choice', values: levels },
    { name: 'due_on', zh: '办结期限', type: 'date' },
  ],
  alsoRequired: (row) => (row['channel'] === 'upper_level' ? ['upstream_id'] : []),
  toFact: (row, day) =>
    fact({
      kind: `leads.${row['channel']}`,
      day,
      month: monthOfDay(day),
      category: placeOf(row, 'need', needs),
      grade: placeOf(row, 'upstream_level', levels),
    }),
};
