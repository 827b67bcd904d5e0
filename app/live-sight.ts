import { type Actor, may } from '../access/index.ts';
import type { OutboxPayload } from '../alerts/index.ts';
import type { LiveEvent } from '../dashboards/queries/contract.ts';

const hint = (type: string, regionCode: string): LiveEvent => ({
  type,
  case_id: null,
  referral_id: null,
  version: null,
  region_code: regionCode,
});

/** Counts have changed, and not which case: for whoever sees counts only. */
export const COUNTS = 'counts';

/** More has happened than is worth telling one by one: load again what is shown. */
export const reload: LiveEvent = hint('reload', '');
/** The last word of a stream whose session is over. */
export const sessionEnded: LiveEvent = hint('session_ended', '');

/**
 * What of an event this actor may be told, or null. Cases by their home or handling region; a department only its own
 * referrals; who sees counts is told that they changed, somewhere in the region given to them. Pure.
 */
export const liveEventFor = (actor: Actor, event: OutboxPayload): LiveEvent | null => {
  const regions = [event.region_code, ...(event.handling_region === null ? [] : [event.handling_region])];
  const ofReferral = event.referral_id !== null && event.department !== null;
  const allowed =
    actor.role === 'department'
      ? ofReferral && may(actor, 'see_referrals', { regions, department: event.department as string }).allowed
      : may(actor, 'see_case', { regions }).allowed;
  if (allowed) {
    return {
      type: event.type,
      case_id: event.case_id,
      referral_id: event.referral_id,
      version: event.version,
      region_code: event.region_code,
    };
  }
  if (!may(actor, 'see_counts', { regions }).allowed) return null;
  const given = actor.regions.find((prefix) => regions.some((code) => code.startsWith(prefix)));
  return given === undefined ? null : hint(COUNTS, given);
};
