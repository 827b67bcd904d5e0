/** Touches the world: fills one temporary table per registry file by COPY. */
import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from '../platform/postgres.ts';

export type CopyValue = string | number | boolean | Buffer | null;

const escaped = (text: string): string => text.replace(/[\\\t\n\r]/g, (c) => copyEscapes[c] as string);
const copyEscapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const copyText = (value: CopyValue): string => {
  if (value === null) return '\\N';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  return typeof value === 'string' ? escaped(value) : String(value);
};

/**
 * Creates `table` with `columns` (name and SQL type) for the running transaction and returns how to fill it:
 * `add` rows as often as needed, then `end`. Rows stream; nothing is held back but one chunk.
 */
export const createStage = async (tx: Tx, table: string, columns: readonly (readonly [string, string])[]) => {
  await tx.query(
    `create temporary table ${table} (${columns.map(([name, type]) => `${name} ${type}`).join(', ')}) on commit drop`,
  );
  const stream = tx.client.query(copyFrom(`copy ${table} from stdin`));
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  return {
    async add(rows: readonly (readonly CopyValue[])[]): Promise<void> {
      if (rows.length === 0) return;
      const text = rows.map((row) => `${row.map(copyText).join('\t')}\n`).join('');
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed]);
    },
    async end(): Promise<void> {
      const finished = once(stream, 'finish');
      stream.end();
      await Promise.race([finished, failed]);
      await tx.query(`analyze ${table}`);
    },
  };
};
