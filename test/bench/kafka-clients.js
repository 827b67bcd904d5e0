// `node test/bench/kafka-clients.js --packages FOLDER`: kafkajs, which the product uses, and @platformatic/kafka, which it may
// use one day, on the same broker (docs/decisions/0024). FOLDER is one in which `npm install @platformatic/kafka` was run; it
// is no dependency of the product. `--node PATH` runs the other client's trials on another Node.
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBroker } from './broker.js';
import { openFeeder } from './feeder.js';
import { describeMachine } from './machine.js';
import { median } from './report.js';

const TRIAL = join(import.meta.dirname, 'client-trial.js');
const OTHER = '@platformatic/kafka';
const LONGEST_TRIAL_MS = 240_000;

const say = (line) => process.stderr.write(`${line}\n`);

const options = () => {
  const { values } = parseArgs({
    options: {
      packages: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      count: { type: 'string', default: '200000' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const manifest = join(resolve(values.packages ?? '.'), 'node_modules', OTHER, 'package.json');
  if (!existsSync(manifest))
    throw new Error(`${manifest} is not there: npm install ${OTHER} in a folder, and name it with --packages`);
  const { version, engines } = JSON.parse(readFileSync(manifest, 'utf8'));
  return {
    ...{ node: values.node, folder: resolve(values.packages), json: values.json },
    ...{ count: Number(values.count), runs: Number(values.runs), version, engines: engines.node },
  };
};

/** Runs a trial to its end; what it asks of the broker is done here. */
const runTrial = (asked, broker, [task, name, topic, group]) =>
  new Promise((done, failed) => {
    const args = [task, name, asked.folder, broker.brokers.join(), topic, group, `${asked.count}`];
    const child = fork(TRIAL, args, { execPath: name === OTHER ? asked.node : process.execPath });
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_TRIAL_MS);
    let back = () => undefined;
    let answer = null;
    child.on('message', (message) => {
      if (message.request === undefined) answer = message;
      else
        (async () => {
          if (message.request === 'back') await back();
          else back = await broker[message.request]();
          child.send('done');
        })().catch(failed);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done(answer ?? { figures: null, failures: [`the trial ended with ${signal ?? code}`] });
    });
  });

const CLIENTS = ['kafkajs', OTHER];
/** Trials that need a full topic read what was produced by `produce`. */
const SPEED = ['produce', 'consume'];
const ONCE = ['rebalance', 'hang', 'gone'];

const main = async () => {
  const asked = options();
  const broker = await startBroker();
  const feeder = await openFeeder(broker.brokers);
  const results = [];
  let topics = 0;
  const freshTopic = async () => {
    topics += 1;
    await feeder.makeTopic(`trial-${topics}`, 12);
    return `trial-${topics}`;
  };
  const note = (task, name, { figures, failures }) => {
    results.push({ task, client: name, figures, failures, load: describeMachine().machine.load[0] });
    say(`${task.padEnd(10)} ${name.padEnd(20)} ${JSON.stringify(figures)} ${failures.join(' | ')}`);
  };
  try {
    for (let run = 0; run < asked.runs; run += 1) {
      // One after the other within a run, so that both see the same machine.
      const filled = new Map();
      for (const task of SPEED) {
        for (const name of CLIENTS) {
          const topic = task === 'produce' ? await freshTopic() : filled.get('kafkajs');
          if (task === 'produce') filled.set(name, topic);
          note(task, name, await runTrial(asked, broker, [task, name, topic, `group-${run}-${task}-${name.length}`]));
        }
      }
      for (const name of CLIENTS)
        note(
          'latency',
          name,
          await runTrial(asked, broker, ['latency', name, await freshTopic(), `group-${run}-latency`]),
        );
    }
    for (const task of ONCE) {
      if (task !== 'rebalance' && broker.halt === null) continue;
      for (const name of CLIENTS)
        note(task, name, await runTrial(asked, broker, [task, name, await freshTopic(), `group-${task}`]));
    }
  } finally {
    await feeder.close().catch(() => undefined);
    await broker.stop();
  }
  const report = {
    ...describeMachine(),
    other: { version: asked.version, needsNode: asked.engines, node: asked.node },
    ...asked,
    results,
  };
  if (asked.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    for (const task of [...SPEED, 'latency']) {
      for (const name of CLIENTS) {
        const of = results.filter((one) => one.task === task && one.client === name && one.figures !== null);
        if (of.length === 0) continue;
        const figures = Object.keys(of[0].figures).map(
          (key) => `${key} ${median(of.map((one) => one.figures[key])).toFixed(1)}`,
        );
        process.stdout.write(`${task.padEnd(10)} ${name.padEnd(20)} ${figures.join(', ')} (median of ${of.length})\n`);
      }
    }
  }
};

try {
  await main();
} catch (error) {
  say(error.stack ?? String(error));
  process.exitCode = 1;
}
