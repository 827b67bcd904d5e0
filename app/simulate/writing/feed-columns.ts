import type { FeedName } from '../model.ts';

/** How a number in a cell is written: a day, a month, fen, an integer; text and listed values are strings. */
type ColumnKind = 'text' | 'listed' | 'flag' | 'day' | 'month' | 'amount' | 'integer';
export type Column = { name: string; title: string; kind: ColumnKind; words: Readonly<Record<string, string>> };

const column = (name: string, title: string, kind: ColumnKind, words: Record<string, string> = {}): Column => ({
  name,
  title,
  kind,
  words,
});

/** Columns of every feed (feeds.md, section 2). */
const COMMON: readonly Column[] = [
  column('record_id', '记录编号', 'text'),
  column('version', '版本', 'integer'),
  column('op', '操作', 'text'),
  column('occurred_on', '发生日期', 'day'),
  column('region_code', '行政区划代码', 'text'),
  column('name', '姓名', 'text'),
  column('id_number', '公民身份号码', 'text'),
  column('birth_date', '出生日期', 'day'),
  column('phone', '联系电话', 'text'),
  column('address', '地址', 'text'),
  column('disability_cert', '残疾人证号', 'text'),
];

/** Positions of the common columns in a row. */
export const AT = {
  recordId: 0,
  version: 1,
  op: 2,
  occurredOn: 3,
  region: 4,
  name: 5,
  idNumber: 6,
  birthDate: 7,
  phone: 8,
  address: 9,
  certificate: 10,
  own: 11,
} as const;

const FLAG = { true: '是', false: '否' };

const OWN: Record<FeedName, readonly Column[]> = {
  'medical-insurance': [
    column('visit_type', '就诊类型', 'listed', {
      inpatient: '住院',
      outpatient: '门诊',
      chronic: '门诊慢特病',
      pharmacy: '药店',
    }),
    column('total_amount', '医疗费总额', 'amount'),
    column('fund_paid', '基金支付', 'amount'),
    column('medical_aid_paid', '医疗救助支付', 'amount'),
    column('self_paid', '个人负担', 'amount'),
    column('diagnosis_code', '诊断编码', 'text'),
    column('hospital', '医疗机构', 'text'),
    column('admitted_on', '入院日期', 'day'),
  ],
  health: [
    column('event', '事件', 'listed', { major_illness: '重病', chronic_illness: '慢病', death: '死亡' }),
    column('disease_code', '疾病编码', 'text'),
    column('hospital', '医疗机构', 'text'),
  ],
  housing: [
    column('event', '事件', 'listed', {
      dangerous_house: '危房',
      public_rental: '公租房',
      rent_arrears: '欠租',
      renovated: '已改造',
    }),
    column('grade', '危房等级', 'text'),
    column('monthly_rent', '月租金', 'amount'),
    column('arrears_amount', '欠租金额', 'amount'),
    column('area_sqm', '面积', 'text'),
  ],
  tax: [
    column('period', '所属期', 'month'),
    column('income_type', '所得项目', 'listed', {
      wages: '工资薪金',
      business: '经营',
      labour: '劳务',
      property: '财产',
      other: '其他',
    }),
    column('income_amount', '收入额', 'amount'),
    column('payer', '扣缴义务人', 'text'),
  ],
  disability: [
    column('event', '事件', 'listed', {
      certified: '新领证',
      regraded: '等级变更',
      cancelled: '注销',
      rehab_cost: '康复支出',
    }),
    column('category', '残疾类别', 'integer'),
    column('grade', '残疾等级', 'integer'),
    column('rehab_amount', '康复费用', 'amount'),
  ],
  'rural-revitalization': [
    column('event', '事件', 'listed', {
      listed: '纳入监测',
      risk_cleared: '风险消除',
      annual_income: '年度收入',
      production_loss: '生产损失',
    }),
    column('monitor_type', '监测类型', 'listed', {
      unstable: '脱贫不稳定',
      marginal: '边缘易致贫',
      sudden: '突发严重困难',
    }),
    column('risk', '风险', 'text'),
    column('amount', '金额', 'amount'),
    column('year', '年度', 'integer'),
    column('housing_safe', '住房安全', 'flag', FLAG),
    column('water_safe', '饮水安全', 'flag', FLAG),
  ],
  education: [
    column('event', '事件', 'listed', {
      enrolled: '在学',
      fee: '费用',
      aid: '资助',
      dropout_risk: '疑似辍学',
      graduated: '毕业',
    }),
    column('stage', '学段', 'text'),
    column('amount', '金额', 'amount'),
  ],
  'human-resources': [
    column('event', '事件', 'listed', {
      employed: '就业',
      unemployed: '失业登记',
      insurance_month: '当月缴费',
      pension_month: '当月养老金',
      benefit_month: '当月失业金',
      benefit_ends: '失业金到期',
    }),
    column('period', '所属期', 'month'),
    column('amount', '金额', 'amount'),
    column('basic_amount', '基础养老金', 'amount'),
    column('pension_kind', '养老金类别', 'text'),
    column('employer_kind', '单位性质', 'listed', { public: '机关事业国企' }),
  ],
  emergency: [
    column('event', '事件', 'listed', { disaster: '自然灾害', accident: '意外事故' }),
    column('loss_amount', '损失金额', 'amount'),
    column('collapsed_rooms', '倒损间数', 'integer'),
  ],
  'public-security': [
    column('event', '事件', 'listed', {
      death: '死亡',
      vehicle_registered: '车辆登记',
      imprisoned: '收监',
      released: '释放',
      moved_out: '迁出',
    }),
    column('vehicle_kind', '车辆类型', 'text'),
  ],
  'natural-resources': [
    column('event', '事件', 'listed', {
      house_registered: '新增房产',
      shop_registered: '新增商铺',
      land_compensation: '征地补偿',
    }),
    column('area_sqm', '面积', 'text'),
    column('amount', '金额', 'amount'),
  ],
  'market-supervision': [
    column('event', '事件', 'listed', { registered: '设立', cancelled: '注销' }),
    column('entity_kind', '类型', 'text'),
    column('capital_amount', '出资额', 'amount'),
  ],
  'civil-affairs': [
    column('event', '事件', 'listed', {
      accepted: '受理',
      confirmed: '确认',
      refused: '不予确认',
      adjusted: '调整',
      stopped: '停发',
      paid: '已发放',
      pay_failed: '发放失败',
    }),
    column('kind', '救助类别', 'listed', {
      disabled_living: '困难残疾人生活补贴',
      disabled_care: '重度残疾人护理补贴',
    }),
    column('application_no', '申请编号', 'text'),
    column('amount', '金额', 'amount'),
    column('period', '所属期', 'month'),
    column('extended_to_45', '延长', 'flag', FLAG),
    column('reason', '原因', 'text'),
  ],
  leads: [
    column('channel', '渠道', 'listed', {
      visit: '走访摸排',
      hotline: '12345',
      self_application: '自主申请',
      petition: '信访',
      upper_level: '上级下发',
    }),
    column('need', '需求', 'text'),
    column('note', '说明', 'text'),
    column('upstream_id', '上级预警编号', 'text'),
    column('issued_at', '下发时间', 'text'),
    column('upstream_level', '上级预警等级', 'text'),
    column('due_on', '办结期限', 'day'),
  ],
};

const ALL = new Map(
  (Object.entries(OWN) as [FeedName, readonly Column[]][]).map(([feed, own]) => [feed, [...COMMON, ...own]]),
);

/** All columns of a feed, in the order in which rows hold their cells. */
export const columnsOf = (feed: FeedName): readonly Column[] => ALL.get(feed)!;

/** Position of a column of a feed in a row; throws when the feed has none of that name. */
export const position = (feed: FeedName, name: string): number => {
  const at = columnsOf(feed).findIndex((c) => c.name === name);
  if (at < 0) throw new Error(`${feed} has no column ${name}`);
  return at;
};
