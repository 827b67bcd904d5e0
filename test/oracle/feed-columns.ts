/** The feeds: their columns, types, and which columns an event requires. */
import { digits, type FieldType, integer, listed, text } from './field-types.ts';

export const FEEDS = [
  'medical-insurance',
  'health',
  'housing',
  'tax',
  'disability',
  'rural-revitalization',
  'education',
  'human-resources',
  'emergency',
  'public-security',
  'natural-resources',
  'market-supervision',
  'civil-affairs',
  'leads',
] as const;
export type FeedName = (typeof FEEDS)[number];

export interface Column {
  readonly chinese: string;
  readonly type: FieldType;
  readonly required?: true;
}

export interface FeedColumns {
  readonly columns: Readonly<Record<string, Column>>;
  /** Required beside the starred columns when `event` (of a lead: `channel`) has this value. */
  readonly requiredBy: Readonly<Record<string, readonly string[]>>;
  /** Events that are used only under the household's authorisation; `true` is every record. */
  readonly authorisedOnly: true | readonly string[];
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

/** Listed values that have no Chinese word. */
const words = (...english: string[]): FieldType => listed(Object.fromEntries(english.map((word) => [word, ''])));
const optional = (chinese: string, type: FieldType): Column => ({ chinese, type });

const EDUCATION: Record<string, Column> = {
  event: event({ enrolled: '在学', fee: '费用', aid: '资助', dropout_risk: '疑似辍学', graduated: '毕业' }),
  stage: required(optional('学段', words('preschool', 'compulsory', 'high_school', 'vocational', 'college'))),
  amount: amount('金额'),
};

const HUMAN_RESOURCES: Record<string, Column> = {
  event: event({
    employed: '就业',
    unemployed: '失业登记',
    insurance_month: '当月缴费',
    pension_month: '当月养老金',
    benefit_month: '当月失业金',
    benefit_ends: '失业金到期',
  }),
  period: optional('所属期', { kind: 'month' }),
  amount: amount('金额'),
  basic_amount: amount('基础养老金'),
  pension_kind: optional('养老金类别', words('resident', 'employee', 'survivor')),
  employer_kind: optional('单位性质', listed({ public: '机关事业国企', other: '' })),
};

const EMERGENCY: Record<string, Column> = {
  event: event({ disaster: '自然灾害', accident: '意外事故' }),
  loss_amount: amount('损失金额'),
  collapsed_rooms: optional('倒损间数', integer(0, Number.POSITIVE_INFINITY)),
};

const PUBLIC_SECURITY: Record<string, Column> = {
  event: event({
    death: '死亡',
    vehicle_registered: '车辆登记',
    imprisoned: '收监',
    released: '释放',
    moved_out: '迁出',
  }),
  vehicle_kind: optional('车辆类型', words('car', 'motorcycle', 'farm', 'disability_aid')),
};

const NATURAL_RESOURCES: Record<string, Column> = {
  event: event({ house_registered: '新增房产', shop_registered: '新增商铺', land_compensation: '征地补偿' }),
  area_sqm: optional('面积', { kind: 'number' }),
  amount: amount('金额'),
};

const MARKET_SUPERVISION: Record<string, Column> = {
  event: event({ registered: '设立', cancelled: '注销' }),
  entity_kind: optional('类型', words('company', 'sole_trader', 'cooperative')),
  capital_amount: amount('出资额'),
};

const CIVIL_AFFAIRS: Record<string, Column> = {
  event: event({
    accepted: '受理',
    confirmed: '确认',
    refused: '不予确认',
    adjusted: '调整',
    stopped: '停发',
    paid: '已发放',
    pay_failed: '发放失败',
  }),
  kind: required(
    optional(
      '救助类别',
      listed({
        ...{ dibao: '', tekun: '', edge: '', rigid: '', temporary: '' },
        disabled_living: '困难残疾人生活补贴',
        disabled_care: '重度残疾人护理补贴',
      }),
    ),
  ),
  application_no: optional('申请编号', text()),
  amount: amount('金额'),
  period: optional('所属期', { kind: 'month' }),
  extended_to_45: optional('延长', { kind: 'boolean' }),
  reason: optional('原因', text()),
};

const LEADS: Record<string, Column> = {
  channel: required(
    optional(
      '渠道',
      listed({
        visit: '走访摸排',
        hotline: '12345',
        self_application: '自主申请',
        petition: '信访',
        upper_level: '上级下发',
      }),
    ),
  ),
  need: optional(
    '需求',
    words('living', 'medical', 'education', 'housing', 'employment', 'industry', 'disaster', 'care', 'other'),
  ),
  note: optional('说明', text(2000)),
  upstream_id: optional('上级预警编号', text()),
  issued_at: optional('下发时间', { kind: 'time' }),
  upstream_level: optional('上级预警等级', words('red', 'orange', 'yellow', 'blue')),
  due_on: optional('办结期限', { kind: 'day' }),
};

function feed(
  columns: Record<string, Column>,
  requiredBy: FeedColumns['requiredBy'] = {},
  authorisedOnly: FeedColumns['authorisedOnly'] = [],
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
  education: feed(EDUCATION, { fee: ['amount'], aid: ['amount'] }),
  'human-resources': feed(HUMAN_RESOURCES, {
    insurance_month: ['period'],
    pension_month: ['period', 'amount'],
    benefit_month: ['period', 'amount'],
  }),
  emergency: feed(EMERGENCY),
  'public-security': feed(PUBLIC_SECURITY),
  'natural-resources': feed(NATURAL_RESOURCES, { land_compensation: ['amount'] }, [
    'house_registered',
    'shop_registered',
  ]),
  'market-supervision': feed(MARKET_SUPERVISION),
  'civil-affairs': feed(CIVIL_AFFAIRS, { paid: ['amount', 'period'], pay_failed: ['period'] }),
  leads: feed(LEADS, { upper_level: ['upstream_id'] }),
};

/** Whether a record may be used only where the family has authorised it. */
export function needsAuthorisation(feedName: FeedName, event: unknown): boolean {
  const { authorisedOnly } = FEED_COLUMNS[feedName];
  return authorisedOnly === true || authorisedOnly.includes(String(event));
}

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
