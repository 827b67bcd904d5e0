import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { ClickHouseFailure, toClickHouseFailure } from './clickhouse-errors.ts';
import { withLiterals } from './clickhouse-literals.ts';
import type { Log } from './log.ts';

export * from './clickhouse-errors.ts';

/** Who waits for whom: statements of one lane run one after the other, lanes run beside each other. */
export type Lane = 'write' | 'sweep' | 'pages';
const LANES: Lane[] = ['write', 'sweep', 'pages'];

/** Values for `{name:Type}` in the SQL: parameters for a server, literals for the engine in the process. */
export type ClickHouseParams = Record<string, unknown>;

/** ClickHouse types by column name, in the order of a row's values. */
export type RowColumns = Readonly<Record<string, string>>;

export type ClickHouse = {
  /** Rows as objects. 64-bit integers arrive as text, in either engine; Decimal as a number, so read money as Int64. */
  query<R = Record<string, unknown>>(lane: Lane, sql: string, params?: ClickHouseParams): Promise<R[]>;
  command(lane: Lane, sql: string, params?: ClickHouseParams): Promise<void>;
  /** Ready rows as one tab-separated text, in lane 'write'. The whole text fails or none of it is taken. */
  insertTsv(table: string, columns: string[], tsv: string): Promise<void>;
  /**
   * Ready rows in RowBinary form (row-binary.ts), in lane 'write', their columns by name with the types that they were
   * written as. All of them are taken or none.
   */
  insertRows(table: string, columns: RowColumns, rows: Buffer): Promise<void>;
  /** Waits for what is running in every lane. */
  close(): Promise<void>;
};

/**
 * For a server these travel with each request. In the process a setting given with one statement stays for all later
 * ones of that client, so they are set once, on purpose; everything else belongs into the statement's own SETTINGS.
 * Without async_insert=0 (its default became 1) single batches would wait for each other and parts become arbitrary.
 */
const FIXED_SETTINGS = { output_format_json_quote_64bit_integers: 1, async_insert: 0 } as const;
/** Literals make statements as long as what they ask about. */
const EMBEDDED_SETTINGS = { ...FIXED_SETTINGS, max_query_size: 1_073_741_824 } as const;

/** The client's own log would print statements to standard error; errors reach the caller anyway. */
const NO_LOG = ClickHouseLogLevel.OFF;

/**
 * A server at `url`, or with null ClickHouse in this process (`chdb`) with its data in `<home>/clickhouse`.
 *
 * @throws ClickHouseFailure when the server does not answer, when `chdb` is not installed or not for this machine,
 * or when another process has the data open (main claims the home first, so that is a broken invariant)
 */
export async function openClickHouse({
  url,
  home,
  log,
}: {
  url: string | null;
  home: string;
  log: Log;
}): Promise<ClickHouse> {
  const started = performance.now();
  const path = join(home, 'clickhouse');
  const clients = url === null ? await openEmbedded(path) : await openServer(url);
  const insert = url === null ? insertFromFile(join(path, 'rows-to-insert.bin')) : insertFromBody;
  const bound = url === null ? asLiterals : asParameters;
  log.info('clickhouse.opened', { embedded: url === null, ms: Math.round(performance.now() - started) });

  // A client in the process takes one statement at a time; the queue keeps a second one from waiting inside a thread.
  const tails = new Map<Lane, Promise<unknown>>();
  function inLane<T>(lane: Lane, work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
    const turn = async () => {
      try {
        return await work(clients[lane]);
      } catch (error) {
        throw toClickHouseFailure(error);
      }
    };
    if (url !== null) return turn();
    const result = (tails.get(lane) ?? Promise.resolve()).then(turn);
    tails.set(
      lane,
      result.catch(() => undefined),
    );
    return result;
  }

  return {
    query: <R>(lane: Lane, sql: string, params: ClickHouseParams = {}) =>
      inLane(lane, async (client) => {
        const result = await client.query({ ...bound(sql, portable(params)), format: 'JSONEachRow' });
        return result.json<R>();
      }),
    command: (lane, sql, params = {}) =>
      inLane(lane, async (client) => {
        await client.command(bound(sql, portable(params)));
      }),
    async insertTsv(table, columns, tsv) {
      if (tsv === '') return;
      const [first, ...rest] = columns;
      if (first === undefined) throw new Error(`insert into ${table} without columns`);
      await inLane('write', (client) =>
        client.insert({
          table,
          columns: [first, ...rest],
          // One chunk of bytes: measured the fastest form that the client takes in either engine.
          values: Readable.from([tsv], { objectMode: false }),
          format: 'TabSeparated',
        }),
      );
    },
    async insertRows(table, columns, rows) {
      if (rows.length > 0) await inLane('write', (client) => insert(client, table, columns, rows));
    },
    async close() {
      await Promise.all(tails.values());
      await Promise.all([...new Set(Object.values(clients))].map((client) => client.close()));
    },
  };
}

const asParameters = (query: string, params: ClickHouseParams) => ({ query, query_params: params });
const asLiterals = (query: string, params: ClickHouseParams) => ({ query: withLiterals(query, params) });

type InsertRows = (client: ClickHouseClient, table: string, columns: RowColumns, rows: Buffer) => Promise<void>;

/**
 * Rows of a batch are not merged among themselves when they come in (that took half of an insert); the tables' engines
 * do it later, and whoever reads with FINAL never sees the difference.
 */
const INSERT_SETTINGS = 'SETTINGS optimize_on_insert = 0';

const insertInto = (table: string, columns: RowColumns) => {
  const names = Object.keys(columns).join(', ');
  const structure = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return {
    into: `INSERT INTO ${table} (${names}) ${INSERT_SETTINGS} SELECT ${names}`,
    structure: structure.join(', '),
  };
};

/** The embedded engine takes statements as text only, so binary rows come to it in a file of its own folder. */
function insertFromFile(path: string): InsertRows {
  return async (client, table, columns, rows) => {
    const { into, structure } = insertInto(table, columns);
    try {
      await writeFile(path, rows, { mode: 0o600 });
      await client.command(
        asLiterals(`${into} FROM file({path:String}, 'RowBinary', {structure:String})`, { path, structure }),
      );
    } finally {
      await rm(path, { force: true });
    }
  };
}

const insertFromBody: InsertRows = async (client, table, columns, rows) => {
  const { into, structure } = insertInto(table, columns);
  const { stream } = await client.exec({
    query: `${into} FROM input({structure:String}) FORMAT RowBinary`,
    query_params: { structure },
    values: Readable.from([rows], { objectMode: false }),
  });
  stream.resume();
  await finished(stream);
};

async function openServer(url: string): Promise<Record<Lane, ClickHouseClient>> {
  const client = createClient({
    url,
    application: 'yilian',
    // Progress headers keep balancers from cutting a long sweep off as idle.
    request_timeout: 600_000,
    max_open_connections: 12,
    use_multipart_params_auto: true,
    clickhouse_settings: {
      ...FIXED_SETTINGS,
      send_progress_in_http_headers: 1,
      http_headers_progress_interval_ms: '20000',
    },
    log: { level: NO_LOG },
  });
  const answer = await client.ping({ select: true });
  if (!answer.success) {
    await client.close();
    throw toClickHouseFailure(answer.error);
  }
  return { write: client, sweep: client, pages: client };
}

async function openEmbedded(path: string): Promise<Record<Lane, ClickHouseClient>> {
  const connect = await loadChdb();
  await mkdir(path, { recursive: true, mode: 0o700 });
  const opened: ClickHouseClient[] = [];
  async function open(): Promise<ClickHouseClient> {
    const client = createClient({ connection: connect(path), log: { level: NO_LOG } });
    opened.push(client);
    for (const [setting, value] of Object.entries(EMBEDDED_SETTINGS)) {
      await client.command({ query: `SET ${setting} = ${value}` });
    }
    return client;
  }
  try {
    return Object.fromEntries(await Promise.all(LANES.map(async (lane) => [lane, await open()]))) as Record<
      Lane,
      ClickHouseClient
    >;
  } catch (error) {
    await Promise.all(opened.map((client) => client.close()));
    throw new ClickHouseFailure(
      `the embedded ClickHouse could not open ${path}: another process has it open, or the folder is not writable or ` +
        'damaged. Stop the other process, or point YILIAN_HOME elsewhere, or set YILIAN_CLICKHOUSE_URL to a server.',
      { code: null, type: 'EMBEDDED_NOT_OPENED', cause: error },
    );
  }
}

type EmbeddedConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/** Imported only here: an installation with a ClickHouse server needs neither the 500 MB package nor its 150 MB of memory. */
async function loadChdb(): Promise<(path: string) => EmbeddedConnection> {
  try {
    const { createChdbConnection } = await import('chdb/connection');
    // The same contract, declared a second time in the package that chdb depends on.
    return (path) => createChdbConnection({ path }) as unknown as EmbeddedConnection;
  } catch (error) {
    throw new ClickHouseFailure(
      'the embedded ClickHouse (package chdb, Linux with glibc or macOS) is not installed or does not fit this machine. ' +
        'Run `npm ci --include=optional`, or set YILIAN_CLICKHOUSE_URL to a ClickHouse server.',
      { code: null, type: 'EMBEDDED_MISSING', cause: error },
    );
  }
}

/** A Date as seconds with fraction: the embedded client cuts milliseconds off, and both engines read this form. */
function portable(params: ClickHouseParams): ClickHouseParams {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      value instanceof Date
        ? String(value.getTime() % 1000 === 0 ? value.getTime() / 1000 : (value.getTime() / 1000).toFixed(3))
        : value,
    ]),
  );
}
