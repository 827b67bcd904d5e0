import { trustedIdNumber } from './id-number.ts';

/** Disability certificate (残疾人证号): the holder's id number, a category digit 1 to 7, a grade digit 1 to 4. */
export interface Certificate {
  readonly idNumber: string;
  /** 0 when the digit is none of the listed ones. */
  readonly category: number;
  readonly grade: number;
}

const digit = (character: string, most: number): number => {
  const value = Number(character);
  return value >= 1 && value <= most ? value : 0;
};

/** Reads a certificate of 20 characters (22 tolerated); null for another length or an id number that can't be trusted. */
export const readCertificate = (text: string): Certificate | null => {
  if (text.length !== 20 && text.length !== 22) return null;
  const idNumber = trustedIdNumber(text.slice(0, 18));
  if (idNumber === null) return null;
  return { idNumber, category: digit(text[18] as string, 7), grade: digit(text[19] as string, 4) };
};
