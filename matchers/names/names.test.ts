import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surnameLength } from './han-surnames.ts';
import { nameForm } from './name-form.ts';
import { nameKind } from './name-kind.ts';
import { NAME_LEVELS, nameLevel } from './name-level.ts';
import { skeletonOf } from './skeleton.ts';
import { syllableName, syllablesOf } from './syllables.ts';
import { plainName } from './variants.ts';

const read = (name: string, isHan = false): string => syllablesOf(name, isHan).map(syllableName).join(' ');
const skeleton = (name: string): string => skeletonOf(syllablesOf(name, false));
const levelOf = (a: string, b: string): string => {
  const level = nameLevel(nameForm(a), nameForm(b));
  return level < 0 ? 'missing' : (NAME_LEVELS[level] as string);
};

describe('a name', () => {
  it.each([
    ['包·巴特尔', '包巴特尔'],
    ['包•巴特尔', '包巴特尔'],
    ['包．巴特尔', '包巴特尔'],
    [' 张 三 ', '张三'],
    ['烏雲其其格', '乌云其其格'],
    ['張國華', '张国华'],
    ['', ''],
  ])('%j is plainly %j', (name, plain) => expect(plainName(name)).toBe(plain));

  it.each(['', '不详', '无名氏', '某某', '王'.repeat(60)])('%j is none', (name) => {
    expect(nameForm(name).plain).toBe('');
    expect(levelOf(name, name)).toBe('missing');
  });

  it.each([
    ['单田芳', 'shan tian fang'],
    ['仇英', 'qiu ying'],
    ['曾国藩', 'zeng guo fan'],
    ['查良镛', 'zha liang yong'],
    ['任长霞', 'ren chang xia'],
  ])('of Han is read with its surname: %s', (name, reading) => expect(read(name, true)).toBe(reading));

  it('sounds like another exactly where all syllables are the same', () => {
    const name = fc.array(fc.constantFrom(...'张章长单善杉王汪图土涂雅娅亚Ａя'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        const [x, y] = [nameForm(a.join('')), nameForm(b.join(''))];
        const of = ({ plain, kind }: typeof x): string => syllablesOf(plain, kind === 'han').join(' ');
        expect(x.sound === y.sound).toBe(of(x) === of(y));
        expect(x.first).toBe(syllablesOf(x.plain, x.kind === 'han')[0]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of Mongols has the readings that names have', () => {
    expect(read('敖日格乐')).toBe('ao ri ge le');
    expect(read('格日勒')).toBe('ge ri le');
    expect(read('乌日娜')).toBe('wu ri na');
  });

  it.each([
    ['欧阳修', 2],
    ['王伟', 1],
    ['其木格', 0],
    ['王', 0],
  ])('%s has a surname of %i', (name, length) => expect(surnameLength(name)).toBe(length));

  it.each([
    ...[
      '其木格',
      '包·巴特尔',
      '乌云其其格',
      '阿拉坦仓',
      '苏日嘎拉',
      '哈斯',
      '斯琴毕力格',
      '白苏日娜',
      '娜仁托娅',
      '图雅',
    ],
  ])('%s is compared as a Mongolian one', (name) => expect(nameKind(name)).toBe('mongolian'));

  it.each([...['王伟', '张国华', '欧阳修文', '李秀英', '刘海燕', '陈丽', '高金山', '白玉荣']])(
    '%s is compared as a Han one',
    (name) => expect(nameKind(name)).toBe('han'),
  );
});

describe('two names', () => {
  it.each([
    ['其木格', '琪木格', 'same syllables'],
    ['其木格', '齐穆格', 'same syllables'],
    ['苏和', '苏赫', 'same syllables'],
    ['格日勒', '格日乐', 'same syllables'],
    ['乌日娜', '吴日娜', 'same syllables'],
    ['布日固德', '布日古德', 'same syllables'],
    ['图雅', '托娅', 'same skeleton'],
    ['娜仁', '娜日', 'same skeleton'],
    ['额尔登', '额尔敦', 'same skeleton'],
    ['萨日娜', '沙日娜', 'same skeleton'],
    ['宝力德', '宝勒德', 'same skeleton'],
    ['阿古拉', '阿古兰', 'same skeleton'],
    ['巴特尔', '巴特', 'same skeleton'],
    ['其力嘎', '其贺力嘎', 'nearly the same skeleton'],
    ['包·巴特尔', '巴特尔', 'clan left out'],
    ['乌云其木格', '其木格', 'clan left out'],
    ['浩毕斯哈拉图', '浩毕斯哈拉', 'cut short'],
    ['包·巴特尔', '包巴特尔', 'equal'],
    ['王伟', '王玮', 'same syllables'],
    ['王建国', '王建军', 'one character different'],
    ['王建国', '李建国', 'different'],
    ['王伟', '李娜', 'different'],
    ['', '李娜', 'missing'],
  ])('%s and %s: %s', (a, b, level) => {
    expect(levelOf(a, b)).toBe(level);
    expect(levelOf(b, a)).toBe(level);
  });

  it('agree the same both ways, and each with itself', () => {
    const name = fc.string({ unit: fc.constantFrom(...'王李伟建国其木格乌云巴特尔图雅·'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(levelOf(a, b)).toBe(levelOf(b, a));
        expect(['equal', 'missing']).toContain(levelOf(a, a));
      }),
      { numRuns: 1000 },
    );
  });

  it('of Han never get a skeleton', () => {
    expect(nameForm('王建国').skeleton).toBe('');
    expect(skeleton('其木格')).toBe('CMG');
  });
});
