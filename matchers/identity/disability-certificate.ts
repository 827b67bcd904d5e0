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

/**
 * Category and grade of a certificate of 20 characters (22 tolerated): its 19th and 20th, whatever number stands before
 * them; null for another length.
 */
export const readDegree = (text: string): Pick<Certificate, 'category' | 'grade'> | null =>
  text.length === 20 || text.length === 22
    ? { category: digit(text[18] as string, 7), grade: digit(text[19] as string, 4) }
    : null;

/** Reads a certificate of 20 characters (22 tolerated); null for another length or an id number that can't be trusted. */
export const readCertificate = (text: string): Certificate | null => {
  const degree = readDegree(text);
  const idNumber = degree === null ? null : trustedIdNumber(text.slice(0, 18));
  return degree === null || idNumber === null ? null : { idNumber, ...degree };
};
