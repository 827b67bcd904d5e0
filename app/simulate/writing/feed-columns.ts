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
