import type { CaseStateName } from '../../alerts/contract.ts';
import { caseStateWords, clockStateWords, levelWords } from '../../alerts/index.ts';
import { feeds } from '../../ingest/index.ts';
import type { Level } from '../../rules/contract.ts';
import type { ClockState } from './contract.ts';

/** Chinese names of codes, as an official would write them. A code without a name stands for itself. */

export const feedTitle = (feed: string): string => feeds.get(feed)?.zh ?? feed;

const kinds: Readonly<Record<string, string>> = {
  'medical.inpatient': '住院结算',
  'medical.outpatient': '门诊结算',
  'medical.chronic': '门诊慢特病结算',
  'medical.pharmacy': '药店结算',
  'health.major_illness': '重病登记',
  'health.chronic_illness': '慢病登记',
  'health.death': '死亡登记',
  'public-security.death': '死亡注销户口',
  'public-security.vehicle_registered': '车辆登记',
  'public-security.imprisoned': '收监',
  'public-security.released': '释放',
  'public-security.moved_out': '户口迁出',
  'housing.dangerous_house': '危房认定',
  'housing.public_rental': '公租房',
  'housing.rent_arrears': '公租房欠租',
  'housing.renovated': '危房改造完成',
  'tax.wages': '工资薪金所得',
  'tax.business': '经营所得',
  'tax.labour': '劳务报酬所得',
  'tax.property': '财产所得',
  'tax.other': '其他所得',
  'human-resources.employed': '就业登记',
  'human-resources.unemployed': '失业登记',
  'human-resources.insurance_month': '社会保险缴费',
  'human-resources.benefit_ends': '失业金到期',
  'human-resources.pension_month': '养老金发放',
  'human-resources.benefit_month': '失业等待遇发放',
  'disability.certified': '新领残疾人证',
  'disability.regraded': '残疾等级变更',
  'disability.cancelled': '残疾人证注销',
  'disability.rehab_cost': '康复支出',
  'education.enrolled': '在学',
  'education.dropout_risk': '疑似辍学',
  'education.graduated': '毕业',
  'education.fee': '教育缴费',
  'education.aid': '教育资助',
  'rural.listed': '纳入防止返贫监测',
  'rural.risk_cleared': '返贫风险消除',
  'rural.annual_income': '年度收入',
  'rural.production_loss': '生产损失',
  'emergency.disaster': '自然灾害',
  'emergency.accident': '意外事故',
  'natural-resources.house_registered': '新增房产',
  'natural-resources.shop_registered': '新增商铺',
  'natural-resources.land_compensation': '征地补偿',
  'market-supervision.registered': '市场主体设立',
  'market-supervision.cancelled': '市场主体注销',
  'leads.visit': '走访摸排线索',
  'leads.hotline': '12345热线线索',
  'leads.self_application': '自主申请',
  'leads.petition': '信访线索',
  'leads.upper_level': '上级下发预警',
};

const acts: Readonly<Record<string, string>> = {
  accepted: '受理',
  confirmed: '确认',
  refused: '不予确认',
  adjusted: '调整',
  stopped: '停发',
  paid: '已发放',
  pay_failed: '发放失败',
};
const aids: Readonly<Record<string, string>> = {
  dibao: '低保',
  tekun: '特困供养',
  edge: '低保边缘',
  rigid: '刚性支出困难',
  temporary: '临时救助',
  disabled_living: '困难残疾人生活补贴',
  disabled_care: '重度残疾人护理补贴',
};

export const kindTitle = (kind: string): string => {
  // The case-handling system says what was done about which aid: civil-affairs.paid.dibao is 低保已发放.
  const [feed, act = '', aid = ''] = kind.split('.');
  if (feed === 'civil-affairs' && act in acts && aid in aids) return `${aids[aid]}${acts[act]}`;
  return kinds[kind] ?? kind;
};

const categories: Readonly<Record<string, string>> = {
  dibao: '最低生活保障',
  tekun: '特困供养',
  edge: '低保边缘',
  rigid: '刚性支出困难',
  relapse: '防止返贫监测',
  other: '其他低收入',
  exited: '已退出',
};
export const categoryTitle = (category: string): string => categories[category] ?? category;

const disabilityKinds = ['视力', '听力', '言语', '肢体', '智力', '精神', '多重'];
const grades = ['一', '二', '三', '四'];
/** 肢体残疾二级, as the certificate says. */
export const disabilityTitle = (category: number, grade: number): string =>
  `${disabilityKinds[category - 1] ?? ''}残疾${grades[grade - 1] === undefined ? '' : `${grades[grade - 1]}级`}`;

export const levelTitle = (level: Level): string => levelWords[level];
export const clockTitle = (state: ClockState): string => clockStateWords[state];
export const caseStateTitle = (state: string): string => caseStateWords[state as CaseStateName] ?? state;
