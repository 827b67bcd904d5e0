import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCipher, openKeys, type Suite, UnsealError } from './crypto.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'yilian-crypto-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('openKeys', () => {
  it('makes the key file once, for the owner only, also when two start at once', async () => {
    const [one, other] = await Promise.all([openKeys({ home, secretKey: null }), openKeys({ home, secretKey: null })]);
    expect(one).toEqual(other);
    expect(await openKeys({ home, secretKey: null })).toEqual(one);
    expect((await stat(join(home, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(new Set([one.encryption, one.lookup, one.archive].map((key) => key.toString('hex'))).size).toBe(3);
  });

  it('takes the file, moved into the environment, as the same key', async () => {
    const keys = await openKeys({ home, secretKey: null });
    const hex = (await readFile(join(home, 'secret.key'), 'utf8')).trim();
    expect(await openKeys({ home, secretKey: hex.toUpperCase() })).toEqual(keys);
  });

  it('refuses another key than the home was used with, and a damaged one', async () => {
    await openKeys({ home, secretKey: 'ab'.repeat(32) });
    await expect(openKeys({ home, secretKey: 'cd'.repeat(32) })).rejects.toThrow('is not the one');
    await expect(openKeys({ home, secretKey: null })).rejects.toThrow('is not the one');
    await chmod(join(home, 'secret.key'), 0o600);
    await writeFile(join(home, 'secret.key'), 'half');
    await expect(openKeys({ home, secretKey: null })).rejects.toThrow('damaged');
  });
});

describe.each<Suite>(['international', 'national'])('createCipher, %s', (suite) => {
  const keys = { encryption: Buffer.alloc(32, 1), lookup: Buffer.alloc(32, 2) };
  const cipher = createCipher(keys, suite);

  it.each(['', '张三 11010519491231002X', 'x'.repeat(100_000)])('opens what it sealed (%#)', (text) => {
    expect(cipher.open(cipher.seal(text)).toString()).toBe(text);
    expect(cipher.seal(text).equals(cipher.seal(text))).toBe(false);
  });

  it('takes a new vector for every sealing', () => {
    // Behind the suite's byte stands the vector, of at least 12 bytes.
    const vectors = Array.from({ length: 5_000 }, () => cipher.seal('').subarray(1, 13).toString('hex'));
    expect(new Set(vectors).size).toBe(vectors.length);
  });

  it('refuses every single changed byte, every shorter text and another key', () => {
    const sealed = cipher.seal('张三');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => cipher.open(changed), `byte ${at}`).toThrow(UnsealError);
      expect(() => cipher.open(sealed.subarray(0, at)), `length ${at}`).toThrow(UnsealError);
    }
    expect(() => createCipher({ ...keys, encryption: Buffer.alloc(32, 3) }, suite).open(sealed)).toThrow(UnsealError);
  });

  it('opens what the other suite sealed', () => {
    const other = createCipher(keys, suite === 'national' ? 'international' : 'national');
    expect(other.open(cipher.seal('张三')).toString()).toBe('张三');
  });

  it('hashes for look-up: 32 bytes, the same every time, different by text and key', () => {
    const hash = cipher.lookupHash('11010519491231002X');
    expect(hash).toHaveLength(32);
    expect(cipher.lookupHash('11010519491231002X')).toEqual(hash);
    expect(cipher.lookupHash('110105194912310021')).not.toEqual(hash);
    expect(createCipher({ ...keys, lookup: Buffer.alloc(32, 3) }, suite).lookupHash('11010519491231002X')).not.toEqual(
      hash,
    );
  });
});
