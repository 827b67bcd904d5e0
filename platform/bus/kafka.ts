import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type LogEntry } from 'kafkajs';
import type { Log } from '../log.ts';
import { BusClosedError, type KafkaBus, type Message, type PartitionLag, type Subscription } from './contract.ts';
import { isPassing, kafkaSession } from './kafka-worker.ts';
import { keepRunning } from './keep-running.ts';
import { checkMessages, checkTopic, cut, MAX_MESSAGE_BYTES, messageBytes } from './messages.ts';
import { type BusSettings, backOffMs } from './settings.ts';

// kafkajs is CommonJS: Node finds only some of its names as named imports.
const { ConfigResourceTypes, Kafka, logLevel, Partitioners } = kafkajs;

/**
 * kafkajs makes one record batch of all messages of a request for one partition, and the broker's size limit is for that
 * batch: a request may therefore hold no more than one message may.
 */
const REQUEST = { count: 2000, bytes: MAX_MESSAGE_BYTES };
/** How often a broker is asked for what it can't say yet. */
const MOST_ASKED = 6;

/**
 * Apache Kafka behind the four calls. Retention and replication are the broker's settings.
 *
 * @throws when none of the brokers answers
 */
export async function openKafka({
  brokers,
  settings,
}: {
  brokers: string[];
  settings: BusSettings;
}): Promise<KafkaBus> {
  const { log } = settings;
  const connect = () =>
    new Kafka({
      clientId: 'yilian',
      brokers,
      logLevel: logLevel.INFO,
      logCreator: () => (entry) => forward(log, entry),
      retry: { retries: 8, maxRetryTime: 5000 },
    });
  const kafka = connect();
  const admin = kafka.admin();
  // The partitioner of Kafka's own clients, so that departments which publish from Java hit the same partitions.
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  const topics = new Map<string, Promise<void>>();
  const workers = new Set<ReturnType<typeof keepRunning>>();
  let closing: Promise<void> | null = null;
  let closed = false;

  try {
    await Promise.all([admin.connect(), producer.connect()]);
  } catch (error) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw error;
  }

  /** What a broker can't say yet, because it has just made a topic or started, it is asked again. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error) || failures === MOST_ASKED) throw error;
        await sleep(backOffMs(failures, settings.backOff));
      }
    }
  }

  function ensureTopic(topic: string): Promise<void> {
    const known = topics.get(topic);
    if (known !== undefined) return known;
    checkTopic(topic);
    const made = makeTopic(admin, topic, settings.partitionsOf(topic), log);
    topics.set(topic, made);
    made.catch(() => topics.delete(topic));
    return made;
  }

  async function publish(messages: readonly Message[]): Promise<void> {
    // Open until the last batch has ended, because a handler may publish.
    if (closed) throw new BusClosedError();
    checkMessages(messages);
    for (const topic of new Set(messages.map((message) => message.topic))) await ensureTopic(topic);
    // One after the other: two requests under way at once could arrive in the wrong order.
    for (const piece of cut(messages, REQUEST, messageBytes)) {
      const byTopic = new Map<string, kafkajs.Message[]>();
      for (const { topic, key, value, headers } of piece) {
        const ofTopic = byTopic.get(topic) ?? [];
        byTopic.set(topic, ofTopic);
        ofTopic.push({ key, value, headers: { ...headers } });
      }
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, ofTopic]) => ({ topic, messages: ofTopic })),
      });
    }
  }

  async function subscribe(subscription: Subscription): Promise<void> {
    if (closing !== null) throw new BusClosedError();
    for (const topic of subscription.topics) await ensureTopic(topic);
    const group = log.child({ group: subscription.group });
    // A client of its own: within one client kafkajs shares the committed offsets of a group between its consumers.
    const session = kafkaSession({ kafka: connect(), subscription, settings: { ...settings, log: group } });
    const worker = keepRunning(session, { backOff: settings.backOff, log: group, isPassing });
    workers.add(worker);
    await worker.started.catch((error) => {
      workers.delete(worker);
      throw error;
    });
  }

  async function lag(group: string, names: readonly string[]): Promise<PartitionLag[]> {
    if (closed) throw new BusClosedError();
    const sorted = [...new Set(names)].sort();
    if (sorted.length === 0) return [];
    for (const topic of sorted) await ensureTopic(topic);
    // Committed first, or a commit between the two would make the lag negative.
    const committed = await patiently(() => admin.fetchOffsets({ groupId: group, topics: sorted }));
    const lags: PartitionLag[] = [];
    for (const topic of sorted) {
      const own = committed.find((one) => one.topic === topic)?.partitions ?? [];
      const heads = [...(await patiently(() => admin.fetchTopicOffsets(topic)))].sort(
        (a, b) => a.partition - b.partition,
      );
      for (const { partition, high, low } of heads) {
        // -1 and -2 mean "none yet"; below `low` means that the broker has dropped what was not read.
        const at = Math.max(Number(own.find((one) => one.partition === partition)?.offset ?? -1), Number(low));
        lags.push({ topic, partition, committed: at, end: Number(high), lag: Number(high) - at });
      }
    }
    return lags;
  }

  async function end(): Promise<void> {
    await Promise.all([...workers].map((worker) => worker.close()));
    closed = true;
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }

  return {
    engine: 'kafka',
    publish,
    subscribe,
    lag,
    close() {
      closing ??= end();
      return closing;
    },
  };
}

/** Makes the topic unless it is there; where the broker does not let us, somebody has to make it by hand. */
async function makeTopic(admin: Admin, topic: string, numPartitions: number, log: Log): Promise<void> {
  if ((await admin.listTopics()).includes(topic)) return checkCompression(admin, topic, log);
  // The broker's time, not the publisher's: it is the received_at of the facts. Replicas: as the broker is set up.
  const configEntries = [
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    // Publishers may compress as they like: kafkajs reads gzip only, so the broker unpacks what it keeps.
    { name: 'compression.type', value: 'uncompressed' },
  ];
  await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: true });
}

const READABLE = ['uncompressed', 'gzip'];

/** One batch compressed as kafkajs can't read it stops the reading of every partition: said before it happens. */
async function checkCompression(admin: Admin, topic: string, log: Log): Promise<void> {
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['compression.type'] };
  const described = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] }).catch(() => null);
  const type = described?.resources[0]?.configEntries[0]?.configValue;
  if (type === undefined || READABLE.includes(type)) return;
  const cure = 'set its compression.type to uncompressed (kafka-configs.sh --alter), or publish uncompressed or gzip';
  log.warn('bus.topic-compression', { topic, compression: type, cure });
}

/** kafkajs calls every passing connection trouble an error; for us an error is what somebody must act on. */
function forward(log: Log, { namespace, level, log: { message, logger, timestamp, ...fields } }: LogEntry): void {
  const write = level <= logLevel.WARN ? log.warn : log.debug;
  write('bus.kafkajs', { from: namespace, message, ...fields });
}
