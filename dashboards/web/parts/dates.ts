import { today } from '../acts/field.ts';

const ZONE = 'Asia/Shanghai';
const dayForm = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE });
const minuteForm = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });

/** Moments are shown as the bureau's clock says, wherever the browser is. */
export const dayOf = (moment: string): string => dayForm.format(new Date(moment));
export const minuteOf = (moment: string): string => minuteForm.format(new Date(moment));

/** Calendar days from today until a day; negative when it is past. */
export const daysUntil = (day: string): number => Math.round((Date.parse(day) - Date.parse(today())) / 86_400_000);
