import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of a hash: 32 MiB and about a tenth of a second. Kept with each hash, so that a later cost leaves the old ones valid. */
const COST = { log2N: 15, r: 8, p: 1 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

const derive = (password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> =>
  new Promise((done, failed) => {
    const N = 2 ** log2N;
    // One way to write a letter: input methods differ in how they compose.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, hash) =>
      error === null ? done(hash) : failed(error),
    );
  });

const write = ({ log2N, r, p }: Cost, salt: Buffer, hash: Buffer): string =>
  ['scrypt', log2N, r, p, salt.toString('base64'), hash.toString('base64')].join('$');

/** `scrypt$log2N$r$p$salt$hash`. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  return write(COST, salt, await derive(password, salt, COST));
};

/** What an unknown account is checked against: nobody has it, and it costs what a real one does. */
const NOBODYS = write(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** Whether the password is the one that was hashed. Null, for an account that is not there, takes the same time. */
export const checkPassword = async (stored: string | null, password: string): Promise<boolean> => {
  const [scheme, log2N, r, p, salt = '', hash = ''] = (stored ?? NOBODYS).split('$');
  if (scheme !== 'scrypt') throw new Error('a stored password has an unknown form');
  const expected = Buffer.from(hash, 'base64');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const given = await derive(password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(given, expected) && stored !== null;
};

/** Without letters and digits that are taken for each other when read aloud or from paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four: about 79 bits. */
export const generatePassword = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')).join(
    '-',
  );
