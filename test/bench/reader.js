// `npm run bench:reader`: how fast the reader alone takes files of each form, from disk to judged rows, on one thread; and
// what memory that needs, in a process of its own. The target is for workbooks.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { feeds, openByteSource, openOnDisk, readFeed } from '../../dist/ingest/index.js';
import { benchDirectory } from './directory.js';
import { directoryIn, fileIn } from './forms.js';
import { describeMachine } from './machine.js';

const TARGET = 20_000;
const FORMS = ['jsonl', 'csv', 'xlsx'];
const AS_OF = 20_726;

const say = (line) => process.stderr.write(`${line}\n`);

/** Reads one file in this process. */
const readOne = async (path, form) => {
  const source = await openByteSource(path);
  const file = { feed: feeds.get('medical-insurance'), form, packed: false, declarations: false, mapping: null };
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  const watch = setInterval(look, 20);
  const began = performance.now();
  const opened = await openOnDisk(source, file, () => undefined);
  const options = {
    from: { line: 1, offset: 0 },
    limits: { latestDay: AS_OF, receiptDay: AS_OF },
    batchRows: 20_000,
    unknown: new Map(),
  };
  let rows = 0;
  let rejected = 0;
  for await (const batch of readFeed({ ...file, ...opened }, options)) {
    rows += batch.rows.length;
    for (const row of batch.rows) if (row.kind !== 'record') rejected += 1;
    look();
  }
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  await source.close();
  const cpu = process.cpuUsage();
  return {
    form,
    rows,
    rejected,
    seconds,
    rowsPerSecond: rows / seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMegabytes: peak / 1e6,
  };
};

const measure = (path, form) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), '--one', path, '--form', form],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`reading ${path} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout);
};

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    records: { ...text, default: '1000000' },
    persons: { ...text, default: '100000' },
    one: text,
    form: text,
    json: { type: 'boolean', default: false },
  },
});

try {
  if (values.one !== undefined) process.stdout.write(JSON.stringify(await readOne(values.one, values.form)));
  else {
    const [records, persons] = [Number(values.records), Number(values.persons)];
    const runs = [];
    for (const count of [Math.round(records / 10), records]) {
      const directory = await benchDirectory({ records: count, persons }, say);
      for (const form of FORMS) runs.push(measure(fileIn(form, await directoryIn(form, directory, say)), form));
    }
    for (const run of runs) if (run.rejected > 0) throw new Error(`${run.form}: ${run.rejected} rows were refused`);
    const slowest = Math.min(...runs.filter(({ form }) => form === 'xlsx').map(({ rowsPerSecond }) => rowsPerSecond));
    const report = { ...describeMachine(), target: TARGET, verdict: slowest >= TARGET, runs };
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else {
      const { machine } = report;
      process.stdout.write(`${machine.cpu}, ${machine.cores} cores; load ${machine.load.join(' ')}\n`);
      for (const run of runs)
        process.stdout.write(
          `${run.form.padEnd(6)} ${String(run.rows).padStart(9)} rows  ${String(Math.round(run.rowsPerSecond)).padStart(8)} rows/s  ${run.cpuSeconds.toFixed(1).padStart(6)} s of CPU  ${Math.round(run.peakMegabytes)} MB\n`,
        );
      process.stdout.write(`${report.verdict ? 'PASS' : 'FAIL'}  at least ${TARGET} rows/s of a workbook\n`);
    }
  }
} catch (error) {
  say(error.stack ?? String(error));
  process.exitCode = 1;
}
