import type { OrderPage } from '../../dashboards/queries/index.ts';
import type { NoteRow } from './note.ts';

/** Correction orders (更正单) for the registry's keeper as a table of cells: ids and no names, for the keeper has them. Pure. */

const HEAD = [
  '更正单号',
  '事项',
  '如何更正',
  '人员编号（一）',
  '家庭编号（一）',
  '行政区划代码（一）',
  '人员编号（二）',
  '家庭编号（二）',
  '行政区划代码（二）',
  '开具时间',
  '办结时间',
  '办结情形',
];

const KINDS: Readonly<Record<OrderPage['orders'][number]['kind'], readonly [what: string, cure: string]>> = {
  duplicate: ['同一人重复登记', '核实后保留一条：另一条填写成员终止日期或作退出处理；号码有误的一并更正。'],
  shared_number: ['两人登记了同一身份证号', '核对户口簿，更正登记有误的一人的身份证号。'],
};
const CLOSED = {
  left: '其中一人已不在册',
  number_changed: '身份证号已更正',
  withdrawn: '结论已撤销，不再需要更正',
} as const;

const ELSEWHERE = '（登记在其他辖区）';
const side = (of: OrderPage['orders'][number]['first']): string[] =>
  of === null ? [ELSEWHERE, '', ''] : [of.person_id, of.household_id ?? '', of.region_code ?? ''];

export const orderRows = (
  { orders, synthetic }: Pick<OrderPage, 'orders' | 'synthetic'>,
  { by, at }: { readonly by: string; readonly at: string },
): NoteRow[] => [
  { cells: [`低收入人口登记信息更正单${synthetic ? '（模拟数据）' : ''}`], strong: true },
  {
    cells: ['请登记系统管理单位按“如何更正”一栏核实办理。更正后的登记信息送达本系统时，更正单自动办结，无须另行答复。'],
  },
  { cells: [] },
  { cells: HEAD, strong: true },
  ...orders.map((order) => ({
    cells: [
      ...[order.order_no, ...KINDS[order.kind], ...side(order.first), ...side(order.second)],
      ...[order.opened_at, order.closed_at ?? '', order.closed_why === null ? '' : CLOSED[order.closed_why]],
    ],
  })),
  { cells: [] },
  { cells: [`制表：${by}　制表时间：${at}`] },
];
