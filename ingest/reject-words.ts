import type { RejectReason } from './contract.ts';

/** What a refused row is told to the department that sent it: what is wrong, and what to do. Chinese, no value of the row. */
export const rejectWords: Readonly<Record<RejectReason, { readonly what: string; readonly cure: string }>> = {
  too_large: { what: '该行超过 65536 字节', cure: '请检查是否缺少换行或引号未闭合，或缩短过长的内容后重新报送该行' },
  malformed: {
    what: '该行无法解析（不是一个 JSON 对象，或列数与表头不一致，或引号、编码有误）',
    cure: '请按表头逐列核对，文字中的逗号、引号须用英文双引号括起，文件编码用 UTF-8 或 GB18030，改正后重新报送该行',
  },
  missing_field: { what: '缺少必填项', cure: '请补填该字段后重新报送该行' },
  bad_type: {
    what: '应为整数、数字或文字，填写的类型不符',
    cure: '请按字段要求的类型填写（整数不带小数点）后重新报送该行',
  },
  bad_date: { what: '日期或月份无效', cure: '请写成 2026-09-30 或 2026-09 这样的形式，并确认该日期存在' },
  future_date: { what: '发生日期晚于接收日期', cure: '请核对发生日期；尚未发生的事项请在发生后报送' },
  bad_amount: {
    what: '金额无效（不是数字、为负数、超过两位小数，或大于其所属的总额）',
    cure: '请以元为单位填写，最多两位小数，并核对与总额的关系后重新报送该行',
  },
  bad_value: {
    what: '取值不在允许范围内',
    cure: '请对照字段的可选值、长度和范围填写；行政区划代码须为授权范围内的代码',
  },
  no_identity: {
    what: '无法识别人员：身份证号、残疾人证号、出生日期加电话或住址，均未填写',
    cure: '请至少填写公民身份号码、残疾人证号，或出生日期加联系电话或地址中的一项',
  },
};
