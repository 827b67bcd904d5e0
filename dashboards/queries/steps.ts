import type { Department } from '../../alerts/contract.ts';
import {
  type CaseEvent,
  type ChainEvent,
  type EventNames,
  isReferralEvent,
  readPersonal,
  type SealedPersonal,
  sayEvent,
} from '../../alerts/index.ts';
import type { Cipher } from '../../platform/crypto.ts';
import type { ChainStep } from './contract.ts';

/** Events of a chain as a page tells them. Pure. */

export interface EventRow extends Record<string, unknown> {
  readonly sequence: number;
  readonly event: ChainEvent;
  readonly personal: SealedPersonal | null;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

export interface StepNames {
  readonly rule: ReadonlyMap<string, string>;
  readonly region: ReadonlyMap<string, string>;
  /** Names of users by id. */
  readonly user: ReadonlyMap<string, string>;
}

/** What an event says in codes; the chain's writer and reader are one version, or the older is a subset of the newer. */
export const eventOf = ({ event }: Pick<EventRow, 'event'>): CaseEvent => event.what as unknown as CaseEvent;

const refersTo = (event: CaseEvent): string | null => ('referral_id' in event ? (event.referral_id ?? null) : null);

/** Departments of the referrals as they stood before each event. */
export const sayAll = (rows: readonly EventRow[], names: Pick<StepNames, 'rule' | 'region'>): string[] => {
  const departments = new Map<string, Department>();
  const words: EventNames = {
    rule: (id) => names.rule.get(id) ?? null,
    region: (code) => names.region.get(code) ?? null,
    department: (id) => departments.get(id) ?? null,
  };
  return rows.map((row) => {
    const event = eventOf(row);
    if (event.type === 'referral_created') departments.set(event.referral_id, event.department);
    const says = sayEvent(event, words);
    if (event.type === 'referral_rerouted') departments.set(event.referral_id, event.department);
    return says;
  });
};

const codesOf = (event: ChainEvent): Record<string, unknown> => {
  const { commitments: _, ...codes } = event.what as Record<string, unknown>;
  return codes;
};

/**
 * A referral's clock counts working days, the case's counts calendar days. What the case's own command makes with a
 * referral is measured by the clock of the case: that it is created and sent, and on the portal also delivered.
 */
const clockUnit = (rows: readonly EventRow[], row: EventRow): 'days' | 'working_days' => {
  const event = eventOf(row);
  if (!isReferralEvent(event) || event.type === 'referral_created' || event.type === 'referral_sent') return 'days';
  const isPortal = rows
    .map(eventOf)
    .some((one) => one.type === 'referral_created' && refersTo(one) === refersTo(event) && one.channel === 'portal');
  return event.type === 'referral_delivered' && isPortal ? 'days' : 'working_days';
};

/**
 * The steps, whole or those of one referral. `texts` tells for which of them what people wrote is shown, `actorOf` how
 * whoever did it is called.
 */
export const stepsOf = (
  rows: readonly EventRow[],
  options: {
    readonly names: StepNames;
    readonly cipher: Pick<Cipher, 'open'>;
    readonly referralId?: string;
    readonly texts?: (row: EventRow) => boolean;
    readonly actorOf?: (row: EventRow, name: string) => string;
  },
): ChainStep[] => {
  const says = sayAll(rows, options.names);
  return rows.flatMap((row, i): ChainStep[] => {
    const { event } = row;
    if (options.referralId !== undefined && refersTo(eventOf(row)) !== options.referralId) return [];
    const name = event.role === 'system' ? '系统' : (options.names.user.get(event.actor) ?? event.actor);
    return [
      {
        sequence: row.sequence,
        at: event.at,
        type: event.what.type,
        says: says[i] ?? '',
        actor: options.actorOf?.(row, name) ?? name,
        role: event.role,
        what: codesOf(event),
        personal: (options.texts?.(row) ?? true) ? { ...readPersonal(row.personal, options.cipher) } : {},
        clock: event.clock === null ? null : { ...event.clock, unit: clockUnit(rows, row) },
        hash: row.hash.toString('hex'),
        previous: row.previous_hash.toString('hex'),
      },
    ];
  });
};
