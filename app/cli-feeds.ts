/** Touches the world: `yilian feeds check FILE`, what would be taken of a file, without taking it. Needs no engine. */
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Feed, type FeedMapping, feeds, openByteSource, openOnDisk, XlsxProblem } from '../ingest/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import type { Config } from '../platform/config.ts';
import { type CommandContext, UsageError } from './commands.ts';
import { DirectoryProblem, type FeedSource, formOf, MAPPING } from './exchange-directory.ts';
import { type CheckedFile, checkFeedFile, type Occurrences } from './feeds-check.ts';
import { checkFile } from './load-headers.ts';
import { homeMapping, readMappingFile } from './mappings.ts';
import { createProgress } from './progress.ts';

const usage = 'yilian feeds check FILE [--feed NAME] [--mapping FILE] [--json]';

const feedOf = (path: string, given: string | undefined): Feed => {
  const name = given ?? basename(dirname(path));
  const feed = feeds.get(name);
  if (feed !== undefined) return feed;
  const known = `the feeds are ${[...feeds.values()].map((f) => `${f.name} (${f.zh})`).join(', ')}`;
  throw new UsageError(
    given === undefined
      ? `${path}: the folder ${name} is no feed; name one with --feed. ${known}\n${usage}`
      : `--feed ${given}: there is no such feed; ${known}`,
  );
};

/** The mapping that a load would use: the one given, the one beside the file, or the one of the home. */
const mappingOf = async (
  path: string,
  feed: Feed,
  given: string | null,
  home: string,
): Promise<{ from: string; mapping: FeedMapping } | null> => {
  for (const from of given === null ? [join(dirname(path), MAPPING), homeMapping(home, feed.name)] : [given]) {
    const mapping = await readMappingFile(from, feed);
    if (mapping !== null) return { from, mapping };
  }
  if (given !== null) throw new DirectoryProblem([`${given}: there is no such file. Check the path of --mapping.`]);
  return null;
};

const lines = ({ first_lines, count }: Occurrences): string =>
  `line${count === 1 ? '' : 's'} ${first_lines.join(', ')}${count > first_lines.length ? ', …' : ''}`;

const shown = ({ example }: Occurrences): string => (example === null ? '' : `  ${example}`);

const CURES: Readonly<Record<string, string>> = {
  scientific_notation:
    'made a number by a spreadsheet: its last digits are lost. Format the column as text and fill it anew',
  masked: 'masked: ask for the whole number',
  wrong_length: 'of a wrong length',
  wrong_check_character: 'with a wrong check character',
};

const say = (checked: CheckedFile): string[] => {
  const out: string[] = [];
  const { rows, records, withdrawals, declarations, rejected } = checked;
  out.push(
    `${rows} rows: ${records} records, ${withdrawals} withdrawals, ${declarations} declarations, ${rejected} would be refused`,
    '',
    'column, its header in the file, rows that fill it, an example (masked)',
  );
  for (const { column, zh, headers, required, filled, example } of checked.columns) {
    if (headers.length === 0 && filled === 0 && !required) continue;
    const header = headers.length > 0 ? headers.join(' | ') : filled > 0 ? '(a constant)' : '(not in the file)';
    out.push(
      `  ${column} ${zh}${required ? '*' : ''}  <- ${header}  ${filled}${example === null ? '' : `  ${example}`}`,
    );
  }
  if (checked.refusals.length > 0) out.push('', 'would be refused');
  for (const refusal of checked.refusals) {
    const field = refusal.field === null ? '' : ` (${refusal.field})`;
    out.push(`  ${refusal.count}  ${refusal.reason}${field}  ${lines(refusal)}${shown(refusal)}`);
  }
  const unknown = Object.entries(checked.unknown_columns);
  if (unknown.length > 0)
    out.push('', 'unknown columns, kept out', ...unknown.map(([header, n]) => `  ${header} (${n})`));
  const { stated, right, defects } = checked.id_numbers;
  out.push('', `id numbers: ${stated} stated, ${right} right`);
  for (const [defect, seen] of Object.entries(defects))
    out.push(`  ${seen.count}  ${CURES[defect] ?? defect}  ${lines(seen)}${shown(seen)}`);
  for (const [column, seen] of Object.entries(checked.lost_digits))
    out.push('', `${column}: ${seen.count} made numbers by a spreadsheet, their last digits are lost  ${lines(seen)}`);
  return out;
};

const FORMS = { csv: 'CSV', jsonl: 'JSONL', xlsx: 'XLSX' } as const;

const check = async (
  config: Config,
  path: string,
  values: { feed?: string; mapping?: string; json?: boolean },
  context: CommandContext,
): Promise<number> => {
  const { cwd, stdout, stderr } = context;
  const feed = feedOf(path, values.feed);
  const form = formOf(basename(path));
  if (form === null) throw new UsageError(`${path}: only .csv, .jsonl, their .gz, and .xlsx are read. ${usage}`);
  const given = values.mapping === undefined ? null : resolve(cwd, values.mapping);
  const found = form.declarations ? null : await mappingOf(path, feed, given, config.home);
  const mapping = found?.mapping ?? null;
  const source = await openByteSource(path);
  try {
    const described: FeedSource = { feed, name: basename(path), path, ...form, size: source.size };
    await checkFile(described, mapping);
    const progress = createProgress(stderr);
    progress.phase('checking', source.size);
    const file = { feed, ...form, mapping };
    const opened = await openOnDisk(source, file, progress.bytes);
    const day = shanghaiDay(new Date());
    const checked = await checkFeedFile({ ...file, ...opened }, { latestDay: day + 1, receiptDay: day }, progress.rows);
    progress.end();
    const head = {
      file: path,
      feed: feed.name,
      format: form.form,
      packed: form.packed,
      encoding: opened.encoding,
      mapping: found?.from ?? null,
    };
    if (values.json === true) stdout.write(`${JSON.stringify({ ...head, ...checked })}\n`);
    else {
      const how = [
        FORMS[form.form],
        ...(form.packed ? ['gzip'] : []),
        opened.encoding,
        `mapping ${found?.from ?? 'none'}`,
      ];
      stdout.write(`${path}: ${feed.name} ${feed.zh}, ${how.join(', ')}\n${say(checked).join('\n')}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof XlsxProblem)) throw error;
    throw new DirectoryProblem([`${path}${error.row === null ? '' : `:${error.row}`}: ${error.message}`]);
  } finally {
    await source.close();
  }
};

/** `yilian feeds check FILE`. */
export const feedsCommand = async (config: Config, context: CommandContext): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...context.argv],
    options: { feed: { type: 'string' }, mapping: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [what, path, ...more] = positionals;
  if (what !== 'check' || path === undefined || more.length > 0) throw new UsageError(usage);
  return check(config, resolve(context.cwd, path), values, context);
};
