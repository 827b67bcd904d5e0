// A Kafka of its own for a measurement: what the tests start (test/support/kafka), which is TypeScript and therefore compiled
// first, inside node_modules so that it finds its packages.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const SOURCE = 'test/support/kafka';

const compile = async (folder) => {
  const project = join(folder, 'tsconfig.json');
  const types = { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noEmit: false, outDir: folder, rootDir: ROOT, ...types },
    include: [],
    files: [join(ROOT, SOURCE, 'start.ts')],
  };
  await writeFile(project, JSON.stringify(settings));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
  await copyFile(join(ROOT, SOURCE, 'pom.xml'), join(folder, SOURCE, 'pom.xml'));
};

/** Starts a broker, or takes those of YILIAN_KAFKA_BROKERS. Throws with the reason where neither is possible. */
export const startBroker = async () => {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'bench-kafka-'));
  try {
    await compile(folder);
    const { findKafka } = await import(join(folder, SOURCE, 'start.js'));
    const kafka = await findKafka();
    if (!kafka.here) throw new Error(`no Kafka here: ${kafka.why}`);
    return await kafka.start();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
