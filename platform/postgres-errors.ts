/** Codes of PostgreSQL that the rooms decide by; the text of an error is for people only. */
export const PG_UNIQUE_VIOLATION = '23505';
export const PG_SERIALIZATION_FAILURE = '40001';
const PG_DEADLOCK_DETECTED = '40P01';
export const PG_LOCK_NOT_AVAILABLE = '55P03';
const PG_CONNECTION_FAILURE = '08006';

/** The connection went away under a statement. Whether a commit that was under way took effect is not known. */
export class ConnectionLostError extends Error {
  readonly code = PG_CONNECTION_FAILURE;
  constructor(cause: unknown) {
    super('the connection to PostgreSQL was lost', { cause });
    this.name = 'ConnectionLostError';
  }
}

const RETRYABLE = new Set([
  PG_SERIALIZATION_FAILURE,
  PG_DEADLOCK_DETECTED,
  PG_LOCK_NOT_AVAILABLE,
  '25P03', // idle_in_transaction_session_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up
  '57P05', // idle_session_timeout
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Whole classes: 08 connection, 53 too little of something (memory, disk, connections). */
const RETRYABLE_CLASSES = ['08', '53'];

/** The code of a PostgreSQL or socket error, or null. */
export function postgresCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : null;
}

/** Whether the same transaction can succeed when it is tried again as a whole. Decided by code only. */
export function isRetryable(error: unknown): boolean {
  const code = postgresCode(error);
  if (code === null) return false;
  return RETRYABLE.has(code) || (code.length === 5 && RETRYABLE_CLASSES.includes(code.slice(0, 2)));
}
