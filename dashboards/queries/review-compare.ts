import { type ClaimedIdentity, normaliseText } from '../../ingest/index.ts';
import { trustedIdNumber } from '../../matchers/index.ts';
import { formatDay } from '../../platform/calendar.ts';
import { type ReviewField, reviewFields } from './contract-review.ts';
import { maskIdNumber, maskName, maskPhone } from './mask.ts';

/** What is said of a person, in full; null where it is not said. */
export type Said = Readonly<Record<ReviewField, string | null>>;

const orNull = (text: string | null | undefined): string | null => (text == null || text === '' ? null : text);

export const saidBy = (identity: ClaimedIdentity): Said => ({
  name: orNull(identity.name),
  id_number: orNull(trustedIdNumber(identity.idNumber) ?? identity.idNumber) ?? orNull(identity.disabilityCert),
  birth_date: identity.birthDate === null ? null : formatDay(identity.birthDate),
  phone: orNull(identity.phone),
  address: orNull(identity.address),
  region: orNull(identity.regionCode),
});

/** Two regions agree when one lies in the other: a department may place somebody in a banner, the registry in a village. */
const agrees = (field: ReviewField, a: string, b: string): boolean =>
  field === 'region' ? a.startsWith(b) || b.startsWith(a) : normaliseText(a) === normaliseText(b);

export const compare = (field: ReviewField, claimed: string | null, registered: string | null) =>
  claimed === null || registered === null
    ? ('unknown' as const)
    : agrees(field, claimed, registered)
      ? ('same' as const)
      : ('differs' as const);

/** Of an address only its beginning, of a birth date only the year: with a name they would tell who it is. */
const mask = (field: ReviewField, value: string): string => {
  if (field === 'name') return maskName(value);
  if (field === 'id_number') return maskIdNumber(value);
  if (field === 'phone') return maskPhone(value);
  if (field === 'birth_date') return `${value.slice(0, 4)}-**-**`;
  return field === 'address' ? `${[...value].slice(0, 3).join('')}****` : value;
};

export const masked = (said: Said): Said =>
  Object.fromEntries(
    reviewFields.map((field) => {
      const value = said[field];
      return [field, value === null ? null : mask(field, value)];
    }),
  ) as Said;
