import type { ClaimedIdentity } from '../ingest/index.ts';
import { readCertificate } from './identity/disability-certificate.ts';
import { trustedIdNumber } from './identity/id-number.ts';

/**
 * What makes two records claim the same identity, as text: the name beside a trusted number (its own, or the one that the
 * certificate begins with), else everything that the record says of the person. Personal: it is only kept sealed or hashed.
 */
export const claimedKey = (identity: ClaimedIdentity): string => {
  const { name, idNumber, birthDate, phone, address, disabilityCert, regionCode } = identity;
  const number =
    trustedIdNumber(idNumber) ?? (disabilityCert === '' ? null : readCertificate(disabilityCert)?.idNumber);
  if (number != null) return `${number}\n${name}`;
  return JSON.stringify([name, idNumber, disabilityCert, birthDate, phone, address, regionCode]);
};
