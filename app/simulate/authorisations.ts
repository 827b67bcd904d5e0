import { firstDayOf } from './calendar.ts';
import type { Authorisation } from './model.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';

const one = (grantedOn: number, expiresOn: number | null = null): Authorisation => ({ grantedOn, expiresOn });

/** Open since before the first month: every month of the run is known. */
export const openAuthorisation = (settings: Settings): Authorisation[] => [one(settings.firstDay - 200)];

/** Renewed `gap` days after the last day of the one before: up to 31 keeps the history, 32 loses it (rules.md, section 1). */
export const renewedAfter = (settings: Settings, gap: number, before = 150): Authorisation[] => {
  const last = settings.asOf - before;
  return [one(settings.firstDay - 200, last), one(last + gap)];
};

/** Granted on a day and open since: earlier months are not known. */
export const grantedOn = (day: number): Authorisation[] => [one(day)];

/** Ended some days before asOf. */
export const endedBefore = (settings: Settings, days: number): Authorisation[] => [
  one(settings.firstDay - 200, settings.asOf - days),
];

/** A finance authorisation is in force on the day (both its first and its last day count). */
export const inForce = (list: readonly Authorisation[], day: number): boolean =>
  list.some((a) => a.grantedOn <= day && (a.expiresOn === null || a.expiresOn >= day));

/** What an ordinary family has signed, with a word for the truth. */
export const ordinaryAuthorisations = (random: Random, settings: Settings): { kind: string; list: Authorisation[] } => {
  const { asOf, firstDay } = settings;
  const p = random.unit();
  if (p < 0.45) return { kind: 'open', list: [one(firstDay - random.between(1, 900))] };
  if (p < 0.57) return { kind: 'absent', list: [] };
  if (p < 0.7) {
    return { kind: 'dated', list: [one(firstDay - random.between(1, 300), asOf + random.between(1, 400))] };
  }
  if (p < 0.8) {
    const list = renewedAfter(settings, random.between(1, 31), random.between(20, 200));
    return { kind: 'renewed_within_31', list };
  }
  if (p < 0.86) {
    const list = renewedAfter(settings, random.between(32, 150), random.between(160, 300));
    return { kind: 'renewed_later', list };
  }
  if (p < 0.93) return { kind: 'ended', list: endedBefore(settings, random.between(1, 250)) };
  if (p < 0.97) {
    return { kind: 'recent', list: [one(firstDayOf(settings.lastMonth - random.between(0, 8)) + random.below(20))] };
  }
  if (p < 0.985) return { kind: 'last_day', list: [one(firstDay - 30, asOf)] };
  return { kind: 'not_yet', list: [one(asOf + random.between(1, 60))] };
};
