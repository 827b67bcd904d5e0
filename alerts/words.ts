import type { Level } from '../rules/contract.ts';
import type { EventGround } from './case-events.ts';
import type { ClockName } from './clocks.ts';
import type {
  CaseCommandType,
  CaseStateName,
  Channel,
  Department,
  DisclosedField,
  Disposition,
  NotEligibleCode,
  ReferralCommandType,
  ReferralStatus,
  ReturnCode,
  Service,
  Track,
  VerificationOutcome,
} from './contract.ts';

/** The Chinese names of this room's codes, as an official would say them. */

export const levelWords: Readonly<Record<Level, string>> = {
  red: '红色',
  orange: '橙色',
  yellow: '黄色',
  blue: '蓝色',
};

export const trackWords: Readonly<Record<Track, string>> = { need: '困难救助', exit: '退出核查' };

export const caseStateWords: Readonly<Record<CaseStateName, string>> = {
  opened: '待接收',
  received: '已接收',
  assigned: '已派单',
  visited: '已入户',
  verified: '已核实',
  disposed: '已处置',
  reported: '已填报',
  following: '跟踪反馈',
  closed: '已办结',
  reopened: '重新办理',
};

export const caseCommandWords: Readonly<Record<CaseCommandType, string>> = {
  receive: '接收',
  assign: '派单',
  record_visit: '登记入户',
  send_back: '退回补充',
  verify: '核实',
  dispose: '处置',
  give_notice: '送达告知书',
  refer: '转办',
  decide_application: '登记申请结果',
  report: '填报',
  close: '办结',
  inspect: '抽检',
  reopen: '重新办理',
  note: '备注',
};

export const outcomeWords: Readonly<Record<VerificationOutcome, string>> = {
  confirmed: '属实',
  not_confirmed: '不属实',
  resolved: '已消除',
  already_helped: '已在保',
  unverifiable: '无法核实',
};

export const dispositionWords: Readonly<Record<Disposition, string>> = {
  enrol: '纳入保障',
  adjust: '调整待遇',
  stop: '停发待遇',
  one_off_aid: '一次性救助',
  emergency_aid: '先行救助',
  refer: '转办',
  advise_to_apply: '告知申请',
  nothing: '不予处置',
};

export const decisionWords = { granted: '已批准', refused: '未批准', dropped: '已撤回' } as const;

export const groundWords: Readonly<Record<EventGround, string>> = {
  failed_inspection: '抽检不合格',
  objection: '申诉异议',
  upper_level_order: '上级要求',
  new_warning: '办结后30日内又有新预警',
};

export const serviceWords: Readonly<Record<Service, string>> = {
  medical: '医疗救助',
  education: '教育救助',
  housing: '住房救助',
  employment: '就业帮扶',
  industry: '产业帮扶',
  child: '儿童关爱',
  disaster: '受灾救助',
  water: '饮水安全',
  disability: '残疾人服务',
  legal: '法律援助',
  living: '基本生活救助',
  heating: '取暖救助',
  care: '照料服务',
  charity: '慈善帮扶',
};

export const departmentWords: Readonly<Record<Department, string>> = {
  'medical-insurance': '医疗保障局',
  health: '卫生健康委',
  education: '教育局',
  housing: '住房和城乡建设局',
  'human-resources': '人力资源和社会保障局',
  agriculture: '农牧局',
  emergency: '应急管理局',
  water: '水利局',
  disability: '残疾人联合会',
  justice: '司法局',
  'civil-affairs': '民政局业务股室',
  charity: '慈善总会',
};

export const channelWords: Readonly<Record<Channel, string>> = { portal: '平台', offline: '线下' };

export const referralStatusWords: Readonly<Record<ReferralStatus, string>> = {
  created: '待发送',
  sent: '已发送',
  delivered: '已送达',
  accepted: '已受理',
  returned: '已退回',
  in_progress: '办理中',
  fulfilled: '已落实',
  not_eligible: '不符合条件',
  confirmed: '已确认',
  disputed: '有异议',
  withdrawn: '已撤回',
};

export const referralCommandWords: Readonly<Record<ReferralCommandType, string>> = {
  send: '发送',
  deliver: '登记送达',
  accept: '受理',
  return: '退回',
  report_progress: '反馈进展',
  fulfil: '反馈已落实',
  refuse: '反馈不符合条件',
  confirm: '确认结果',
  dispute: '提出异议',
  reroute: '改派',
  withdraw: '撤回',
};

export const returnCodeWords: Readonly<Record<ReturnCode, string>> = {
  not_our_duty: '不属本部门职责',
  incomplete: '材料不全',
  wrong_person: '对象信息有误',
  already_in_hand: '已在办理',
  other_region: '辖区不符',
  other: '其他原因',
};

export const notEligibleWords: Readonly<Record<NotEligibleCode, string>> = {
  criteria_not_met: '不符合条件',
  already_receives: '已享受同类救助',
  declined: '本人放弃',
  not_reachable: '无法联系',
  other: '其他原因',
};

export const disclosedWords: Readonly<Record<DisclosedField, string>> = {
  name: '户主姓名',
  id_number: '户主身份证号',
  phone: '联系电话',
  address: '家庭住址',
  members: '家庭成员',
  warning: '预警事项',
};

export const clockWords: Readonly<Record<ClockName, string>> = {
  warning_reported: '预警办理（送达至填报）',
  referral_accepted: '转办受理（发送至受理）',
  referral_answered: '转办反馈（受理至反馈）',
};

export const clockStateWords = { on_track: '正常', at_risk: '临期', overdue: '超期', none: '无时限' } as const;
