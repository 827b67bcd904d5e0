/** Touches the world: `yilian feeds note`, the quality note of a department and month as a file. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { noteAudit } from '../access/index.ts';
import { returnMonth } from '../dashboards/queries/index.ts';
import { feedsBySender } from '../ingest/index.ts';
import { type SystemCommand, UsageError } from './commands.ts';
import { isSynthetic } from './demo/index.ts';
import { makeNote, type NoteFormat, noteFile, noteFormats } from './quality-note/index.ts';

const usage = 'yilian feeds note --department D --month YYYY-MM [--format csv|xlsx] [--out FILE]';
const isFormat = (text: string): text is NoteFormat => noteFormats.some((known) => known === text);

/** `yilian feeds note`: written to the audit log with who asked and what. */
export const feedsNoteCommand: SystemCommand = async (system, { argv, cwd, stdout }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      ...{ department: { type: 'string' }, month: { type: 'string' }, out: { type: 'string' } },
      format: { type: 'string', default: 'csv' },
    },
    allowPositionals: true,
  });
  const { department, month, format } = values;
  if (positionals.length !== 1 || department === undefined || month === undefined) throw new UsageError(usage);
  if (!returnMonth.safeParse(month).success)
    throw new UsageError(`--month ${month}: a month such as 2026-10\n${usage}`);
  if (!isFormat(format)) throw new UsageError(`--format ${format}: csv or xlsx\n${usage}`);
  const by = `uid:${process.getuid?.() ?? 0}`;
  const note = await makeNote(system, { department, month, by, synthetic: await isSynthetic(system) });
  if (note === null) {
    const known = [...feedsBySender().keys()].join(', ');
    throw new UsageError(`--department ${department}: no feed comes from it. The departments are ${known}.`);
  }
  const bytes = await noteFile(note, format);
  await system.postgres.transaction((tx) =>
    noteAudit(tx, {
      ...{ at: system.now(), actor: by, role: 'operator', act: 'export', subject: 'quality-note', reason: null },
      detail: { department, month, format },
    }),
  );
  if (values.out === undefined) {
    await new Promise<void>((done, failed) => stdout.write(bytes, (error) => (error ? failed(error) : done())));
    return 0;
  }
  const path = resolve(cwd, values.out);
  // A file appears under its name only when it is whole.
  try {
    await writeFile(`${path}.partial`, bytes, { mode: 0o600 });
    await rename(`${path}.partial`, path);
  } finally {
    await rm(`${path}.partial`, { force: true });
  }
  return 0;
};
