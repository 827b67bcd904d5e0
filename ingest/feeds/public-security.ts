import { monthOfDay } from '../../platform/calendar.ts';
import { type Feed, fact, placeOf } from '../feed.ts';

const vehicleKinds = { car: '', motorcycle: '', farm: '', disability_aid: '' };

/** 公安: deaths, vehicles, imprisonment, moves. The kind of vehicle becomes 1 (car) to 4 in `category`. */
export const publicSecurity: Feed = {
  name: 'public-security',
  zh: '公安',
  needsAuthorisation: false,
  columns: [
    {
      name: 'event',
      zh: '事件',
      type: 'choice',
      required: true,
      values: {
        death: '死亡',
        vehicle_registered: '车辆登记',
        imprisoned: '收监',
        released: '释放',
        moved_out: '迁出',
      },
    },
    { name: 'vehicle_kind', zh: '车辆类型', type: 'choice', values: vehicleKinds },
  ],
  toFact: (row, day) =>
    fact({
      kind: `public-security.${row['event']}`,
      day,
      month: monthOfDay(day),
      category: placeOf(row, 'vehicle_kind', vehicleKinds),
    }),
};
