import type { CaseStateName } from '../../alerts/contract.ts';
import { caseStateWords, clockStateWords, levelWords } from '../../alerts/index.ts';
import { feeds } from '../../ingest/index.ts';
import type { Level } from '../../rules/contract.ts';
import type { ClockState } from './contract.ts';

/** Chinese names of codes, as an official would write them. A code without a name stands for itself. */

/** Feeds that rules or records may name before the program takes them. */
const otherFeeds: Readonly<Record<string, string>> = {
  education: '教育',
  'human-resources': '人力资源和社会保障',
  emergency: '应急管理',
  'public-security': '公安',
  'natural-resources': '自然资源',
  'market-supervision': '市场监管',
  'civil-affairs': '民政',
  leads: '线索',
};

export const feedTitle = (feed: string): string => feeds.get(feed)?.zh ?? otherFeeds[feed] ?? feed;

const kinds: Readonly<Record<string, string>> = {
  'medical.inpatient': '住院结算',
  'medical.outpatient': '门诊结算',
  'medical.chronic': '门诊慢特病结算',
  'medical.pharmacy': '药店结算',
  'health.major_illness': '重病登记',
  'health.chronic_illness': '慢病登记',
  'health.death': '死亡登记',
  'public-security.death': '死亡注销户口',
  'housing.dangerous_house': '危房认定',
  'housing.public_rental': '公租房',
  'housing.rent_arrears': '公租房欠租',
  'housing.renovated': '危房改造完成',
  'tax.wages': '工资薪金所得',
  'tax.business': '经营所得',
  'tax.labour': '劳务报酬所得',
  'tax.property': '财产所得',
  'tax.other': '其他所得',
  'human-resources.pension_month': '养老金发放',
  'human-resources.benefit_month': '失业等待遇发放',
  'disability.certified': '新领残疾人证',
  'disability.regraded': '残疾等级变更',
  'disability.cancelled': '残疾人证注销',
  'disability.rehab_cost': '康复支出',
  'education.fee': '教育缴费',
  'education.aid': '教育资助',
  'rural.listed': '纳入防止返贫监测',
  'rural.risk_cleared': '返贫风险消除',
  'rural.annual_income': '年度收入',
  'rural.production_loss': '生产损失',
};
export const kindTitle = (kind: string): string =>
  kinds[kind] ?? (kind.startsWith('emergency.') ? '灾害意外事故' : kind);

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
