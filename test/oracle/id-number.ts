/** Citizen id numbers (GB 11643) and disability certificates. */
import { type Day, dayOf } from './calendar.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

function checkCharacter(first17: string): string {
  let total = 0;
  for (let i = 0; i < 17; i++) total += Number(first17[i]) * WEIGHTS[i]!;
  return CHECKS[total % 11]!;
}

/** The 18 characters of an id number that can be trusted (15 digits are brought to 18), or undefined. */
export function usableIdNumber(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const upper = raw.toUpperCase();
  if (/^\d{15}$/.test(upper)) {
    const first17 = `${upper.slice(0, 6)}19${upper.slice(6)}`;
    return first17 + checkCharacter(first17);
  }
  if (!/^\d{17}[\dX]$/.test(upper)) return undefined;
  return checkCharacter(upper.slice(0, 17)) === upper[17] ? upper : undefined;
}

/** The birth date inside a usable id number, or undefined where it is no day. */
export function birthDateOf(idNumber: string): Day | undefined {
  return dayOf(Number(idNumber.slice(6, 10)), Number(idNumber.slice(10, 12)), Number(idNumber.slice(12, 14)));
}

export interface Certificate {
  readonly idNumber: string;
  readonly category: number;
  readonly grade: number;
}

/** A certificate of 20 characters (22 tolerated) read apart; another form or length is not trusted. */
export function readCertificate(raw: string | undefined): Certificate | undefined {
  const match = /^(\d{17}[\dX])([1-7])([1-4])(..)?$/.exec((raw ?? '').toUpperCase());
  if (!match) return undefined;
  return { idNumber: match[1]!, category: Number(match[2]), grade: Number(match[3]) };
}

/** The id number in front of a certificate of trusted length; its category and grade are no part of the key. */
export function certificateIdNumber(raw: string | undefined): string | undefined {
  if (raw === undefined || (raw.length !== 20 && raw.length !== 22)) return undefined;
  const first18 = raw.slice(0, 18);
  return first18.length === 18 && /^\d{17}[\dXx]$/.test(first18) ? usableIdNumber(first18) : undefined;
}
