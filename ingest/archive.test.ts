import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCipher } from '../platform/crypto.ts';
import { type Archive, createArchive } from './archive.ts';

const MIB = 1_048_576;
const vault = createCipher({ encryption: randomBytes(32), lookup: randomBytes(32) });
let folder: string;
let archive: Archive;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  count += 1;
  archive = createArchive(join(folder, `archive-${count}`), vault);
});

const file = async (content: string | Buffer): Promise<string> => {
  const path = join(folder, `received-${count}`);
  await writeFile(path, content);
  return path;
};

const bytesOf = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/** Where a received file lies. */
const stored = (sha256: Buffer): string => {
  const name = sha256.toString('hex');
  return join(folder, `archive-${count}`, name.slice(0, 2), name);
};

/** Half noise, half repetition, so that packing does something. */
const content = (length: number): Buffer =>
  Buffer.concat([randomBytes(length / 2), Buffer.alloc(length - length / 2, 'ab')]);

describe('a received file', () => {
  it.each([0, 1, 1000, MIB - 1, MIB, MIB + 1, 2.5 * MIB])('of %i bytes comes back from any offset', async (length) => {
    const bytes = content(2 * Math.floor(length / 2) + 2).subarray(0, length);
    const { sha256, size } = await archive.receive(await file(bytes));
    expect([size, sha256.equals(createHash('sha256').update(bytes).digest())]).toEqual([length, true]);
    const offsets = [0, 1, length - 1, length, length + 1, MIB - 1, MIB, MIB + 1, 2 * MIB, Math.floor(length / 3)];
    for (const offset of offsets.filter((at) => at >= 0)) {
      const read = await bytesOf(archive.read(sha256, false)(offset));
      expect(read.equals(bytes.subarray(offset)), `from ${offset}`).toBe(true);
    }
  });

  it('that is packed comes back unpacked from any offset of its text', async () => {
    const bytes = content(3 * MIB + 6);
    const { sha256, size } = await archive.receive(await file(gzipSync(bytes)));
    expect(size).toBe(gzipSync(bytes).length);
    for (const offset of [0, 1, 65_536, MIB, 2 * MIB + 7, bytes.length - 1, bytes.length, bytes.length + 1]) {
      const read = await bytesOf(archive.read(sha256, true)(offset));
      expect(read.equals(bytes.subarray(offset)), `from ${offset}`).toBe(true);
    }
  });

  it('may hold several packed members one after the other', async () => {
    const { sha256 } = await archive.receive(await file(Buffer.concat([gzipSync('a\n'), gzipSync('b\n')])));
    expect((await bytesOf(archive.read(sha256, true)(0))).toString()).toBe('a\nb\n');
  });

  it('lies encrypted, for us alone, and once', async () => {
    const secret = 'id_number 15010219900101123X\n'.repeat(100);
    const first = await archive.receive(await file(secret));
    const before = await readFile(stored(first.sha256));
    expect(before.includes('15010219900101123X')).toBe(false);
    await archive.receive(await file(secret));
    expect((await readFile(stored(first.sha256))).equals(before)).toBe(true);
    expect(await readdir(join(folder, `archive-${count}`))).toEqual([first.sha256.toString('hex').slice(0, 2)]);
  });

  it('that was changed in the archive is not read', async () => {
    const { sha256 } = await archive.receive(await file(content(MIB + 100)));
    const bytes = await readFile(stored(sha256));
    bytes[MIB + 60] = (bytes[MIB + 60] as number) ^ 1;
    await writeFile(stored(sha256), bytes);
    await expect(bytesOf(archive.read(sha256, false)(0))).rejects.toThrow('was changed');
  });

  it('that is not there says which, and leaves nothing behind', async () => {
    const missing = join(folder, 'missing.csv');
    await expect(archive.receive(missing)).rejects.toMatchObject({
      message: expect.stringContaining(missing),
      cause: { code: 'ENOENT' },
    });
    expect(await readdir(join(folder, `archive-${count}`))).toEqual([]);
  });
});

describe('a packed file that is damaged', () => {
  it('is received, and whoever reads it is told', async () => {
    const packed = gzipSync(content(2 * MIB));
    for (const bytes of [
      packed.subarray(0, packed.length - 5),
      Buffer.concat([packed, Buffer.from([0x1f, 0x8b, 9])]),
    ]) {
      const { sha256 } = await archive.receive(await file(bytes));
      await expect(bytesOf(archive.read(sha256, true)(0))).rejects.toThrow();
    }
    const { sha256 } = await archive.receive(await file('no gzip'));
    await expect(bytesOf(archive.read(sha256, true)(0))).rejects.toThrow('incorrect header check');
  });

  it('keeps no file open, nor does a reader that has seen enough', async () => {
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const packed = gzipSync(content(4 * MIB));
    const whole = await archive.receive(await file(packed));
    const cut = await archive.receive(await file(packed.subarray(0, packed.length / 2)));
    const before = await open();
    for (let i = 0; i < 5; i += 1) {
      await bytesOf(archive.read(cut.sha256, true)(0)).catch(() => undefined);
      for await (const _ of archive.read(whole.sha256, true)(0)) break;
      for await (const _ of archive.read(whole.sha256, false)(0)) break;
    }
    await expect.poll(open).toBeLessThanOrEqual(before);
  });
});

describe('the encoding', () => {
  const gb = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]); // 张三 in GB18030
  const lines = (...parts: (string | Buffer)[]): Buffer =>
    Buffer.concat(parts.flatMap((part) => [Buffer.from(part), Buffer.from('\n')]));

  it.each([
    ['plain ASCII', lines('record_id,name', 'r,x'), 'utf-8'],
    ['nothing', Buffer.alloc(0), 'utf-8'],
    ['UTF-8', lines('record_id,name', 'r,张三'), 'utf-8'],
    ['UTF-8 with a byte order mark', lines('\uFEFFrecord_id,name', 'r,张三'), 'utf-8'],
    ['GB18030', lines('record_id,name', gb, gb), 'gb18030'],
    ['GB18030 that does not end with a line end', Buffer.concat([lines('record_id,name'), gb]), 'gb18030'],
    ['UTF-8 with a broken line', lines('record_id,name', 'r,张三', 'r,李四', gb), 'utf-8'],
    ['GB18030 with a broken line', lines('record_id,name', gb, gb, 'r,张三'), 'gb18030'],
    ['UTF-8 headers above broken lines', lines('记录编号,姓名', gb, gb, gb), 'utf-8'],
    ['GB18030 headers above other lines', lines(gb, 'r,张三', 'r,李四', 'r,王五'), 'gb18030'],
  ])('of %s is found, packed or not', async (_, bytes, encoding) => {
    expect((await archive.receive(await file(bytes))).encoding).toBe(encoding);
    expect((await archive.receive(await file(gzipSync(bytes)))).encoding).toBe(encoding);
  });

  it('is that of most lines also across frames', async () => {
    const long = 'x'.repeat(100_000);
    const mixed = lines('a', ...Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? gb : `张三${long}`)));
    expect((await archive.receive(await file(mixed))).encoding).toBe('utf-8');
  });
});

it('sees through a file that grows while it is read: what was read is what is kept', async () => {
  const path = await file('a\n');
  const { sha256 } = await archive.receive(path);
  await appendFile(path, 'b\n');
  expect((await bytesOf(archive.read(sha256, false)(0))).toString()).toBe('a\n');
  await truncate(path);
  expect((await bytesOf(archive.read(sha256, false)(0))).toString()).toBe('a\n');
});

describe('a copy that a killed process left', () => {
  it('is removed once nobody can be writing it any more', async () => {
    const at = join(folder, `archive-${count}`);
    await mkdir(at);
    for (const name of ['.receiving-1-1', '.receiving-1-2']) await writeFile(join(at, name), 'half');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(at, '.receiving-1-1'), longAgo, longAgo);
    await archive.receive(await file('a'));
    expect((await readdir(at)).filter((name) => name.startsWith('.'))).toEqual(['.receiving-1-2']);
  });
});

describe('a file that is read anywhere', () => {
  it.each([0, 1, MIB - 1, MIB, MIB + 1, 2.5 * MIB])(
    'of %i bytes gives every range as it was received',
    async (length) => {
      const bytes = content(2 * Math.floor(length / 2) + 2).subarray(0, length);
      const { sha256 } = await archive.receive(await file(bytes));
      const source = await archive.openAnywhere(sha256);
      expect(source.size).toBe(length);
      for (const start of [0, 1, length / 2, MIB - 3, MIB, 2 * MIB - 1, length - 1, length, length + 5]) {
        for (const count of [0, 1, 7, MIB, 3 * MIB]) {
          const from = Math.max(0, Math.floor(start));
          const read = await source.read(from, count);
          expect(read.equals(bytes.subarray(from, from + count)), `${count} bytes from ${from}`).toBe(true);
        }
      }
      await source.close();
    },
  );
});
