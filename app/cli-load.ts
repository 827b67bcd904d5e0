import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseIsoDay } from '../platform/calendar.ts';
import { type SystemCommand, UsageError } from './commands.ts';
import { isSynthetic } from './demo/index.ts';
import { loadDirectory } from './load.ts';
import { createProgress } from './progress.ts';

/** Day number of `--as-of`, null when not given. */
export const dayOption = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const day = parseIsoDay(text);
  if (day === null) throw new UsageError(`--as-of ${text} is no date; write YYYY-MM-DD`);
  return day;
};

const FICTION =
  'this store holds fictional data and demo accounts whose password is public: real data belongs into another YILIAN_HOME';

const usage = 'yilian load DIR [--as-of YYYY-MM-DD] [--json]';

/** `yilian load DIR`. */
export const loadCommand: SystemCommand = async (system, { argv, cwd, stdout, stderr, signal }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { 'as-of': { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [directory, ...more] = positionals;
  if (directory === undefined || more.length > 0) throw new UsageError(usage);
  if (await isSynthetic(system)) stderr.write(`${FICTION}\n`);
  const progress = createProgress(stderr, (phase) => system.log.debug('load.phase', { ...phase }));
  const result = await loadDirectory(system, resolve(cwd, directory), {
    asOf: dayOption(values['as-of']),
    progress,
    signal,
  });
  if (values.json) stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const { records, warnings, duties, cases } = result;
    stdout.write(
      `${records.read} records read: ${records.accepted} accepted, ${records.duplicate} duplicate, ${records.rejected} rejected, ` +
        `${records.not_authorised} not authorised\n${result.findings} findings as of ${result.as_of}: ` +
        `${warnings.opened} warnings opened, ${warnings.observed} observed, ${warnings.cleared} cleared; ` +
        `${duties.opened} duties opened; ${cases.opened} cases opened (${result.seconds} s)\n`,
    );
  }
  return 0;
};
