import { STORY_VILLAGE } from './stories-of-need.ts';
import type { Story } from './story.ts';

/** Stories in which something else is the point: a wrong match, an exit, a lead, a late feed, a failed inspection. */
export const storiesOfOtherTurns: readonly Story[] = [
  {
    householdId: 'GS04',
    title: '张冠李戴：同名邻居的住院费',
    stage: '核实不属实，已办结；医保已撤回该记录',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查2组15号',
    category: 'other',
    categorySince: '2025-03-01',
    members: [
      { name: '刘建国', relation: 'head', birth: '1979-08-21', sequence: 127, labour: 'full' },
      { name: '刘婷', relation: 'child', birth: '2006-02-14', sequence: 138, student: true },
    ],
    deliveries: [
      {
        on: -27,
        records: [
          {
            ...{ feed: 'medical-insurance', member: 1, on: -31, no: '1' },
            columns: {
              visit_type: 'inpatient',
              total_amount: '46000.00',
              fund_paid: '27200.00',
              self_paid: '18800.00',
            },
          },
        ],
      },
      {
        on: -12,
        records: [
          { feed: 'medical-insurance', member: 1, on: -31, no: '1', columns: { op: 'delete', version: '1' } },
          // The number is his, the name is not: it waits for the match reviewer.
          {
            ...{ feed: 'medical-insurance', member: 1, on: -14, no: '2' },
            columns: { name: '仝建国', visit_type: 'outpatient', total_amount: '420.00', self_paid: '180.00' },
          },
        ],
      },
    ],
    acts: [
      { on: -27, at: '09:12', by: 'analyst', does: { type: 'receive' } },
      { on: -26, at: '09:42', by: 'analyst', does: { type: 'assign', township: '159901101' } },
      {
        ...{ on: -24, at: '11:00', by: 'township' },
        does: {
          ...{ type: 'record_visit', visited_on: '', staff: ['苏乡镇', '何协理'], near_relative: false },
          ...{ note: '本人未曾住院，同嘎查另有同名村民当月住院。', evidence: ['入户核查表'] },
        },
      },
      {
        ...{ on: -22, at: '10:40', by: 'analyst' },
        does: {
          ...{ type: 'verify', outcome: 'not_confirmed', evidence: ['医院就诊信息核对单'] },
          reason: '住院记录系同名邻居所有，登记号码时误录，已书面告知医保局更正。',
        },
      },
      {
        ...{ on: -22, at: '10:45', by: 'analyst' },
        does: { type: 'dispose', disposition: 'nothing', reason: '预警不属实，不予处置。' },
      },
      { on: -21, at: '09:00', by: 'analyst', does: { type: 'report' } },
      { on: -20, at: '09:00', by: 'analyst', does: { type: 'close' } },
    ],
  },
  {
    householdId: 'GS07',
    title: '收入超过低保标准，拟退出',
    stage: '已决定停发，待送达告知书',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查3组6号',
    category: 'dibao',
    categorySince: '2023-01-01',
    monthlyBenefit: '860.00',
    members: [
      { name: '周海涛', relation: 'head', birth: '1983-04-12', sequence: 149, labour: 'full' },
      { name: '周小宁', relation: 'child', birth: '2012-12-01', sequence: 150, student: true },
    ],
    deliveries: [],
    wages: { on: -18, lines: [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((back) => [1, back, '3900.00'] as const) },
    acts: [
      { on: -18, at: '10:00', by: 'analyst', track: 'exit', does: { type: 'receive' } },
      { on: -17, at: '10:10', by: 'analyst', track: 'exit', does: { type: 'assign', township: '159901101' } },
      {
        ...{ on: -13, at: '15:00', by: 'township', track: 'exit' as const },
        does: {
          ...{ type: 'record_visit', visited_on: '', staff: ['苏乡镇', '何协理'], near_relative: false },
          ...{ note: '户主已在园区稳定就业一年，本人认可收入情况。', evidence: ['工资流水', '劳动合同复印件'] },
        },
      },
      {
        ...{ on: -11, at: '09:30', by: 'analyst', track: 'exit' as const },
        does: {
          type: 'verify',
          outcome: 'confirmed',
          reason: '人均月收入连续超过当地低保标准。',
          evidence: ['工资流水'],
        },
      },
      {
        ...{ on: -10, at: '09:30', by: 'analyst', track: 'exit' as const },
        does: { type: 'dispose', disposition: 'stop', reason: '给予渐退期后停发，须书面告知理由。' },
      },
    ],
  },
  {
    householdId: 'GS08',
    title: '12345热线转来的线索',
    stage: '已接收，待派苏木镇',
    village: STORY_VILLAGE,
    address: '模拟旗新风嘎查5组9号',
    category: 'other',
    categorySince: '2025-09-01',
    members: [
      { name: '萨仁', relation: 'head', birth: '1990-01-05', sequence: 162, labour: 'part' },
      { name: '阿古拉', relation: 'child', birth: '2017-07-07', sequence: 173, student: true },
    ],
    deliveries: [
      {
        on: -4,
        records: [
          {
            ...{ feed: 'health', member: 1, on: -6, no: '1' },
            columns: { event: 'major_illness', disease_code: 'C50', hospital: '模拟盟医院' },
          },
        ],
      },
    ],
    acts: [
      { on: -3, at: '09:00', by: 'analyst', does: { type: 'receive' } },
      {
        ...{ on: -3, at: '09:05', by: 'analyst' },
        does: {
          type: 'note',
          text: '12345热线同日转来线索：本人来电称确诊后无法务工，独自抚养孩子。（主动发现数据源接入前以记事登记）',
        },
      },
    ],
  },
  {
    householdId: 'GS09',
    title: '税务数据迟报，收入无法判断',
    stage: '已接收，收入类规则等待税务数据',
    village: '159901106001',
    address: '模拟旗北滩嘎查1组4号',
    category: 'edge',
    categorySince: '2024-11-01',
    members: [
      { name: '冯国栋', relation: 'head', birth: '1976-05-27', sequence: 185, labour: 'full' },
      { name: '陈桂芳', relation: 'spouse', birth: '1978-08-08', sequence: 196, labour: 'full' },
    ],
    deliveries: [
      {
        on: -27,
        records: [
          {
            ...{ feed: 'medical-insurance', member: 2, on: -29, no: '1' },
            columns: { visit_type: 'inpatient', total_amount: '21000.00', fund_paid: '14400.00', self_paid: '6600.00' },
          },
        ],
      },
    ],
    acts: [{ on: -25, at: '09:30', by: 'analyst', does: { type: 'receive' } }],
  },
  {
    householdId: 'GS10',
    title: '抽检不合格，重新办理',
    stage: '抽检退回后重新派单，待入户',
    village: '159901101001',
    address: '模拟旗第一社区2组7号',
    category: 'edge',
    categorySince: '2024-02-01',
    members: [
      { name: '高翠花', relation: 'head', birth: '1964-09-16', sequence: 208, labour: 'none' },
      { name: '高小军', relation: 'child', birth: '1993-03-03', sequence: 219, labour: 'full' },
    ],
    deliveries: [
      {
        on: -30,
        records: [
          {
            ...{ feed: 'disability', member: 1, on: -34, no: '1' },
            columns: { event: 'certified', category: '4', grade: '1', disability_cert: '$id41' },
          },
        ],
      },
    ],
    acts: [
      { on: -30, at: '14:00', by: 'analyst', does: { type: 'receive' } },
      { on: -29, at: '09:00', by: 'analyst', does: { type: 'assign', township: '159901101' } },
      {
        ...{ on: -27, at: '10:00', by: 'village' },
        does: {
          ...{ type: 'record_visit', visited_on: '', staff: ['何协理', '苏乡镇'], near_relative: false },
          ...{ note: '电话了解，儿子称已在办理护理补贴。', evidence: ['通话记录'] },
        },
      },
      {
        ...{ on: -25, at: '09:00', by: 'analyst' },
        does: {
          type: 'verify',
          outcome: 'already_helped',
          reason: '据称已申领重度残疾人护理补贴。',
          evidence: ['通话记录'],
        },
      },
      {
        ...{ on: -25, at: '09:10', by: 'analyst' },
        does: { type: 'dispose', disposition: 'nothing', reason: '已在保，不再处置。' },
      },
      { on: -24, at: '09:00', by: 'analyst', does: { type: 'report' } },
      { on: -23, at: '09:00', by: 'analyst', does: { type: 'close' } },
      {
        ...{ on: -9, at: '10:30', by: 'inspector' },
        does: { type: 'inspect', result: 'failed', finding: '未实际入户，补贴系统中查无发放记录，应重新入户核实。' },
      },
      { on: -8, at: '09:00', by: 'analyst', does: { type: 'assign', township: '159901101' } },
    ],
  },
];
