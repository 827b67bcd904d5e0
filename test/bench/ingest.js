// `npm run bench`: how fast the program takes records from a file to facts, what memory it needs, and what the embedded
// ClickHouse alone needs for the same facts in the same run. The exit code tells only whether the runs themselves worked.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureChdbAlone } from './chdb-alone.js';
import { benchDirectory } from './directory.js';
import { directoryIn } from './forms.js';
import { describeMachine } from './machine.js';
import { median, print } from './report.js';
import { watchLoad } from './watch-load.js';

/** Records a second by form, and millions of bytes. */
const TARGETS = { jsonl: 80_000, csv: 80_000, xlsx: 20_000, peakMegabytes: 1200 };

const count = (text, name) => {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} ${text} is no count; write a whole number from 1`);
  return Number(text);
};

const options = () => {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '1000000' },
      persons: { type: 'string', default: '100000' },
      runs: { type: 'string', default: '3' },
      form: { type: 'string', default: 'jsonl' },
      json: { type: 'boolean', default: false },
    },
  });
  if (!['jsonl', 'csv', 'xlsx'].includes(values.form))
    throw new Error(`--form ${values.form} is none of jsonl, csv, xlsx`);
  return {
    form: values.form,
    records: count(values.records, 'records'),
    persons: count(values.persons, 'persons'),
    runs: count(values.runs, 'runs'),
    json: values.json,
  };
};

const say = (line) => process.stderr.write(`${line}\n`);

/** One load in a system of its own, and beside it what chdb alone needs for the facts that it stored. */
const runOnce = async (directory, { records }) => {
  const home = await mkdtemp(join(tmpdir(), 'yilian-bench-home-'));
  try {
    globalThis.gc?.();
    const load = await watchLoad(directory, home);
    if (load.result.records.accepted !== records) {
      throw new Error(`of ${records} records ${load.result.records.accepted} were accepted`);
    }
    const { facts, seconds: chdbSeconds } = await measureChdbAlone(home);
    if (facts !== records) throw new Error(`of ${records} records ${facts} became facts`);
    const { registry, records: taken, rules } = load.phases;
    const recordsPerSecond = records / taken.seconds;
    const chdbPerSecond = facts / chdbSeconds;
    return {
      seconds: { registry: registry.seconds, records: taken.seconds, rules: rules.seconds, whole: load.seconds },
      registryRowsPerSecond: registry.rows / registry.seconds,
      recordsPerSecond,
      chdbAlone: { facts, seconds: chdbSeconds, factsPerSecond: chdbPerSecond },
      ofChdbAlone: recordsPerSecond / chdbPerSecond,
      peakMegabytes: { afterRecords: taken.peakMegabytes, whole: load.peakMegabytes, postgres: load.postgresMegabytes },
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

const main = async () => {
  const asked = options();
  const directory = await directoryIn(asked.form, await benchDirectory(asked, say), say);
  const runs = [];
  for (let number = 1; number <= asked.runs; number += 1) {
    const run = await runOnce(directory, asked);
    runs.push(run);
    say(`run ${number} of ${asked.runs}: ${Math.round(run.recordsPerSecond)} records/s in ${run.seconds.records} s`);
  }
  const of = (pick) => median(runs.map(pick));
  const peaks = runs.flatMap((run) => run.peakMegabytes.whole ?? []);
  const verdict = {
    recordsPerSecond: of((run) => run.recordsPerSecond) >= TARGETS[asked.form],
    peakMegabytes: peaks.length === 0 ? null : median(peaks) < TARGETS.peakMegabytes,
  };
  const report = { ...describeMachine(), ...asked, targets: TARGETS, verdict, runs };
  if (asked.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report, of);
};

try {
  await main();
} catch (error) {
  say(error.stack ?? String(error));
  process.exitCode = 1;
}
