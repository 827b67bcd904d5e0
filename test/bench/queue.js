// `npm run bench:queue`: how fast the pages of the queue answer with 50,000 open warnings, what its facets, a case page,
// the coverage page and a command take. The store is filled by SQL with made-up households (模拟数据) in a home of its own. The exit code
// tells only whether the run itself worked.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commandCase } from '../../dist/alerts/index.js';
import { commandDeps } from '../../dist/app/command-deps.js';
import { openSystem } from '../../dist/app/system.js';
import { queryRoutes } from '../../dist/dashboards/queries/index.js';
import { parseConfig } from '../../dist/platform/config.js';
import { createLifecycle } from '../../dist/platform/lifecycle.js';
import { createLog } from '../../dist/platform/log.js';
import { describeMachine } from './machine.js';
import { fillMirror, fillStore } from './queue-store.js';

const TARGET_MS = { queue: 100, facets: 300, coverage: 1000, command: 50 };
const ROOT = resolve(import.meta.dirname, '../..');

const options = () => {
  const { values } = parseArgs({
    options: {
      warnings: { type: 'string', default: '50000' },
      households: { type: 'string', default: '100000' },
      runs: { type: 'string', default: '40' },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const count = (name) => {
    if (!/^[1-9]\d*$/.test(values[name]))
      throw new Error(`--${name} ${values[name]} is no count; write a whole number from 1`);
    return Number(values[name]);
  };
  return {
    warnings: count('warnings'),
    households: count('households'),
    runs: count('runs'),
    ...(values.json && { json: true }),
  };
};

/** States of the bench's cases, by the number of their household (queue-store.js). */
const STATES = ['received', 'assigned', 'visited', 'verified', 'disposed', 'opened'];

const say = (line) => process.stderr.write(`${line}\n`);
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];

/** Milliseconds of `runs` calls, sorted; the first few warm caches and connections and do not count. */
const measure = async (runs, call) => {
  for (let i = 0; i < 3; i += 1) await call(i);
  const took = [];
  for (let i = 0; i < runs; i += 1) {
    const started = performance.now();
    await call(i);
    took.push(performance.now() - started);
  }
  return took.sort((a, b) => a - b);
};

const league = { id: 'bench', role: 'analyst', regions: ['1599'], department: null };
const banner = { ...league, regions: ['159901'] };
const leader = { ...league, role: 'leadership' };

/** What is measured: the route, who asks and for what. A function of the run gives each its own. */
const cases = (ids) => [
  ['queue', 'first page, league', '/api/warnings', league, {}],
  ['queue', 'first page, banner', '/api/warnings', banner, {}],
  ['queue', 'red and orange', '/api/warnings', league, { level: ['red', 'orange'] }],
  ['queue', 'overdue', '/api/warnings', league, { clock: ['overdue'] }],
  ['queue', 'township and rule', '/api/warnings', league, { region: '159903102', rule: ['medical-burden'] }],
  ['queue', 'by due, not baseline', '/api/warnings', league, { sort: 'due', baseline: 'false' }],
  ['queue', 'newest', '/api/warnings', league, { sort: 'opened' }],
  ['queue', 'case state', '/api/warnings', league, { case_state: ['opened', 'assigned'] }],
  ['queue', 'search by name', '/api/warnings', league, (i) => ({ q: `模拟${(i * 37) % 500}` })],
  ['queue', 'search by household', '/api/warnings', league, (i) => ({ q: `H${1 + ((i * 997) % ids.households)}` })],
  ['queue', 'deep page', '/api/warnings', league, { after: ids.deep }],
  ['facets', 'league', '/api/warnings/facets', league, {}],
  ['facets', 'banner, overdue', '/api/warnings/facets', banner, { clock: ['overdue'] }],
  [
    'case',
    'case page',
    '/api/cases/:case_id',
    league,
    {},
    (i) => ({ case_id: `c-bench-${1 + ((i * 613) % ids.cases)}` }),
  ],
  ['case', 'case list', '/api/cases', league, {}],
  [
    'case',
    'chart',
    '/api/cases/:case_id/chart',
    league,
    {},
    (i) => ({ case_id: `c-bench-${1 + ((i * 613) % ids.cases)}` }),
  ],
  // Each at a moment of its own: nothing comes from what was counted before.
  ['coverage', 'league, not kept', '/api/coverage', leader, {}],
];

/** Commands, each on a case of its own, as ten events found it: one that changes the state, and one that only adds to the chain. */
const commands = (system, ids) => {
  const deps = commandDeps(system);
  let next = 0;
  const on = (state, command) => async () => {
    do next += 1;
    while (STATES[next % STATES.length] !== state);
    const request = { version: 10, request_id: randomUUID(), command };
    const result = await commandCase(deps, league, `c-bench-${1 + (next % ids.cases)}`, request, new Date());
    if (result.kind !== 'done') throw new Error(`${command.type}: ${JSON.stringify(result)}`);
  };
  return [
    ['receive', on('opened', { type: 'receive' })],
    ['note', on('assigned', { type: 'note', text: '模拟备注' })],
  ];
};

const main = async () => {
  const asked = options();
  const home = await mkdtemp(join(tmpdir(), 'yilian-bench-home-'));
  const log = createLog({ level: 'silent' });
  const lifecycle = createLifecycle({ log, exit: () => undefined, on: () => undefined });
  try {
    const parsed = parseConfig({ YILIAN_HOME: home, YILIAN_LOG_LEVEL: 'silent' }, home);
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    const system = await openSystem(parsed.config, log, lifecycle, ROOT);
    say(`filling a store with ${asked.warnings} warnings of ${asked.households} households`);
    const ids = await fillStore(system, asked);
    await fillMirror(system, asked);
    const routes = new Map(
      queryRoutes({ ...system, isSynthetic: () => true }).map((route) => [`${route.method} ${route.url}`, route]),
    );
    const now = new Date();
    const results = [];
    const note = (group, name, took) => {
      const result = { group, name, p50: at(took, 0.5), p95: at(took, 0.95), target: TARGET_MS[group] ?? null };
      results.push(result);
      if (asked.json) return;
      const verdict = result.target === null ? '' : result.p95 < result.target ? 'met' : `MISSED (${result.target} ms)`;
      say(
        `${`${group}: ${name}`.padEnd(34)} p50 ${result.p50.toFixed(1).padStart(7)} ms  p95 ${result.p95.toFixed(1).padStart(7)} ms  ${verdict}`,
      );
    };
    for (const [group, name, url, actor, query, params] of cases(ids)) {
      const route = routes.get(`GET ${url}`);
      const call = (i) =>
        route.answer({
          actor,
          params: params?.(i) ?? {},
          query: route.query?.parse(typeof query === 'function' ? query(i) : query),
          body: undefined,
          now: group === 'coverage' ? new Date(now.getTime() + (i + 1) * 120_000) : now,
          cookies: {},
        });
      const took = await measure(group === 'coverage' ? 10 : asked.runs, call);
      note(group, name, took);
    }
    for (const [name, call] of commands(system, ids)) note('command', name, await measure(asked.runs * 5, call));
    if (asked.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), ...asked, results })}\n`);
  } finally {
    await lifecycle.stop('bench');
    await rm(home, { recursive: true, force: true });
  }
};

try {
  await main();
} catch (error) {
  say(error.stack ?? String(error));
  if (error.cause) say(String(error.cause));
  process.exitCode = 1;
}
