import { surnameLength } from './han-surnames.ts';
import { hasDot, plainName } from './variants.ts';

/** Which rules of comparison a name gets. */
export type NameKind = 'mongolian' | 'han';

/** Characters that write Mongolian sounds and are rare in Han given names. */
const CORE = new Set([
  ...'阿敖傲奥巴毕布勃策茨登敦顿额尔耳嘎噶盖根固哈赫呼济卡克库拉勒乐楞仑伦鲁玛曼蒙孟密那娜乃尼诺努其琪齐奇钦琴日仁任如茹僧萨赛桑莎斯苏素索塔台坦特腾图吐托陶套通拖旺温翁沃乌吴锡雅娅亚牙音扎都达德道丹格古贡葛根力木穆穆恩朝超楚查浩和合呼虎满莫朋沙珊松特铁孛只斤济兀良弘剌乙必保宝包白博代嘉胡都杜苒芽荷仓恩拜班甘干来赖吉热兰花',
]);
/** Characters that both write. */
const SHARED = new Set([
  ...'安海韩金高康利丽茂毛敏米年青荣山思泰土伍希西喜夏兴延伊依英银照哲珠朱卓叶棠朵云龙梅玉陈王李席何佟杨赵七十三八五六九',
]);

/** The same by UTF-16 unit. */
const [IS_CORE, IS_SPELT] = [1, 2];
const writes = new Uint8Array(65_536);
for (const character of SHARED) writes[character.charCodeAt(0)] = IS_SPELT;
for (const character of CORE) writes[character.charCodeAt(0)] = IS_CORE | IS_SPELT;

const LEAST_LONG = 4;

/**
 * Whether a name is compared as a Mongolian one: written in parts, or long and spelt in transliterating characters, or short
 * and spelt in nothing else. A Han surname before a given name in such characters counts as one too (`白苏日娜`).
 */
export const nameKind = (name: string): NameKind => kindOfPlain(plainName(name), hasDot(name));

/** The same of a plain name, and whether it was written in parts. */
export const kindOfPlain = (plain: string, inParts: boolean): NameKind => {
  if (inParts) return 'mongolian';
  const surname = surnameLength(plain);
  if (surname === 2) return 'han';
  let core = 0;
  let spelt = 0;
  for (let i = 0; i < plain.length; i += 1) {
    const written = writes[plain.charCodeAt(i)] as number;
    core += written & IS_CORE;
    if (written !== 0) spelt += 1;
  }
  const { length } = plain;
  if (length >= LEAST_LONG) return core * 2 >= length ? 'mongolian' : 'han';
  if (length < 2 || spelt < length) return 'han';
  return surname === 0 ? (core >= 1 ? 'mongolian' : 'han') : core === length ? 'mongolian' : 'han';
};
