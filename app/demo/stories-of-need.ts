import type { Member, Story, StoryAct, StoryRecord } from './story.ts';

/** A village of its own for the stories, in the township of the demo account `township`. */
export const STORY_VILLAGE = '159901101090';

const couple = (head: Member, spouse: Member, ...others: Member[]): Member[] => [head, spouse, ...others];

const bill = (
  member: number,
  on: number,
  no: string,
  visit: 'inpatient' | 'outpatient',
  selfPaid: number,
): StoryRecord => ({
  ...{ feed: 'medical-insurance', member, on, no },
  columns: {
    visit_type: visit,
    total_amount: (selfPaid * 2.5).toFixed(2),
    fund_paid: (selfPaid * 1.5).toFixed(2),
    self_paid: selfPaid.toFixed(2),
    hospital: visit === 'inpatient' ? '模拟旗人民医院' : '模拟镇卫生院',
  },
});

const staff = (one: string, two: string, note: string) => ({
  ...{ staff: [one, two] as [string, string], near_relative: false, note, evidence: ['入户核查表', '现场照片'] },
});

/** The way of a case up to its visit. */
const untilVisit = (from: number, note: string): StoryAct[] => [
  { on: from, at: '09:10', by: 'analyst', does: { type: 'receive' } },
  { on: from + 1, at: '09:40', by: 'analyst', does: { type: 'assign', township: '159901101' } },
  {
    ...{ on: from + 3, at: '15:20', by: 'township' },
    does: { type: 'record_visit', visited_on: '', ...staff('苏乡镇', '何协理', note) },
  },
];

const confirmed = (on: number, reason: string): StoryAct => ({
  ...{ on, at: '10:05', by: 'analyst' },
  does: { type: 'verify', outcome: 'confirmed', reason, evidence: ['医疗费用结算单'] },
});

const refers = (
  on: number,
  service: 'medical' | 'housing' | 'water',
  reason: string,
  channel: 'portal' | 'offline' = 'portal',
): StoryAct[] => [
  { on, at: '10:20', by: 'analyst', does: { type: 'dispose', disposition: 'refer', reason } },
  {
    ...{ on, at: '10:30', by: 'analyst' },
    does: { type: 'refer', service, channel, reason, disclose: ['name', 'phone', 'address', 'warning'] },
  },
];

export const storiesOfNeed: readonly Story[] = [
  {
    householdId: 'GS01',
    title: '医疗支出持续上升',
    stage: '已转医保办理，跟踪反馈中',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查1组8号',
    category: 'edge',
    categorySince: '2024-05-01',
    members: couple(
      { name: '白志明', relation: 'head', birth: '1968-03-14', sequence: 17, labour: 'part' },
      { name: '李桂兰', relation: 'spouse', birth: '1970-09-02', sequence: 28, labour: 'part' },
      { name: '白晓雨', relation: 'child', birth: '2009-11-20', sequence: 46, student: true },
    ),
    deliveries: [
      {
        on: -27,
        records: [
          ...[-210, -180, -150, -120, -95, -70].map((on, i) => bill(1, on, `${i + 1}`, 'outpatient', 1200)),
          bill(1, -29, '7', 'inpatient', 5200),
        ],
      },
      { on: -12, records: [bill(1, -13, '8', 'inpatient', 8900)] },
    ],
    acts: [
      ...untilVisit(-27, '户主患慢性肾病，每周透析，家中积蓄已用尽，向亲属借款2万元。'),
      confirmed(-22, '医保结算单与入户情况一致，近12个月自付医疗费用超过边缘户上限。'),
      ...refers(-22, 'medical', '年内自付医疗费用过高，请核定大病保险和医疗救助二次报销。'),
      { on: -20, at: '09:00', by: 'dept-medical-insurance', referral: 'medical', does: { type: 'accept' } },
      {
        ...{ on: -9, at: '14:30', by: 'dept-medical-insurance', referral: 'medical' as const },
        does: { type: 'report_progress', note: '已调取两次住院结算数据，正在测算大病保险补偿。' },
      },
      { on: -8, at: '11:00', by: 'analyst', does: { type: 'report' } },
    ],
  },
  {
    householdId: 'GS02',
    title: '务工失业，工资中断',
    stage: '新预警，待接收',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查2组3号',
    category: 'other',
    categorySince: '2025-01-10',
    members: couple(
      { name: '赵永强', relation: 'head', birth: '1986-06-25', sequence: 31, labour: 'full' },
      { name: '孙丽', relation: 'spouse', birth: '1988-01-17', sequence: 42, labour: 'full' },
      { name: '赵子涵', relation: 'child', birth: '2014-04-08', sequence: 53, student: true },
    ),
    deliveries: [],
    wages: {
      on: -2,
      lines: [11, 10, 9, 8, 7, 6, 5, 4, 3].map((back) => [1, back, '3600.00'] as const),
    },
    acts: [],
  },
  {
    householdId: 'GS03',
    title: '风灾房屋严重受损',
    stage: '先行救助已发放，补办入户核实',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查3组12号',
    category: 'dibao',
    categorySince: '2022-08-01',
    monthlyBenefit: '1240.00',
    members: couple(
      { name: '额尔敦', relation: 'head', birth: '1959-02-11', sequence: 61, labour: 'none' },
      { name: '其木格', relation: 'spouse', birth: '1961-07-30', sequence: 72, labour: 'none' },
    ),
    deliveries: [
      {
        on: -4,
        records: [
          {
            ...{ feed: 'housing', member: 1, on: -5, no: '1' },
            columns: { event: 'dangerous_house', grade: 'D', area_sqm: '62' },
          },
          {
            ...{ feed: 'rural-revitalization', member: 1, on: -5, no: '2' },
            columns: { event: 'production_loss', amount: '8600.00', risk: 'disaster' },
          },
        ],
      },
    ],
    acts: [
      { on: -4, at: '08:40', by: 'analyst', does: { type: 'receive' } },
      {
        ...{ on: -4, at: '09:05', by: 'analyst' },
        does: {
          ...{ type: 'dispose', disposition: 'emergency_aid', amount: '3000.00' },
          reason: '大风掀顶，老两口暂住邻家，按急难情形先行救助，手续后补。',
        },
      },
      { on: -3, at: '09:20', by: 'analyst', does: { type: 'note', text: '已联系苏木安排临时住处，入户核实待补。' } },
    ],
  },
  {
    householdId: 'GS05',
    title: '转办被退回',
    stage: '住建退回，待重新转办',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查1组21号',
    category: 'rigid',
    categorySince: '2026-02-01',
    members: couple(
      { name: '王德福', relation: 'head', birth: '1955-12-03', sequence: 83, labour: 'none' },
      { name: '张秀英', relation: 'spouse', birth: '1957-05-19', sequence: 94, labour: 'none' },
    ),
    deliveries: [
      {
        on: -27,
        records: [
          {
            ...{ feed: 'housing', member: 1, on: -30, no: '1' },
            columns: { event: 'dangerous_house', grade: 'C', area_sqm: '48' },
          },
        ],
      },
    ],
    acts: [
      ...untilVisit(-27, '房屋后墙开裂，屋顶漏雨，老人不愿离开。'),
      confirmed(-22, '现场查看与鉴定等级一致。'),
      ...refers(-22, 'housing', '住房鉴定为C级，请纳入农村危房改造。'),
      {
        ...{ on: -16, at: '16:10', by: 'dept-housing', referral: 'housing' as const },
        does: { type: 'return', code: 'not_our_duty', note: '该户房屋位于国有农牧场范围内，由农牧部门统筹改造。' },
      },
    ],
  },
  {
    householdId: 'GS06',
    title: '离线部门以纸质单办理',
    stage: '水利已答复，待确认',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查4组2号',
    category: 'other',
    categorySince: '2025-06-01',
    members: couple(
      { name: '那顺·巴雅尔', relation: 'head', birth: '1972-10-09', sequence: 105, labour: 'full' },
      { name: '乌云', relation: 'spouse', birth: '1974-03-28', sequence: 116, labour: 'full' },
    ),
    deliveries: [
      {
        on: -27,
        records: [
          {
            ...{ feed: 'rural-revitalization', member: 1, on: -28, no: '1' },
            columns: {
              event: 'listed',
              monitor_type: 'unstable',
              risk: 'other',
              housing_safe: 'true',
              water_safe: 'false',
            },
          },
        ],
      },
    ],
    acts: [
      ...untilVisit(-27, '水井水位下降，枯水期需到三公里外拉水。'),
      confirmed(-22, '饮水安全问题属实。'),
      ...refers(-22, 'water', '水井枯竭，请安排打井或管网接入。', 'offline'),
      { on: -20, at: '10:00', by: 'analyst', referral: 'water', does: { type: 'deliver' } },
      { on: -17, at: '10:00', by: 'analyst', referral: 'water', does: { type: 'accept' } },
      { on: -15, at: '09:30', by: 'analyst', does: { type: 'report' } },
      {
        ...{ on: -5, at: '15:00', by: 'analyst', referral: 'water' as const },
        does: { type: 'fulfil', aid: '新打机井一眼并通电', given_on: '', note: '水利局纸质回执编号模水函17号。' },
      },
    ],
  },
];
