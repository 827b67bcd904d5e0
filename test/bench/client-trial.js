// One client on one task, in a process of its own (kafka-clients.js starts it). Asks its parent to freeze, halt and start the
// broker, and answers with one message of figures.
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from './client-adapters.js';

const PER_REQUEST = 2_000;
const PARTITIONS = 12;
const VALUE = Buffer.from(JSON.stringify({ record_id: 'x'.repeat(12), text: '模拟'.repeat(70), more: 'y'.repeat(30) }));

const [task, name, folder, brokers, topic, group, count] = process.argv.slice(2);
const client = await createClient(name, brokers.split(','), folder);
const failures = [];
const failed = (error) => failures.push(String(error?.message ?? error).slice(0, 120));
process.on('uncaughtException', failed);
process.on('unhandledRejection', failed);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const at = (sorted, share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];

/** Waits until it is so; false after so many seconds. */
const isSo = async (ask, seconds) => {
  const end = performance.now() + seconds * 1000;
  while (!ask()) {
    if (performance.now() > end) return false;
    await pause(5);
  }
  return true;
};

/** The parent does something to the broker. */
const request = (what) =>
  new Promise((resolve) => {
    process.once('message', resolve);
    process.send({ request: what });
  });

const produce = async () => {
  const producer = await client.openProducer();
  const batch = (from) => Array.from({ length: PER_REQUEST }, (_, n) => ({ key: `key-${from + n}`, value: VALUE }));
  await producer.send(topic, batch(0));
  const [began, cpuBefore] = [performance.now(), cpu()];
  for (let sent = 0; sent < Number(count); sent += PER_REQUEST) await producer.send(topic, batch(sent));
  const seconds = (performance.now() - began) / 1000;
  const figures = { perSecond: Number(count) / seconds, cpuMicroseconds: ((cpu() - cpuBefore) / Number(count)) * 1e6 };
  await producer.close();
  return figures;
};

const consume = async () => {
  let seen = 0;
  let first = 0;
  let cpuFirst = 0;
  const consumer = await client.openConsumer({
    ...{ topic, group, failed },
    seen() {
      if (seen === 0) [first, cpuFirst] = [performance.now(), cpu()];
      seen += 1;
    },
  });
  if (!(await isSo(() => seen >= Number(count), 120))) throw new Error(`${seen} of ${count} came`);
  const seconds = (performance.now() - first) / 1000;
  const figures = { perSecond: seen / seconds, cpuMicroseconds: ((cpu() - cpuFirst) / seen) * 1e6 };
  await consumer.close();
  return figures;
};

/** Sends 2,000 a second with the time in each, as long as `isOver` says no. */
const sendSteadily = async (producer, isOver) => {
  const sent = { count: 0 };
  const began = performance.now();
  const sending = [];
  while (!isOver()) {
    const due = Math.floor((performance.now() - began) * 2) - sent.count;
    const messages = Array.from({ length: Math.max(0, due) }, (_, n) => {
      const value = Buffer.from(VALUE);
      value.writeDoubleLE(performance.now(), 0);
      return { key: `key-${sent.count + n}`, value };
    });
    sent.count += messages.length;
    if (messages.length > 0) sending.push(producer.send(topic, messages).catch(failed));
    await pause(10);
  }
  await Promise.all(sending);
  return sent.count;
};

/** What came of a topic, and when nothing came for how long. */
const createLedger = () => {
  const seen = new Set();
  const took = [];
  const ledger = { came: 0, again: 0, last: performance.now(), longest: 0, seen, took };
  return {
    ledger,
    note(partition, offset, value) {
      const now = performance.now();
      ledger.longest = Math.max(ledger.longest, now - ledger.last);
      ledger.last = now;
      const place = offset * PARTITIONS + partition;
      if (seen.has(place)) ledger.again += 1;
      else {
        seen.add(place);
        ledger.came += 1;
        took.push(now - value.readDoubleLE(0));
      }
    },
  };
};

const latency = async () => {
  const { ledger, note } = createLedger();
  const producer = await client.openProducer();
  const consumer = await client.openConsumer({ topic, group, failed, seen: note });
  const end = performance.now() + 10_000;
  const sent = await sendSteadily(producer, () => performance.now() > end);
  await isSo(() => ledger.came >= sent, 20);
  ledger.took.sort((a, b) => a - b);
  await consumer.close();
  await producer.close();
  return { p50: at(ledger.took, 0.5), p95: at(ledger.took, 0.95), p99: at(ledger.took, 0.99) };
};

/** A second worker joins, and leaves again. */
const rebalance = async () => {
  const { ledger, note } = createLedger();
  const producer = await client.openProducer();
  const one = await client.openConsumer({ topic, group, failed, seen: note });
  let isOver = false;
  const sending = sendSteadily(producer, () => isOver);
  await isSo(() => ledger.came > 1000, 20);
  ledger.longest = 0;
  const two = await client.openConsumer({ topic, group, failed, seen: note });
  await pause(5_000);
  const joining = ledger.longest;
  ledger.longest = 0;
  await two.close();
  await pause(10_000);
  const leaving = ledger.longest;
  isOver = true;
  const sent = await sending;
  const isAll = await isSo(() => ledger.came >= sent, 30);
  await one.close();
  await producer.close();
  return { pauseAtJoinMs: joining, pauseAtLeaveMs: leaving, twice: ledger.again, lost: isAll ? 0 : sent - ledger.came };
};

/** The broker hangs, or is gone, for ten seconds while messages come. */
const outage = async (how) => {
  const { ledger, note } = createLedger();
  let producer = await client.openProducer();
  const consumer = await client.openConsumer({ topic, group, failed, seen: note });
  const batch = () =>
    Array.from({ length: 1_000 }, (_, n) => {
      const value = Buffer.from(VALUE);
      value.writeDoubleLE(performance.now(), 0);
      return { key: `key-${n}`, value };
    });
  await producer.send(topic, batch());
  await isSo(() => ledger.came >= 1_000, 20);
  await pause(500);
  await request(how);
  const failuresBefore = failures.length;
  await pause(10_000);
  await request('back');
  const back = performance.now();
  let sent = 0;
  for (let tries = 0; sent === 0 && tries < 20; tries += 1) {
    const isSent = await producer.send(topic, batch()).then(
      () => true,
      async (error) => {
        failed(error);
        await producer.close().catch(() => undefined);
        producer = await client.openProducer();
        return false;
      },
    );
    if (isSent) sent = 1_000;
    else await pause(500);
  }
  const goesOn = await isSo(() => ledger.came >= 1_000 + sent, 60);
  const seconds = (performance.now() - back) / 1000;
  await Promise.race([consumer.close(), pause(5_000)]).catch(failed);
  await producer.close().catch(failed);
  return { goesOnByItself: goesOn, secondsAfter: goesOn ? seconds : null, failures: failures.length - failuresBefore };
};

const tasks = { produce, consume, latency, rebalance, hang: () => outage('freeze'), gone: () => outage('halt') };

try {
  const figures = await tasks[task]();
  process.send({ figures, failures: [...new Set(failures)].slice(0, 5) });
} catch (error) {
  process.send({ figures: null, failures: [String(error?.stack ?? error).slice(0, 600), ...failures.slice(0, 5)] });
}
setTimeout(() => process.exit(0), 200);
