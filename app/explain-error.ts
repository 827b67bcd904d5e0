import { ClickHouseFailure } from '../platform/clickhouse-errors.ts';
import { UnsealError } from '../platform/crypto.ts';
import { SchemaMismatchError } from '../platform/migrate.ts';
import { CatalogueError } from '../rules/index.ts';
import { UsageError } from './commands.ts';
import { DirectoryProblem } from './exchange-directory.ts';
import { PortTaken } from './port-taken.ts';

const AGAIN = 'then run the same command again: it goes on where it stopped';
const FULL = `the disk is full. Make room, ${AGAIN}`;
const QUOTA = `the disk quota is used up. Make room or have it raised, ${AGAIN}`;
const TOO_BIG = `a file may not grow that far. Raise the limit on file sizes (ulimit -f unlimited), ${AGAIN}`;
const FORBIDDEN = `this user may not read or write there. Give the permission (chmod, chown), ${AGAIN}`;
const SILENT =
  'the server does not answer. Check that it runs, and its address in YILIAN_POSTGRES_URL, YILIAN_CLICKHOUSE_URL';

/** What is wrong and what to do, by the code of the operating system and of zlib. */
const systemCures: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: QUOTA,
  EFBIG: TOO_BIG,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: `the disk is read-only. Make it writable, or set YILIAN_HOME to a folder elsewhere, ${AGAIN}`,
  ENOENT: `it is not there. Put it back, ${AGAIN}`,
  ENOTDIR: `a file stands where a folder was expected. Move it away, ${AGAIN}`,
  EISDIR: `a folder stands where a file was expected. Move it away, ${AGAIN}`,
  EMFILE: `too many files are open. Raise the limit (ulimit -n 65536), ${AGAIN}`,
  ENFILE: `too many files are open on this machine. Close some programs, ${AGAIN}`,
  ENOMEM: `the memory is used up. Close some programs, ${AGAIN}`,
  EIO: `the disk can't be read or written. Look at it (dmesg), ${AGAIN}`,
  ECONNREFUSED: SILENT,
  ECONNRESET: SILENT,
  ETIMEDOUT: SILENT,
  ENOTFOUND: SILENT,
  EAI_AGAIN: SILENT,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  Z_DATA_ERROR: 'a packed file is damaged. Have it sent again, then load again',
  Z_BUF_ERROR: 'a packed file is cut short. Have it sent again, then load again',
};

/** By SQLSTATE. */
const postgresCures: Readonly<Record<string, string>> = {
  '53100': FULL,
  '53200': systemCures['ENOMEM'] as string,
  '53300': `it has no connection left. Close some programs that use it, ${AGAIN}`,
  '58030': systemCures['EIO'] as string,
  '28000': 'it does not let this user in. Check YILIAN_POSTGRES_URL',
  '28P01': 'it does not let this user in. Check YILIAN_POSTGRES_URL',
  '3D000': 'there is no such database. Create it, or check YILIAN_POSTGRES_URL',
  '08006':
    'the connection was lost. Most often its disk is full or it was stopped; its log says which (of the embedded one ' +
    `postgres.log in YILIAN_HOME). Mend that, ${AGAIN}`,
  '57P01': `it was stopped meanwhile. Start it, ${AGAIN}`,
  '57P02': `it broke down. Its log says why; mend that, ${AGAIN}`,
  '57P03': `it is still starting. Wait a moment, ${AGAIN}`,
};

/** By ClickHouse's own number. */
const clickhouseCures: Readonly<Record<number, string>> = {
  75: FULL,
  76: FORBIDDEN,
  241: systemCures['ENOMEM'] as string,
  243: FULL,
  516: 'it does not let this user in. Check YILIAN_CLICKHOUSE_URL',
};

/** Where a program that we started only wrote down what was wrong, the operating system's words for it. */
const wordsOfPrograms: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, FULL],
  [/Disk quota exceeded/, QUOTA],
  [/File too large/, TOO_BIG],
  [/Permission denied/, FORBIDDEN],
];

interface Explained {
  readonly what: string;
  readonly cure: string;
}

const codeOf = (error: unknown): string | number | null => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? code : null;
};

/** What one error of a chain says by its code. Messages of databases may quote values, so only their codes are shown. */
const byCode = (error: unknown): Explained | null => {
  const code = codeOf(error);
  if (error instanceof ClickHouseFailure) {
    const cure = error.code === null ? systemCures[error.type ?? ''] : clickhouseCures[error.code];
    const said = wordsOfPrograms.find(([words]) => words.test(error.message))?.[1];
    const found = cure ?? said;
    return found === undefined ? null : { what: `ClickHouse (${error.code ?? error.type})`, cure: found };
  }
  if (typeof code !== 'string') return null;
  const postgres = postgresCures[code];
  if (postgres !== undefined) return { what: `PostgreSQL (${code})`, cure: postgres };
  const cure = systemCures[code];
  if (cure === undefined) return null;
  const { path, syscall, address, port } = error as {
    path?: string;
    syscall?: string;
    address?: string;
    port?: number;
  };
  return { what: path ?? (address === undefined ? (syscall ?? code) : `${address}:${port}`), cure };
};

/** Servers and tools that were started and ended: the line that says why, out of all that they said. */
const byWords = (error: unknown): Explained | null => {
  const { message } = error as Error;
  if (!/^(?:initdb failed|the embedded PostgreSQL did not start)/.test(message)) return null;
  const lines = message.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /FATAL|PANIC|ERROR|error:|could not/.test(line)) ?? (lines[0] as string);
  const cure = wordsOfPrograms.find(([words]) => words.test(message))?.[1] ?? `mend that, ${AGAIN}`;
  // Without the time and the number of a process that is gone.
  return { what: `the embedded PostgreSQL can't start: ${telling.replace(/^.*?(?=FATAL|PANIC)/, '')}`, cure };
};

/** Of a name with several addresses Node says what each of them answered; the first will do. */
const single = (error: unknown): unknown => (error instanceof AggregateError ? error.errors[0] : error);

/** An error and what caused it. */
const chainOf = (error: unknown): Error[] => {
  const chain: Error[] = [];
  for (let at = single(error); at instanceof Error && chain.length < 8; at = single(at.cause)) chain.push(at);
  return chain;
};

/** Errors whose message is for people and says what to do: in sentences, or by naming the command that helps. */
const isTold = (error: Error): boolean =>
  error instanceof DirectoryProblem ||
  error instanceof CatalogueError ||
  error instanceof PortTaken ||
  error instanceof SchemaMismatchError ||
  (error instanceof ClickHouseFailure && (error.type ?? '').startsWith('EMBEDDED_')) ||
  (error.constructor === Error && /[^.]\. .*\.$|`(?:yilian|npm) /s.test(error.message));

/** Id numbers never reach a terminal, whatever a database or a library quotes. */
const masked = (text: string): string =>
  text.replace(/(?<![0-9A-Za-z])(\d{6})\d{8}(?:\d{3})?[\dXx](?![0-9A-Za-z])/g, '$1************');

/** What an error means for whoever called the program: a line or a few, and the exit code (commands.md). */
export const explainError = (error: unknown): { text: string; code: number } => {
  if (error instanceof UsageError) return { text: error.message, code: 2 };
  if (String(codeOf(error)).startsWith('ERR_PARSE_ARGS')) return { text: (error as Error).message, code: 2 };
  const chain = chainOf(error);
  const [outer] = chain;
  if (outer === undefined) return { text: masked(String(error)), code: 1 };
  if (isTold(outer)) return { text: outer.message, code: 1 };
  if (outer.message.startsWith('the running yilian')) {
    return { text: `${outer.message}. Look whether it still runs, then run the same command again.`, code: 1 };
  }
  for (const link of chain) {
    const found = byCode(link) ?? byWords(link);
    if (found === null) continue;
    const what = link === outer ? found.what : `${outer.message}: ${found.what}`;
    return { text: masked(`${what}: ${found.cure}.`), code: 1 };
  }
  if (chain.some((link) => link instanceof UnsealError)) {
    const cure = 'Restore secret.key (or YILIAN_SECRET_KEY) and the files of YILIAN_HOME from one backup.';
    return { text: `${chain.map(({ message }) => message).join(': ')}. ${cure}`, code: 1 };
  }
  // Unexpected: whoever mends it needs to see where.
  return { text: masked(chain.map((link) => link.stack ?? link.message).join('\ncaused by ')), code: 1 };
};
