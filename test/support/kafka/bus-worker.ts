// A worker in a process of its own, to be killed in the middle of a batch. Its one argument is BusWorkerTask as JSON.
import pg from 'pg';
import { openBus } from '../../../platform/bus/index.ts';
import { createLog } from '../../../platform/log.ts';

export type BusWorkerTask = {
  kafkaBrokers: string[] | null;
  postgresUrl: string;
  group: string;
  topic: string;
  batchLimit: number;
  /** It ends this many batches, and stays in the next one for ever. */
  endBatches: number;
};
/** What it writes, a line each: before and after it has worked on a batch. `done` comes before the commit. */
export type BusWorkerLine = { at: 'taken' | 'done'; partition: number; values: string[] };

const task = JSON.parse(process.argv[2]!) as BusWorkerTask;
const say = (line: BusWorkerLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
const pool = new pg.Pool({ connectionString: task.postgresUrl });
const bus = await openBus({
  kafkaBrokers: task.kafkaBrokers,
  pool,
  log: createLog({ level: 'warn' }),
  tuning: { kafkaSessionMs: 6000 },
});
let left = task.endBatches;
await bus.subscribe({
  group: task.group,
  topics: [task.topic],
  batchLimit: task.batchLimit,
  async handle({ partition, messages, tx }) {
    const values = messages.map(({ value }) => value.toString());
    await tx?.query('insert into effects (value) select unnest($1::text[])', [values]);
    say({ at: 'taken', partition, values });
    if (left === 0) await new Promise(() => {});
    left -= 1;
    say({ at: 'done', partition, values });
  },
});
