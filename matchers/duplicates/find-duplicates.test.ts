// Who stands in the registry twice, and who only seems to: twins, father and son, namesakes, relatives under one roof.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../../platform/calendar.ts';
import { checkCharacter } from '../identity/id-number.ts';
import { createPersonRegister, personModel, type RegisteredPerson } from '../person/index.ts';
import { createDuplicateFinder, pairsUnderOneNumber } from './find-duplicates.ts';

const model = personModel.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../model.json'), 'utf8')));

const day = (y: number, m: number, d: number): number => dayNumber(y, m, d) as number;
const idOf = (birth: string, order: string, county = '159901'): string => {
  const digits = `${county}${birth}${order}`;
  return digits + checkCharacter(digits);
};
let last = 0;
const person = (over: Partial<RegisteredPerson>): RegisteredPerson => {
  last += 1;
  return {
    ...{ personNo: last, householdNo: last, name: '张三', idNumber: '', birthDay: null, phone: '', householdPhone: '' },
    ...{ regionCode: '159901101001', address: '', diedOn: null },
    ...over,
  };
};
const GIVEN = [...'伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁'];
const FAMILY = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
/** People around those that a test is about; none of them twice. */
const others = (n: number, over: (i: number) => Partial<RegisteredPerson> = () => ({})): RegisteredPerson[] =>
  Array.from({ length: n }, (_, i) => {
    const birth = day(1950, 1, 1) + ((i * 7_919) % 20_000);
    const name = `${FAMILY[i % 20]}${GIVEN[(i * 7) % 27]}${GIVEN[(i * 13) % 26]}`;
    const address = `模拟一旗模拟二苏木模拟三嘎查${i % 700}号`;
    const phone = `154${String(20_000_000 + i)}`;
    const regionCode = `15990${1 + (i % 3)}10${1 + (i % 5)}00${1 + (i % 4)}`;
    return person({ name, birthDay: birth, phone, address, regionCode, householdPhone: phone, ...over(i) });
  });
const finderOf = (people: readonly RegisteredPerson[]) => {
  const register = createPersonRegister(people.length);
  for (const one of people) register.put(one);
  register.compact();
  return createDuplicateFinder(register, model);
};
/** Every pair that is found when everybody is asked, as the scan does it but for equal numbers. */
const found = (people: readonly RegisteredPerson[]): string[] => {
  const finder = finderOf(people);
  const by = new Map(people.map((one) => [one.personNo, one]));
  const pairs = new Set<string>();
  for (const one of people)
    for (const other of finder.alike(one)) {
      const pair = finder.compare(one, by.get(other) as RegisteredPerson);
      if (pair !== null) pairs.add(`${pair.first}-${pair.second}`);
    }
  return [...pairs].sort();
};
const HOME = { regionCode: '159901101001', address: '模拟一旗模拟二苏木模拟三嘎查900号' };
const AWAY = { regionCode: '159901104002', address: '模拟一旗模拟九苏木模拟七嘎查12号' };
const ELSEWHERE = { regionCode: '159902101001', address: '模拟二旗模拟二苏木模拟三嘎查5号' };
const pairOf = (a: RegisteredPerson, b: RegisteredPerson) => found([...others(3_000), a, b]);
const both = (a: RegisteredPerson, b: RegisteredPerson): string[] => [`${a.personNo}-${b.personNo}`];

describe('one person twice', () => {
  const number = idOf('19800305', '014');
  const own = person({ name: '斯琴高娃', idNumber: number, birthDay: day(1980, 3, 5), phone: '15430000001', ...HOME });

  it.each([
    ['in two townships, the second time without a number', { idNumber: '' }],
    ['with a mistyped number', { idNumber: number.slice(0, 17) + (number[17] === '1' ? '2' : '1') }],
    [
      'with a number whose last digits changed places',
      { idNumber: number.slice(0, 15) + number[16] + number[15] + number[17] },
    ],
    ['under a name spelt otherwise', { idNumber: '', name: '斯琴高瓦' }],
  ])('%s', (_, over) => {
    const again = person({ name: '斯琴高娃', birthDay: day(1980, 3, 5), ...AWAY, ...over });
    expect(pairOf(own, again)).toEqual(both(own, again));
    // The later row may be the right one.
    const [early, late] = [
      { ...again, personNo: own.personNo },
      { ...own, personNo: again.personNo },
    ];
    expect(pairOf(early, late)).toEqual(both(own, again));
  });

  it('with a mistyped number and a day of birth taken from it', () => {
    const wrong = `${number.slice(0, 8)}5${number.slice(9)}`;
    const again = person({ name: '斯琴高娃', idNumber: wrong, ...AWAY });
    expect(pairOf(own, again)).toEqual(both(own, again));
  });

  it('under two right numbers, where house or phone are the same as well', () => {
    const again = person({ ...own, personNo: last + 1, idNumber: idOf('19800305', '162'), ...AWAY });
    expect(pairOf(own, again)).toEqual(both(own, again));
    expect(pairOf(own, { ...again, phone: '', ...HOME })).toEqual(both(own, again));
  });

  it('says why, the same whichever of the two is named first', () => {
    const again = person({
      name: '斯琴高娃',
      birthDay: day(1980, 3, 5),
      idNumber: number.slice(0, 17) + (number[17] === '1' ? '2' : '1'),
    });
    const finder = finderOf([...others(3_000), own, again]);
    const pair = finder.compare(own, again);
    expect(pair).toEqual(finder.compare(again, own));
    expect(pair).toMatchObject({ ground: 'evidence', first: own.personNo, second: again.personNo });
    expect(pair?.explanation.zh).toContain('姓名一致');
    expect(pair?.explanation.fields.find(({ field }) => field === 'typed id')?.level).toBe('end nearly equal');
    for (const secret of [own.name, number, again.idNumber]) expect(JSON.stringify(pair)).not.toContain(secret);
  });

  it('or two people under one number, whatever their names', () => {
    const borrowed = person({ name: '那仁满都拉', idNumber: number, birthDay: day(1951, 7, 8), ...ELSEWHERE });
    const pair = finderOf([...others(3_000), own, borrowed]).compare(own, borrowed);
    expect(pair?.ground).toBe('same_number');
    expect(pair?.explanation.zh).toContain('身份证号一致');
  });
});

describe('two people', () => {
  const one = person({
    name: '王建国',
    idNumber: idOf('19700101', '003'),
    birthDay: day(1970, 1, 1),
    phone: '15430000002',
    ...HOME,
  });
  const beside = (over: Partial<RegisteredPerson>): RegisteredPerson => person({ ...one, personNo: last + 1, ...over });

  it.each([
    ['twins', { name: '王建军', idNumber: idOf('19700101', '004') }],
    ['twins without numbers', { name: '王卫东', idNumber: '' }],
    ['twins whose names sound the same', { name: '王健国', idNumber: idOf('19700101', '004') }],
    ['father and son of one name', { birthDay: day(1995, 9, 10), idNumber: idOf('19950910', '015') }],
    ['father and son whose days of birth differ by a digit', { birthDay: day(1990, 1, 1), idNumber: '' }],
    [
      'namesakes of one day in another banner',
      { phone: '', idNumber: idOf('19700101', '007', '159902'), ...ELSEWHERE },
    ],
    [
      'namesakes of one day in the same village',
      { phone: '', address: `${HOME.address.slice(0, -4)}17号`, idNumber: idOf('19700101', '009') },
    ],
  ])('%s', (_, over) => {
    expect(pairOf(one, beside(over))).toEqual([]);
  });

  it('namesakes of one day whose numbers end otherwise, though one of them is mistyped', () => {
    const right = idOf('19700101', '777');
    const wrong = right.slice(0, 17) + (right[17] === '1' ? '2' : '1');
    const other = beside({ phone: '', idNumber: wrong, ...AWAY });
    expect(pairOf(one, other)).toEqual([]);
    // Whichever of the two was registered first.
    expect(pairOf({ ...one, personNo: other.personNo }, { ...other, personNo: one.personNo })).toEqual([]);
    expect(pairOf(one, { ...other, idNumber: '' })).toEqual(both(one, other));
  });

  it('under a number that stands for none', () => {
    const none = '111111111111111111'.slice(0, 17) + checkCharacter('11111111111111111');
    const [a, b] = [
      person({ name: '甲某某', idNumber: none, ...HOME }),
      person({ name: '乙某某', idNumber: none, ...AWAY }),
    ];
    expect(finderOf([...others(100), a, b]).compare(a, b)).toBeNull();
  });
});

describe('crowds', () => {
  it('crosses few under one number, and puts each of many beside the first', () => {
    expect(pairsUnderOneNumber([3, 1, 2])).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    expect(pairsUnderOneNumber(Array.from({ length: 3_000 }, (_, i) => i + 1))).toHaveLength(2_999);
    expect(pairsUnderOneNumber([])).toEqual([]);
  });

  it('finds nobody among thousands who were not planted', () => {
    expect(found(others(3_000))).toEqual([]);
  });

  /** Seconds of asking everybody, the quicker of two. */
  const seconds = (people: readonly RegisteredPerson[]): number => {
    const finder = finderOf(people);
    const once = (): number => {
      const began = performance.now();
      for (const one of people) finder.alike(one);
      return performance.now() - began;
    };
    return Math.min(once(), once()) / 1000;
  };

  it.each([
    ['a phone of thousands', (i: number) => (i < 3_000 ? { phone: '15430000009', householdPhone: '15430000009' } : {})],
    ['one day of birth', () => ({ birthDay: day(1960, 1, 1) })],
    ['a 1 January for everybody', (i: number) => ({ birthDay: day(1930 + (i % 70), 1, 1) })],
    ['one house', () => HOME],
  ])('%s takes at most ten times as long as anything else', { timeout: 300_000 }, (_, over) => {
    const n = 8_000;
    const ordinary = seconds(others(n));
    expect(seconds(others(n, over))).toBeLessThan(10 * ordinary);
  });
});
