/** An address as a region (where one is named), a village or street, and a house. */
export interface PlainAddress {
  /** Everything before the house, without the names of province, league and banner: they are in the region code. */
  readonly village: string;
  /** House number (`12号` -> `12`), building and room included; '' where none is given. */
  readonly house: string;
}

const NOISE = /[（(][^）)]*[）)]|[\s,，。.;；、]/g;
const ABOVE = /^.*?(?:自治区|省)|^.*?(?:盟|市)(?=.{2,}(?:旗|县|区|市))|^.*?(?:旗|县|(?<!社|小|地|园)区)(?=.{2,})/u;
const HOUSE = /((?:\d+[号栋幢楼组户室\-#]*|[一二三四五六七八九十百]+[号栋幢楼户室])+)$/u;
const NONE: PlainAddress = { village: '', house: '' };

/** Splits an address. What is written differently and means the same (号, blanks, brackets) is gone. */
export const plainAddress = (text: string): PlainAddress => {
  if (text.trim() === '') return NONE;
  let rest = text.normalize('NFKC').replace(NOISE, '');
  for (let i = 0; i < 3; i += 1) {
    const cut = rest.replace(ABOVE, '');
    if (cut === rest || cut.length < 2) break;
    rest = cut;
  }
  const house = HOUSE.exec(rest)?.[1] ?? '';
  return {
    village: rest.slice(0, rest.length - house.length),
    house: house.replace(/[号户室]/gu, '-').replace(/-+$/u, ''),
  };
};
