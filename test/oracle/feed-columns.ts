/** The six feeds: their columns, types, and which columns an event requires. */
import { digits, type FieldType, integer, listed, text } from './field-types.ts';

export const FEEDS = ['medical-insurance', 'health', 'housing', 'tax', 'disability', 'rural-revitalization'] as const;
export type FeedName = (typeof FEEDS)[number];

export interface Column {
  readonly chinese: string;
  readonly type: FieldType;
  readonly required?: true;
}

export interface FeedColumns {
  readonly columns: Readonly<Record<string, Column>>;
  /** Required beside the starred columns when `event` has this value. */
  readonly requiredBy: Readonly<Record<string, readonly string[]>>;
  /** Used only under the household's authorisation. */
  readonly authorisedOnly: boolean;
}

const MAX_VERSION = Number.MAX_SAFE_INTEGER;
const FIRST_YEAR = 1990;

const COMMON: Record<string, Column> = {
  record_id: { chinese: '记录编号', type: text(64), required: true },
  version: { chinese: '版本', type: integer(1, MAX_VERSION) },
  op: { chinese: '操作', type: listed({ upsert: '', delete: '', complete: '' }) },
  occurred_on: { chinese: '发生日期', type: { kind: 'day' }, required: true },
  region_code: { chinese: '行政区划代码', type: digits(6, 9, 12) },
  name: { chinese: '姓名', type: { kind: 'name' }, required: true },
  id_number: { chinese: '公民身份号码', type: text() },
  birth_date: { chinese: '出生日期', type: { kind: 'day' } },
  phone: { chinese: '联系电话', type: text() },
  address: { chinese: '地址', type: text() },
  disability_cert: { chinese: '残疾人证号', type: text() },
};

const amount = (chinese: string): Column => ({ chinese, type: { kind: 'amount' } });
const required = (column: Column): Column => ({ ...column, required: true });

const MEDICAL: Record<string, Column> = {
  visit_type: required({
    chinese: '就诊类型',
    type: listed({ inpatient: '住院', outpatient: '门诊', chronic: '门诊慢特病', pharmacy: '药店' }),
  }),
  total_amount: required(amount('医疗费总额')),
  fund_paid: amount('基金支付'),
  medical_aid_paid: amount('医疗救助支付'),
  self_paid: required(amount('个人负担')),
  diagnosis_code: { chinese: '诊断编码', type: text() },
  hospital: { chinese: '医疗机构', type: text() },
  admitted_on: { chinese: '入院日期', type: { kind: 'day' } },
};

const event = (words: Record<string, string>): Column => required({ chinese: '事件', type: listed(words) });

const HEALTH: Record<string, Column> = {
  event: event({ major_illness: '重病', chronic_illness: '慢病', death: '死亡' }),
  disease_code: { chinese: '疾病编码', type: text() },
  hospital: { chinese: '医疗机构', type: text() },
};

const HOUSING: Record<string, Column> = {
  event: event({ dangerous_house: '危房', public_rental: '公租房', rent_arrears: '欠租', renovated: '已改造' }),
  grade: { chinese: '危房等级', type: listed({ A: '', B: '', C: '', D: '' }) },
  monthly_rent: amount('月租金'),
  arrears_amount: amount('欠租金额'),
  area_sqm: { chinese: '面积', type: { kind: 'number' } },
};

const TAX: Record<string, Column> = {
  period: required({ chinese: '所属期', type: { kind: 'month' } }),
  income_type: required({
    chinese: '所得项目',
    type: listed({ wages: '工资薪金', business: '经营', labour: '劳务', property: '财产', other: '其他' }),
  }),
  income_amount: required(amount('收入额')),
  payer: { chinese: '扣缴义务人', type: text() },
};

const DISABILITY: Record<string, Column> = {
  event: event({ certified: '新领证', regraded: '等级变更', cancelled: '注销', rehab_cost: '康复支出' }),
  category: { chinese: '残疾类别', type: integer(1, 7) },
  grade: { chinese: '残疾等级', type: integer(1, 4) },
  rehab_amount: amount('康复费用'),
};

const MONITOR_TYPES = { unstable: '脱贫不稳定', marginal: '边缘易致贫', sudden: '突发严重困难' };
const RISKS = { illness: '', schooling: '', disaster: '', accident: '', employment: '', industry: '', other: '' };

const RURAL: Record<string, Column> = {
  event: event({
    listed: '纳入监测',
    risk_cleared: '风险消除',
    annual_income: '年度收入',
    production_loss: '生产损失',
  }),
  monitor_type: { chinese: '监测类型', type: listed(MONITOR_TYPES) },
  risk: { chinese: '风险', type: listed(RISKS) },
  amount: amount('金额'),
  year: { chinese: '年度', type: integer(FIRST_YEAR, MAX_VERSION) },
  housing_safe: { chinese: '住房安全', type: { kind: 'boolean' } },
  water_safe: { chinese: '饮水安全', type: { kind: 'boolean' } },
};

function feed(
  columns: Record<string, Column>,
  requiredBy: FeedColumns['requiredBy'] = {},
  authorisedOnly = false,
): FeedColumns {
  return { columns: { ...COMMON, ...columns }, requiredBy, authorisedOnly };
}

export const FEED_COLUMNS: Readonly<Record<FeedName, FeedColumns>> = {
  'medical-insurance': feed(MEDICAL),
  health: feed(HEALTH),
  housing: feed(HOUSING, { dangerous_house: ['grade'] }),
  tax: feed(TAX, {}, true),
  disability: feed(DISABILITY, {
    certified: ['category', 'grade'],
    regraded: ['category', 'grade'],
    rehab_cost: ['rehab_amount'],
  }),
  'rural-revitalization': feed(RURAL, { annual_income: ['amount', 'year'], production_loss: ['amount'] }),
};

/** What a declaration of completeness carries, in any feed and in _complete.csv. */
const DECLARATION_COLUMNS: Readonly<Record<string, string>> = {
  op: '操作',
  record_id: '记录编号',
  region_code: '行政区划代码',
  period: '所属期',
};

/** Header -> English name: the feed's own columns and those of a declaration. */
export function headersOf(columns: Readonly<Record<string, Column>>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [english, chinese] of Object.entries(DECLARATION_COLUMNS)) names.set(chinese, english);
  for (const [english, column] of Object.entries(columns)) names.set(column.chinese, english);
  return names;
}
