import { idNumber } from './id-number.ts';

const LANES = 50; // households that may share a birth day and yet never a number
/** Numbers that one household can hand out: its members take the first, its unregistered neighbours the last. */
const PLACES = 10;

/** Hands out id numbers that are unique in the whole run without remembering any of them. */
export type Numbering = {
  /** Moves a birth day back by less than the number of blocks, so that no two households can draw one number. */
  fitBirthDay: (household: number, day: number) => number;
  /** The id number of place 0 to 9 of a household; `birthDay` must come from fitBirthDay. */
  number: (household: number, place: number, birthDay: number, male: boolean) => string;
  /** A phone of the range 154, which no operator has. */
  phone: (household: number, place: number) => string;
};

/**
 * Within a banner 500 sequences of a sex are shared by 50 households ("lanes"); households of different blocks are kept apart
 * by the remainder of their birth days. A set of used numbers would grow with the run.
 */
export const createNumbering = (perBanner: number): Numbering => {
  const blocks = Math.ceil(perBanner / LANES);
  return {
    fitBirthDay: (household, day) => {
      const local = household % perBanner;
      const shift = (day + (local % LANES) * 17 - Math.floor(local / LANES)) % blocks;
      return day - (shift < 0 ? shift + blocks : shift);
    },
    number: (household, place, birthDay, male) => {
      const banner = Math.floor(household / perBanner) + 1;
      const seat = (((household % perBanner) % LANES) * PLACES + place) % 500;
      const sequence = ((seat * 137) % 500) * 2 + (male ? 1 : 0);
      return idNumber(`1599${banner < 10 ? '0' : ''}${banner}`, birthDay, sequence);
    },
    phone: (household, place) => `154${String((((household * PLACES + place) % 1e8) * 73) % 1e8).padStart(8, '0')}`,
  };
};
