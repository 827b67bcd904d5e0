import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POM = join(import.meta.dirname, 'pom.xml');
const OLDEST_JAVA = 17;

export type KafkaJars = { found: true; folder: string } | { found: false; why: string };

/**
 * Kafka's jars from Maven's registry, fetched once into a folder outside the repository: YILIAN_TEST_CACHE, or the
 * system's temporary folder. Without Java, Maven or a registry it says so instead.
 */
export async function findKafkaJars(): Promise<KafkaJars> {
  const java = await javaVersion();
  if (java === null || java < OLDEST_JAVA) return { found: false, why: `no Java ${OLDEST_JAVA} or later` };
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(await readFile(POM, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${POM} names no version of kafka_2.13`);
  const cache = process.env['YILIAN_TEST_CACHE'] ?? join(tmpdir(), `yilian-test-cache-${process.getuid?.() ?? 0}`);
  const folder = join(cache, `yilian-kafka-${version}`);
  if (await hasBroker(folder)) return { found: true, folder };

  // Fetched beside and then renamed, so that a half-filled folder is never taken for the whole.
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const fetched = await mkdtemp(join(cache, 'yilian-kafka-fetch-'));
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fetched}`];
    await run('mvn', ['-q', '-B', '-f', POM, ...goal], { timeout: 180_000 });
    await rename(fetched, folder).catch(() => {});
  } catch {
    return { found: false, why: 'Maven could not fetch its jars' };
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return (await hasBroker(folder)) ? { found: true, folder } : { found: false, why: `no broker in ${folder}` };
}

async function javaVersion(): Promise<number | null> {
  try {
    const { stderr } = await run('java', ['-version']);
    const major = /version "(\d+)/.exec(stderr)?.[1];
    return major === undefined ? null : Number(major);
  } catch {
    return null;
  }
}

async function hasBroker(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch(() => []);
  return files.some((file) => file.startsWith('kafka_2.13-'));
}
