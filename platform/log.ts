import { type DestinationStream, type Logger, destination as openDestination, pino } from 'pino';
import type { LogLevel } from './config.ts';

export type LogFields = Record<string, unknown>;

/**
 * One line of JSON for each event: a stable event name (`postgres.started`) and fields. ERROR means that somebody must
 * act. `pino` is the logger underneath, for Fastify.
 */
export type Log = {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same log with these fields on every line. */
  child(fields: LogFields): Log;
  pino: Logger;
};

// Whatever a caller passes by mistake, these fields never reach the disk. Do not use the names for anything else:
// a log line `{ name: 'postgres' }` comes out hidden too.
const PERSONAL = [
  'name',
  'full_name',
  'fullName',
  'names',
  'former_name',
  'formerName',
  'id_number',
  'idNumber',
  'id_card',
  'idCard',
  'phone',
  'mobile',
  'address',
  'disability_cert',
  'disabilityCert',
  'disability_certificate',
  'disabilityCertificate',
  'bank_account',
  'bankAccount',
  'account_number',
  'accountNumber',
  'birth_date',
  'birthDate',
  'payload',
  'raw',
];
const SECRET = [
  'password',
  'secret',
  'secretKey',
  'secret_key',
  'token',
  'authorization',
  'cookie',
  'authorization_header',
];

/** Id numbers (15 or 18 characters) inside an error's text: PostgreSQL and ClickHouse quote the offending value. */
const ID_NUMBER = /(?<![0-9A-Za-z])[0-9]{14}(?:[0-9]{3})?[0-9Xx](?![0-9A-Za-z])/g;

/**
 * @param level lines below it are not written
 * @param destination where lines go; standard error by default, written at once so that a crash loses none (standard
 * output belongs to the commands' results)
 */
export function createLog({ level, destination }: { level: LogLevel; destination?: DestinationStream }): Log {
  const hidden = [...PERSONAL, ...SECRET];
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      serializers: { err: describeError, error: describeError },
      redact: { paths: hidden.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[hidden]' },
    },
    destination ?? openDestination({ dest: 2, sync: true }),
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  return {
    debug: (event, fields = {}) => logger.debug(fields, event),
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
    child: (fields) => wrap(logger.child(fields)),
    pino: logger,
  };
}

/**
 * An error as it may be written down. Of a PostgreSQL error only what names no value: `detail` would be
 * "Key (id_number)=(...) already exists". The causes come along, three deep.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? maskIdNumbers(error) : error;
  const { code, table, constraint, column } = error as Error & Record<string, unknown>;
  return {
    type: error.constructor.name,
    message: maskIdNumbers(error.message),
    stack: maskIdNumbers(error.stack ?? ''),
    ...(code === undefined ? {} : { code }),
    ...(table === undefined ? {} : { table }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(column === undefined ? {} : { column }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function maskIdNumbers(text: string): string {
  return text.replace(ID_NUMBER, (found) => `${found.slice(0, 6)}${'*'.repeat(found.length - 6)}`);
}
