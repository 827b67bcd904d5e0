import type { ClaimedIdentity } from '../../ingest/index.ts';
import { hash52 } from '../../ingest/index.ts';
import { dayNumber } from '../../platform/calendar.ts';
import { plainAddress } from '../identity/address.ts';
import { plainPhone } from '../identity/phone.ts';
import { isPlaceholderBirth } from '../identity/placeholders.ts';
import { type IdReading, readIdNumber } from '../identity/read-id-number.ts';
import { type NameForm, nameForm } from '../names/name-form.ts';
import { endingOf, NO_ENDING } from './id-ending.ts';

/** No day of birth. */
export const NO_DAY = -1_000_000;
const ADDRESS_SEED = 13;

/** Where somebody lives, as numbers; 0 for what is not said. */
export interface Place {
  /** Banner or county: 6 digits. */
  readonly county: number;
  /** 9 digits. */
  readonly township: number;
  /** 12 digits. */
  readonly village: number;
  /** Hash (32 bits) of the village's name and the house number. */
  readonly house: number;
  /** Hash (32 bits) of the village's name alone. */
  readonly villageName: number;
}

/** What a record says about whom it is about, made ready for comparison. */
export interface Claim {
  readonly reading: IdReading;
  /** Whether that is of the id number itself, not of a certificate that stands in for it. */
  readonly hasOwnNumber: boolean;
  readonly name: NameForm;
  readonly birth: number;
  readonly place: Place;
  /** Digits as a number; 0 for none. */
  readonly phone: number;
  /** First six digits of an id number that can't be trusted, 0 where hidden. */
  readonly idRegion: number;
  readonly idEnding: number;
}

const hash32 = (text: string): number => (text === '' ? 0 : hash52(text, ADDRESS_SEED) >>> 0 || 1);

export const placeOf = (regionCode: string, address: string): Place => {
  const { village, house } = plainAddress(address);
  return {
    county: regionCode.length >= 6 ? Number(regionCode.slice(0, 6)) : 0,
    township: regionCode.length >= 9 ? Number(regionCode.slice(0, 9)) : 0,
    village: regionCode.length >= 12 ? Number(regionCode.slice(0, 12)) : 0,
    house: house === '' ? 0 : hash32(`${village} ${house}`),
    villageName: hash32(village),
  };
};

export const phoneNumber = (text: string): number => Number(plainPhone(text));

/** The 18 places of a number that can't be trusted, as far as they are known; '' where its digits have no certain place. */
const placesOf = (reading: IdReading): string => {
  if (reading.kind === 'masked') return reading.shown;
  return reading.kind === 'broken' && reading.digits.length === 18 ? reading.digits : '';
};

const birthIn = (places: string): number => {
  const digits = places.slice(6, 14);
  if (!/^\d{8}$/.test(digits)) return NO_DAY;
  return dayNumber(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6))) ?? NO_DAY;
};

/** Reads a record's identity. A certificate's first 18 characters stand in where there is no id number. */
export const readClaim = (identity: ClaimedIdentity): Claim => {
  const own = readIdNumber(identity.idNumber);
  const reading = own.kind === 'missing' ? readIdNumber(identity.disabilityCert.slice(0, 18)) : own;
  const places = placesOf(reading);
  const stated = identity.birthDate ?? NO_DAY;
  const birth = stated === NO_DAY || isPlaceholderBirth(stated) ? birthIn(places) : stated;
  const front = places.slice(0, 6);
  return {
    reading,
    hasOwnNumber: own.kind !== 'missing',
    name: nameForm(identity.name),
    birth: birth === NO_DAY || isPlaceholderBirth(birth) ? NO_DAY : birth,
    place: placeOf(identity.regionCode, identity.address),
    phone: phoneNumber(identity.phone),
    idRegion: /^\d{6}$/.test(front) ? Number(front) : 0,
    idEnding: places === '' ? NO_ENDING : endingOf(places.slice(14)),
  };
};
