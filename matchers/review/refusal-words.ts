import type { ReviewRefusal } from './question.ts';

/** Why a reviewer's step was not done, and what to do instead. */
export const refusalWords: Readonly<Record<ReviewRefusal | 'nothing_left' | 'half_seen', string>> = {
  claimed_by_another: '另一名复核人员正在处理这一事项。请先处理下一条；对方十五分钟内未作结论的，可以再来领取。',
  not_claimed: '领取已过期或尚未领取，请重新领取后再作结论。',
  stale_version: '这一事项刚刚有了新的结论，请刷新后核对。',
  already_decided: '这一事项已有结论，无须再次复核。',
  own_reading: '您已对这一事项作过结论，须由另一名复核人员再看一遍。',
  not_a_candidate: '所选人员不在候选人之列，请刷新后重新选择。',
  nothing_to_undo: '这一事项没有可以撤销的结论。',
  half_seen: '两人中有一人登记在其他辖区，您看不到其资料。请由能看到两人的上一级人员判断。',
  nothing_left: '部门已更正或撤回相关记录，这一事项不再需要复核。',
};
