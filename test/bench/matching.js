// `npm run bench:matching`: how right the linkage is on public tables with known truth and on our simulator, how fast the
// person matcher is with a province registered, and, where asked for, Splink on the same tables beside it. Thresholds are
// fixed and the same everywhere; nothing here looks into the truth before the figures are counted.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateMatching } from '../../dist/app/evaluate-matching.js';
import { readExchangeDirectory } from '../../dist/app/exchange-directory.js';
import { simulate } from '../../dist/app/simulate/index.js';
import { tables } from './linkage-data.js';
import { linkTable } from './linkage-figures.js';
import { schemas } from './linkage-schemas.js';
import { describeMachine } from './machine.js';
import { readModelFile } from './matching-model.js';

const ROOT = join(import.meta.dirname, '../..');
/** What every figure has to reach (docs/matching.md). */
const TARGETS = {
  'febrl4.f1': { least: 0.9994 },
  'febrl4.precision': { least: 1 },
  'febrl3.f1': { least: 0.998 },
  'historical_50k.pairwise_f1': { least: 0.85 },
  'historical_50k.clustered_f1': { least: 0.88 },
  'historical_50k.seconds': { most: 3 },
  'fake_1000.f1': { least: 0.92 },
  'simulator.auto_precision': { least: 0.9995 },
  'simulator.auto_recall': { least: 0.98 },
  'simulator.review_share': { most: 0.01 },
  'simulator.recall_gap': { most: 0.01 },
  'exact.records_per_second': { least: 300_000 },
  'probable.records_per_second': { least: 30_000 },
  'one_record.p99_ms': { most: 5 },
  rss_megabytes: { most: 1_500 },
};

const say = (line) => process.stderr.write(`${line}\n`);
const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    data: { ...text, default: join(ROOT, '../shared/data/linkage') },
    only: { ...text, default: 'tables,simulator,speed' },
    households: { ...text, default: '20000' },
    seed: { ...text, default: '20261125' },
    persons: { ...text, default: '3000000' },
    records: { ...text, default: '300000' },
    splink: { type: 'boolean', default: false },
    detail: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const parts = new Set(values.only.split(','));
const figures = {};
const notes = {};

const linkTables = async () => {
  for (const name of ['febrl4', 'febrl3', 'fake_1000', 'historical_50k']) {
    const table = await tables[name](resolve(values.data));
    const { pairwise, final, seconds, pairs, blocked, laps, model, cut } = linkTable(table, schemas[name]);
    figures[`${name}.f1`] = final.f1;
    figures[`${name}.precision`] = final.precision;
    figures[`${name}.recall`] = final.recall;
    figures[`${name}.pairwise_f1`] = pairwise.f1;
    figures[`${name}.pairwise_precision`] = pairwise.precision;
    figures[`${name}.pairwise_recall`] = pairwise.recall;
    if (table.boundary === null) figures[`${name}.clustered_f1`] = final.f1;
    figures[`${name}.blocked_recall`] = blocked;
    figures[`${name}.candidate_pairs`] = pairs;
    figures[`${name}.seconds`] = seconds;
    say(`${name}: F1 ${final.f1.toFixed(4)}, pairwise ${pairwise.f1.toFixed(4)}, ${seconds.toFixed(2)} s`);
    if (values.detail) say(JSON.stringify({ pairwise, final, blocked, pairs, cut, laps, model }, null, 1));
  }
};

const simulateAndJudge = async () => {
  const out = await mkdtemp(join(tmpdir(), 'yilian-matching-'));
  try {
    const { persons, records } = await simulate({
      households: Number(values.households),
      seed: Number(values.seed),
      out,
    });
    say(`simulator: ${persons} persons, ${records} records`);
    const directory = await readExchangeDirectory(out);
    const day = Math.floor(Date.parse('2026-09-30') / 86_400_000);
    const signal = new AbortController().signal;
    const report = await evaluateMatching(directory, await readModelFile(), { home: out, day, signal });
    const { withoutNumber, withoutNumberByNameKind: kinds, falseLinks } = report;
    figures['simulator.records_without_number'] = withoutNumber.records;
    figures['simulator.auto_precision'] = withoutNumber.precision;
    figures['simulator.auto_recall'] = withoutNumber.recall;
    figures['simulator.review_share'] = withoutNumber.reviewShare;
    figures['simulator.recall_han'] = kinds.han?.recall ?? 1;
    figures['simulator.recall_mongolian'] = kinds.mongolian?.recall ?? 1;
    figures['simulator.recall_gap'] = Math.abs((kinds.han?.recall ?? 1) - (kinds.mongolian?.recall ?? 1));
    figures['simulator.false_links_estimated'] = falseLinks.estimated;
    figures['simulator.false_links'] = falseLinks.observed;
    say(`simulator: precision ${withoutNumber.precision.toFixed(5)}, recall ${withoutNumber.recall.toFixed(4)}`);
    if (values.detail) say(JSON.stringify(report, null, 1));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
};

const runOne = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (values.detail && stderr !== '') say(stderr.trimEnd());
  return status === 0 ? JSON.parse(stdout) : { error: stderr.trim().split('\n').at(-1) ?? `ended with ${status}` };
};

const measureSpeed = () => {
  const script = fileURLToPath(new URL('matching-speed.js', import.meta.url));
  const args = [
    '--expose-gc',
    '--max-semi-space-size=32',
    script,
    '--persons',
    values.persons,
    '--records',
    values.records,
  ];
  const speed = runOne(process.execPath, args);
  if (speed.error !== undefined) throw new Error(`the speed could not be measured: ${speed.error}`);
  figures['exact.records_per_second'] = speed.exactPerSecond;
  figures['probable.records_per_second'] = speed.probablePerSecond;
  figures['names.per_second'] = speed.namesPerSecond;
  figures['one_record.p50_ms'] = speed.p50Milliseconds;
  figures['one_record.p99_ms'] = speed.p99Milliseconds;
  figures.rss_megabytes = speed.peakMegabytes;
  notes.speed = speed;
  say(
    `speed: ${speed.exactPerSecond} exact records/s, ${speed.probablePerSecond} others/s, ${Math.round(speed.peakMegabytes)} MB`,
  );
};

/** Splink runs in a virtual environment of its own, made for this run and removed with it; it is no dependency. */
const runSplink = async () => {
  const home = await mkdtemp(join(tmpdir(), 'yilian-splink-'));
  try {
    const python = join(home, 'bin', 'python');
    say('making a virtual environment for Splink');
    for (const [command, args] of [
      ['python3', ['-m', 'venv', home]],
      [python, ['-m', 'pip', 'install', '--quiet', 'splink', 'pandas', 'pyarrow', 'duckdb']],
    ]) {
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) {
        notes.splink = { skipped: stderr.trim().split('\n').at(-1) ?? 'no Python here' };
        return;
      }
    }
    notes.splink = runOne(python, ['-I', join(ROOT, 'test/peers/splink.py'), resolve(values.data)]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

const verdictOf = (name) => {
  const { least, most } = TARGETS[name];
  const figure = figures[name];
  if (figure === undefined) return null;
  return least !== undefined ? figure >= least : figure <= most;
};

const BESIDE = ['precision', 'recall', 'f1'];
/** The same tables by both, pair by pair and at even odds, without the grouping that only ours does. */
const besideSplink = () => {
  if (notes.splink === undefined) return [];
  const { version, skipped, error, ...tables } = notes.splink;
  if (version === undefined) return [`Splink did not run: ${skipped ?? error}`];
  const cell = (figure) => (figure === undefined ? '-' : figure.toFixed(4)).padStart(8);
  const rows = Object.entries(tables).map(([table, splink]) => {
    const ours = BESIDE.map((rate) => cell(figures[`${table}.pairwise_${rate}`]));
    const theirs = BESIDE.map((rate) => cell(splink[rate]));
    const seconds = [figures[`${table}.seconds`], splink.seconds].map((s) => (s?.toFixed(1) ?? '-').padStart(5));
    return `${table.padEnd(16)}${ours.join('')}   ${theirs.join('')}   ${seconds.join('')}`;
  });
  const head = `${'pairs'.padEnd(16)}${'ours: P, R, F1'.padStart(24)}   ${`Splink ${version}: P, R, F1`.padStart(24)}   seconds`;
  return ['', head, ...rows];
};

const printed = () => {
  const { machine, versions } = describeMachine();
  const lines = [`${machine.cpu}, ${machine.cores} cores; load ${machine.load.join(' ')}; Node ${versions.node}`];
  for (const [name, figure] of Object.entries(figures)) {
    const target = TARGETS[name];
    const verdict = target === undefined ? '' : verdictOf(name) ? 'PASS' : 'FAIL';
    const wanted =
      target === undefined ? '' : target.least !== undefined ? `at least ${target.least}` : `at most ${target.most}`;
    lines.push(
      `${verdict.padEnd(5)} ${name.padEnd(36)} ${String(Math.round(figure * 1e5) / 1e5).padStart(12)}  ${wanted}`,
    );
  }
  lines.push(...besideSplink());
  return `${lines.join('\n')}\n`;
};

try {
  if (parts.has('tables')) await linkTables();
  if (parts.has('simulator')) await simulateAndJudge();
  if (parts.has('speed')) measureSpeed();
  if (values.splink) await runSplink();
  const verdict = Object.fromEntries(Object.keys(TARGETS).map((name) => [name, verdictOf(name)]));
  const whole = { ...figures, ...notes, verdict, ...describeMachine() };
  process.stdout.write(values.json ? `${JSON.stringify(whole)}\n` : printed());
} catch (error) {
  say(error.stack ?? String(error));
  process.exitCode = 1;
}
