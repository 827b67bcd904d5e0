/** Touches the world: `yilian matching train` and `yilian matching evaluate`. Need no engine. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  claimedKey,
  evaluationPicture,
  type Judgements,
  modelHash,
  type Rates,
  type TrainingRecord,
  trainMatcher,
} from '../matchers/index.ts';
import { formatDay, shanghaiDay } from '../platform/calendar.ts';
import type { Config } from '../platform/config.ts';
import { type CommandContext, UsageError } from './commands.ts';
import { evaluateMatching, type MatchingReport } from './evaluate-matching.ts';
import { type ExchangeDirectory, readExchangeDirectory } from './exchange-directory.ts';
import { readAsOf, readPersons, readRecordsOf } from './matching-directory.ts';
import { modelFile, readModel } from './matching-model.ts';
import { hashOfClaim, readVerdictFile } from './verdict-file.ts';

const usage = `yilian matching train DIR [--out FILE] [--seed N] [--records N] [--verdicts FILE]
  yilian matching evaluate DIR [--model FILE] [--json] [--svg FILE]`;

/** Records that training looks at, spread evenly over the directory: more of them teach little more. */
const RECORDS = 100_000;
const SEED = 20_261_125;

const dayOf = async (directory: ExchangeDirectory): Promise<number> =>
  (await readAsOf(directory)) ?? shanghaiDay(new Date());

const whole = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new UsageError(`--${name} ${text}: a whole number is wanted\n${usage}`);
  return Number(text);
};

const train = async (
  config: Config,
  root: string,
  path: string,
  values: { out?: string; seed?: string; records?: string; verdicts?: string },
  { cwd, stdout, stderr, signal }: CommandContext,
): Promise<number> => {
  const directory = await readExchangeDirectory(path);
  const day = await dayOf(directory);
  const { register, numberOf } = await readPersons(directory, day);
  const verdicts: Judgements =
    values.verdicts === undefined ? new Map() : await readVerdictFile(resolve(cwd, values.verdicts), numberOf);
  stderr.write(`${register.size} persons\n`);
  const most = whole('records', values.records, RECORDS);
  let kept: TrainingRecord[] = [];
  const judgedRecords: TrainingRecord[] = [];
  let every = 1;
  let seen = 0;
  for await (const records of readRecordsOf(directory, config.home, day)) {
    signal.throwIfAborted();
    for (const { feed, identity } of records) {
      const judged = verdicts.size === 0 ? undefined : verdicts.get(hashOfClaim(claimedKey(identity)));
      // There are few of them, and each took somebody's time: none is left out.
      if (judged !== undefined) judgedRecords.push({ feed, identity, judged });
      else if (seen % every === 0) kept.push({ feed, identity });
      seen += 1;
      if (kept.length < most * 2) continue;
      kept = kept.filter((_, i) => i % 2 === 0);
      every *= 2;
    }
  }
  const learnedFrom = [...kept, ...judgedRecords];
  stderr.write(`${seen} records, ${learnedFrom.length} of them learned from, ${judgedRecords.length} with a verdict\n`);
  const model = trainMatcher(register, learnedFrom, whole('seed', values.seed, SEED));
  const out = values.out === undefined ? modelFile(root) : resolve(cwd, values.out);
  await writeFile(out, `${JSON.stringify(model, null, 2)}\n`);
  stdout.write(`${out}: model ${modelHash(model).slice(0, 16)}\n`);
  return 0;
};

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`.padStart(10);
const row = (name: string, rates: Rates): string =>
  `  ${name.padEnd(24)}${String(rates.records).padStart(9)}${String(rates.linked).padStart(9)}${percent(rates.precision)}${percent(rates.recall)}${percent(rates.f1)}${percent(rates.reviewShare)}`;
const head = (title: string): string =>
  `${title.padEnd(26)}${'records'.padStart(9)}${'linked'.padStart(9)}${['precision', 'recall', 'F1', 'review'].map((name) => name.padStart(10)).join('')}`;

const table = (report: MatchingReport): string =>
  [
    head('records'),
    row('all', report.all),
    row('without usable number', report.withoutNumber),
    ...Object.entries(report.withoutNumberByNameKind).map(([kind, rates]) => row(`  ${kind} names`, rates)),
    head('\nby outcome'),
    ...Object.entries(report.byTier).map(([name, rates]) => row(name, { ...rates, recall: 1, f1: rates.precision })),
    head('\nby feed'),
    ...Object.entries(report.byFeed).map(([name, rates]) => row(name, rates)),
    head('\nby name'),
    ...Object.entries(report.byNameKind).map(([name, rates]) => row(name, rates)),
    '\ncalibration (records without usable number)',
    ...report.calibration.map(
      ({ from, to, records, expected, observed }) =>
        `  ${String(from).padStart(4)} to ${String(to).padStart(3)} bits${String(records).padStart(9)}  promised${percent(expected)}  true${percent(observed)}`,
    ),
    `\nwrong links by evidence: estimated ${percent(report.falseLinks.estimated).trim()}, true ${percent(report.falseLinks.observed).trim()}`,
    `${report.persons} persons registered; ${report.all.records} decisions in ${report.seconds} s`,
    '',
  ].join('\n');

const evaluate = async (
  config: Config,
  root: string,
  path: string,
  values: { model?: string; json?: boolean; svg?: string },
  { cwd, stdout, signal }: CommandContext,
): Promise<number> => {
  const model = await readModel(values.model === undefined ? modelFile(root) : resolve(cwd, values.model));
  const directory = await readExchangeDirectory(path);
  const day = await dayOf(directory);
  const report = await evaluateMatching(directory, model, { home: config.home, day, signal });
  if (values.svg !== undefined) await writeFile(resolve(cwd, values.svg), evaluationPicture(report));
  const whose = { model: modelHash(model), directory: directory.path, as_of: formatDay(day) };
  stdout.write(values.json === true ? `${JSON.stringify({ ...whose, ...report })}\n` : table(report));
  return 0;
};

/** `yilian matching train DIR` and `yilian matching evaluate DIR`. `root` is the folder of the package. */
export const matchingCommand = async (config: Config, root: string, context: CommandContext): Promise<number> => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...context.argv],
    options: {
      out: text,
      seed: text,
      records: text,
      verdicts: text,
      model: text,
      svg: text,
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [what, path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError(usage);
  const at = resolve(context.cwd, path);
  if (what === 'train') return train(config, root, at, values, context);
  if (what === 'evaluate') return evaluate(config, root, at, values, context);
  throw new UsageError(usage);
};
