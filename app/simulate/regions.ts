import type { Area, TownshipRole } from './model.ts';
import { createRandom } from './random.ts';
import type { Settings } from './settings.ts';

type Village = { code: string; name: string };
export type Township = { code: string; name: string; area: Area; role: TownshipRole; villages: Village[] };
export type Banner = { code: string; name: string; townships: Township[] };

/** The league above all banners; 1599 exists nowhere. */
export const LEAGUE = { code: '1599', name: '模拟盟（模拟数据）' } as const;

const WORDS = [
  '白音',
  '乌兰',
  '青格',
  '哈拉',
  '巴彦',
  '查干',
  '沙日',
  '呼和',
  '阿日',
  '温都',
  '浩特',
  '新风',
  '东山',
  '柳河',
  '长胜',
  '北滩',
];
// Only the first three townships answer for income stories; the others show what a department's silence does
const ROLES: readonly TownshipRole[] = ['steady', 'steady', 'steady', 'counted', 'overcounted', 'undeclared', 'missed'];

const two = (n: number): string => String(n).padStart(2, '0');
const three = (n: number): string => String(n).padStart(3, '0');

/** Banners, townships and villages of a run. Every name says 模拟; no code exists (1599xx). */
export const createRegions = (settings: Settings): Banner[] =>
  Array.from({ length: settings.banners }, (_, b) => {
    const random = createRandom(settings.seed, 1, b);
    const code = `${LEAGUE.code}${two(b + 1)}`;
    const townships = ROLES.map((role, t): Township => {
      const townshipCode = `${code}${three(t + 101)}`;
      const urban = t === 0 || t === 3;
      const word = random.pick(WORDS);
      const villages = Array.from({ length: random.between(3, 6) }, (_unused, v) => ({
        code: `${townshipCode}${three(v + 1)}`,
        name: `模拟${random.pick(WORDS)}${v + 1}${urban ? '社区' : '嘎查'}`,
      }));
      return {
        code: townshipCode,
        name: `模拟${word}${t + 1}${urban ? '镇' : '苏木'}`,
        area: urban ? 'urban' : 'rural',
        role,
        villages,
      };
    });
    return { code, name: `模拟${random.pick(WORDS)}${b + 1}旗（模拟数据）`, townships };
  });
