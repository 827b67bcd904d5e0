import type { Cell } from './model.ts';
import type { Random } from './random.ts';

// What a department fills in beside the person: the own cells of a record, in the column order of feeds.md, section 3.
// Amounts in fen, days and months as numbers, '' for what is left out.

const HOSPITALS = [
  '模拟旗人民医院',
  '模拟旗蒙医医院',
  '模拟盟中心医院',
  '模拟镇卫生院',
  '模拟苏木卫生院',
  '模拟自治区附属医院',
];
const DIAGNOSES = [
  'I10.x00',
  'E11.900',
  'J44.900',
  'I63.900',
  'M17.900',
  'K29.500',
  'C34.900',
  'N18.900',
  'G40.900',
  'I25.100',
];
const PAYERS = ['模拟农牧业合作社', '模拟建筑公司', '模拟商贸公司', '模拟物业公司', '模拟肉食品厂', '模拟公益性岗位'];

export type VisitType = 'inpatient' | 'outpatient' | 'chronic' | 'pharmacy';
export type IncomeType = 'wages' | 'business' | 'labour' | 'property' | 'other';

/** A settlement; `self` and `aid` in fen, the total follows from a usual share of the fund. */
export const settlement = (
  random: Random,
  visit: VisitType,
  self: number,
  day: number,
  aid: number | null = null,
): Cell[] => {
  const paidByFund = visit === 'pharmacy' ? 0 : Math.round(self * (visit === 'inpatient' ? 2.2 : 1.1) * random.unit());
  const total = self + (aid ?? 0) + paidByFund;
  const stay = visit === 'inpatient' ? day - random.between(3, 20) : '';
  const fund = random.chance(0.9) ? paidByFund : '';
  return [visit, total, fund, aid ?? '', self, random.pick(DIAGNOSES), random.pick(HOSPITALS), stay];
};

/** An event of the health authority. */
export const illness = (random: Random, event: 'major_illness' | 'chronic_illness' | 'death'): Cell[] => [
  event,
  event === 'death' ? '' : random.pick(DIAGNOSES),
  random.chance(0.7) ? random.pick(HOSPITALS) : '',
];

/** A dangerous house with its grade. */
export const dangerousHouse = (random: Random, grade: 'A' | 'B' | 'C' | 'D'): Cell[] => [
  'dangerous_house',
  grade,
  '',
  '',
  String(random.between(30, 90)),
];

/** Any other event of housing; rent and arrears in fen. */
export const housingEvent = (
  random: Random,
  event: 'public_rental' | 'rent_arrears' | 'renovated',
  rent: number | '' = '',
  arrears: number | '' = '',
): Cell[] => [event, '', rent, arrears, `${random.between(30, 70)}.${random.below(10)}`];

/** An income of a month (month number), in fen. */
export const income = (random: Random, month: number, type: IncomeType, fen: number): Cell[] => [
  month,
  type,
  fen,
  random.pick(PAYERS),
];

/** A certificate given, regraded or cancelled. */
export const certificate = (event: 'certified' | 'regraded' | 'cancelled', category: number, grade: number): Cell[] => [
  event,
  event === 'cancelled' ? '' : category,
  event === 'cancelled' ? '' : grade,
  '',
];

/** Rehabilitation paid by the person, in fen. */
export const rehabilitation = (fen: number): Cell[] => ['rehab_cost', '', '', fen];

/** What the household's house and water are: '' when the record does not say. */
export type Safety = { housing?: 'true' | 'false' | ''; water?: 'true' | 'false' | '' };

const RISKS = ['illness', 'illness', 'illness', 'schooling', 'disaster', 'accident', 'employment', 'industry', 'other'];

/** Listing for monitoring, or the end of the risk. */
export const monitoring = (random: Random, event: 'listed' | 'risk_cleared', safety: Safety = {}): Cell[] => [
  event,
  event === 'listed' ? random.pick(['unstable', 'marginal', 'sudden']) : '',
  random.pick(RISKS),
  '',
  '',
  safety.housing ?? '',
  safety.water ?? '',
];

/** Income of a year without what tax reports, or a loss of production; in fen. */
export const yearIncome = (fen: number, year: number, safety: Safety = {}): Cell[] => [
  'annual_income',
  '',
  '',
  fen,
  year,
  safety.housing ?? '',
  safety.water ?? '',
];

/** A loss of production, in fen. */
export const productionLoss = (random: Random, fen: number): Cell[] => [
  'production_loss',
  '',
  random.pick(['disaster', 'industry']),
  fen,
  '',
  '',
  '',
];
