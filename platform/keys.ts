import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably } from './write-durably.ts';

/** Each for one purpose only; who holds one can't tell another. 32 bytes. */
export type Keys = {
  /** Seals personal data in the databases. */
  encryption: Buffer;
  /** Turns id numbers into what they are looked up by. */
  lookup: Buffer;
  /** Seals the archive of received files and messages. */
  archive: Buffer;
};

const HEX_KEY = /^[0-9a-fA-F]{64}$/;

/**
 * The keys of this installation, derived from one 32-byte master: `secretKey` (YILIAN_SECRET_KEY, 64 hex digits), else
 * `<home>/secret.key`, which the first start makes. Whoever loses the master loses every sealed field, so
 * `<home>/secret.check` keeps a fingerprint, and another key than last time is refused before it writes anything.
 *
 * @throws Error with the cure when the key file is damaged, or the key is not the one this home was used with
 */
export async function openKeys({ home, secretKey }: { home: string; secretKey: string | null }): Promise<Keys> {
  const source = secretKey === null ? join(home, 'secret.key') : 'YILIAN_SECRET_KEY';
  const hex = (secretKey ?? (await readOrCreate(source, () => randomBytes(32).toString('hex')))).trim();
  if (!HEX_KEY.test(hex))
    throw new Error(`${source} is damaged: 64 hex digits were expected. Restore it from a backup.`);
  const master = Buffer.from(hex, 'hex');
  await checkFingerprint(home, master, source);
  return {
    encryption: derive(master, 'encryption'),
    lookup: derive(master, 'lookup'),
    archive: derive(master, 'archive'),
  };
}

/** A key for one purpose out of another key (HKDF-SHA-256). The purpose is a part of the result for good. */
export function derive(key: Buffer, purpose: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `yilian/1/${purpose}`, length));
}

async function checkFingerprint(home: string, master: Buffer, source: string): Promise<void> {
  const fingerprint = createHmac('sha256', derive(master, 'fingerprint')).update('yilian').digest();
  const known = Buffer.from(await readOrCreate(join(home, 'secret.check'), () => fingerprint.toString('hex')), 'hex');
  if (known.length === fingerprint.length && timingSafeEqual(known, fingerprint)) return;
  throw new Error(
    `the key in ${source} is not the one that ${home} was used with, and could read none of its personal data. ` +
      'Restore the earlier key, or point YILIAN_HOME to an empty folder.',
  );
}

async function readOrCreate(file: string, make: () => string): Promise<string> {
  const existing = await readOrNull(file);
  if (existing !== null) return existing;
  const made = make();
  if (await createDurably(file, `${made}\n`)) return made;
  return (await readOrNull(file)) ?? '';
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
