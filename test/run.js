// What `npm test` runs: every check that this machine can run, all of them also after one has failed. What it can't run
// is named in one closing line; the last line is `N passed, N failed, N skipped`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');
// Tests open systems of their own: an operator's settings must not lead them to real data. These name what tests may use.
const KEPT = [
  'YILIAN_KAFKA_BROKERS',
  'YILIAN_TEST_CACHE',
  'YILIAN_CHROMIUM',
  'YILIAN_FUZZ_SECONDS',
  'YILIAN_FUZZ_SEED',
];
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('YILIAN_') || KEPT.includes(name)),
);
env.PATH = `${BIN}${delimiter}${env.PATH ?? ''}`;

const total = { passed: 0, failed: 0, skipped: 0 };
/** Names of what could not run here, and how many checks each stands for. */
const skipped = new Map();
/** What failed and why. */
const failures = [];
/** What ran, how long it took and how it ended, for the summary. */
const report = [];

const note = (name, seconds, outcome) => report.push(`${seconds.toFixed(1).padStart(7)} s  ${name}: ${outcome}`);

const skip = (name, count = 1) => {
  total.skipped += count;
  skipped.set(name, (skipped.get(name) ?? 0) + count);
};

/** Runs a command with its output here; resolves with its exit code, 1 where it could not be started. */
const run = (command, args, more = {}) =>
  new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      done(1);
    });
    child.once('exit', (code) => done(code ?? 1));
  });

/** A check that passes or fails as a whole. */
const check = async (name, command, args, more) => {
  console.log(`\n--- ${name}`);
  const began = performance.now();
  const code = await run(command, args, more);
  total[code === 0 ? 'passed' : 'failed'] += 1;
  if (code !== 0) failures.push(`${name}: exit code ${code}`);
  note(name, (performance.now() - began) / 1000, code === 0 ? 'passed' : `FAILED (exit code ${code})`);
};

/** Names the skipped tests of a file by their group, or one by one where only some of a group were skipped. */
const nameSkipped = (file, tests) => {
  const groupOf = (test) => test.ancestorTitles.filter(Boolean).join(' > ');
  const isSkipped = (test) => test.status !== 'passed' && test.status !== 'failed';
  for (const test of tests.filter(isSkipped)) {
    const group = groupOf(test);
    const whole = group !== '' && tests.every((other) => groupOf(other) !== group || isSkipped(other));
    skip(whole ? group : `${file} > ${test.fullName}`);
  }
};

/** Says again at the end what failed, and the first line of why: the whole of it stands far above. */
const nameFailed = (file, status, message, tests) => {
  const failed = tests.filter((test) => test.status === 'failed');
  for (const { fullName, failureMessages } of failed)
    failures.push(`${file} > ${fullName}: ${firstLine(failureMessages)}`);
  if (failed.length === 0 && status === 'failed') failures.push(`${file}: ${firstLine([message])}`);
};

const firstLine = ([message]) => (message ?? 'no reason given').split('\n', 1)[0];

/** Adds the numbers of a vitest run. A file that could not even be read counts as one failed test. */
const addTests = (results, code) => {
  const before = { ...total };
  for (const { name, status, message, assertionResults: tests } of results?.testResults ?? []) {
    total.passed += tests.filter((test) => test.status === 'passed').length;
    const failed = tests.filter((test) => test.status === 'failed').length;
    total.failed += failed === 0 && status === 'failed' ? 1 : failed;
    nameSkipped(relative(ROOT, name), tests);
    nameFailed(relative(ROOT, name), status, message, tests);
  }
  // An error outside of any test, or vitest itself did not get to its end.
  if (code !== 0 && total.failed === before.failed) total.failed += 1;
  return Object.entries(total)
    .map(([outcome, count]) => `${count - before[outcome]} ${outcome}`)
    .join(', ');
};

const vitest = async (project) => {
  console.log(`\n--- tests: ${project}`);
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'yilian-test-'));
  try {
    const output = join(folder, 'results.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
    const code = await run('vitest', ['run', '--project', project, ...reporters]);
    const results = await readFile(output, 'utf8').then(JSON.parse, () => null);
    note(`tests: ${project}`, (performance.now() - began) / 1000, addTests(results, code));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const COMPOSE = 'docker compose config';
const compose = async () => {
  const found = spawnSync('docker', ['compose', 'version'], { env, stdio: 'ignore' });
  if (found.error !== undefined) skip(`${COMPOSE} (no docker client)`);
  else if (found.status !== 0) skip(`${COMPOSE} (docker client without compose)`);
  // Any key will do: the file is only read.
  else await check(COMPOSE, 'docker', ['compose', 'config', '-q'], { YILIAN_SECRET_KEY: '0'.repeat(64) });
};

const runAll = async () => {
  if (!existsSync(BIN)) {
    console.error('node_modules is missing: run `npm ci` first.');
    total.failed += 1;
    return;
  }
  await check('lint and format', 'biome', ['ci', '.']);
  await check('types', 'tsc', ['-p', 'tsconfig.json']);
  await check('types of the pages', 'tsc', ['-p', 'dashboards/web/tsconfig.json']);
  await check('unused code and dependencies', 'knip', []);
  await check('build', 'tsc', ['-p', 'tsconfig.build.json']);
  await check('build of the pages', process.execPath, ['bin/build-web.js']);
  await vitest('unit');
  await vitest('integration');
  await vitest('e2e');
  await compose();
};

const began = performance.now();
await runAll();
const names = [...skipped].map(([name, count]) => (count === 1 ? name : `${name}, ${count} tests`));
console.log(`\n${report.join('\n')}`);
console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  in all\n`);
for (const failure of failures) console.log(`FAILED  ${failure}`);
console.log(`Skipped: ${names.join('; ') || 'nothing'}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
