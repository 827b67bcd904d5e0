import type { Cipher } from '../platform/crypto.ts';
import type { PersonalValue } from './chain.ts';

/**
 * What people wrote, as `case_events.personal` holds it: value and salt, each sealed and in base64. The salt is sealed
 * too: with it at hand a short value could be guessed from its commitment.
 */
export type SealedPersonal = Readonly<Record<string, { readonly value: string; readonly salt: string }>>;

export const sealPersonal = (
  personal: Readonly<Record<string, PersonalValue>>,
  cipher: Pick<Cipher, 'seal'>,
): SealedPersonal | null => {
  const seal = (plain: Buffer | string): string => cipher.seal(plain).toString('base64');
  const fields = Object.entries(personal).map(([field, { value, salt }]) => [
    field,
    { value: seal(value), salt: seal(salt) },
  ]);
  return fields.length === 0 ? null : Object.fromEntries(fields);
};

/** What was sealed; null for a field whose bytes were changed or sealed under another key. */
export const openPersonal = (
  sealed: SealedPersonal | null,
  cipher: Pick<Cipher, 'open'>,
): Readonly<Record<string, PersonalValue | null>> => {
  const open = ({ value, salt }: { value: string; salt: string }): PersonalValue | null => {
    try {
      return {
        value: cipher.open(Buffer.from(value, 'base64')).toString('utf8'),
        salt: cipher.open(Buffer.from(salt, 'base64')),
      };
    } catch {
      // UnsealError: a broken field must be shown as broken, not end the verification of everything else.
      return null;
    }
  };
  return Object.fromEntries(Object.entries(sealed ?? {}).map(([field, value]) => [field, open(value)]));
};

/** What was written, for whoever may read it; fields that were erased or can't be read are left out. */
export const readPersonal = (
  sealed: SealedPersonal | null,
  cipher: Pick<Cipher, 'open'>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(openPersonal(sealed, cipher)).flatMap(([field, opened]) =>
      opened === null ? [] : [[field, opened.value] as const],
    ),
  );
