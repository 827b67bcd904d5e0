/** Rows of the outbox as commands write them, without the cases: what is handed on knows nothing of those. */
import { insertOutbox, type OutboxPayload, type OutboxRow } from '../../alerts/index.ts';
import type { System } from '../../app/system.ts';

export const AT = '2026-09-30T09:00:00+08:00';

export const caseId = (n: number): string => `c-${n.toString(16).padStart(20, '0')}`;

export const payload = (n: number, sequence: number, more: Partial<OutboxPayload> = {}): OutboxPayload => ({
  type: 'case_received',
  case_id: caseId(n),
  sequence,
  at: AT,
  role: 'analyst',
  household_no: n + 1,
  region_code: '159901001001',
  handling_region: null,
  track: 'need',
  level: 'orange',
  referral_id: null,
  service: null,
  department: null,
  channel: null,
  code: null,
  version: sequence,
  ...more,
});

export const row = (n: number, sequence: number, more: Partial<OutboxPayload> = {}): OutboxRow => ({
  topic: 'case.events',
  payload: payload(n, sequence, more),
});

/** The event that sends a referral to the housing department. */
export const referralRow = (n: number, sequence: number, referralId: string): OutboxRow => ({
  topic: 'referral.housing',
  payload: payload(n, sequence, {
    type: 'referral_sent',
    referral_id: referralId,
    service: 'housing',
    department: 'housing',
    channel: 'portal',
  }),
});

export const write = (system: System, rows: readonly OutboxRow[]): Promise<void> =>
  system.postgres.transaction((tx) => insertOutbox(tx, rows, new Date(AT)), { scope: '*' });

export interface Delivered {
  readonly message_id: string;
  readonly key: string;
  readonly delivery_no: number | null;
  readonly attempts: number;
  readonly last_error: string | null;
}

export const readOutbox = (system: System): Promise<Delivered[]> =>
  system.postgres.query<Delivered & Record<string, unknown>>(
    'select message_id, key, delivery_no, attempts, last_error from outbox order by delivery_no nulls last, outbox_no',
  );

/** What the mirror says happened, each event once, as `case/sequence`. */
export const readMirror = async (system: System): Promise<string[]> =>
  (
    await system.clickhouse.query<{ id: string }>(
      'pages',
      "SELECT concat(case_id, '/', toString(sequence)) AS id FROM case_events_mirror FINAL ORDER BY case_id, sequence",
    )
  ).map(({ id }) => id);
