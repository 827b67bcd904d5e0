import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { until } from '../../../platform/until.ts';
import { findKafkaJars } from './jars.ts';

const run = promisify(execFile);

export type TestKafka = {
  brokers: string[];
  stop(): Promise<void>;
  /** Stops the broker where it is, as a machine that hangs; the returned function lets it go on. Null for brokers of others. */
  freeze: (() => Promise<() => void>) | null;
  /** Ends the broker as a power cut does; the returned function starts it again with what it has on disk. Null likewise. */
  halt: (() => Promise<() => Promise<void>>) | null;
};

/**
 * The brokers of YILIAN_KAFKA_BROKERS, or how to start one node of Apache Kafka (KRaft, no ZooKeeper) for this run alone,
 * or why neither is possible here.
 */
export async function findKafka(): Promise<{ here: true; start(): Promise<TestKafka> } | { here: false; why: string }> {
  const given = process.env['YILIAN_KAFKA_BROKERS'];
  if (given !== undefined && given.trim() !== '') {
    const brokers = given.split(',').map((broker) => broker.trim());
    return { here: true, start: async () => ({ brokers, stop: async () => {}, freeze: null, halt: null }) };
  }
  const jars = await findKafkaJars();
  return jars.found ? { here: true, start: () => startBroker(join(jars.folder, '*')) } : { here: false, why: jars.why };
}

async function startBroker(classpath: string): Promise<TestKafka> {
  const home = await mkdtemp(join(tmpdir(), 'yilian-kafka-'));
  const [port, controllerPort] = await freePorts();
  const settings = join(home, 'server.properties');
  const logFile = join(home, 'kafka.log');
  await writeFile(settings, properties({ port, controllerPort, data: join(home, 'data') }));
  const clusterId = randomBytes(16).toString('base64url');
  // In one word: an id may begin with a hyphen.
  const format = ['format', `--cluster-id=${clusterId}`, '-c', settings];
  await run('java', ['-cp', classpath, 'kafka.tools.StorageTool', ...format]);

  // The shell ends the broker as soon as its standard input closes, which happens however this process ends.
  const watched =
    'note=$1; shift; java "$@" & broker=$!; echo $broker > "$note"; cat > /dev/null; kill -9 $broker; wait';
  const note = join(home, 'broker.pid');
  const memory = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const brokers = [`127.0.0.1:${port}`];
  let end: () => Promise<void> = async () => {};

  async function launch(): Promise<void> {
    const output = await open(logFile, 'a');
    const shell = spawn('sh', ['-c', watched, 'sh', note, ...memory, '-cp', classpath, 'kafka.Kafka', settings], {
      stdio: ['pipe', output.fd, output.fd],
    });
    const exited = once(shell, 'exit');
    await output.close();
    end = async () => {
      shell.stdin?.end();
      await exited;
    };
    if ((await until(60_000, () => answers(brokers), { every: 200 })) !== null) return;
    const told = await readFile(logFile, 'utf8');
    await stop();
    throw new Error(`Kafka did not answer within a minute:\n${told.slice(-2000)}`);
  }

  async function stop(): Promise<void> {
    await end();
    await rm(home, { recursive: true, force: true });
  }

  await launch();
  async function halt(): Promise<() => Promise<void>> {
    await end();
    return launch;
  }
  async function freeze(): Promise<() => void> {
    const broker = Number(await readFile(note, 'utf8'));
    process.kill(broker, 'SIGSTOP');
    return () => process.kill(broker, 'SIGCONT');
  }

  return { brokers, stop, freeze, halt };
}

/** No topics by themselves: that ours come out with the right number of partitions has to be our own doing. */
function properties({ port, controllerPort, data }: { port: number; controllerPort: number; data: string }): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A worker that was killed is missed soon, so that a test of ten kills does not wait for each.
    'group.min.session.timeout.ms': 1000,
    'auto.create.topics.enable': false,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

async function answers(brokers: string[]): Promise<true | null> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0 ? true : null;
  } catch {
    return null;
  } finally {
    await admin.disconnect();
  }
}

/** Two at once, so that they differ. Another program could take one before the broker does; the start then fails. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [ports[0]!, ports[1]!];
}
