/** Touches the world: writes an export to a file or to the caller. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type SystemCommand, UsageError } from './commands.ts';
import { exportFormats } from './export-formats.ts';
import { exportSources } from './export-rows.ts';

const usage = `yilian export ${Object.keys(exportSources).join('|')} [--format jsonl|csv|xlsx] [--out FILE] [--reason TEXT]`;

/** `yilian export WHAT`: the export is written to the audit log with who asked, what, why and how many rows. */
export const exportCommand: SystemCommand = async (system, { argv, cwd, stdout, signal }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { format: { type: 'string', default: 'jsonl' }, out: { type: 'string' }, reason: { type: 'string' } },
    allowPositionals: true,
  });
  const [what = '', ...more] = positionals;
  const source = Object.hasOwn(exportSources, what) ? exportSources[what] : undefined;
  const createFormat = Object.hasOwn(exportFormats, values.format) ? exportFormats[values.format] : undefined;
  if (source === undefined || more.length > 0) throw new UsageError(usage);
  if (createFormat === undefined) throw new UsageError(`--format ${values.format}: jsonl, csv or xlsx\n${usage}`);
  const path = values.out === undefined ? null : resolve(cwd, values.out);
  // A file appears under its name only when it is whole.
  const out: Writable = path === null ? stdout : createWriteStream(`${path}.partial`, { mode: 0o600 });
  const failed = new Promise<never>((_, reject) => out.once('error', reject));
  failed.catch(() => undefined);
  const format = createFormat(out, source.columns, what);
  let rows = 0;
  try {
    await Promise.race([format.begin(), failed]);
    for await (const page of source.pages(system)) {
      signal.throwIfAborted();
      await Promise.race([format.rows(page), failed]);
      rows += page.length;
    }
    await Promise.race([format.end(), failed]);
    if (path !== null) {
      await Promise.race([new Promise<void>((done) => out.end(done)), failed]);
      await rename(`${path}.partial`, path);
    }
  } catch (error) {
    if (path !== null) await rm(`${path}.partial`, { force: true });
    throw error;
  }
  await system.postgres.query(
    `insert into audit_log (at, actor, role, act, subject, reason, detail) values ($1, $2, 'operator', 'export', $3, $4, $5)`,
    [
      system.now(),
      `uid:${process.getuid?.() ?? 0}`,
      what,
      values.reason ?? null,
      JSON.stringify({ rows, format: values.format }),
    ],
  );
  return 0;
};
