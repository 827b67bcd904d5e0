// Publishes medical-insurance records of a bench directory to a topic, as a department does: at once, or at a steady rate.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';

const RECORD_ID = /"record_id":"([^"]+)"/;
const PER_REQUEST = 2_000;
/** How often a steady stream sends. */
const TICK_MS = 20;

/** Records of a file for ever, each time round with ids of their own, which begin with `prefix`. */
async function* recordsFor(file, prefix) {
  for (let round = 0; ; round += 1) {
    for await (const line of createInterface(createReadStream(file))) {
      if (line === '') continue;
      const [, id] = RECORD_ID.exec(line);
      const own = `${prefix}${round}-${id}`;
      yield { key: own, value: line.replace(id, own) };
    }
  }
}

export const openFeeder = async (brokers) => {
  const client = new kafkajs.Kafka({ clientId: 'department', brokers, logLevel: kafkajs.logLevel.ERROR });
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    /** As the product makes it (platform/bus/kafka.ts), with as many partitions as are asked for. */
    async makeTopic(topic, numPartitions) {
      const admin = client.admin();
      await admin.connect();
      const configEntries = [
        { name: 'message.timestamp.type', value: 'LogAppendTime' },
        { name: 'compression.type', value: 'uncompressed' },
      ];
      await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: true });
      await admin.disconnect();
    },
    /** Publishes `count` records as fast as the broker takes them; `told` hears how many it holds. */
    async publish(topic, file, prefix, count, told = () => undefined) {
      let messages = [];
      let sent = 0;
      for await (const record of recordsFor(file, prefix)) {
        messages.push(record);
        if (messages.length < PER_REQUEST && sent + messages.length < count) continue;
        await producer.send({ topic, messages });
        sent += messages.length;
        messages = [];
        told(sent);
        if (sent === count) return;
      }
    },
    /**
     * Publishes `rate` records a second for so long, and returns for each partition when the record at each offset was
     * handed to the client.
     */
    async publishSteadily(topic, file, prefix, { rate, seconds, partitions }) {
      const handed = Array.from({ length: partitions }, () => new Map());
      const records = recordsFor(file, prefix);
      const began = performance.now();
      const sending = [];
      let made = 0;
      while (performance.now() - began < seconds * 1000) {
        const due = Math.floor(((performance.now() - began) / 1000) * rate) - made;
        const at = performance.now();
        const byPartition = Array.from({ length: partitions }, () => []);
        for (let n = 0; n < due; n += 1) {
          const partition = (made + n) % partitions;
          byPartition[partition].push({ ...(await records.next()).value, partition });
        }
        made += due;
        const note = (answers) => {
          for (const { partition, baseOffset } of answers) {
            for (let n = 0; n < byPartition[partition].length; n += 1)
              handed[partition].set(Number(baseOffset) + n, at);
          }
        };
        if (due > 0) sending.push(producer.send({ topic, messages: byPartition.flat() }).then(note));
        await pause(TICK_MS);
      }
      await Promise.all(sending);
      await records.return();
      return { handed, sent: made };
    },
    close: () => producer.disconnect(),
  };
};
