import { createCipheriv, createDecipheriv, createHmac, getCiphers, randomBytes, timingSafeEqual } from 'node:crypto';
import { derive, type Keys } from './keys.ts';

export { type Keys, openKeys } from './keys.ts';

/** `international`: AES-256-GCM, HMAC-SHA-256. `national`: SM4-CTR with HMAC-SM3 (encrypt, then authenticate), HMAC-SM3. */
export type Suite = 'international' | 'national';

export type Cipher = {
  /** Sealing the same twice gives two different results. */
  seal(plain: Buffer | string): Buffer;
  /**
   * What was sealed, by either suite: the first byte says which.
   * @throws UnsealError when a byte was changed, or it was sealed under another key
   */
  open(sealed: Buffer): Buffer;
  /** 32 bytes that are the same for the same text, and tell nothing about it without the key. */
  lookupHash(text: string): Buffer;
};

export class UnsealError extends Error {
  constructor(cause?: unknown) {
    super('sealed data was changed, or sealed under another key', { cause });
    this.name = 'UnsealError';
  }
}

type SealSuite = { tag: number; seal(plain: Buffer): Buffer; open(body: Buffer): Buffer };

/**
 * @param keys to seal the archive, hand in `{ ...keys, encryption: keys.archive }`
 * @param suite what new data is sealed and looked up by. Sealed data stays readable after a change; look-ups don't: the
 * hashes stored before it are of the other function, so they have to be computed again
 * @throws Error when this build of Node has no SM4 and the suite needs it
 */
export function createCipher(keys: Pick<Keys, 'encryption' | 'lookup'>, suite: Suite = 'international'): Cipher {
  if (suite === 'national' && !getCiphers().includes('sm4-ctr')) {
    throw new Error('this build of Node has no SM4; use one with OpenSSL that has it, or the international suite');
  }
  const suites = { international: aesGcm(keys.encryption), national: sm4(keys.encryption) };
  const chosen = suites[suite];
  const hash = suite === 'national' ? 'sm3' : 'sha256';
  return {
    seal: (plain) => Buffer.concat([Buffer.of(chosen.tag), chosen.seal(Buffer.from(plain))]),
    open(sealed) {
      const found = Object.values(suites).find(({ tag }) => tag === sealed[0]);
      if (found === undefined) throw new UnsealError();
      return found.open(sealed.subarray(1));
    },
    lookupHash: (text) => createHmac(hash, keys.lookup).update(text, 'utf8').digest(),
  };
}

/** Bytes of randomness taken at once: asking for each vector by itself took a fifth of the time to seal. */
const RANDOM_POOL = 12_288;

/** Random bytes, each handed out once. */
const createRandom = (): ((length: number) => Buffer) => {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (length) => {
    if (at + length > pool.length) {
      pool = randomBytes(Math.max(RANDOM_POOL, length));
      at = 0;
    }
    at += length;
    return pool.subarray(at - length, at);
  };
};
const random = createRandom();

/** Body: iv (12), authentication tag (16), ciphertext. The suite's byte is authenticated too. */
function aesGcm(encryption: Buffer): SealSuite {
  const tag = 1;
  const key = derive(encryption, 'aes-256-gcm');
  const [ivLength, macLength] = [12, 16];
  return {
    tag,
    seal(plain) {
      const iv = random(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.of(tag));
      const body = [cipher.update(plain), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...body]);
    },
    open(body) {
      const mac = body.subarray(ivLength, ivLength + macLength);
      // A shorter tag would be accepted as such, and is easier to guess.
      if (mac.length !== macLength) throw new UnsealError();
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, ivLength), { authTagLength: macLength });
      decipher.setAAD(Buffer.of(tag)).setAuthTag(mac);
      try {
        return Buffer.concat([decipher.update(body.subarray(ivLength + macLength)), decipher.final()]);
      } catch (error) {
        throw new UnsealError(error);
      }
    },
  };
}

/** Body: iv (16), HMAC-SM3 (32) over suite, iv and ciphertext, ciphertext. Two keys: one may not serve both. */
function sm4(encryption: Buffer): SealSuite {
  const tag = 2;
  const key = derive(encryption, 'sm4-ctr', 16);
  const macKey = derive(encryption, 'hmac-sm3');
  const [ivLength, macLength] = [16, 32];
  const authenticate = (iv: Buffer, text: Buffer) =>
    createHmac('sm3', macKey).update(Buffer.of(tag)).update(iv).update(text).digest();
  return {
    tag,
    seal(plain) {
      const iv = random(ivLength);
      const cipher = createCipheriv('sm4-ctr', key, iv);
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([iv, authenticate(iv, text), text]);
    },
    open(body) {
      const iv = body.subarray(0, ivLength);
      const mac = body.subarray(ivLength, ivLength + macLength);
      const text = body.subarray(ivLength + macLength);
      if (mac.length !== macLength || !timingSafeEqual(mac, authenticate(iv, text))) throw new UnsealError();
      const decipher = createDecipheriv('sm4-ctr', key, iv);
      return Buffer.concat([decipher.update(text), decipher.final()]);
    },
  };
}
