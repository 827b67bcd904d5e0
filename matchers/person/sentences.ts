import type { FieldExplanation } from './explanation.ts';

/** A decision in one sentence, for people. */

interface Said {
  readonly outcome: string;
  readonly tier: number;
  readonly reasons: readonly string[];
  readonly fields: readonly FieldExplanation[];
  readonly total: number | null;
  readonly margin: number | null;
  readonly vetoes: readonly string[];
}

const FIELDS_ZH: Readonly<Record<string, string>> = {
  name: '姓名',
  birth: '出生日期',
  'masked id': '遮掩的身份证号',
  'typed id': '有误的身份证号',
  place: '地点',
  phone: '电话',
};

const LEVELS_ZH: Readonly<Record<string, string>> = {
  equal: '一致',
  'same syllables': '同音',
  'same skeleton': '蒙古语音近',
  'clan left out': '仅差姓氏部分',
  'cut short': '被截短',
  'nearly the same skeleton': '音略近',
  'one character different': '一字之差',
  different: '不符',
  'month and day swapped': '月日颠倒',
  'one digit different': '一位之差',
  '1 January of the same year': '同年（默认1月1日）',
  'lunar and solar': '疑为农历',
  'same year and month': '同年同月',
  'same year': '同年',
  'a year apart': '相差一年',
  'region and end equal': '前六位与后四位一致',
  'end equal': '后四位一致',
  'region equal, end hidden': '前六位一致',
  'end nearly equal': '后四位一位之差',
  'same house': '同一门牌',
  'same village': '同一嘎查村',
  'same township': '同一苏木乡镇',
  'same township, other village': '同苏木乡镇不同嘎查村',
  'same banner': '同一旗县',
  'same banner, other township': '同旗县不同苏木乡镇',
  'other banner': '不同旗县',
  'registered phone': '登记电话一致',
  "household's phone": '家庭电话一致',
};

/** What a field and its level are called in Chinese; what has no name there is called as it is. */
export const fieldInChinese = (field: string): string => FIELDS_ZH[field] ?? field;
export const levelInChinese = (level: string): string => LEVELS_ZH[level] ?? level;

const REASONS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  id_number_equal: ['身份证号一致', 'the id number is equal'],
  certificate_number_equal: ['残疾人证号中的身份证号一致', 'the number in the certificate is equal'],
  former_id_number: ['身份证号为其变更前的原号码', 'the id number is the one that the person had before'],
  former_certificate_number: [
    '残疾人证号中的身份证号为其变更前的原号码',
    'the number in the certificate is the id number that the person had before',
  ],
  formerly_of_another: ['该号码曾登记在姓名相符的另一人名下', 'somebody else with the name had the number before'],
  id_number_repaired: ['身份证号改正一处后一致', 'the id number is equal once a slip is put right'],
  name_equal: ['姓名相符', 'the name agrees'],
  name_sounds_same: ['姓名读音相同', 'the name sounds the same'],
  name_differs: ['姓名不符', 'the name differs'],
  several_registered: ['该号码登记了多人', 'several are registered under the number'],
  several_formerly_registered: ['该号码曾登记过多人', 'several had the number before'],
  id_number_not_registered: ['身份证号未登记', 'the id number is not registered'],
  no_usable_identity: ['没有可用的身份证号', 'there is no usable id number'],
  id_number_scientific_notation: ['身份证号被表格软件改写', 'a spreadsheet spoilt the id number'],
  evidence_enough: ['证据充分', 'the evidence is enough'],
  evidence_not_enough: ['证据不足', 'the evidence is not enough'],
  two_right_numbers: ['两个身份证号都有效但不同', 'two right id numbers that differ'],
  household_linked: ['同户成员已匹配', 'members of the household are linked'],
  twins: ['同日出生、同住而姓名不同，疑为双胞胎', 'same birth and house but another name: perhaps twins'],
  born_on_another_day: ['出生日期明显不同', 'plainly born on another day'],
  ends_of_number_differ: ['身份证号残段不符', 'what is seen of the id number differs'],
  died_before: ['此人已在该日之前死亡', 'the person had died before that day'],
  no_margin: ['与另一人难以区分', 'hardly better than somebody else'],
  no_name: ['没有姓名', 'there is no name'],
};

const OUTCOMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  exact: ['自动匹配', 'linked'],
  repaired: ['自动匹配（号码改正）', 'linked by the repaired number'],
  certificate: ['自动匹配（残疾人证）', 'linked by the certificate'],
  probable: ['自动匹配（综合证据）', 'linked by evidence'],
  review: ['待人工核对', 'left to a reviewer'],
  unregistered: ['未匹配', 'not linked'],
};

const signed = (bits: number): string => `${bits >= 0 ? '+' : ''}${bits.toFixed(1)}`;
const bitsOf = ({ bits, frequencyBits }: FieldExplanation): string => signed(bits + frequencyBits);
const known = (fields: readonly FieldExplanation[]): FieldExplanation[] => fields.filter(({ level }) => level !== null);
/** The reasons, and vetoes that are not among them. */
const grounds = ({ reasons, vetoes }: Said): string[] => [...new Set([...reasons, ...vetoes])];

export const inChinese = (said: Said): string => {
  const why = grounds(said).map((code) => REASONS[code]?.[0] ?? code);
  const parts = known(said.fields).map(
    (field) => `${fieldInChinese(field.field)}${levelInChinese(field.level ?? '')}${bitsOf(field)}`,
  );
  const evidence = parts.length === 0 ? '' : `：${parts.join('，')}`;
  const total = said.total === null ? '' : `；合计${signed(said.total)}比特`;
  const margin = said.margin === null ? '' : `，领先第二名${said.margin.toFixed(1)}`;
  return `${OUTCOMES[said.outcome]?.[0] ?? said.outcome}：${why.join('，')}${evidence}${total}${margin}。`;
};

export const inEnglish = (said: Said): string => {
  const why = grounds(said).map((code) => REASONS[code]?.[1] ?? code);
  const parts = known(said.fields).map((field) => `${field.field} ${field.level} ${bitsOf(field)}`);
  const evidence = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  const total = said.total === null ? '' : `; ${signed(said.total)} bits in all`;
  const margin = said.margin === null ? '' : `, ${said.margin.toFixed(1)} ahead of the second`;
  return `${OUTCOMES[said.outcome]?.[1] ?? said.outcome}: ${why.join(', ')}${evidence}${total}${margin}.`;
};
