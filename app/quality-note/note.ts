import type { DefectOf, TakenOf } from './store.ts';

/** A quality note (数据质量通报) as a table of cells: what it says, in an official's Chinese. Pure. */

export interface NoteDefect extends Pick<DefectOf, 'reason'> {
  readonly feed: string;
  readonly field: string | null;
  readonly rows: number;
  readonly corrected: number;
  readonly dismissed: number;
  readonly what: string;
  readonly cure: string;
  readonly fieldTitle: string | null;
  /** Masked. */
  readonly examples: readonly string[];
}

export interface NoteGiven {
  readonly department: string;
  /** `2026-10` */
  readonly month: string;
  readonly feeds: readonly { readonly feed: string; readonly title: string }[];
  readonly taken: readonly TakenOf[];
  readonly defects: readonly NoteDefect[];
  readonly by: string;
  readonly at: string;
  readonly synthetic: boolean;
}

export type NoteCell = string | number;
export interface NoteRow {
  readonly cells: readonly NoteCell[];
  readonly strong?: true;
}

const monthWords = (month: string): string => `${month.slice(0, 4)}年${Number(month.slice(5))}月`;

const sumOf = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((sum, row) => sum + of(row), 0);

const SUMMARY = [
  '数据源',
  '采纳（条）',
  '重复（条）',
  '其中内容不一致（条）',
  '未获授权不予使用（条）',
  '退回（条）',
  '其中已更正（条）',
  '其中不予更正（条）',
  '待处理（条）',
];
const DETAIL = [
  '数据源',
  '退回原因',
  '原因代码',
  '字段',
  '字段名称',
  '退回（条）',
  '其中已更正（条）',
  '其中不予更正（条）',
  '待处理（条）',
  '示例（已脱敏）',
  '如何修改',
];

const summaryOf = (title: string, taken: readonly TakenOf[], defects: NoteGiven['defects']): NoteCell[] => {
  const rejected = sumOf(defects, (row) => row.rows);
  const corrected = sumOf(defects, (row) => row.corrected);
  const dismissed = sumOf(defects, (row) => row.dismissed);
  return [
    title,
    ...(['accepted', 'duplicate', 'conflicting', 'not_authorised'] as const).map((of) =>
      sumOf(taken, (row) => row[of]),
    ),
    ...[rejected, corrected, dismissed, rejected - corrected - dismissed],
  ];
};

const opening = ({ taken, defects, month, department }: NoteGiven): string => {
  const rejected = sumOf(defects, (row) => row.rows);
  const all = sumOf(taken, (row) => row.accepted + row.duplicate + row.not_authorised) + rejected;
  if (all === 0) return `${department}：${monthWords(month)}未收到贵单位报送的共享数据，请按约定时间报送。`;
  if (rejected === 0)
    return `${department}：${monthWords(month)}收到贵单位报送的共享数据 ${all} 条，未发现需要退回的数据。`;
  const share = ((rejected / all) * 100).toFixed(2);
  return `${department}：${monthWords(month)}收到贵单位报送的共享数据 ${all} 条，其中 ${rejected} 条（${share}%）因下列原因退回，请按“如何修改”一栏改正后只重新报送这些数据。`;
};

/** The note, row by row; an empty row stands between its parts. */
export const noteRows = (given: NoteGiven): NoteRow[] => {
  const { feeds, taken, defects, department, month, synthetic } = given;
  const rows: NoteRow[] = [
    { cells: [`${department}${monthWords(month)}共享数据质量通报${synthetic ? '（模拟数据）' : ''}`], strong: true },
    { cells: [opening(given)] },
    { cells: [] },
    { cells: ['一、接收情况'], strong: true },
    { cells: SUMMARY, strong: true },
    ...feeds.map(({ feed, title }) => ({
      cells: summaryOf(
        title,
        taken.filter((row) => row.feed === feed),
        defects.filter((row) => row.feed === feed),
      ),
    })),
  ];
  if (feeds.length > 1) rows.push({ cells: summaryOf('合计', taken, defects), strong: true });
  rows.push({ cells: [] }, { cells: ['二、退回明细'], strong: true });
  if (defects.length === 0) rows.push({ cells: ['本月没有退回的数据。'] });
  else {
    const titles = new Map(feeds.map(({ feed, title }) => [feed, title]));
    rows.push({ cells: DETAIL, strong: true });
    for (const row of defects) {
      rows.push({
        cells: [
          ...[titles.get(row.feed) ?? row.feed, row.what, row.reason, row.field ?? '', row.fieldTitle ?? ''],
          ...[row.rows, row.corrected, row.dismissed, row.rows - row.corrected - row.dismissed],
          ...[row.examples.length === 0 ? '（空）' : row.examples.join('；'), row.cure],
        ],
      });
    }
  }
  rows.push(
    { cells: [] },
    {
      cells: [
        '说明：按接收月份统计；重复指内容此前已收到的数据；更正后再次退回的数据不重复计数；示例已脱敏，不得用于识别个人。',
      ],
    },
    { cells: [`制表：${given.by}　制表时间：${given.at}`] },
  );
  return rows;
};
