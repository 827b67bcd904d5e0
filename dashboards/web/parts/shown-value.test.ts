import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../i18n/en.ts';
import { zh } from '../i18n/zh.ts';
import { shownParameter, shownValue, type Wording } from './shown-value.ts';

const wording = {} as Record<'zh' | 'en', Wording>;
beforeAll(async () => {
  await i18next.init({ resources: { zh: { translation: zh }, en: { translation: en } }, lng: 'zh' });
  for (const language of ['zh', 'en'] as const) {
    const t = i18next.getFixedT(language);
    wording[language] = { t, word: (group, code) => (t as (key: string) => string)(`${group}.${code}`) };
  }
});

describe('a parameter', () => {
  it.each([
    ['yuan', null, '10000.00', '10,000.00 元', '¥10,000.00'],
    ['yuan', null, 1000, '1,000.00 元', '¥1,000.00'],
    ['ratio', null, 0.7, '70%', '70%'],
    ['ratio', null, 0.125, '12.5%', '12.5%'],
    ['times', null, 1.5, '1.5 倍', '1.5 times'],
    ['days', null, 30, '30 天', '30 day(s)'],
    ['months', null, -1, '提前 1 个月', '1 month(s) before'],
    ['years', null, 18, '18 周岁', '18 years of age'],
    ['people', null, 2, '2 人', '2 people'],
    [null, 'household.category', ['edge', 'other'], '低保边缘、其他低收入', 'Dibao edge, Other low income'],
    [null, 'household.labour', ['able', 'partly'], '有劳动能力、部分有劳动能力', 'Able to work, Partly able'],
    [null, 'housing.dangerous_grade', 'D', 'D级', 'Grade D'],
    [null, 'person.grade', [1, 2], '一级、二级', 'Grade 1, Grade 2'],
    [null, 'person.disability', [5, 6], '智力、精神', 'Intellect, Mind'],
    [null, null, 'of an older version', 'of an older version', 'of an older version'],
    ['yuan', null, null, null, null],
  ] as const)('in %s of %s is said with its unit or in words', (unit, of, value, inChinese, inEnglish) => {
    expect(shownParameter({ value, unit, of }, wording.zh)).toBe(inChinese);
    expect(shownParameter({ value, unit, of }, wording.en)).toBe(inEnglish);
  });
});

describe('a value that was read', () => {
  it.each([
    ['medical.self_paid_12m', 'money', '16205.50', '16,205.50 元'],
    ['rigid.ratio_12m', 'ratio', '0.7346', '73.5%'],
    ['rigid.ratio_12m', 'ratio', 'inf', '没有收入，超过任何比例'],
    ['person.category', 'text', 'tekun', '特困供养'],
    ['person.own_category', 'text', '', '无'],
    ['person.disability', 'count', 5, '智力'],
    ['person.grade', 'count', 2, '二级'],
    ['household.labour', 'text', 'partly', '部分有劳动能力'],
    ['household.size', 'count', 3, '3'],
    ['household.exited', 'flag', false, '否'],
    ['income.total_12m', 'money', null, null],
  ])('%s (%s) is said as people say it', (name, type, value, says) => {
    expect(shownValue({ name, type, value }, wording.zh)).toBe(says);
  });
});
