// Two clients of Kafka behind the same few calls, each used as the product needs it: offsets committed by hand when what was read
// is done, fetches of 1 MB a partition and 16 MB in all, sessions of 6 seconds.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import kafkajs from 'kafkajs';

const SESSION_MS = 6_000;
const HEARTBEAT_MS = 2_000;
const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 16_000_000;
/** How often what was read is committed. */
const COMMIT_MS = 100;

const createKafkajs = (brokers) => {
  const client = new kafkajs.Kafka({
    clientId: 'trial',
    brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 8, maxRetryTime: 5000 },
  });
  return {
    async openProducer() {
      const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
      await producer.connect();
      return {
        send: (topic, messages) => producer.send({ topic, acks: -1, messages }),
        close: () => producer.disconnect(),
      };
    },
    /** `seen` gets every message; resolves when the group is joined. */
    async openConsumer({ topic, group, seen, failed }) {
      const consumer = client.consumer({
        ...{ groupId: group, sessionTimeout: SESSION_MS, heartbeatInterval: HEARTBEAT_MS, maxWaitTimeInMs: 500 },
        ...{ maxBytesPerPartition: PARTITION_BYTES, maxBytes: FETCH_BYTES },
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
      const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        ...{ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 12 },
        async eachBatch({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) {
          for (const { offset, value } of batch.messages) seen(batch.partition, Number(offset), value);
          const next = (BigInt(batch.lastOffset()) + 1n).toString();
          const partitions = [{ partition: batch.partition, offset: next }];
          await commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
          resolveOffset(batch.lastOffset());
          await heartbeat();
        },
      });
      await joined;
      return { close: () => consumer.disconnect() };
    },
  };
};

const createPlatformatic = async (brokers, folder) => {
  const { Consumer, Producer } = await import(createRequire(join(folder, 'x.js')).resolve('@platformatic/kafka'));
  const common = { clientId: 'trial', bootstrapBrokers: brokers, autocreateTopics: false };
  return {
    async openProducer() {
      const producer = new Producer(common);
      return {
        send: (topic, messages) =>
          producer.send({
            acks: -1,
            messages: messages.map(({ key, value, partition }) => ({
              ...{ topic, value },
              ...(partition === undefined ? {} : { partition }),
              ...(key === undefined ? {} : { key: Buffer.from(key) }),
            })),
          }),
        close: () => producer.close(),
      };
    },
    async openConsumer({ topic, group, seen, failed }) {
      const times = { sessionTimeout: SESSION_MS, rebalanceTimeout: 60_000, heartbeatInterval: HEARTBEAT_MS };
      const consumer = new Consumer({ ...common, groupId: group, ...times });
      const stream = await consumer.consume({
        ...{ topics: [topic], mode: 'committed', fallbackMode: 'earliest', autocommit: false },
        ...{ maxWaitTime: 500, maxBytes: FETCH_BYTES, maxBytesPerPartition: PARTITION_BYTES, highWaterMark: 20_000 },
      });
      const done = new Map();
      stream.on('error', failed);
      consumer.on('error', failed);
      stream.on('data', ({ partition, offset, value }) => {
        seen(partition, Number(offset), value);
        done.set(partition, offset + 1n);
      });
      let committing = Promise.resolve();
      const commit = async () => {
        if (done.size === 0) return;
        const offsets = [...done].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: -1 }));
        done.clear();
        await consumer.commit({ offsets }).catch(failed);
      };
      const timer = setInterval(() => {
        committing = committing.then(commit);
      }, COMMIT_MS);
      return {
        async close() {
          clearInterval(timer);
          await stream.close();
          await committing.then(commit);
          await consumer.close(true);
        },
      };
    },
  };
};

export const createClient = (name, brokers, folder) =>
  name === 'kafkajs' ? createKafkajs(brokers) : createPlatformatic(brokers, folder);
