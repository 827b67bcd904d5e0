import { z } from 'zod';
import { civil, dayNumber, daysInMonth } from '../platform/calendar.ts';

/** When a feed's month is expected, and what of it is overdue. Pure. */

const MONTHS = 12;
const dayOfMonth = z.int().min(1).max(31);

/** How `deliveries.yaml` says it: the day of the month after, for all feeds, for one, and for one in some region. */
export const deliverySettings = z.strictObject({
  day: dayOfMonth.default(30),
  feeds: z
    .record(
      z.string(),
      z.strictObject({
        day: dayOfMonth.optional(),
        /** By region prefix; of several that fit the longest holds. */
        regions: z
          .record(z.string().regex(/^\d{2,12}$/, 'a region prefix is 2 to 12 digits, in quotes'), dayOfMonth)
          .default({}),
      }),
    )
    .default({}),
});
export type Deliveries = z.infer<typeof deliverySettings>;

/** Where nothing is said: the 30th. */
export const noDeliveries: Deliveries = { day: 30, feeds: {} };

/** The day of the month on which a feed's last month is expected in a region. */
export const deliveryDay = ({ day, feeds }: Deliveries, feed: string, region: string): number => {
  const own = feeds[feed];
  const [longest] = Object.keys(own?.regions ?? {})
    .filter((prefix) => region.startsWith(prefix))
    .sort((a, b) => b.length - a.length);
  return (longest === undefined ? undefined : own?.regions[longest]) ?? own?.day ?? day;
};

/** The last day on which a month may come: in the month after it, of a month that is shorter the last day. */
export const dueOn = (month: number, day: number): number => {
  const next = month + 1;
  const [year, of] = [Math.floor(next / MONTHS), (next % MONTHS) + 1];
  return dayNumber(year, of, Math.min(day, daysInMonth(year, of))) as number;
};

export interface DeliveryState {
  /** The first month that is not complete. */
  readonly month: number;
  readonly dueOn: number;
  /** Days behind it; 0 while it is not overdue. */
  readonly overdueDays: number;
  /** Months whose day is over and that are not complete. */
  readonly monthsOverdue: number;
}

/**
 * What is waited for of a feed in a region: `last` is its last complete month. Without any, only the newest month that is
 * due counts: how far back a department could send nobody has said.
 */
export const deliveryState = (last: number | null, day: number, today: number): DeliveryState => {
  const { year, month } = civil(today);
  const current = year * MONTHS + month - 1;
  const newest = dueOn(current - 1, day) < today ? current - 1 : current - 2;
  const awaited = last === null ? newest : last + 1;
  const due = dueOn(awaited, day);
  return {
    month: awaited,
    dueOn: due,
    overdueDays: Math.max(0, today - due),
    monthsOverdue: Math.max(0, newest - awaited + 1),
  };
};
