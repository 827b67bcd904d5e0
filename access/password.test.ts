import { describe, expect, it } from 'vitest';
import { checkPassword, generatePassword, hashPassword } from './password.ts';

describe('passwords', () => {
  it('are known again, and no other is', async () => {
    const stored = await hashPassword('马到成功 2026');
    expect(await checkPassword(stored, '马到成功 2026')).toBe(true);
    for (const other of ['马到成功 2027', '马到成功 2026 ', '']) expect(await checkPassword(stored, other)).toBe(false);
  });

  it('are kept with a salt of their own and their cost', async () => {
    const [one, other] = await Promise.all([hashPassword('same'), hashPassword('same')]);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^scrypt\$15\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(one).not.toContain('same');
  });

  it('hold under the cost that they were made with', async () => {
    // RFC 7914, section 12: P = "pleaseletmein", S = "SodiumChloride", N = 16384, r = 8, p = 1; the first 32 bytes.
    const salt = Buffer.from('SodiumChloride').toString('base64');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString(
      'base64',
    );
    expect(await checkPassword(`scrypt$14$8$1$${salt}$${hash}`, 'pleaseletmein')).toBe(true);
    expect(await checkPassword(`scrypt$14$8$1$${salt}$${hash}`, 'pleaseletmeout')).toBe(false);
  });

  it('are the same in both ways of composing a letter', async () => {
    expect(await checkPassword(await hashPassword('caf\u00e9'), 'cafe\u0301')).toBe(true);
  });

  it('cost the same for an account that is not there', async () => {
    const stored = await hashPassword('x');
    const took = async (hash: string | null): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const began = performance.now();
        expect(await checkPassword(hash, 'y')).toBe(false);
        times.push(performance.now() - began);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await took(stored), await took(null)];
    expect(unknown).toBeGreaterThan(known / 3);
    expect(known).toBeGreaterThan(unknown / 3);
  });

  it('of a form that nobody wrote are no match but an error', async () => {
    await expect(checkPassword('plain', 'plain')).rejects.toThrow('unknown form');
  });

  it('are generated without letters that look alike, and never twice', () => {
    const made = Array.from({ length: 200 }, generatePassword);
    expect(new Set(made).size).toBe(200);
    for (const password of made) expect(password).toMatch(/^[a-hj-kmnp-z2-9]{4}(-[a-hj-kmnp-z2-9]{4}){3}$/);
  });
});
