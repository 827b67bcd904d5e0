/**
 * The region part of an id number is that of the first registration and never changes. The leagues of Inner Mongolia that
 * became cities (盟改市) had other codes: they are in the numbers of everybody registered before.
 */
const LEAGUES_NOW: Readonly<Record<string, { readonly now: string; readonly name: string }>> = {
  '1521': { now: '1507', name: '呼伦贝尔盟' },
  '1523': { now: '1505', name: '哲里木盟' },
  '1526': { now: '1509', name: '乌兰察布盟' },
  '1527': { now: '1506', name: '伊克昭盟' },
  '1528': { now: '1508', name: '巴彦淖尔盟' },
};

/** Provinces (GB/T 2260): first two digits of every region code. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** Whether a number may begin with this region: its province exists. Counties come and go, so they are not asked. */
export const isRegionCode = (code: string): boolean => PROVINCES.has(code.slice(0, 2)) && code.slice(2, 6) !== '0000';

/** Prefecture of today that a region code belongs to (4 digits); of a former league the city that it became. */
export const prefectureNow = (code: string): string => LEAGUES_NOW[code.slice(0, 4)]?.now ?? code.slice(0, 4);

/** The former league that a code names, null where it names none. */
export const formerLeague = (code: string): string | null => LEAGUES_NOW[code.slice(0, 4)]?.name ?? null;
