/**
 * Characters that stand for each other in names: traditional and simplified forms, rare forms that a department's system
 * lacks, spellings that clerks mix. Each pair maps to the second.
 */
const PAIRS = [
  '龑䶮 峯峰 堃坤 喆哲 昇升 徳德 髙高 寳宝 寶宝 烏乌 蘭兰 爾尔 龍龙 鳳凤 國国 華华 麗丽 劉刘 張张 陳陈 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 鄧邓 許许 蕭肖 萧肖 葉叶',
  '鍾钟 锺钟 盧卢 陸陆 範范 賈贾 韋韦 鄒邹 閻闫 阎闫 齊齐 強强 偉伟 軍军 鵬鹏 飛飞 東东 雲云 紅红 榮荣 蓮莲 瓊琼 艷艳 豔艳 藝艺 慶庆 學学 義义 貴贵 興兴 滿满 達达 來来 圖图 勝胜 長长',
  '銀银 鐵铁 蘇苏 額额 納纳 瑪玛 薩萨 賽赛 諾诺 連连 倫伦 賓宾 寧宁 曉晓 靜静 潔洁 潤润 澤泽 濤涛 燦灿 瑩莹 禮礼 穎颖 維维 緒绪 綺绮 蘊蕴 蔣蒋 譚谭 貞贞 賀贺 賢贤 輝辉 鄔邬 鋒锋 錢钱',
  '錦锦 鎮镇 閆闫 陽阳 雙双 韻韵 頓顿 顏颜 顧顾 駿骏 魯鲁 鮑鲍 鳴鸣 鴻鸿 鵑鹃 麥麦 黨党 龐庞 龔龚 傅付 圓圆 嬋婵 嬌娇 宮宫 崑昆 嵐岚 彥彦 彫雕 敎教 晉晋 暉晖 樹树 櫻樱 沖冲 況况',
  '溫温 煙烟 煒炜 瑤瑶 畢毕 發发 盤盘 禎祯 萬万 祿禄 竇窦 筆笔 紀纪 絲丝 緑绿 綠绿 線线 羣群 聰聪 肅肃 臺台 茲兹 莊庄 菫堇 薑姜 蘋苹 處处 衛卫 裏里 裡里 覺觉 詠咏 誠诚 謙谦 豐丰 贊赞',
  '遠远 鄉乡 醫医 鈞钧 銘铭 鋼钢 鑒鉴 開开 關关 閔闵 陝陕 隱隐 雋隽 雞鸡 霽霁 霧雾 順顺 飄飘 鶴鹤 鷹鹰 齡龄',
];

const TO: ReadonlyMap<string, string> = (() => {
  const map = new Map<string, string>();
  for (const pair of PAIRS.flatMap((line) => line.split(' '))) {
    const [from, to] = [...pair];
    map.set(from as string, to as string);
  }
  return map;
})();

/** The same by UTF-16 unit: 0 where a character is its own usual form, and for those beyond 16 bits. */
const USUAL = new Uint16Array(65_536);
for (const [from, to] of TO) if (from.length === 1) USUAL[from.charCodeAt(0)] = to.charCodeAt(0);

/** Dots of all kinds between the parts of a name, and blanks. */
const BETWEEN = /[\s·•・．.‧∙⋅‐－—-]/gu;
const DOTS = /[·•・．.‧∙⋅]/u;

/** Whether a name is written in parts (`包·巴特尔`). */
export const hasDot = (name: string): boolean => DOTS.test(name);

const [FIRST, LAST] = [0x4e00, 0x9fff];

/** Whether a name is what `plainName` would make of it: most are, and nothing has to be made. */
const isPlain = (name: string): boolean => {
  for (let i = 0; i < name.length; i += 1) {
    const unit = name.charCodeAt(i);
    if (unit < FIRST || unit > LAST || USUAL[unit] !== 0) return false;
  }
  return true;
};

/** A name without dots and blanks, every character in its usual form. */
export const plainName = (name: string): string => {
  if (isPlain(name)) return name;
  const joined = name.normalize('NFKC').replace(BETWEEN, '').toUpperCase();
  let out = '';
  for (const character of joined) out += TO.get(character) ?? character;
  return out;
};
