/** Han surnames: what the first part of a name is, and how it is read there. */

/** The commonest single surnames (about nine Han in ten bear one of them). */
const COMMON = new Set([
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙伏岑习胥保和蔺闫肖付',
]);
/** Surnames of two characters. */
const COMPOUND = new Set([
  ...['欧阳', '上官', '司马', '慕容', '尉迟', '诸葛', '皇甫', '令狐', '司徒', '东方', '长孙', '宇文', '端木', '夏侯'],
  ...['公孙', '轩辕', '钟离', '闻人', '澹台', '淳于', '单于', '太史', '申屠', '呼延', '南宫', '西门', '独孤', '完颜'],
]);

/** Surnames that are read otherwise than the character is elsewhere, without tones. */
export const SURNAME_READINGS: Readonly<Record<string, string>> = {
  单: 'shan',
  仇: 'qiu',
  曾: 'zeng',
  查: 'zha',
  覃: 'qin',
  解: 'xie',
  区: 'ou',
  朴: 'piao',
  盖: 'ge',
  缪: 'miao',
  翟: 'zhai',
  乐: 'yue',
  任: 'ren',
  华: 'hua',
  折: 'she',
  尉: 'wei',
  长: 'zhang',
  万: 'wan',
  种: 'chong',
  召: 'shao',
  员: 'yun',
  逄: 'pang',
};

/** What a character may begin, by its UTF-16 unit. */
const [BEGINS_SINGLE, BEGINS_COMPOUND] = [1, 2];
const begins = new Uint8Array(65_536);
for (const single of COMMON) begins[single.charCodeAt(0)] = BEGINS_SINGLE;
for (const compound of COMPOUND)
  begins[compound.charCodeAt(0)] = (begins[compound.charCodeAt(0)] as number) | BEGINS_COMPOUND;

/** How many characters of a name are its Han surname: 0 where none is known. */
export const surnameLength = (name: string): 0 | 1 | 2 => {
  if (name.length < 2) return 0;
  const first = begins[name.charCodeAt(0)] as number;
  if (name.length >= 3 && (first & BEGINS_COMPOUND) !== 0 && COMPOUND.has(name.slice(0, 2))) return 2;
  return (first & BEGINS_SINGLE) !== 0 ? 1 : 0;
};
