/** Codes of ClickHouse that the rooms decide by. */
export const CH_UNKNOWN_TABLE = 60;
const CH_MEMORY_LIMIT_EXCEEDED = 241;
const CH_TIMEOUT_EXCEEDED = 159;

const RETRYABLE_CODES = new Set([
  CH_MEMORY_LIMIT_EXCEEDED,
  CH_TIMEOUT_EXCEEDED,
  3, // UNEXPECTED_END_OF_FILE
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  242, // TABLE_IS_READ_ONLY: its Keeper is away
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS: merges have to catch up
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  319, // UNKNOWN_STATUS_OF_INSERT: writes are idempotent by row identity
  394, // QUERY_WAS_CANCELLED
  425, // SYSTEM_ERROR
  999, // KEEPER_EXCEPTION
]);
const RETRYABLE_SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What a statement of ClickHouse failed with, whether the engine is a server or in the process. */
export class ClickHouseFailure extends Error {
  /** ClickHouse's own number, or null when the statement did not reach it. */
  readonly code: number | null;
  /** ClickHouse's name of the code (`UNKNOWN_TABLE`), or the socket's (`ECONNREFUSED`), or null. */
  readonly type: string | null;
  constructor(message: string, { code, type, cause }: { code: number | null; type: string | null; cause: unknown }) {
    super(message, { cause });
    this.name = 'ClickHouseFailure';
    this.code = code;
    this.type = type;
  }
}

/** Any error of the client as a `ClickHouseFailure`. Its code arrives as text ("60") or as a socket's name. */
export function toClickHouseFailure(error: unknown): ClickHouseFailure {
  if (error instanceof ClickHouseFailure) return error;
  if (!(error instanceof Error)) {
    return new ClickHouseFailure(String(error), { code: null, type: null, cause: error });
  }
  const { code, type } = error as Error & { code?: unknown; type?: unknown };
  const isNumber = typeof code === 'string' && /^\d+$/.test(code);
  const name = typeof type === 'string' ? type : typeof code === 'string' && !isNumber ? code : null;
  return new ClickHouseFailure(error.message, { code: isNumber ? Number(code) : null, type: name, cause: error });
}

/** Whether the same statement can succeed when it is tried again. Decided by code only. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof ClickHouseFailure)) return false;
  if (error.code !== null) return RETRYABLE_CODES.has(error.code);
  return error.type !== null && RETRYABLE_SOCKET_CODES.has(error.type);
}
