import { resolve } from 'node:path';
import { z } from 'zod';

/** What an installation decides from outside. Everything else has one value, in the code that needs it. */
export type Config = {
  /** Absolute folder of the embedded engines, the lock and the keys. Another value is another, empty system. */
  home: string;
  /** A PostgreSQL server, or null for the embedded one. */
  postgresUrl: string | null;
  /** A ClickHouse server, or null for the embedded one. */
  clickhouseUrl: string | null;
  /** Kafka brokers as host:port, or null for the log in PostgreSQL. */
  kafkaBrokers: string[] | null;
  /** How long the brokers wait for a silent worker before others get its partitions, in milliseconds. */
  kafkaSessionMs: number;
  host: string;
  port: number;
  logLevel: LogLevel;
  /** 32 bytes as 64 hex digits, or null for the key file in `home`. */
  secretKey: string | null;
  /** Rows that a load takes at once: what memory holds, and what a crash repeats. */
  batchRows: number;
  /** Absolute folder of the inbox: a folder a feed, and what lies in there whole is taken. */
  inbox: string;
  /** How long a file must have rested before it counts as whole, in milliseconds. */
  inboxSettleMs: number;
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

// Messages never repeat a value: an address may hold a password, and these lines end up in terminals and tickets.
const schema = z.object({
  YILIAN_HOME: z.string().default('.yilian'),
  YILIAN_POSTGRES_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database').optional(),
  YILIAN_CLICKHOUSE_URL: address(['http:', 'https:'], 'http://user:password@host:8123/database').optional(),
  YILIAN_KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .refine((brokers) => brokers.length > 0 && brokers.every(isBroker), {
      error: 'is not a list of brokers; write host:port, several separated by commas, such as kafka1:9092,kafka2:9092',
    })
    .optional(),
  YILIAN_KAFKA_SESSION: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: 'is not a number of seconds; write a whole number from 1 to 999, such as 30' })
    .transform((seconds) => Number(seconds) * 1000)
    .default(30_000),
  YILIAN_HOST: z
    .string()
    .regex(/^[\w.:-]+$/, { error: 'is not a host name or an address; write one such as 127.0.0.1 or 0.0.0.0' })
    .default('127.0.0.1'),
  YILIAN_PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'is not a port; write a whole number from 0 to 65535' })
    .transform(Number)
    .refine((port) => port <= 65535, { error: 'is not a port; write a whole number from 0 to 65535' })
    .default(8080),
  YILIAN_LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `is not a log level; write one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
  YILIAN_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, {
      error:
        'is not a 32-byte key; write 64 hex digits (openssl rand -hex 32), or leave it out to keep the key in YILIAN_HOME',
    })
    .optional(),
  YILIAN_BATCH_ROWS: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: 'is not a number of rows; write a whole number from 1 to 999999' })
    .transform(Number)
    .default(50_000),
  YILIAN_INBOX: z.string().optional(),
  YILIAN_INBOX_SETTLE: z
    .string()
    .regex(/^\d{1,4}(?:\.\d{1,3})?$/, {
      error: 'is not a number of seconds; write one from 0 to 9999, such as 10 or 0.5',
    })
    .transform((seconds) => Number(seconds) * 1000)
    .default(10_000),
});

/**
 * The environment as settings, or every problem in it at once: one line each with the variable's name, what is wrong
 * and the cure. An empty value means "not set", because that is what `YILIAN_X= npm start` and compose files give.
 */
export function parseConfig(
  env: NodeJS.ProcessEnv,
  cwd: string,
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) };
  }
  const read = parsed.data;
  const home = resolve(cwd, read.YILIAN_HOME);
  return {
    ok: true,
    config: {
      home,
      postgresUrl: read.YILIAN_POSTGRES_URL ?? null,
      clickhouseUrl: read.YILIAN_CLICKHOUSE_URL ?? null,
      kafkaBrokers: read.YILIAN_KAFKA_BROKERS ?? null,
      kafkaSessionMs: read.YILIAN_KAFKA_SESSION,
      host: read.YILIAN_HOST,
      port: read.YILIAN_PORT,
      logLevel: read.YILIAN_LOG_LEVEL,
      secretKey: read.YILIAN_SECRET_KEY ?? null,
      batchRows: read.YILIAN_BATCH_ROWS,
      inbox: read.YILIAN_INBOX === undefined ? resolve(home, 'inbox') : resolve(cwd, read.YILIAN_INBOX),
      inboxSettleMs: read.YILIAN_INBOX_SETTLE,
    },
  };
}

function address(protocols: string[], example: string) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}; write one such as ${example}`,
  });
}

function isBroker(text: string): boolean {
  const port = /^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65535;
}
